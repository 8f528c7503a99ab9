"""The report of a run: all its files, from the histories in its folder."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from harness.report import case_view, slip_picture, trend
from harness.report.attempts import counted, spoilt_notes
from harness.report.case import Case, Judge, read_absent, read_cases, read_skips
from harness.report.file import writing
from harness.report.html import Run, write_html
from harness.report.junit import write_junit
from harness.report.latest import point_latest
from harness.report.manifest import write_manifest
from harness.report.matrix import write_matrix
from harness.report.run_json import RunInfo, write_run_json
from harness.report.tally import Tally, tally
from harness.report.waivers import NO_WAIVERS, Waivers

PICTURES_MAX = 40  # slips of one case; all of them are there as text


def write_report(
    folder: Path,
    info: RunInfo,
    judge: Judge,
    *,
    fonts: Sequence[Path] | None = None,
    waivers: Waivers = NO_WAIVERS,
) -> Tally:
    """Judge the cases in the folder, write what people and programs read, return the tally.

    waivers: those that `judge` heeds, to tell which of them are of no use.
    fonts: files for the pictures of slips; None means those of the system.
    Raises MisuseError if the folder cannot be written, or a case in it is damaged.
    """
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    played = read_cases(folder, judge) if (folder / "cases").is_dir() else []
    cases = counted(played)
    skips = read_skips(folder)
    absent = [f"not on this device: {each.name}: {each.reason}" for each in read_absent(folder)]
    notes = [*waivers.notes(case.verdict for case in cases), *spoilt_notes(played), *absent]
    found = tally(cases, skips, notes=notes, doubts=info.doubts)
    known = slip_picture.font_files() if fonts is None else fonts
    for case in cases:
        _draw_slips(folder, case, known)
    whole = folder.resolve()
    write_junit(folder, found, cases, skips)
    write_run_json(folder, info, found, cases, skips)
    write_matrix(folder, cases)
    write_html(Run(folder, info, found, cases, skips, trend.before(whole, cases)))
    write_manifest(folder)
    point_latest(whole.parent, whole.name)
    return found


def _draw_slips(folder: Path, case: Case, fonts: Sequence[Path]) -> None:
    """Draw slips beside their history; one that no font has all characters of stays text.

    Of a case with very many, the first ones and those in findings are drawn.
    """
    evidence = {row for found in case.verdict.findings for row in found.evidence}
    for slip in case_view.slips(case.history):
        if slip.number > PICTURES_MAX and slip.row not in evidence:
            continue
        path = folder / "cases" / case.slug / f"slip-{slip.number}.png"
        with suppress(slip_picture.NoFontError):
            slip_picture.draw(slip.lines, path, fonts)
