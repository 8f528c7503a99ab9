"""Plays cases on one device, for every door alike, and keeps in a folder what came of them."""

from dataclasses import dataclass, replace
from pathlib import Path

from harness.campaign.play import Played, play
from harness.campaign.scenario import Scenario, absence, obstacle, world_for
from harness.check.compose import Word
from harness.history.record import Header, History, Recorder
from harness.report.attempts import counted
from harness.report.case import Case, Door, Skip, write_absent, write_case, write_skip
from harness.report.file import writing
from harness.report.inspection import inspected
from harness.report.waivers import NO_WAIVERS, Waivers
from harness.rig.back_office import no_ledger
from harness.rig.expect import Expect
from harness.rig.opening import Opening, WorldName, make_header
from harness.rig.parts import Parts

STALL_RETRIES = 2


@dataclass(frozen=True, kw_only=True)
class Player:
    """One device in one world; `folder` is the run's."""

    parts: Parts
    world: WorldName
    folder: Path
    door: Door
    waivers: Waivers = NO_WAIVERS
    retries: int = 0  # of a case that did not pass; each attempt is kept

    def ledger(self) -> str:
        """Return the URL of the books' database, "" for memory; a file of it has its folder."""
        with writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        return self.parts.ledger_url(self.folder)

    def obstacle(self, scenario: Scenario, suite: str) -> str:
        """Return why this device cannot play the case, and list it as skipped; "" if it can."""
        reason = obstacle(scenario, self.parts)
        if reason:
            self.skip(scenario.name, suite, reason)
        return reason

    def lacks(self, scenario: Scenario, suite: str) -> bool:
        """Tell whether the case does not exist on this device, and list it as absent if so."""
        reason = absence(scenario, self.parts)
        if reason:
            write_absent(self.folder, Skip(self.title(scenario.name, suite), reason))
        return bool(reason)

    def world_for(self, scenario: Scenario) -> WorldName:
        """Return the world in which a case is played."""
        return world_for(scenario.due, self.parts, self.world)

    def play(self, scenario: Scenario, suite: str) -> Case:
        """Play a case that this device can play; return the worst of its attempts that count."""
        attempts = [self._attempt(scenario, suite)]
        while self.tries_again(attempts[-1], len(attempts)):
            attempts.append(self._attempt(scenario, suite))
        return max(counted(attempts), key=lambda case: case.word)

    def tries_again(self, case: Case, played: int) -> bool:
        """Tell whether a case that was played so often shall be played again.

        One that a bench that stood still has spoilt is, whatever `retries` says.
        """
        retries = max(self.retries, STALL_RETRIES) if case.is_stalled else self.retries
        return case.word > Word.WAIVED and played <= retries

    def _attempt(self, scenario: Scenario, suite: str) -> Case:
        played = play(scenario, self.parts, self.world_for(scenario), ledger=self.ledger())
        return self.keep(scenario, suite, played)

    def keep(self, scenario: Scenario, suite: str, played: Played) -> Case:
        """Look at what its outputs show, judge what was played, keep it in the report folder."""
        history = inspected(played.history, self.parts, scenario.due)
        played = replace(played, history=history)
        case = Case(
            name=self.title(scenario.name, suite),
            suite=suite,
            door=self.door,
            rules=scenario.due,
            history=played.history,
            verdict=self.waivers.applied(played.judged(), played.history.header),
            took_s=played.took_s,
            error=played.error,
        )
        return write_case(self.folder, case)

    def keep_unmet(self, name: str, suite: str, seen: str) -> Case:
        """Keep a check of a case's own that has failed: a finding of rule EXPECT."""
        recorder = Recorder(self._header(name), lambda: 0)
        Expect(recorder, lambda _card: 0, no_ledger).own_check(seen)
        return self._keep_noted(name, suite, Played(history=recorder.history(), took_s=0.0))

    def keep_broken(self, name: str, suite: str, why: str) -> Case:
        """Keep a case that broke by itself, so that nothing was judged."""
        return self._keep_noted(
            name, suite, Played(history=self.begun(name), took_s=0.0, error=why)
        )

    def skip(self, name: str, suite: str, reason: str) -> None:
        """List a case as skipped."""
        write_skip(self.folder, Skip(self.title(name, suite), reason))

    def begun(self, name: str) -> History:
        """Return the history of a case in which nothing happened."""
        return History(self._header(name), ())

    def _header(self, name: str) -> Header:
        return make_header(self.parts, Opening(case=name, world=self.world))

    def _keep_noted(self, name: str, suite: str, played: Played) -> Case:
        return self.keep(Scenario(name=name, script=id, due=()), suite, played)

    def title(self, name: str, suite: str) -> str:
        """Return the name of a case in a report."""
        return f"{suite}: {name} [{self.parts.name}]"
