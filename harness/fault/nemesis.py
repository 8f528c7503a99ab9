"""Carries a plan through a run: numbers the points, and answers what shall happen at each."""

from collections import Counter
from dataclasses import replace

from harness.errors import MisuseError
from harness.fault.plan import Action, Hold, Plan, Step
from harness.fault.point import Point


class Nemesis:
    """One run, to which a plan may be added while it goes on.

    `seen` is what a campaign enumerates; `fired` are the points where the world could do, and
    did, what was planned.  While it is healed nothing fires.
    """

    def __init__(self, plan: Plan) -> None:
        self._actions = {step.point: step.action for step in plan.steps}
        self._passed: Counter[tuple[str, str]] = Counter()
        self.seen: list[Point] = []
        self.fired: set[Point] = set()
        self.is_healed = False

    def name(self, kind: str, label: str) -> Point:
        """Return the point that has just been reached."""
        key = kind, label
        self._passed[key] = occurrence = self._passed[key] + 1
        point = Point(kind, label, occurrence)
        self.seen.append(point)
        return point

    def at(self, point: Point) -> Action | None:
        """Return what shall happen there, if anything."""
        return self._actions.get(point) if self._actions and not self.is_healed else None

    def begin(self, plan: Plan) -> None:
        """Start a new count: the plan's first points are the first from here on."""
        if not set(self._actions) <= self.fired:
            raise MisuseError("a plan is begun while an older one has steps that did not fire")
        self._actions = {step.point: step.action for step in plan.steps}
        self._passed.clear()
        self.fired.clear()
        self.is_healed = False

    def also(self, step: Step) -> Step:
        """Plan one step more, and return it with its points counted from where the plan began.

        The points of `step` are counted from here on; where something is planned already, the
        next one of the same kind and label is taken.
        """
        point = self._counted(step.point)
        while point in self._actions:
            point = point._replace(occurrence=point.occurrence + 1)
        action = step.action
        if isinstance(action, Hold):
            action = Hold(self._counted(action.until))
        self._actions[point] = action
        return replace(step, point=point, action=action)

    def _counted(self, point: Point) -> Point:
        passed = self._passed[point.kind, point.label]
        return point._replace(occurrence=passed + point.occurrence)
