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
_WHOLE, _TORN = (BEFORE, AFTER), (BEFORE, *TORN_AFTER, AFTER)


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
    for point, keep in moments(scenario, points, device):
        yield cut_at(scenario, point, keep, device)


def moments(
    scenario: Scenario, points: Iterable[Point], device: str = "terminal"
) -> list[tuple[Point, int | None]]:
    """Return where and when `power_cuts` cuts: each point, and how much of it still happens."""
    taken = {step.point for step in scenario.plan.steps}
    return [
        (point, keep)
        for point in points
        if point not in taken
        for keep in (_TORN if point.kind == "nv" and point.actor == device else _WHOLE)
    ]


def cut_at(
    scenario: Scenario, point: Point, keep: int | None, device: str = "terminal"
) -> Scenario:
    """Return the case with one power cut more; `keep` is 0, a count of bytes, or None for all."""
    when = {BEFORE: "before", AFTER: "after"}.get(keep, f"{keep} bytes within")
    name = f"{scenario}, {device} without power {when} {point}"
    action = PowerOff(keep=keep, device=device)
    return replace(scenario, name=name, plan=scenario.plan.also(str(point), action))
