"""The pytest door: plays scenarios, and maps verdicts on what pytest knows.

FAIL is a failed test, INCONCLUSIVE an error in its set-up, what the bench cannot do a skip.  A
suite parametrises its tests by scenarios, through the fixture `verdict`.  What else goes wrong in
such a test is in the report too: its own check that fails is a FAIL (rule EXPECT), whatever else
it raises makes it INCONCLUSIVE.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import allure
import pytest

from harness.campaign.failure import sentence_of
from harness.campaign.scenario import Scenario
from harness.check.compose import Word
from harness.errors import HarnessError, MisuseError
from harness.report.case import Case
from harness.report.junit import reasons
from harness.report.waivers import Waivers
from harness.rig.opening import WorldName
from harness.rig.parts import Parts
from harness.runner.ending import end_as_by_keys
from harness.runner.place import (
    DEVICES,
    find_waivers,
    load_parts,
    new_folder,
    require_playable,
    world_of,
)
from harness.runner.player import Player
from harness.runner.write import write_run

OPTIONS = {
    "--pos-devices": (str(DEVICES), "file of the benches"),
    "--pos-device": ("", "device of that file; the first one if none is named"),
    "--pos-world": ("virtual", "virtual or live"),
    "--pos-defect": ("", "seeded defects to switch on, separated by commas"),
    "--pos-waivers": ("", "file of waivers; waivers.yaml beside the benches if it is there"),
    "--pos-retries": ("0", "how often a case that does not pass is played again"),
    "--pos-report": ("", "folder for the cases; whoever gives it writes the report"),
}
FOLDER = pytest.StashKey[Path]()
PLAYER = pytest.StashKey[Player]()
IS_TOLD = pytest.StashKey[bool]()  # the report says already that this test is not passed
OWN_CHECKS = (AssertionError, pytest.fail.Exception)


class InconclusiveError(Exception):
    """The case proves nothing about the terminal."""


@dataclass(frozen=True)
class JudgedCase:
    """A case that was played and is not inconclusive."""

    case: Case

    def require_pass(self) -> None:
        """Fail the test with all findings of the case, if there are any."""
        if self.case.word is Word.WAIVED:
            pytest.xfail("WAIVED: " + "; ".join(each.why for each in self.case.verdict.waived))
        if self.case.word is not Word.PASS:
            pytest.fail("\n".join(map(str, self.case.verdict.findings)), pytrace=False)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the bench."""
    group = parser.getgroup("pos-harness")
    for name, (otherwise, text) in OPTIONS.items():
        group.addoption(name, default=otherwise, help=text)


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker of suites, and the run's folder: one, however many processes there are."""
    end_as_by_keys()
    config.addinivalue_line("markers", "rule(*ids): rules that the case exists to evaluate")
    told = getattr(config, "workerinput", {}).get("pos_folder")
    config.stash[FOLDER] = Path(told or config.getoption("--pos-report") or new_folder())


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:  # noqa: ANN401  # xdist has no types
    """Tell a worker of pytest-xdist where the run's folder is."""
    node.workerinput["pos_folder"] = str(node.config.stash[FOLDER])


@pytest.hookimpl(trylast=True)  # of what was chosen by -k and -m
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark every case with the rules that it exists to evaluate; leave out what the chosen device
    does not have, and list it.
    """
    cases = [(item, found) for item in items if (found := _scenario_of(item))]
    for item, scenario in cases:
        item.add_marker(pytest.mark.rule(*scenario.due))
    if cases and not config.getoption("collectonly"):
        absent = _absent(config, cases)
        items[:] = [item for item in items if item not in absent]
        config.hook.pytest_deselected(items=absent)


def _scenario_of(item: pytest.Item) -> Scenario | None:
    call = getattr(item, "callspec", None)
    found = call.params.get("verdict") if call else None
    return found if isinstance(found, Scenario) else None


def _absent(
    config: pytest.Config, cases: Sequence[tuple[pytest.Item, Scenario]]
) -> list[pytest.Item]:
    """Return the cases that do not exist on the chosen device; without one they stay, to fail."""
    try:
        player = _player(config)
    except HarnessError:
        return []
    return [item for item, scenario in cases if player.lacks(scenario, item.path.parent.name)]


def label(rule: str) -> None:
    """Name a requirement in the Allure result of the test that runs."""
    add: Callable[[str, str], None] = allure.dynamic.label
    add("requirement", rule)


def _chosen(config: pytest.Config) -> tuple[Parts, WorldName]:
    """Return the device and the world that the options name.  Raises HarnessError."""
    option = config.getoption
    defects = tuple(filter(None, option("--pos-defect").split(",")))
    names = tuple(filter(None, [option("--pos-device")]))
    parts = load_parts(Path(option("--pos-devices")), names, defects)[0]
    world = world_of(option("--pos-world"))
    require_playable([parts], world)
    if hasattr(config, "workerinput") and not parts.is_emulated:
        raise MisuseError(f"{parts.name} is one device: several workers cannot share it (no -n)")
    return parts, world


def _waivers(config: pytest.Config) -> Waivers:
    return find_waivers(config.getoption("--pos-waivers"), Path(config.getoption("--pos-devices")))


@pytest.fixture(scope="session")
def player(request: pytest.FixtureRequest) -> Player:
    """Return what plays scenarios on the device that the options name."""
    config = request.config
    try:
        return _player(config)
    except HarnessError as error:
        _refuse(config, str(error))


def _player(config: pytest.Config) -> Player:
    """Return the one player of this process.  Raises HarnessError."""
    if PLAYER not in config.stash:
        (parts, world), waivers = _chosen(config), _waivers(config)
        config.stash[PLAYER] = Player(
            parts=parts, world=world, folder=config.stash[FOLDER], door="pytest",
            waivers=waivers, retries=int(config.getoption("--pos-retries")),
        )  # fmt: skip
    return config.stash[PLAYER]


def _refuse(config: pytest.Config, why: str) -> NoReturn:
    if hasattr(config, "workerinput"):  # one that exits would be replaced by another
        raise pytest.fail.Exception(why, pytrace=False) from None
    pytest.exit(why, returncode=2)


@pytest.fixture
def verdict(request: pytest.FixtureRequest, player: Player) -> JudgedCase:
    """Play the test's scenario; skip it where the bench cannot, raise if it proves nothing."""
    scenario: Scenario = request.param
    suite = request.path.parent.name
    for rule in scenario.due:
        label(rule)
    if reason := player.obstacle(scenario, suite):
        pytest.skip(reason)
    case = player.play(scenario, suite)
    request.node.stash[IS_TOLD] = case.word is not Word.PASS
    if case.word is Word.INCONCLUSIVE:
        raise InconclusiveError(f"INCONCLUSIVE: {'; '.join(reasons(case))}")
    return JudgedCase(case)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Put a test that fails by itself into the report: our tally must not call it passed."""
    report = yield
    player = item.config.stash.get(PLAYER, None)
    is_ours = player and "player" in getattr(item, "fixturenames", ())
    if is_ours and report.failed and call.excinfo and not item.stash.get(IS_TOLD, False):
        item.stash[IS_TOLD] = True
        _keep(item, item.config.stash[PLAYER], call.excinfo.value)
    return report


def _keep(item: pytest.Item, player: Player, raised: BaseException) -> None:
    suite, name = item.path.parent.name, f"{item.name} (the test itself)"
    if isinstance(raised, OWN_CHECKS):
        player.keep_unmet(name, suite, str(raised))
    elif isinstance(raised, Exception):
        player.keep_broken(name, suite, sentence_of(raised))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the report, unless whoever started us does."""
    config = session.config
    is_others = config.getoption("--pos-report") or hasattr(config, "workerinput")
    if not is_others and config.stash[FOLDER].exists():
        parts, world = _chosen(config)
        write_run(config.stash[FOLDER], [parts], world, _waivers(config))
