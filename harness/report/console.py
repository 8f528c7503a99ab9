"""The run on a screen: a line a case while it runs, the verdict at the end.

Where the output is no terminal it is plain text.  Words, not signs or colours, carry the verdict.
"""

from collections.abc import Iterator

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.check.compose import Word
from harness.report.case import Case
from harness.report.junit import reasons
from harness.report.plain_text import visible
from harness.report.tally import RuleTally, Tally

FINDINGS_MAX = 20
REASONS_MAX = 20
_STYLES = {
    Word.PASS: "bold green", Word.FAIL: "bold red", Word.INCONCLUSIVE: "bold yellow",
    Word.WAIVED: "bold yellow",
}  # fmt: skip


class Progress:
    """Says what runs; `count` cases are to come, 0 if nobody knows."""

    def __init__(self, console: Console, count: int = 0) -> None:
        self._console, self._count = console, count
        self._started = 0

    def case_started(self, name: str) -> None:
        """Say that a case begins; only a terminal is told."""
        self._started += 1
        if self._console.is_terminal:
            self._print(Text(f"{self._place()} {visible(name)} ..."))

    def case_ended(self, case: Case) -> None:
        """Say what a case came to, and the first reason if it did not pass."""
        line = Text(f"{self._place()} ")
        line.append(f"{case.word.name:<12}", _STYLES[case.word])
        line.append(f" {visible(case.name)} ({case.took_s:.1f} s){_because(case)}")
        self._print(line)

    def _place(self) -> str:
        return f"[{self._started}/{self._count}]" if self._count else f"[{self._started}]"

    def _print(self, text: Text) -> None:
        self._console.print(_fitting(text, self._console), soft_wrap=True)


def print_verdict(tally: Tally, console: Console, report: str = "") -> None:
    """Print verdict, counts, coverage, rules, findings and where to read on."""
    console.print(_fitting(_headline(tally), console), soft_wrap=True)
    if tally.rules:
        console.print(_rules(tally, console))
    for finding in tally.findings[:FINDINGS_MAX]:
        place = f"cases/{finding.slug}/" if finding.slug else finding.case
        _say(console, f"{finding.rule}: {finding.what}")
        _say(console, f"  expected {finding.expected}")
        _say(console, f"  seen     {finding.seen}")
        if finding.faults:
            _say(console, f"  faults   {'; '.join(finding.faults)}")
        _say(console, f"  look at  {place} rows {', '.join(map(str, finding.evidence))}")
    if len(tally.findings) > FINDINGS_MAX:
        _say(console, f"{len(tally.findings) - FINDINGS_MAX} more findings in the report")
    for line in (*_unsure(tally), *_set_aside(tally)):
        _say(console, line)
    for sentence in (*tally.flaky, *tally.notes):
        _say(console, sentence)
    if report:
        _say(console, f"report: {report}")


def _headline(tally: Tally) -> Text:
    line = Text.assemble((tally.word.name, _STYLES[tally.word]))
    line.append(
        f": {tally.passed} passed, {tally.failed} failed, {tally.inconclusive} inconclusive, "
        f"{tally.skipped} skipped{_waived(tally)}; {tally.coverage}"
    )
    return line.append("".join(f"; {why}" for why in tally.why))


def _unsure(tally: Tally) -> Iterator[str]:
    """Yield each case that leaves a rule uncertain, and under it why, with the rules."""
    rules: dict[tuple[str, str], list[str]] = {}
    for gap in tally.gaps:
        if not gap.rule or tally.rules[gap.rule].word is Word.INCONCLUSIVE:
            place = f"cases/{gap.slug}/" if gap.slug else gap.case
            rules.setdefault((place, gap.what), []).append(gap.rule)
    shown, last = list(rules.items())[:REASONS_MAX], ""
    for (place, what), found in shown:
        if place != last:
            yield f"INCONCLUSIVE in {place}"
        last = place
        yield f"  {', '.join(filter(None, found))}: {what}" if any(found) else f"  {what}"
    if len(rules) > len(shown):
        yield f"{len(rules) - len(shown)} more reasons in the report"


def _set_aside(tally: Tally) -> Iterator[str]:
    """Yield a line for each rule and reason of a waiver, with what it has set aside."""
    cases: dict[tuple[str, str], list[str]] = {}
    for finding in tally.waived:
        cases.setdefault((finding.rule, finding.why), []).append(finding.case)
    for (rule, why), found in cases.items():
        yield f"WAIVED {rule}: {len(found)} findings in {len(set(found))} cases: {why}"


def _waived(tally: Tally) -> str:
    return f", {len(tally.waived)} findings waived" if tally.waived else ""


def _rules(tally: Tally, console: Console) -> Table:
    table = Table(box=box.SIMPLE_HEAD if console.is_terminal else None, pad_edge=False)
    table.add_column("rule", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    table.add_column("evaluated", justify="right", no_wrap=True)
    table.add_column("why")
    for rule, found in tally.rules.items():
        style = _STYLES[found.word]
        why = _fitting(Text(_why(rule, found, tally)), console)
        table.add_row(Text(visible(rule)), Text(found.word.name, style), str(found.evaluated), why)
    return table


def _why(rule: str, found: RuleTally, tally: Tally) -> str:
    count = sum(finding.rule == rule for finding in tally.findings)
    if count:
        return f"{count} finding{'s' * (count > 1)}"
    more = f" (and {len(found.gaps) - 1} more)" if len(found.gaps) > 1 else ""
    return f"{visible(found.gaps[0], size_max=200)}{more}" if found.gaps else ""


def _because(case: Case) -> str:
    match case.word:
        case Word.FAIL:
            return ": " + visible(next(map(str, case.verdict.findings), ""), size_max=300)
        case Word.WAIVED:
            return ": " + visible(case.verdict.waived[0].why, size_max=300)
        case Word.INCONCLUSIVE:
            return ": " + visible(reasons(case)[0], size_max=300)
    return ""


def _say(console: Console, text: str) -> None:
    console.print(_fitting(Text(visible(text)), console), soft_wrap=True)


def _fitting(text: Text, console: Console) -> Text:
    """Return the text with escapes for what the output's coding does not have."""
    coded = text.plain.encode(console.encoding, "backslashreplace").decode(console.encoding)
    return text if coded == text.plain else Text(coded)
