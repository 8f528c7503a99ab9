"""`pos-harness compare`: what a run says otherwise than an earlier one."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from harness.commands.exit_code import FAIL, PASS
from harness.commands.output import print_lines, print_object
from harness.report.comparison import Comparison, compare
from harness.report.past_run import Finding, PastRun, read_run
from harness.runner.place import REPORTS

LINES_MAX = 30


def compare_runs(
    before: Annotated[
        str, typer.Argument(metavar="RUN1", help="A run in reports/, or its folder.")
    ],
    now: Annotated[str, typer.Argument(metavar="RUN2", help="The run to hold against it.")],
    reports: Annotated[Path, typer.Option(help="The folder in which reports are kept.")] = REPORTS,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> int:
    """Compare two runs: findings that are new, gone or changed, cases, and what may explain them.

    Exit codes: 0 nothing is worse, 1 something is found or doubted that was not.
    """
    found = compare(_read(before, reports), _read(now, reports))
    if json:
        print_object(found.as_json())
    else:
        print_lines(_lines(found))
    return FAIL if found.is_worse else PASS


def _read(name: str, reports: Path) -> PastRun:
    return read_run(Path(name) if Path(name).is_dir() else reports / name)


def _lines(found: Comparison) -> Iterator[str]:
    yield f"{found.before.name}: {found.before.verdict}, begun {found.before.started}"
    yield f"{found.now.name}: {found.now.verdict}, begun {found.now.started}"
    for name, (first, second) in found.about.items():
        yield f"{name}: {first or 'nothing'} -> {second or 'nothing'}"
    if not (found.cases or found.changed or found.new or found.gone):
        yield "no verdict and no finding differs"
    changes = [
        f"{name}: {first or 'not run'} -> {second or 'not run'}"
        for name, (first, second) in found.cases.items()
    ]
    yield from _some("cases", changes)
    if found.rules:
        yield f"rules with new findings: {' '.join(found.rules)}"
    yield from _some("new findings", _said(found.new, found.now))
    yield from _some("findings that are gone", _said(found.gone, found.before))
    yield from _some("findings that show something else", _said(found.changed, found.now))


def _said(findings: Iterable[Finding], run: PastRun) -> list[str]:
    return [
        f"{rule} in {case}: {what}: seen {run.findings[rule, case, what]}"
        for rule, case, what in findings
    ]


def _some(heading: str, lines: list[str]) -> Iterator[str]:
    """Yield a heading and its lines, not more than a screen takes; nothing if there are none."""
    if lines:
        yield f"{heading}: {len(lines)}"
        yield from (f"  {line}" for line in lines[:LINES_MAX])
    if len(lines) > LINES_MAX:
        yield f"  ... and {len(lines) - LINES_MAX} more: --json has them all"
