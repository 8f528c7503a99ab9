"""A run: pytest and Robot play the suites on one or more devices, our own tally says the verdict.

Each test runner is a process of its own, and several devices run side by side; so do the two
runners of one device in virtual time.  The runners' exit codes say only whether they themselves
came to their end.
"""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from harness.errors import MisuseError
from harness.history.record import Header, History
from harness.report.case import Case, write_case
from harness.report.file import writing
from harness.report.tally import Tally
from harness.report.waivers import NO_WAIVERS, Waivers
from harness.rig.opening import WorldName
from harness.rig.parts import Parts
from harness.runner.write import judge, write_run

SUITES = Path("suites")
POLL_S = 0.05
WORKERS = 2  # of pytest on one device in virtual time; Robot is beside them
HEARD_S = 5.0  # in which one that has heard Ctrl-C itself is left alone
STOP_S = 20.0  # what a runner gets to close its ports after Ctrl-C
TAIL_SIZE = 1500  # characters of a broken runner's output that become evidence
PYTEST_ENDS = frozenset({0, 1, 5})  # passed, failed, nothing collected
ROBOT_FAILED_MAX = 250  # above: Robot itself failed

OnPoll = Callable[[Path], None]


@dataclass(frozen=True, kw_only=True)
class Run:
    """What is to be run: `suites` are files and folders; `waivers` what their file says today."""

    devices: Sequence[Parts]
    devices_file: Path
    world: WorldName
    suites: Sequence[Path]
    folder: Path
    defects: tuple[str, ...] = ()
    retries: int = 0  # of a case that does not pass
    by: str = ""  # who answers for it
    waivers_file: str = ""  # none: the one beside the benches, if it is there
    waivers: Waivers = NO_WAIVERS


@dataclass
class _Runner:
    """One test runner on one device."""

    name: str
    command: list[str]
    is_end: Callable[[int], bool]
    log: Path
    is_asking: bool = False  # a person at this terminal, who is in our session with it
    process: "subprocess.Popen[bytes] | None" = field(default=None)
    is_stopped: bool = False

    def start(self) -> None:
        """Start it, away from the terminal's Ctrl-C: we pass that on, once.

        Its output goes into a file.
        """
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                start_new_session=not self.is_asking,
            )  # fmt: skip

    @property
    def is_running(self) -> bool:
        """Tell whether it has not come to an end."""
        return self.process is not None and self.process.poll() is None

    @property
    def failure(self) -> str:
        """Return why it did not come to its end, "" if it did."""
        if self.process is None:
            return f"{self.name} was not started"
        if self.is_stopped:
            return f"{self.name} was stopped before its end"
        code = self.process.returncode
        if self.is_end(code):
            return ""
        said = self.log.read_text("utf-8", errors="replace")[-TAIL_SIZE:]
        return f"{self.name} ended with {code}: {' '.join(said.split())}"


def find_suites(names: Sequence[str], root: Path = SUITES) -> list[Path]:
    """Return the folders or files of suites.  Raises MisuseError for a name of none."""
    if not names:
        names = [str(root)]
    found = [_suite(name, root) for name in names]
    return list(dict.fromkeys(found))


def _suite(name: str, root: Path) -> Path:
    for path in (root / name, Path(name)):
        if path.exists():
            return path
    known = sorted(each.name for each in root.iterdir() if each.is_dir()) if root.is_dir() else []
    there = f"there are {', '.join(known)}" if known else f"there is no folder {root}/ here"
    raise MisuseError(f"no suite is called {name!r}: {there}; a path of a file does too")


def carry_out(run: Run, on_poll: OnPoll = lambda _folder: None) -> Tally:
    """Run all suites on all devices, write the report, and return the tally.

    After Ctrl-C the runners are stopped, what ran is reported, and KeyboardInterrupt goes on.
    """
    with writing(run.folder):
        run.folder.mkdir(parents=True)
    lanes = _lanes(run)
    try:
        _work(lanes, partial(on_poll, run.folder))
    except KeyboardInterrupt:
        _stop(lanes)
        _conclude(run, lanes)
        raise
    on_poll(run.folder)
    return _conclude(run, lanes)


def _lanes(run: Run) -> list[list[_Runner]]:
    """Return the runners that work side by side, each with those that wait for its end.

    In virtual time both runners of one device may work at once: each opens a bench of its own.
    """
    lanes = [_lane(run, parts) for parts in run.devices]
    is_alone = run.world == "virtual" and len(lanes) == 1
    return [[runner] for runner in lanes[0]] if is_alone else lanes


def _lane(run: Run, parts: Parts) -> list[_Runner]:
    """Return the runners of one device; one of somebody else's has one at a time."""
    return [*_pytest(run, parts), *_robot(run, parts)]


def _pytest(run: Run, parts: Parts) -> Iterable[_Runner]:
    paths = [path for path in run.suites if _has(path, "test_*.py")]
    if not paths:
        return
    command = [
        sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
        "-p", "harness.pytest_plugin",  # a suite from elsewhere has no conftest.py of ours
        f"--alluredir={run.folder / 'allure'}", f"--pos-devices={run.devices_file}",
        f"--pos-device={parts.name}", f"--pos-world={run.world}",
        f"--pos-defect={','.join(run.defects)}", f"--pos-report={run.folder}",
        f"--pos-waivers={run.waivers_file}", f"--pos-retries={run.retries}",
        *_workers(run, parts), *map(str, paths),
    ]  # fmt: skip
    log = run.folder / f"pytest-{parts.name}.txt"
    yield _Runner(
        f"pytest on {parts.name}", command, PYTEST_ENDS.__contains__, log, _is_asking(parts)
    )


def _workers(run: Run, parts: Parts) -> list[str]:
    """Return the options for several workers: in virtual time each has a bench of its own."""
    is_many = run.world == "virtual" and parts.is_emulated and len(run.devices) == 1
    return ["-n", str(WORKERS)] if is_many else []


def _robot(run: Run, parts: Parts) -> Iterable[_Runner]:
    paths = [path for path in run.suites if _has(path, "*.robot")]
    if not paths:
        return
    variables = {
        "DEVICES": str(run.devices_file), "DEVICE": parts.name, "WORLD": run.world,
        "DEFECTS": ",".join(run.defects), "REPORT": str(run.folder),
        "WAIVERS": run.waivers_file, "RETRIES": str(run.retries),
    }  # fmt: skip
    given = [part for name in variables for part in ("--variable", f"{name}:{variables[name]}")]
    command = [
        sys.executable, "-m", "robot", "--console", "quiet", "--pythonpath", ".",
        "--outputdir", str(run.folder / f"robot-{parts.name}"),
        "--listener", f"allure_robotframework;{run.folder / 'allure'}", *given, *map(str, paths),
    ]  # fmt: skip
    log = run.folder / f"robot-{parts.name}.txt"
    yield _Runner(
        f"Robot on {parts.name}", command, lambda code: code <= ROBOT_FAILED_MAX, log,
        _is_asking(parts),
    )  # fmt: skip


def _is_asking(parts: Parts) -> bool:
    return parts.device.operator.kind == "human"


def _has(path: Path, pattern: str) -> bool:
    return path.match(pattern) if path.is_file() else any(path.rglob(pattern))


def _work(lanes: list[list[_Runner]], look: Callable[[], None]) -> None:
    """Keep every device busy, one runner at a time on each, until all have ended."""
    waiting = [list(lane) for lane in lanes]
    running: list[_Runner | None] = [None] * len(lanes)
    while any(waiting) or any(each and each.is_running for each in running):
        for place, queue in enumerate(waiting):
            current = running[place]
            if queue and not (current and current.is_running):
                following = running[place] = queue.pop(0)
                following.start()
        time.sleep(POLL_S)
        look()


def _stop(lanes: list[list[_Runner]]) -> None:
    alive = [each for lane in lanes for each in lane if each.is_running and each.process]
    for each in alive:
        assert each.process is not None
        each.is_stopped = True
        if not (each.is_asking and _has_ended(each.process, HEARD_S)):
            each.process.send_signal(signal.SIGINT)
    for each in alive:
        assert each.process is not None
        if not _has_ended(each.process, STOP_S):
            each.process.kill()
            each.process.wait()


def _has_ended(process: "subprocess.Popen[bytes]", within_s: float) -> bool:
    try:
        process.wait(within_s)
    except subprocess.TimeoutExpired:
        return False
    return True


def _conclude(run: Run, lanes: list[list[_Runner]]) -> Tally:
    for runner in (each for lane in lanes for each in lane):
        if runner.failure:
            write_case(run.folder, _broken(runner.name, runner.failure, run.world))
    return write_run(run.folder, run.devices, run.world, run.waivers, run.by)


def _broken(name: str, why: str, world: WorldName) -> Case:
    """Return an inconclusive case: what a runner that broke did not play proves nothing."""
    history = History(Header(world=world, observes=(), case=name), ())
    return Case(
        name=name, suite="run", door="run", rules=(), history=history, verdict=judge(history),
        took_s=0.0, error=why,
    )  # fmt: skip
