"""What a run was: the facts that let somebody repeat it, as one small file."""

import json
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from harness.report.case import Case
from harness.report.file import write_text
from harness.report.plain_text import visible


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInfo:
    """Identity of one run; `started` is the wall time at which it began, as text.

    devices: name -> what it is.  versions: of this project and of what it was run with.
    """

    started: str
    bench: str = ""
    profile: str = ""
    seed: int = 0
    command: str = ""
    devices: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)


def write_run_json(folder: Path, info: RunInfo, cases: Sequence[Case]) -> None:
    """Write run.json.  Raises MisuseError if the folder cannot be written."""
    about = asdict(info) | {
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        "worlds": worlds(cases),
        "cases": [case.slug for case in cases],
    }
    write_text(folder / "run.json", json.dumps(about, ensure_ascii=False, indent=1) + "\n")


def worlds(cases: Sequence[Case]) -> list[str]:
    """Return what the cases ran on, as said beside the verdict: "emulated, virtual time"."""
    return list(dict.fromkeys(_world(case) for case in cases))


def _world(case: Case) -> str:
    header = case.history.header
    kind = "hardware" if header.world == "hardware" else str(header.bench.get("kind", "undeclared"))
    time = {"virtual": "virtual time", "live": "live", "hardware": ""}.get(header.world, "")
    scale = "" if header.timer_scale == 1 else f"all timers times {header.timer_scale:g}"
    return visible(", ".join(filter(None, [kind, time or header.world.replace(kind, ""), scale])))
