"""The pytest door: plays scenarios, and maps verdicts on what pytest knows.

FAIL is a failed test, INCONCLUSIVE an error in its set-up, what the bench cannot do a skip.  A
suite parametrises its tests by scenarios, through the fixture `verdict`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import allure
import pytest

from harness.campaign.scenario import Scenario
from harness.check.compose import Word
from harness.errors import HarnessError
from harness.report.case import Case
from harness.report.junit import reasons
from harness.runner.place import DEVICES, load_parts, new_folder, world_of
from harness.runner.player import Player
from harness.runner.write import write_run

OPTIONS = {
    "--pos-devices": (str(DEVICES), "file of the benches"),
    "--pos-device": ("", "device of that file; the first one if none is named"),
    "--pos-world": ("virtual", "virtual or live"),
    "--pos-defect": ("", "seeded defects to switch on, separated by commas"),
    "--pos-report": ("", "folder for the cases; whoever gives it writes the report"),
}
PLAYER = pytest.StashKey[Player]()


class InconclusiveError(Exception):
    """The case proves nothing about the terminal."""


@dataclass(frozen=True)
class JudgedCase:
    """A case that was played and is not inconclusive."""

    case: Case

    def require_pass(self) -> None:
        """Fail the test with all findings of the case, if there are any."""
        if self.case.word is not Word.PASS:
            pytest.fail("\n".join(map(str, self.case.verdict.findings)), pytrace=False)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the bench."""
    group = parser.getgroup("pos-harness")
    for name, (otherwise, text) in OPTIONS.items():
        group.addoption(name, default=otherwise, help=text)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every case with the rules that it exists to evaluate."""
    for item in items:
        call = getattr(item, "callspec", None)
        scenario = call.params.get("verdict") if call else None
        if isinstance(scenario, Scenario):
            item.add_marker(pytest.mark.rule(*scenario.due))


def label(rule: str) -> None:
    """Name a requirement in the Allure result of the test that runs."""
    add: Callable[[str, str], None] = allure.dynamic.label
    add("requirement", rule)


@pytest.fixture(scope="session")
def player(request: pytest.FixtureRequest) -> Player:
    """Return what plays scenarios on the device that the options name."""
    config = request.config
    option = config.getoption
    defects = tuple(filter(None, option("--pos-defect").split(",")))
    names = tuple(filter(None, [option("--pos-device")]))
    try:
        parts = load_parts(Path(option("--pos-devices")), names, defects)[0]
        world = world_of(option("--pos-world"))
    except HarnessError as error:
        pytest.exit(str(error), returncode=2)
    folder = Path(option("--pos-report") or new_folder())
    made = Player(parts=parts, world=world, folder=folder, door="pytest")
    config.stash[PLAYER] = made
    return made


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
    if case.word is Word.INCONCLUSIVE:
        raise InconclusiveError(f"INCONCLUSIVE: {'; '.join(reasons(case))}")
    return JudgedCase(case)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the report, unless whoever started us does."""
    player = session.config.stash.get(PLAYER, None)
    if player and player.folder.exists() and not session.config.getoption("--pos-report"):
        write_run(player.folder, [player.parts], player.world)
