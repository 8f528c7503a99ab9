"""One line through a gate: two directions, and how far each frame has come."""

from collections import deque
from dataclasses import dataclass, field

from harness.fault.plan import Action
from harness.fault.point import Point
from harness.gate.station import Station
from harness.gate.wire import Wire
from harness.terms.immutable import immutable


@immutable
class Planned:
    """A frame at a point where something shall happen to it.

    is_sent: as it left its sender.  is_due: it was kept back, and goes on now.
    """

    point: Point
    action: Action
    data: bytes = field(repr=False)
    is_sent: bool
    is_due: bool = False


@dataclass(eq=False, slots=True)
class Flow:
    """One direction of a line.

    stalled: what shall happen next, as soon as whoever holds the gate has noted it.  breaks: what
    ends the line when all before it has gone.  late: frames kept back, that go on now.
    """

    line: "Line"
    sender: str
    receiver: str
    left: Station
    came: Station
    late: deque[Planned] = field(default_factory=deque)
    stalled: Planned | None = None
    breaks: Planned | None = None
    has_ended: bool = False  # its sender says no more
    is_ended: bool = False  # and its receiver was told
    impatient_ns: int | None = None  # when the beginning of a frame is kept back no longer


@dataclass(eq=False, slots=True)
class Line:
    """One connection, or the serial line; `carries` until it is broken or silenced."""

    number: int
    is_open: bool = False  # both ends are there
    carries: bool = True
    flows: dict[str, Flow] = field(default_factory=dict)  # by who sends
    refusal: Planned | None = None  # what shall happen to the call itself

    @property
    def is_over(self) -> bool:
        """Tell whether neither end can say anything any more."""
        return all(flow.is_ended for flow in self.flows.values())


def make_line(number: int, wire: Wire) -> Line:
    """Return a line on which nothing has passed."""
    line = Line(number)
    for sender in (wire.near, wire.far):
        receiver = wire.peer(sender)
        line.flows[sender] = Flow(
            line, sender, receiver, Station(wire, "tx", sender), Station(wire, "rx", receiver)
        )
    return line
