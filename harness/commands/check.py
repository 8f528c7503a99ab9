"""`pos-harness check`: judges a stored history again, by the rules of this version."""

from typing import Annotated

import typer

from harness.check.all import ALL_CHECKERS
from harness.check.compose import Ruling, Verdict, compose
from harness.commands.concealment import printed
from harness.commands.history_file import history_of
from harness.commands.output import print_lines, print_object, print_table
from harness.history.record import History
from harness.report.case import Case
from harness.report.tally import Tally, as_json, tally


def check(
    history: Annotated[
        str, typer.Argument(metavar="HISTORY", help="A history.jsonl; - for standard input.")
    ],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> int:
    """Judge a stored history: the verdict, what each rule says, and every finding.

    Exit codes: 0 PASS, 1 FAIL, 3 INCONCLUSIVE.
    """
    found = history_of(history)
    verdict = compose(found, ALL_CHECKERS)
    tallied = tally([_case(found, verdict)])
    if json:
        print_object(_object(tallied, verdict, found))
    else:
        _print(tallied, verdict)
    return tallied.exit_code


def _case(history: History, verdict: Verdict) -> Case:
    header = history.header
    return Case(
        name=header.case,
        suite="",
        door="run",
        rules=header.due,
        history=history,
        verdict=verdict,
        took_s=0.0,
    )


def _object(tallied: Tally, verdict: Verdict, history: History) -> dict[str, object]:
    whole = as_json(tallied, "")
    chosen = {name: whole[name] for name in ("verdict", "coverage", "findings")}
    rules = {
        rule: {"verdict": found.word.name, "evaluated": found.evaluated, "gaps": _gaps(found.gaps)}
        for rule, found in tallied.rules.items()
    }
    for shown, finding in zip(chosen["findings"], verdict.findings, strict=True):
        shown |= {name: printed(text) for name, text in shown.items()}
        shown |= {"what": printed(finding.what), "evidence": list(finding.evidence)}
    return {
        **chosen,
        "case": printed(history.header.case),
        "rules": rules,
        "why": list(tallied.why),
        "unobservable": list(verdict.unobservable),
        "not_applicable": list(verdict.not_applicable),
    }


def _print(tallied: Tally, verdict: Verdict) -> None:
    print_lines([": ".join([tallied.word.name, *tallied.why]) + f"; {tallied.coverage}"])
    if verdict.rulings:
        print_table(("rule", "verdict", "evaluated", "why"), map(_row, verdict.rulings))
    print_lines(printed(str(finding)) for finding in verdict.findings)
    if verdict.unobservable:
        print_lines([f"not observable on this bench: {' '.join(verdict.unobservable)}"])


def _row(ruling: Ruling) -> tuple[str, str, str, str]:
    count = len(ruling.findings)
    why = f"{count} finding{'s' * (count > 1)}" if count else "; ".join(_gaps(ruling.gaps))
    return ruling.rule, ruling.word.name, str(ruling.evaluated), why


def _gaps(gaps: tuple[str, ...]) -> list[str]:
    return [printed(gap) for gap in gaps]
