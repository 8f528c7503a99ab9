"""Where a run finds its benches and puts its report: what the doors are told."""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from harness.errors import MisuseError
from harness.rig.opening import WorldName
from harness.rig.parts import Parts, make_parts
from harness.rig.schema import load_bench

DEVICES = Path("devices.yaml")
REPORTS = Path("reports")
WORLDS: tuple[WorldName, ...] = ("virtual", "live")


def new_folder(reports: Path = REPORTS) -> Path:
    """Return a folder for one run that nobody else has; it is not made yet."""
    return reports / f"{datetime.now():%Y%m%d-%H%M%S}-{os.getpid()}"


def world_of(name: str) -> WorldName:
    """Return the world of this name.  Raises MisuseError for another word."""
    for world in WORLDS:
        if world == name:
            return world
    raise MisuseError(f"world {name!r}: expected {' or '.join(WORLDS)}")


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
