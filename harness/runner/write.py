"""The report of a run that one of our doors has played."""

import platform
import shlex
import sys
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

from harness.check.all import ALL_CHECKERS
from harness.check.compose import Verdict, compose
from harness.history.record import History
from harness.report.run_json import RunInfo
from harness.report.tally import Tally
from harness.report.waivers import NO_WAIVERS, Waivers
from harness.report.write import write_report
from harness.rig.opening import WorldName
from harness.rig.parts import Parts
from harness.rig.schema import ExternalTerminal

COMPANIONS = ("pytest", "robotframework", "pyserial", "allure-pytest", "cryptography")


def judge(history: History, waivers: Waivers = NO_WAIVERS) -> Verdict:
    """Judge a history by all checkers, and set aside what is waived."""
    return waivers.applied(compose(history, ALL_CHECKERS), history.header)


def write_run(
    folder: Path, devices: Sequence[Parts], world: WorldName, waivers: Waivers = NO_WAIVERS
) -> Tally:
    """Write the report into the run's folder and return the tally.  Raises MisuseError."""
    info = RunInfo(
        started=f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S %z}",
        bench=", ".join(parts.name for parts in devices),
        command=shlex.join(["pos-harness", *sys.argv[1:]]),
        devices={parts.name: described(parts, world) for parts in devices},
        versions={"pos-harness": version("pos-harness"), "python": platform.python_version()}
        | {name: version(name) for name in COMPANIONS},
    )
    return write_report(folder, info, partial(judge, waivers=waivers), waivers=waivers)


def described(parts: Parts, world: WorldName) -> str:
    """Return what a device is, in a line for people."""
    device, terminal = parts.device, parts.device.terminal
    if not isinstance(terminal, ExternalTerminal):
        seeded = f", defects: {', '.join(parts.defects)}" if parts.defects else ""
        return f"emulated, {world}, ECR {terminal.ecr}{seeded}"
    identity = " ".join(filter(None, (terminal.model, terminal.serial_number, terminal.firmware)))
    return (
        f"external {identity or 'terminal of undeclared identity'}, ECR {terminal.ecr}, operator "
        f"{device.operator.kind}, power {device.power.kind}"
    )
