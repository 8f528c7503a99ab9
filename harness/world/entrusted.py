"""Steps of a plan that a gate on the line carries out, and the rows that wait for its word.

What a machine sends at such a point leaves it whole, and has its row when the gate tells what is
about to happen to it: after the row of the fault, and with the mark of what is lost of it.  What
a fault lets arrive has that fault's row just before its own.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from harness.emulator import Transmit
from harness.errors import BenchTimeoutError
from harness.fault.layer import Layer
from harness.fault.nemesis import Nemesis
from harness.fault.plan import (
    Action,
    Corrupt,
    Cut,
    Delay,
    Drop,
    Duplicate,
    Hold,
    LinkDown,
    Plan,
    PowerOff,
    Truncate,
)
from harness.fault.point import Point
from harness.history.record import Facts
from harness.terms.immutable import immutable

HOST_LINE = frozenset({"host", "terminal"})  # the port of either end has the other's name
How = Literal["rst", "fin", "silence", "half_open"]
AddFault = Callable[[Point, Action, Layer], None]
AddSent = Callable[[str, Transmit, Facts], None]


@immutable
class Firing:
    """What a gate tells just before it acts; `size`: bytes of the frame.

    is_due: it kept the frame back, which goes on now.
    """

    point: Point
    layer: Layer
    size: int
    is_due: bool = False


@immutable
class Hit:
    """What a gate has made of a frame that arrives; `cut`: how its line is broken after it."""

    label: str
    mark: Facts
    cut: How | None


@dataclass(eq=False)
class Entrusted:
    """The steps of one plan; `fault` and `sent` add rows."""

    plan: Plan
    fault: AddFault
    sent: AddSent
    _nemesis: Nemesis = field(init=False)
    _actions: dict[Point, Action] = field(init=False)
    _waiting: dict[Point, tuple[str, Transmit]] = field(init=False, default_factory=dict)
    _arriving: dict[str, Firing] = field(init=False, default_factory=dict)  # by who gets it

    def __post_init__(self) -> None:
        self._nemesis = Nemesis(self.plan)
        self._actions = {step.point: step.action for step in self.plan.steps}

    def also(self, point: Point, action: Action) -> None:
        """Learn of a step more, its point counted from where the plan began."""
        self._actions[point] = action

    def takes(self, actor: str, step: Transmit) -> bool:
        """Count what leaves on an open line; tell whether its row waits for the gate's word."""
        if step.port not in HOST_LINE:
            return False
        point = self._nemesis.name("tx", f"{actor} {step.label}")
        if point not in self._actions:
            return False
        self._waiting[point] = actor, step
        return True

    def arrives(self, actor: str, port: str) -> Hit | None:
        """Add the fault's row, if one has hit what arrives now, whole or a piece of it."""
        firing = self._arriving.pop(actor, None) if port in HOST_LINE else None
        if firing is None:
            return None
        self._add_fault(firing)
        action, label = self._actions[firing.point], firing.point.label.partition(" ")[2]
        return Hit(label, _mark(action, firing.size), _cut(action))

    def fires(self, firing: Firing) -> None:
        """Add the rows of what a gate is about to do.  Raises RigError if it cannot be that."""
        action = self._actions.get(firing.point)
        if action is None:
            raise BenchTimeoutError(f"the gate acts at {firing.point}, where it has no step")
        if firing.point.kind == "rx":
            self._hits_arrival(firing, action)
        else:
            self._hits_sent(firing, action)

    def _hits_arrival(self, firing: Firing, action: Action) -> None:
        if isinstance(action, Delay) and firing.is_due:
            return
        if isinstance(action, Delay) or not _comes(action):
            self._add_fault(firing)
        else:
            self._arriving[firing.point.actor] = firing

    def _hits_sent(self, firing: Firing, action: Action) -> None:
        if not (isinstance(action, Delay) and firing.is_due):
            self._add_fault(firing)
        if isinstance(action, Delay) and not firing.is_due:
            return
        found = self._waiting.pop(firing.point, None)
        if found is None:
            raise BenchTimeoutError(
                f"the gate acts at {firing.point}, which nothing here has reached: does somebody "
                "else call it, too?"
            )
        self.sent(*found, _mark(action, firing.size))

    def cannot(self, point: Point, *, is_gone: bool) -> None:
        """Learn that nothing happens at a point; is_gone: what was kept back there is lost."""
        found = self._waiting.pop(point, None)
        if found and not is_gone:
            self.sent(*found, {})

    def settle(self) -> None:
        """Add the rows of what the gate has done and nobody saw arrive."""
        left, self._arriving = self._arriving, {}
        for firing in left.values():
            self._add_fault(firing)

    def _add_fault(self, firing: Firing) -> None:
        self.fault(firing.point, self._actions[firing.point], firing.layer)


def _comes(action: Action) -> bool:
    """Tell whether a frame, or a part of it, arrives all the same."""
    match action:
        case Drop():
            return False
        case Truncate(keep=keep) | Cut(keep=keep) | LinkDown(keep=keep) | PowerOff(keep=keep):
            return keep != 0
    assert isinstance(action, Duplicate | Corrupt | Hold)
    return True


def _cut(action: Action) -> How | None:
    """Return how the line of a frame is broken that an action let arrive."""
    match action:
        case Cut(how=how):
            return how
        case LinkDown():
            return "rst"
        case PowerOff():
            return "silence"
    return None


def _mark(action: Action, size: int) -> Facts:
    """Return what a fault makes of a frame, as its row says it."""
    match action:
        case Drop():
            return {"lost": True}
        case Corrupt():
            return {"spoiled": True}
        case Truncate(keep=int(keep)) | Cut(keep=int(keep)) if keep < size:
            return {"partial": True, "size": keep}
        case LinkDown(keep=int(keep)) | PowerOff(keep=int(keep)) if keep < size:
            return {"partial": True, "size": keep}
    return {}
