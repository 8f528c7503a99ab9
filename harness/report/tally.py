"""Our own tally: the one source of verdict and exit code, whatever a test runner makes of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.check import Finding
from harness.check.compose import Ruling, Word
from harness.report.attempts import flaky
from harness.report.case import Case, Skip
from harness.report.fault_text import faults
from harness.report.gaps import CaseGap, gaps_of
from harness.report.plain_text import visible
from harness.report.rules import CATALOGUE, in_order
from harness.report.silence import Silence, silences

EXIT_CODES = {Word.PASS: 0, Word.FAIL: 1, Word.INCONCLUSIVE: 3, Word.WAIVED: 4}


@dataclass(frozen=True, slots=True)
class RuleTally:
    """What the whole run says of one rule; `gaps` are why it is not certain, each once."""

    word: Word
    evaluated: int
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseFinding:
    """A finding and where it was seen; `slug` is the folder of its case."""

    rule: str
    case: str
    expected: str
    seen: str
    what: str
    evidence: tuple[int, ...] = ()
    slug: str = ""
    why: str = ""  # it is waived
    faults: tuple[str, ...] = ()  # what was done in the case, and at which layer


@dataclass(frozen=True, slots=True)
class Coverage:
    """Ids of rules, each set within the one before it, over all cases of a run."""

    applicable: tuple[str, ...]
    observable: tuple[str, ...]
    evaluated: tuple[str, ...]

    @property
    def unobservable(self) -> tuple[str, ...]:
        """Return the rules that no case could see."""
        return tuple(rule for rule in self.applicable if rule not in self.observable)

    def __str__(self) -> str:
        return (
            f"{len(self.observable)} of {len(self.applicable)} applicable rules observable, "
            f"{len(self.evaluated)} evaluated"
        )


@dataclass(frozen=True, slots=True)
class Tally:
    """What a run comes to; `why` has what made it inconclusive beside its rules.

    flaky: a sentence for each case that ran several times and not always with one verdict.
    waived: findings that were set aside; `passed` counts no case that has one.  notes: what else
    whoever keeps the bench should know.  gaps: what is not certain, of rules with findings too.
    silent: why nothing is said of each rule not in `rules`.
    """

    word: Word
    passed: int
    failed: int
    inconclusive: int
    skipped: int
    coverage: Coverage
    rules: dict[str, RuleTally]
    findings: tuple[CaseFinding, ...]
    why: tuple[str, ...] = ()
    flaky: tuple[str, ...] = ()
    waived: tuple[CaseFinding, ...] = ()
    notes: tuple[str, ...] = ()
    gaps: tuple[CaseGap, ...] = ()
    silent: dict[str, Silence] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """Return 0 for PASS, 1 for FAIL, 3 for INCONCLUSIVE, 4 for WAIVED."""
        return EXIT_CODES[self.word]


def tally(
    cases: Sequence[Case],
    skips: Sequence[Skip] = (),
    *,
    notes: Sequence[str] = (),
    doubts: Sequence[str] = (),
) -> Tally:
    """Return what the cases come to.  Without a case, or a judgement, nothing is proved.

    doubts: why the whole run proves nothing, whatever its cases say.
    """
    words = [case.word for case in cases]
    rules = _rules(cases)
    why = (*_why(cases, rules), *doubts)
    found: list[Word] = [word for word in words if word is not Word.PASS]
    found += [rule.word for rule in rules.values()] + [Word.INCONCLUSIVE] * bool(why)
    return Tally(
        word=max(found, default=Word.PASS),
        passed=words.count(Word.PASS),
        failed=words.count(Word.FAIL),
        inconclusive=words.count(Word.INCONCLUSIVE),
        skipped=len(skips),
        coverage=_coverage(cases, rules),
        rules=rules,
        findings=tuple(found_in for case in cases for found_in in _findings(case)),
        why=why,
        flaky=tuple(flaky(cases)),
        waived=tuple(found_in for case in cases for found_in in _waived(case)),
        notes=tuple(notes),
        gaps=tuple(gap for case in cases for gap in gaps_of(case)),
        silent=silences([case.verdict for case in cases], rules),
    )


def as_json(tally: Tally, report: str) -> dict[str, Any]:
    """Return the one object that programs read; `report` is where people read on."""
    coverage = tally.coverage
    return {
        "verdict": tally.word.name,
        "passed": tally.passed,
        "failed": tally.failed,
        "inconclusive": tally.inconclusive,
        "skipped": tally.skipped,
        "waived": len(tally.waived),
        "coverage": {
            "applicable": len(coverage.applicable),
            "observable": len(coverage.observable),
            "evaluated": len(coverage.evaluated),
        },
        "rules": _rules_as_json(tally),
        "findings": [
            {
                "rule": finding.rule,
                "case": visible(finding.case),
                "expected": visible(finding.expected),
                "seen": visible(finding.seen),
            }
            for finding in tally.findings
        ],
        "gaps": [
            {"rule": gap.rule, "case": visible(gap.case), "what": visible(gap.what)}
            for gap in tally.gaps
        ],
        "why": [visible(each) for each in tally.why],
        "flaky": [visible(each) for each in tally.flaky],
        "report": report,
    }


def _rules_as_json(tally: Tally) -> dict[str, dict[str, Any]]:
    """Return what is said of every rule, NOT_EVALUATED and the like included."""
    said = {rule: (found.word.name, found.evaluated) for rule, found in tally.rules.items()}
    said |= {rule: (silence.name, 0) for rule, silence in tally.silent.items()}
    return {
        rule: {"verdict": said[rule][0], "evaluated": said[rule][1]} for rule in in_order(set(said))
    }


def _why(cases: Sequence[Case], rules: dict[str, RuleTally]) -> tuple[str, ...]:
    if not cases:
        return ("no case was run",)
    if not any(rule.evaluated or rule.word is Word.FAIL for rule in rules.values()):
        return ("no rule was evaluated in any case",)
    return ()


def _rules(cases: Sequence[Case]) -> dict[str, RuleTally]:
    rulings: dict[str, list[Ruling]] = {}
    for case in cases:
        for ruling in case.verdict.rulings:
            rulings.setdefault(ruling.rule, []).append(ruling)
    return {rule: _rule(rulings[rule]) for rule in in_order(set(rulings))}


def _rule(rulings: Sequence[Ruling]) -> RuleTally:
    words = [Word.FAIL if ruling.findings else ruling.word for ruling in rulings]
    gaps = tuple(dict.fromkeys(gap for ruling in rulings for gap in ruling.gaps))
    return RuleTally(max(words), sum(ruling.evaluated for ruling in rulings), gaps)


def _coverage(cases: Sequence[Case], rules: dict[str, RuleTally]) -> Coverage:
    """Count a rule as applicable, or observable, if it was so in one case at least."""
    known = {rule.id for rule in CATALOGUE} | set(rules)
    known |= {rule for case in cases for rule in case.verdict.unobservable}
    whole: set[str] = set()
    here = [known - set(case.verdict.not_applicable) for case in cases]
    seen = [each - set(case.verdict.unobservable) for case, each in zip(cases, here, strict=True)]
    evaluated = {
        rule for rule, found in rules.items() if found.evaluated or found.word is Word.FAIL
    }
    return Coverage(
        applicable=tuple(in_order(whole.union(*here))),
        observable=tuple(in_order(whole.union(*seen))),
        evaluated=tuple(in_order(evaluated)),
    )


def _findings(case: Case) -> list[CaseFinding]:
    return [_finding(case, found) for found in case.verdict.findings]


def _waived(case: Case) -> list[CaseFinding]:
    return [_finding(case, each.finding, each.why) for each in case.verdict.waived]


def _finding(case: Case, found: Finding, why: str = "") -> CaseFinding:
    return CaseFinding(
        found.rule, case.name, found.expected, found.seen, found.what, found.evidence, case.slug,
        why, faults(case.history),
    )  # fmt: skip
