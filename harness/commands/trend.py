"""`pos-harness trend`: the verdicts of each case over the runs that are kept."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated

import typer

from harness.commands.exit_code import PASS
from harness.commands.output import print_lines, print_object, print_table
from harness.errors import MisuseError
from harness.report.past_run import Title
from harness.report.trend import Cell, Trend, is_mixed, past_runs
from harness.runner.place import REPORTS


def trend(
    pattern: Annotated[
        str, typer.Argument(metavar="[CASE]", help='Cases, as in "reversal: *"; all if absent.')
    ] = "*",
    last: Annotated[int, typer.Option(min=1, help="How many runs, the newest ones.")] = 20,
    reports: Annotated[Path, typer.Option(help="The folder in which reports are kept.")] = REPORTS,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> int:
    """Show how each case came out run after run, the oldest first.

    P passed, w waived, ? inconclusive, F failed, . not run; a * behind a letter: the attempts of
    that run came out in more than one way.  A case that has come out in more than one way is
    marked: its terminal, its bench or its suite is not the same every time.
    """
    every = past_runs(reports)
    shown = Trend(every.runs[-last:], every.left_out)
    titles = sorted({title for run in shown.runs for title in run.outcomes})
    found = {title: shown.cells(title) for title in titles if _is_meant(title[1], pattern)}
    if not found:
        raise MisuseError(f"no case in {reports}/ is called {pattern!r}: try '*'")
    if json:
        print_object(_object(shown, found))
        return PASS
    print_table(
        ["runs", "", "case"], [_row(_key(title, found), cells) for title, cells in found.items()]
    )
    print_lines(_lines(shown))
    return PASS


def _is_meant(name: str, pattern: str) -> bool:
    """Tell whether a pattern fits a name, with its device or without."""
    bare = name.rpartition(" [")[0]
    return name == pattern or any(fnmatchcase(each, pattern) for each in (name, bare))


def _object(trend: Trend, found: Mapping[Title, Sequence[Cell]]) -> dict[str, object]:
    runs = [run.name for run in trend.runs]
    return {
        "runs": runs,
        "left_out": list(trend.left_out),
        "cases": {
            _key(title, found): [cell.word.name if cell.word is not None else "" for cell in cells]
            for title, cells in found.items()
        },
        "flaky": {
            _key(title, found): [
                run for run, cell in zip(runs, cells, strict=True) if cell.is_flaky
            ]
            for title, cells in found.items()
            if any(cell.is_flaky for cell in cells)
        },
    }


def _key(title: Title, titles: Collection[Title]) -> str:
    """Return the name of a case, with suite and door where another one has that name."""
    suite, name, door = title
    is_alone = sum(each[1] == name for each in titles) == 1
    return name if is_alone else f"{name} ({suite}, {door})"


def _row(name: str, cells: Sequence[Cell]) -> list[str]:
    return ["".join(map(str, cells)), "mixed" if is_mixed(cells) else "", name]


def _lines(trend: Trend) -> Iterator[str]:
    yield f"{len(trend.runs)} runs, {trend.runs[0].name} to {trend.runs[-1].name}"
    if trend.left_out:
        yield f"left out, no whole run of this release: {', '.join(trend.left_out)}"
