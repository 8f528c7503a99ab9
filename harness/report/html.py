"""reports/<run>/index.html: the verdict first, and the evidence of every finding in two clicks.

One page that needs nothing from outside: no script, no font, no picture.  Very long cases, and
those beyond the size a browser reads with ease, get a page of their own, those that failed last.

Text of a device is made visible and harmless first (plain_text), then escaped by the template.
"""

import os
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from harness.check import Finding
from harness.report import case_view, run_view, trend
from harness.report.case import Case, Skip
from harness.report.current_svg import draw_current
from harness.report.fault_text import faults
from harness.report.file import write_text
from harness.report.plain_text import REPEATED, visible
from harness.report.run_json import RunInfo, worlds
from harness.report.sequence_svg import draw
from harness.report.tally import Tally
from harness.report.trend import Cell, Trend

PAGE_SIZE_MAX = 12_000_000  # characters of case details, after which the first page is full
ROWS_MAX = 4_000  # of a case within it: a whole day would fill it alone
_CHINESE = range(0x2E80, 0xFFEF)
_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Run:
    """All that the pages of a run are made of; `folder` is where they are written.

    before: the runs that had the same cases.
    """

    folder: Path
    info: RunInfo
    tally: Tally
    cases: Sequence[Case]
    skips: Sequence[Skip]
    before: Trend = Trend(())


@dataclass(frozen=True, slots=True)
class Beside:
    """What a run knows of a case that its history does not: which attempt, and earlier verdicts.

    last: for each run the name and the cell, this one behind; none if there was no run before.
    """

    attempt: str = ""
    last: Sequence[tuple[str, Cell]] = ()


@dataclass(frozen=True, slots=True)
class _Places:
    """Where each case is shown, seen from index.html, and what stands beside it; by slug."""

    beside: dict[str, Beside]
    pages: dict[str, str] = field(default_factory=dict)


def write_html(run: Run, *, page_size_max: int = PAGE_SIZE_MAX, rows_max: int = ROWS_MAX) -> None:
    """Write index.html, and pages of single cases that it has no room for.  Raises MisuseError."""
    environment = make_environment()
    details: list[Markup] = []
    places = _Places(_beside(run))
    room = page_size_max
    for case in run_view.in_order_of_concern(run.cases):
        base, beside = f"cases/{case.slug}/", places.beside[case.slug]
        is_inside = room > 0 and len(case.history.rows) <= rows_max
        places.pages[case.slug] = "" if is_inside else f"{base}index.html"
        if is_inside:
            details.append(case_text(environment, run.folder, case, base=base, beside=beside))
            room -= len(details[-1])
        else:
            _write_case_page(environment, run, case, beside)
    _write_index(environment, run, details, places)


def _beside(run: Run) -> dict[str, Beside]:
    """Return what stands beside each case, by its slug."""
    attempts, now = run_view.attempts(run.cases), trend.outcomes(run.cases)
    names = [each.name for each in run.before.runs] + ["this run"]
    found: dict[str, Beside] = {}
    for case in run.cases:
        title = trend.title_of(case)
        cells = [*run.before.cells(title), Cell(now[title])]
        last = list(zip(names, cells, strict=True)) if run.before.runs else []
        found[case.slug] = Beside(attempts.get(case.slug, ""), last)
    return found


def _write_index(
    environment: Environment, run: Run, details: Sequence[Markup], places: _Places
) -> None:
    groups = run_view.finding_groups(run.cases)
    rules = run_view.rule_lines(run.tally, run.cases, groups)
    cases = run_view.in_order_of_concern(run.cases)
    text = environment.get_template("index.html.j2").render(
        run=run,
        info=run.info,
        tally=run.tally,
        worlds=", and ".join(worlds(run.cases)),
        cases=cases,
        skips=run.skips,
        groups=groups,
        doubts=run_view.doubts(run.cases),
        rules=rules,
        silent=run_view.silences(rules),
        benches=run_view.benches(run.cases),
        faults=run_view.faults_sentence(run.cases),
        files=_files(run.folder),
        details=details,
        places=places.pages,
        beside=places.beside,
        seeded=run_view.seeded(run.cases),
        again=len(run_view.played_again(run.cases)),
        broken=[line for line in rules if line.findings],
        numbers={case.slug: number for number, case in enumerate(cases, start=1)},
    )
    write_text(run.folder / "index.html", text)


def _write_case_page(environment: Environment, run: Run, case: Case, beside: Beside) -> None:
    detail = case_text(environment, run.folder, case, base="", beside=beside)
    text = environment.get_template("page.html.j2").render(case=case, detail=detail, info=run.info)
    write_text(run.folder / "cases" / case.slug / "index.html", text)


def case_text(
    environment: Environment, folder: Path, case: Case, *, base: str, beside: Beside = Beside()
) -> Markup:
    """Return the HTML of one case of the run in `folder`; `base` leads from its page to it."""
    history, evidence = case.history, _evidence(case)
    slips = case_view.slips(history)
    text = environment.get_template("case.html.j2").render(
        case=case,
        anchor=case_view.anchor(case),
        base=base,
        world=", ".join(worlds([case])),
        command=_check_command(folder, case),
        beside=beside,
        diagram=Markup(draw(history, f"{case_view.anchor(case)}-", evidence)),  # ElementTree
        current=Markup(draw_current(history, f"{case_view.anchor(case)}-")),  # ElementTree
        slips=slips,
        papers={slip.row: slip.number for slip in slips},
        pictures=_pictures(folder, case),
        plan=case_view.plan(history),
        faults=faults(history),
        heals=case_view.heals(history),
        calls=case_view.calls(history),
        postings=case_view.postings(history),
        balances=case_view.balances(history),
        rows=case_view.rows(history),
        evidence=evidence,
    )
    return Markup(text)  # what the template has escaped


def _evidence(case: Case) -> set[int]:
    """Return the rows on which a finding rests, of waived ones too."""
    waived = (each.finding for each in case.verdict.waived)
    findings: Iterable[Finding] = (*case.verdict.findings, *waived)
    return {row for found in findings for row in found.evidence}


def make_environment() -> Environment:
    """Return the templates; all that they are given is made visible and harmless, then escaped."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_harmless,
    )
    environment.globals |= {
        "signs": run_view.SIGNS,
        "looks": run_view.LOOKS,
        "anchor_of": case_view.anchor,
        "is_mixed": trend.is_mixed,
    }
    environment.filters["said"] = said
    return environment


def _harmless(found: object) -> object:
    return visible(found) if isinstance(found, str) and not isinstance(found, Markup) else found


@lru_cache(maxsize=REPEATED)
def said(text: str) -> Markup:
    """Return text of a device or a person as HTML; its language and direction stay its own."""
    shown = visible(text, size_max=case_view.FACTS_SIZE_MAX)
    if shown.isascii():
        return escape(shown)
    if any(ord(character) in _CHINESE for character in shown):
        return Markup('<bdi lang="zh-Hans">{}</bdi>').format(shown)
    return Markup("<bdi>{}</bdi>").format(shown)


def _check_command(folder: Path, case: Case) -> str:
    """Return what judges the history again, from where the run was made."""
    path = os.path.relpath(folder) if folder.resolve().is_relative_to(Path.cwd()) else str(folder)
    history = Path(path) / "cases" / case.slug / "history.jsonl"
    return f"pos-harness check {shlex.quote(history.as_posix())}"


def _pictures(folder: Path, case: Case) -> dict[int, str]:
    """Return the names of the pictures that were drawn, by the number of the slip."""
    numbers = range(1, len(case_view.slips(case.history)) + 1)
    names = {number: f"slip-{number}.png" for number in numbers}
    own = folder / "cases" / case.slug
    return {number: name for number, name in names.items() if (own / name).is_file()}


def _files(folder: Path) -> list[str]:
    """Return what else stands in the folder of the run."""
    found = folder.iterdir() if folder.is_dir() else iter(())
    return sorted(
        path.name + "/" * path.is_dir()
        for path in found
        if path.name != "index.html" and not path.name.startswith(".")
    )
