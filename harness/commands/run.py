"""`pos-harness run`: the main job, suites on devices, and a verdict."""

import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from harness.commands.output import print_object, say
from harness.report.case import read_case
from harness.report.console import Progress, print_verdict
from harness.report.tally import as_json
from harness.report.waivers import Waivers
from harness.rig.defects import require_known
from harness.runner.place import (
    DEVICES,
    REPORTS,
    find_waivers,
    load_parts,
    new_folder,
    require_playable,
    world_of,
)
from harness.runner.run import Run, carry_out, find_suites
from harness.runner.write import judge

Suites = Annotated[
    list[str] | None, typer.Argument(metavar="[SUITE]...", help="Suites or files; all if none.")
]
DeviceNames = Annotated[str, typer.Option(help="Devices of the file, separated by commas, or all.")]
World = Annotated[str, typer.Option(help="virtual, or live on real ports.")]
Defects = Annotated[
    list[str] | None, typer.Option(help="A seeded defect to switch on; may be repeated.")
]
WaiversFile = Annotated[
    str, typer.Option(help="File of waivers; waivers.yaml beside the benches if it is there.")
]
Retries = Annotated[
    int,
    typer.Option(min=0, max=10, help="How often a pytest case that fails is played again."),
]
By = Annotated[str, typer.Option(help="Who answers for this run; stands in the report.")]
DevicesFile = Annotated[Path, typer.Option(help="The file of the benches.")]
Reports = Annotated[Path, typer.Option(help="The folder in which reports are kept.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def run(
    suites: Suites = None,
    device: DeviceNames = "",
    world: World = "virtual",
    defect: Defects = None,
    waivers: WaiversFile = "",
    retries: Retries = 0,
    by: By = "",
    devices: DevicesFile = DEVICES,
    reports: Reports = REPORTS,
    json: AsJson = False,
) -> int:
    """Run suites on devices: prints the verdict and writes a report.

    Exit codes: 0 PASS, 1 FAIL, 3 INCONCLUSIVE, 4 WAIVED (every finding is waived).
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
        retries=retries,
        by=by,
        waivers_file=waivers,
        waivers=find_waivers(waivers, devices),
    )
    console = Console(file=sys.stderr if json else sys.stdout)
    page = wanted.folder / "index.html"
    try:
        tally = carry_out(wanted, _Watcher(Progress(console), wanted.waivers).look)
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

    def __init__(self, progress: Progress, waivers: Waivers) -> None:
        self._progress, self._told = progress, set[str]()
        self._judge = partial(judge, waivers=waivers)

    def look(self, folder: Path) -> None:
        """Tell of what is new."""
        for each in sorted((folder / "cases").glob("[!.]*")):
            if each.name not in self._told:
                self._told.add(each.name)
                self._progress.case_started(each.name)
                self._progress.case_ended(read_case(each, self._judge))
