"""Carries a plan through a run: numbers the points, and answers what shall happen at each."""

from collections import defaultdict
from functools import partial
from itertools import count

from harness.errors import MisuseError
from harness.fault.plan import Action, Plan
from harness.fault.point import Point


class Nemesis:
    """One run, to which a plan may be added while it goes on.

    `seen` is what a campaign enumerates; `fired` are the points where the world could do, and
    did, what was planned.  While it is healed nothing fires.
    """

    def __init__(self, plan: Plan) -> None:
        self._actions = {step.point: step.action for step in plan.steps}
        self._occurrences: defaultdict[tuple[str, str], count[int]] = defaultdict(partial(count, 1))
        self.seen: list[Point] = []
        self.fired: set[Point] = set()
        self.is_healed = False

    def name(self, kind: str, label: str) -> Point:
        """Return the point that has just been reached."""
        point = Point(kind, label, next(self._occurrences[kind, label]))
        self.seen.append(point)
        return point

    def at(self, point: Point) -> Action | None:
        """Return what shall happen there, if anything."""
        return None if self.is_healed else self._actions.get(point)

    def begin(self, plan: Plan) -> None:
        """Start a new count: the plan's first points are the first from here on."""
        if not set(self._actions) <= self.fired:
            raise MisuseError("a plan is begun while an older one has steps that did not fire")
        self._actions = {step.point: step.action for step in plan.steps}
        self._occurrences.clear()
        self.fired.clear()
        self.is_healed = False
