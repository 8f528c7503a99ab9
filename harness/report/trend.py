"""How each case came out, run after run: what `pos-harness trend` and the page of a run show.

A case is known by its suite, its door and its title, which names its device; so runs of other
devices and suites leave no trace here.  All attempts of a run count, the worst one is shown, and
a waived finding is never shown as PASS.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.check.compose import Word
from harness.errors import MisuseError
from harness.report.case import Case
from harness.report.past_run import Outcomes, PastRun, Title, read_run
from harness.report.plain_text import visible
from harness.report.run_json import FILE_NAME

LAST = 20  # runs that are shown, this one included
READ_MAX = 200  # folders that are looked into for them
LETTERS: Mapping[Word | None, str] = {
    Word.PASS: "P", Word.WAIVED: "w", Word.INCONCLUSIVE: "?", Word.FAIL: "F", None: "."
}  # fmt: skip
FLAKY = "*"


@dataclass(frozen=True, slots=True)
class Cell:
    """One case in one run, by the words of its attempts; none if it was not run there."""

    words: tuple[Word, ...] = ()

    @property
    def word(self) -> Word | None:
        """Return the worst word."""
        return max(self.words, default=None)

    @property
    def is_flaky(self) -> bool:
        """Tell whether its attempts came out in more than one way."""
        return len(set(self.words)) > 1

    def __str__(self) -> str:
        return LETTERS[self.word] + FLAKY * self.is_flaky


@dataclass(frozen=True, slots=True)
class Trend:
    """The runs, oldest first; `left_out` are folders of which nothing can be said."""

    runs: tuple[PastRun, ...]
    left_out: tuple[str, ...] = ()

    def cells(self, title: Title) -> list[Cell]:
        """Return what became of a case in each run."""
        return [Cell(run.outcomes.get(title, ())) for run in self.runs]


def is_mixed(cells: Sequence[Cell]) -> bool:
    """Tell whether a case has come out in more than one way, within a run or over them."""
    return len({word for cell in cells for word in cell.words}) > 1


def past_runs(reports: Path) -> Trend:
    """Return all runs in a folder.  Raises MisuseError when there is none of this release."""
    found = _trend(_folders(reports))
    if not found.runs:
        raise MisuseError(f"{reports}/ has no run of this release yet: run a suite first")
    return found


def before(folder: Path, cases: Sequence[Case]) -> Trend:
    """Return the last runs beside `folder` that have one of its cases, LAST - 1 at most."""
    titles = outcomes(cases).keys()
    others = [each for each in _folders(folder.parent) if each.name != folder.name]
    read = _trend(sorted(others, reverse=True)[:READ_MAX])
    related = [run for run in read.runs if titles & run.outcomes.keys()]
    return Trend(tuple(related[1 - LAST :]), read.left_out)


def outcomes(cases: Sequence[Case]) -> Outcomes:
    """Return the words of the attempts of each case."""
    found: dict[Title, tuple[Word, ...]] = {}
    for case in cases:
        title = title_of(case)
        found[title] = (*found.get(title, ()), case.word)
    return found


def title_of(case: Case) -> Title:
    """Return how a case is known in run.json."""
    return visible(case.suite), visible(case.name), case.door


def _folders(reports: Path) -> list[Path]:
    """Return the folders that are runs, or were to become one."""
    every = reports.iterdir() if reports.is_dir() else iter(())
    return [each for each in every if not each.is_symlink() and _is_run(each)]


def _is_run(folder: Path) -> bool:
    return (folder / FILE_NAME).exists() or (folder / "cases").is_dir()


def _trend(folders: Sequence[Path]) -> Trend:
    runs: list[PastRun] = []
    left_out: list[str] = []
    for folder in folders:
        try:
            runs.append(read_run(folder))
        except MisuseError:
            left_out.append(folder.name)
    in_order = sorted(runs, key=lambda run: (run.started, run.name))
    return Trend(tuple(in_order), tuple(sorted(left_out)))
