"""`pos-harness trend`: the verdicts of each case over the runs that are kept."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated

import typer

from harness.check.compose import Word
from harness.commands.exit_code import PASS
from harness.commands.output import print_lines, print_object, print_table
from harness.errors import MisuseError
from harness.report.past_run import PastRun, read_run
from harness.runner.place import REPORTS

LETTERS: Mapping[Word | None, str] = {
    Word.PASS: "P", Word.WAIVED: "w", Word.INCONCLUSIVE: "?", Word.FAIL: "F", None: "."
}  # fmt: skip


def trend(
    pattern: Annotated[
        str, typer.Argument(metavar="[CASE]", help='Cases, as in "reversal: *"; all if absent.')
    ] = "*",
    last: Annotated[int, typer.Option(min=1, help="How many runs, the newest ones.")] = 20,
    reports: Annotated[Path, typer.Option(help="The folder in which reports are kept.")] = REPORTS,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> int:
    """Show how each case came out run after run, the oldest first.

    P passed, w waived, ? inconclusive, F failed, . not run.  A case that has come out in more than
    one way is marked: its terminal, its bench or its suite is not the same every time.
    """
    runs = past_runs(reports)[-last:]
    names = sorted({name for run in runs for name in run.words if fnmatchcase(name, pattern)})
    if not names:
        raise MisuseError(f"no case in {reports}/ is called {pattern!r}: try '*'")
    if json:
        words = {name: [_name(run, name) for run in runs] for name in names}
        print_object({"runs": [run.name for run in runs], "cases": words})
        return PASS
    print_table(["runs", "", "case"], [_row(name, runs) for name in names])
    print_lines([f"{len(runs)} runs, {runs[0].name} to {runs[-1].name}"])
    return PASS


def past_runs(reports: Path) -> list[PastRun]:
    """Return the runs in a folder, the oldest first; what is no whole report is left out.

    Raises MisuseError when there is none.
    """
    found: list[PastRun] = []
    for folder in sorted(reports.iterdir()) if reports.is_dir() else ():
        if folder.is_dir() and not folder.is_symlink():
            with suppress(MisuseError):
                found.append(read_run(folder))
    if not found:
        raise MisuseError(f"{reports}/ has no run of this release yet: run a suite first")
    return sorted(found, key=lambda run: (run.started, run.name))


def _name(run: PastRun, case: str) -> str:
    return run.words[case].name if case in run.words else ""


def _row(case: str, runs: Sequence[PastRun]) -> list[str]:
    words = [run.words.get(case) for run in runs]
    is_mixed = len({word for word in words if word is not None}) > 1
    return ["".join(LETTERS[word] for word in words), "mixed" if is_mixed else "", case]
