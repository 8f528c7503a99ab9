"""`pos-harness run`: the main job, suites on devices, and a verdict."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from harness.commands.output import print_object, say
from harness.report.case import read_case
from harness.report.console import Progress, print_verdict
from harness.report.tally import as_json
from harness.rig.defects import require_known
from harness.runner.place import (
    DEVICES,
    REPORTS,
    load_parts,
    new_folder,
    require_playable,
    world_of,
)
from harness.runner.run import Run, carry_out, find_suites
from harness.runner.write import judge


def run(
    suites: Annotated[
        list[str] | None, typer.Argument(metavar="[SUITE]...", help="Suites or files; all if none.")
    ] = None,
    device: Annotated[
        str, typer.Option(help="Devices of the file, separated by commas, or all.")
    ] = "",
    world: Annotated[str, typer.Option(help="virtual, or live on real ports.")] = "virtual",
    defect: Annotated[
        list[str] | None, typer.Option(help="A seeded defect to switch on; may be repeated.")
    ] = None,
    devices: Annotated[Path, typer.Option(help="The file of the benches.")] = DEVICES,
    reports: Annotated[Path, typer.Option(help="The folder in which reports are kept.")] = REPORTS,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> int:
    """Run suites on devices: prints the verdict and writes a report.

    Exit codes: 0 PASS, 1 FAIL, 3 INCONCLUSIVE.
    """
    defects = tuple(defect or ())
    require_known(defects)
    found = load_parts(devices, [name for name in device.split(",") if name], defects)
    require_playable(found, world_of(world))
    wanted = Run(
        devices=found,
        devices_file=devices,
        world=world_of(world),
        suites=find_suites(suites or []),
        folder=new_folder(reports),
        defects=defects,
    )
    console = Console(file=sys.stderr if json else sys.stdout)
    page = wanted.folder / "index.html"
    try:
        tally = carry_out(wanted, _Watcher(Progress(console)).look)
    except KeyboardInterrupt:
        say(f"report of what ran: {page}" if page.exists() else "nothing ran: there is no report")
        raise
    if json:
        print_object(as_json(tally, str(page)))
    else:
        print_verdict(tally, console, str(page))
    return tally.exit_code


class _Watcher:
    """Tells of each case as soon as its folder is there."""

    def __init__(self, progress: Progress) -> None:
        self._progress, self._told = progress, set[str]()

    def look(self, folder: Path) -> None:
        """Tell of what is new."""
        for each in sorted((folder / "cases").glob("[!.]*")):
            if each.name not in self._told:
                self._told.add(each.name)
                self._progress.case_started(each.name)
                self._progress.case_ended(read_case(each, judge))
