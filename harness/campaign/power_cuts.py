"""Every power cut of a case: one plan for each point that its run passes, before, within, after."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from harness.campaign.scenario import Scenario
from harness.fault.plan import PowerOff
from harness.fault.point import Point
from harness.rig.open_rig import open_rig
from harness.rig.opening import Opening
from harness.rig.parts import Parts

TORN_AFTER = (1, 20, 60)  # bytes of a non-volatile write: its first, some of its head, its body
BEFORE, AFTER = 0, None


def points_of(scenario: Scenario, parts: Parts) -> list[Point]:
    """Return the points that the case passes in virtual time, from its beginning to its rest.

    Those of its own plan are among them.  Raises what the bench raises.
    """
    parts = replace(parts, profile={**parts.profile, **scenario.profile})
    opening = Opening(case=scenario.name, plan=scenario.plan, script=scenario.answers)
    with open_rig(parts, opening) as rig:
        rig.bring_to(signed_in=scenario.signed_in)
        seen = rig.world.stage.nemesis.seen
        first = len(seen)
        scenario.script(rig)
        return seen[first:]


def power_cuts(
    scenario: Scenario, points: Iterable[Point], device: str = "terminal"
) -> Iterator[Scenario]:
    """Yield the case with one power cut more, for each of these points and each moment there.

    A point at which the case's own plan does something stays as it is.  Within a write only the
    power of its own device is cut.
    """
    taken = {step.point for step in scenario.plan.steps}
    for point in (each for each in points if each not in taken):
        is_own_write = point.kind == "nv" and point.actor == device
        for keep in (BEFORE, *TORN_AFTER, AFTER) if is_own_write else (BEFORE, AFTER):
            yield _cut(scenario, point, PowerOff(keep=keep, device=device))


def _cut(scenario: Scenario, point: Point, action: PowerOff) -> Scenario:
    when = {BEFORE: "before", AFTER: "after"}.get(action.keep, f"{action.keep} bytes within")
    name = f"{scenario}, {action.device} without power {when} {point}"
    return replace(scenario, name=name, plan=scenario.plan.also(str(point), action))
