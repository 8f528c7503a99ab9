"""Where a run finds its benches and puts its report: what the doors are told."""

import os
import tempfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from harness.errors import MisuseError
from harness.report.file import writing
from harness.report.waivers import FILE_NAME, NO_WAIVERS, Waivers, load_waivers
from harness.rig.opening import WorldName
from harness.rig.parts import Parts, make_parts
from harness.rig.schema import NO_TILL_LINE, ExternalTerminal, load_bench

DEVICES = Path("devices.yaml")
REPORTS = Path("reports")
FOLDER_TIME = "%Y%m%d-%H%M%S"
WORLDS: tuple[WorldName, ...] = ("virtual", "live")


def new_folder(reports: Path = REPORTS) -> Path:
    """Return a folder for one run that nobody else has; it is not made yet."""
    return reports / f"{datetime.now():{FOLDER_TIME}}-{os.getpid()}"


def find_waivers(name: str, devices: Path) -> Waivers:
    """Return the waivers of a file, today; without a name those beside the file of the benches.

    Raises ConfigError for what is wrong in it.
    """
    path = Path(name) if name else devices.parent / FILE_NAME
    return load_waivers(path, date.today()) if name or path.exists() else NO_WAIVERS


def require_writable(reports: Path) -> None:
    """Make the folder of reports.  Raises MisuseError now, not when there is a report to write."""
    with writing(reports):
        reports.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=reports):
            pass


def world_of(name: str) -> WorldName:
    """Return the world of this name.  Raises MisuseError for another word."""
    for world in WORLDS:
        if world == name:
            return world
    raise MisuseError(f"world {name!r}: expected {' or '.join(WORLDS)}")


def require_playable(devices: Sequence[Parts], world: WorldName) -> None:
    """Raise MisuseError for a device that no suite can be run on in this world."""
    for parts in devices:
        terminal = parts.device.terminal
        if not isinstance(terminal, ExternalTerminal):
            continue
        if world != "live":
            raise MisuseError(f"{parts.name} is no emulated device: run it with --world live")
        if terminal.ecr == NO_TILL_LINE:
            raise MisuseError(
                f"{parts.name} has no till line (ecr: none), so no suite can sell on it: use it by "
                "hand with `pos-harness watch`"
            )


def load_parts(path: Path, names: Sequence[str] = (), defects: tuple[str, ...] = ()) -> list[Parts]:
    """Return the devices of these names, the first one of the file if there is none, or `all`.

    Raises ConfigError for what is wrong in the file, MisuseError for a device it does not have.
    """
    devices = load_bench(path).devices
    if not devices:
        raise MisuseError(f"{path}: no device is declared there; add one under `devices:`")
    wanted = list(devices) if "all" in names else list(names) or [next(iter(devices))]
    if unknown := [name for name in wanted if name not in devices]:
        raise MisuseError(
            f"{path} has no device {unknown[0]!r}: expected {', '.join(devices)}, or all"
        )
    return [
        make_parts(name, devices[name], path.parent, defects=defects)
        for name in dict.fromkeys(wanted)
    ]
