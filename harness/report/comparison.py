"""Two runs side by side: what is new, what is gone, what has changed.

Vouchers, batches, references and amounts differ from run to run: a finding that says the same of
other ones is the same finding.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from harness.report.past_run import Finding, PastRun
from harness.report.rules import in_order

_NUMBERS = re.compile(r"\d{5,}|\d[\d,]*\.\d\d\b")  # of a run: no codes, fields or counts


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the second run says otherwise than the first one.

    changed: findings that both have, and that now show something else.  cases: name -> the words
    before and now, "" where the case was not run.  about: what else differs, before and now.
    """

    before: PastRun
    now: PastRun
    new: tuple[Finding, ...]
    gone: tuple[Finding, ...]
    changed: tuple[Finding, ...]
    cases: dict[str, tuple[str, str]]
    about: dict[str, tuple[str, str]]

    @property
    def rules(self) -> list[str]:
        """Return the rules of new findings."""
        return in_order({rule for rule, _, _ in self.new})

    @property
    def is_worse(self) -> bool:
        """Tell whether something is found or doubted now that was not before."""
        words = self.before.words, self.now.words
        common = words[0].keys() & words[1].keys()
        return bool(self.new) or any(words[1][name] > words[0][name] for name in common)

    def as_json(self) -> dict[str, Any]:
        """Return what programs read."""
        return {
            "before": {"run": self.before.name, "verdict": self.before.verdict},
            "now": {"run": self.now.name, "verdict": self.now.verdict},
            "rules": self.rules,
            "new": _objects(self.new, self.now),
            "gone": _objects(self.gone, self.before),
            "changed": _objects(self.changed, self.now),
            "cases": {name: list(words) for name, words in self.cases.items()},
            "about": {name: list(texts) for name, texts in self.about.items()},
        }


def compare(before: PastRun, now: PastRun) -> Comparison:
    """Return what differs; a finding is the same one if rule, case and sentence are."""
    both = before.findings.keys() & now.findings.keys()
    changed = [each for each in both if before.findings[each] != now.findings[each]]
    alike = _alike(before, now)
    changed += [
        each
        for each, other in alike.items()
        if _outline(now.findings[each]) != _outline(before.findings[other])
    ]
    words = {
        name: tuple(run.words[name].name if name in run.words else "" for run in (before, now))
        for name in sorted(before.words.keys() | now.words.keys())
    }
    about = {
        name: (before.about.get(name, ""), now.about.get(name, ""))
        for name in sorted(before.about.keys() | now.about.keys())
    }
    return Comparison(
        before,
        now,
        tuple(sorted(now.findings.keys() - before.findings.keys() - alike.keys())),
        tuple(
            sorted(before.findings.keys() - now.findings.keys() - now.waived - {*alike.values()})
        ),
        tuple(sorted(changed)),
        {name: (first, second) for name, (first, second) in words.items() if first != second},
        {name: texts for name, texts in about.items() if texts[0] != texts[1]},
    )


def _alike(before: PastRun, now: PastRun) -> dict[Finding, Finding]:
    """Return the findings that are new but for their numbers, each with the one it was before."""
    left: defaultdict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    for each in sorted(before.findings.keys() - now.findings.keys() - now.waived):
        left[_kind(each)].append(each)
    found: dict[Finding, Finding] = {}
    for each in sorted(now.findings.keys() - before.findings.keys()):
        if left[_kind(each)]:
            found[each] = left[_kind(each)].pop(0)
    return found


def _kind(finding: Finding) -> tuple[str, str, str]:
    rule, case, what = finding
    return rule, case, _outline(what)


def _outline(text: str) -> str:
    return _NUMBERS.sub("#", text)


def _objects(findings: Iterable[Finding], run: PastRun) -> list[dict[str, str]]:
    return [
        {"rule": rule, "case": case, "what": what, "seen": run.findings[rule, case, what]}
        for rule, case, what in findings
    ]
