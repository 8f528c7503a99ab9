"""Plays one scenario on one bench, to its end or to the failure of the bench."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from harness.campaign.failure import sentence_of
from harness.campaign.scenario import Scenario
from harness.check.all import ALL_CHECKERS
from harness.check.compose import Verdict, compose
from harness.history.record import History
from harness.rig.open_rig import open_rig
from harness.rig.opening import Opening, WorldName, make_header
from harness.rig.parts import Parts
from harness.rig.rig import Rig


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A scenario that was played; `error` says how the bench failed, "" if it did not."""

    history: History
    took_s: float
    error: str = ""

    def judged(self) -> Verdict:
        """Return the verdict on the history."""
        return compose(self.history, ALL_CHECKERS)


def play(
    scenario: Scenario,
    parts: Parts,
    world: WorldName = "virtual",
    *,
    sink: Callable[[str], object] | None = None,
    ledger: str = "",
) -> Played:
    """Open the bench, play, rest; `ledger` is the URL of the books' database, "" for memory.

    Whatever is raised meanwhile is a failure of the bench, and in the result: of a port, of a
    machine of ours (a seeded defect may make it crash) or of the case's own script.  A terminal
    raises nothing, whatever it does.
    """
    begun_s = time.monotonic()
    parts = replace(parts, profile={**parts.profile, **scenario.profile})
    opening = Opening(
        case=scenario.name, world=world, plan=scenario.plan, due=scenario.due_on(parts, world),
        script=scenario.answers, sink=sink, ledger=ledger,
    )  # fmt: skip
    history, error = History(make_header(parts, opening), ()), ""
    try:
        with open_rig(parts, opening) as rig:
            error = _performed(rig, scenario)
            history = rig.history()
    except Exception as failure:  # noqa: BLE001  # opening or closing failed, whatever it was
        error = "; ".join(dict.fromkeys(filter(None, (error, sentence_of(failure)))))
    return Played(history=history, took_s=time.monotonic() - begun_s, error=error)


def _performed(rig: Rig, scenario: Scenario) -> str:
    """Return how the bench failed, "" if it did not; what was found before stands."""
    try:
        perform(rig, scenario)
    except Exception as failure:  # noqa: BLE001  # a machine or a script may raise anything
        return rig.fail(sentence_of(failure))
    return ""


def perform(rig: Rig, scenario: Scenario) -> None:
    """Do what the scenario says on an open rig, from its beginning to its rest."""
    rig.bring_to(signed_in=scenario.signed_in)
    scenario.script(rig)
    rig.rest()
