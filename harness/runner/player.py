"""Plays cases on one device, for every door alike, and keeps in a folder what came of them."""

from dataclasses import dataclass
from pathlib import Path

from harness.campaign.play import Played, play
from harness.campaign.scenario import Scenario, obstacle
from harness.report.case import Case, Door, Skip, write_case, write_skip
from harness.rig.opening import WorldName
from harness.rig.parts import Parts


@dataclass(frozen=True, kw_only=True)
class Player:
    """One device in one world; `folder` is the run's."""

    parts: Parts
    world: WorldName
    folder: Path
    door: Door

    def obstacle(self, scenario: Scenario, suite: str) -> str:
        """Return why this device cannot play the case, and list it as skipped; "" if it can."""
        reason = obstacle(scenario, self.parts)
        if reason:
            write_skip(self.folder, Skip(self.title(scenario.name, suite), reason))
        return reason

    def play(self, scenario: Scenario, suite: str) -> Case:
        """Play a case that this device can play."""
        return self.keep(scenario, suite, play(scenario, self.parts, self.world))

    def keep(self, scenario: Scenario, suite: str, played: Played) -> Case:
        """Judge what was played and put it into the report folder."""
        case = Case(
            name=self.title(scenario.name, suite),
            suite=suite,
            door=self.door,
            rules=scenario.due,
            history=played.history,
            verdict=played.judged(),
            took_s=played.took_s,
            error=played.error,
        )
        return write_case(self.folder, case)

    def title(self, name: str, suite: str) -> str:
        """Return the name of a case in a report."""
        return f"{suite}: {name} [{self.parts.name}]"
