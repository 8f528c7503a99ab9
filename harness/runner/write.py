"""The report of a run that one of our doors has played."""

import platform
import shlex
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

from harness.check.all import ALL_CHECKERS
from harness.check.compose import Verdict, compose
from harness.history.record import History
from harness.port.sqlite_file import lay_to_rest
from harness.report.run_json import RunInfo
from harness.report.tally import Tally
from harness.report.waivers import NO_WAIVERS, Waivers
from harness.report.write import write_report
from harness.rig.opening import WorldName
from harness.rig.parts import LEDGER_FILE, Parts
from harness.runner.bench_facts import bench_facts
from harness.runner.place import FOLDER_TIME

COMPANIONS = ("pytest", "robotframework", "pyserial", "allure-pytest", "cryptography", "sqlalchemy")


def judge(history: History, waivers: Waivers = NO_WAIVERS) -> Verdict:
    """Judge a history by all checkers, and set aside what is waived."""
    return waivers.applied(compose(history, ALL_CHECKERS), history.header)


def write_run(
    folder: Path,
    devices: Sequence[Parts],
    world: WorldName,
    waivers: Waivers = NO_WAIVERS,
    by: str = "",
) -> Tally:
    """Write the report into the run's folder and return the tally.  Raises MisuseError.

    by: who answers for the run.
    """
    now = datetime.now().astimezone()
    lay_to_rest(folder / LEDGER_FILE)
    info = RunInfo(
        started=_shown(_begin_of(folder) or now),
        ended=_shown(now),
        by=by,
        bench=", ".join(parts.name for parts in devices),
        command=shlex.join(["pos-harness", *sys.argv[1:]]),
        devices={parts.name: bench_facts(parts, world, now.date()) for parts in devices},
        versions={"pos-harness": version("pos-harness"), "python": platform.python_version()}
        | {name: version(name) for name in COMPANIONS},
    )
    return write_report(folder, info, partial(judge, waivers=waivers), waivers=waivers)


def _begin_of(folder: Path) -> datetime | None:
    """Return when a run began, which its folder's name says unless somebody else named it."""
    with suppress(ValueError):
        return datetime.strptime(folder.name[:15], FOLDER_TIME).astimezone()
    return None


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S %z}"
