"""run.json: what a run was, on what, and what came of it: for people who sign and for programs."""

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from harness.report.case import Case, Skip
from harness.report.fault_text import faults
from harness.report.file import write_text
from harness.report.gaps import gaps_of
from harness.report.plain_text import visible
from harness.report.tally import Tally, as_json

SCHEMA = 2
FILE_NAME = "run.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """One device of a run: who it is, and who and what surrounded it.

    profile: parameters that differ from the reference profile.  instruments: name, serial number
    and the dates of their calibration.  doubts: why its verdicts prove nothing.
    """

    what: str
    identity: Mapping[str, str] = field(default_factory=dict)
    profile: Mapping[str, Any] = field(default_factory=dict)
    surroundings: Mapping[str, str] = field(default_factory=dict)
    instruments: Sequence[Mapping[str, str]] = ()
    doubts: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInfo:
    """Identity of one run; `started` and `ended` are wall times as text, `by` who answers for it.

    devices: by name.  versions: of this project and of what it was run with.
    """

    started: str
    ended: str = ""
    by: str = ""
    bench: str = ""
    profile: str = ""
    seed: int = 0
    command: str = ""
    devices: Mapping[str, Bench] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def doubts(self) -> list[str]:
        """Return why the verdicts on some device prove nothing."""
        return [f"{name}: {why}" for name, device in self.devices.items() for why in device.doubts]


def write_run_json(
    folder: Path, info: RunInfo, tally: Tally, cases: Sequence[Case], skips: Sequence[Skip]
) -> None:
    """Write run.json.  Raises MisuseError if the folder cannot be written."""
    about = {
        "schema": SCHEMA,
        **asdict(info),
        "platform": platform.platform(),
        "worlds": worlds(cases),
        "result": as_json(tally, "index.html"),
        "why": [visible(each) for each in tally.why],
        "cases": [_case(case) for case in cases],
        "skipped": [{"name": visible(each.name), "why": visible(each.reason)} for each in skips],
    }
    write_text(folder / FILE_NAME, json.dumps(about, ensure_ascii=False, indent=1) + "\n")


def _case(case: Case) -> dict[str, Any]:
    waived = [
        {"rule": each.finding.rule, "what": visible(each.finding.what), "why": visible(each.why)}
        for each in case.verdict.waived
    ]
    found = [
        {"rule": each.rule, "what": visible(each.what), "seen": visible(each.seen)}
        for each in case.verdict.findings
    ]
    unsure = [{"rule": gap.rule, "what": visible(gap.what)} for gap in gaps_of(case)]
    return {
        "name": visible(case.name),
        "suite": visible(case.suite),
        "door": case.door,
        "folder": f"cases/{case.slug}",
        "verdict": case.word.name,
        "took_s": round(case.took_s, 3),
        "rules": case.verdict.words(),
        "findings": found,
        "gaps": unsure,
        "faults": [visible(each) for each in faults(case.history)],
        "waived": waived,
    }


def worlds(cases: Sequence[Case]) -> list[str]:
    """Return what the cases ran on, as said beside the verdict: "emulated, virtual time"."""
    return list(dict.fromkeys(_world(case) for case in cases))


def _world(case: Case) -> str:
    header = case.history.header
    kind = "hardware" if header.world == "hardware" else str(header.bench.get("kind", "undeclared"))
    time = {"virtual": "virtual time", "live": "live", "hardware": ""}.get(header.world, "")
    scale = "" if header.timer_scale == 1 else f"all timers times {header.timer_scale:g}"
    return visible(", ".join(filter(None, [kind, time or header.world.replace(kind, ""), scale])))
