"""The wire that a gate stands in: its two ends, how its frames are found, what can be done there.

Every frame passes two points: `tx` of the end that sent it, then `rx` of the end that gets it.  A
gate cannot tell one place from the other, but a plan can: what is lost at the first has no second.
"""

import re
from collections.abc import Callable, Collection
from functools import partial

from harness.fault.layer import Layer, layer_on_wire
from harness.fault.plan import (
    Action,
    Corrupt,
    Cut,
    Delay,
    Drop,
    Duplicate,
    Hold,
    LinkDown,
    PowerOff,
    RefuseConnect,
    Step,
    Truncate,
)
from harness.fault.point import MESSAGES, Point
from harness.link import length_prefix, zvt_serial
from harness.terms.immutable import immutable
from harness.wire.dialects import unionpay

FRAME_SIZE_MAX = 4096
LINE = "line"  # the switch that breaks the wire itself
_ON_A_LINE = (Drop, Duplicate, Corrupt, Truncate, Delay, Hold, Cut, LinkDown, RefuseConnect)
_HOST_MTI = re.compile(r"\?|0[1-58]\d0")  # 06x0 of a terminal is a command of its till line


@immutable
class Wire:
    """`near` calls and `far` answers; on a serial line neither does, and nothing can be cut.

    patience_s: how long the beginning of a frame is kept back for its rest while a plan waits.
    """

    near: str
    far: str
    split: Callable[[bytes], tuple[list[bytes], bytes]]
    label: Callable[[bytes], str]
    is_call: bool
    patience_s: float

    def peer(self, actor: str) -> str:
        """Return the other end."""
        return self.far if actor == self.near else self.near


def _split_host(data: bytes) -> tuple[list[bytes], bytes]:
    frames, rest = length_prefix.split(data, size_max=FRAME_SIZE_MAX)
    return list(frames), rest


HOST_WIRE = Wire("terminal", "host", _split_host, unionpay.label, is_call=True, patience_s=0.2)
TILL_WIRE = Wire(
    "till", "terminal", zvt_serial.split, zvt_serial.label, is_call=False, patience_s=0.1
)


def obstacle(step: Step, wire: Wire, switches: Collection[str] = ()) -> str:
    """Return why a gate cannot do what the step says where it says it, "" if it can."""
    action = step.action
    points = [step.point, *([action.until] if isinstance(action, Hold) else [])]
    if strange := next((point for point in points if not passes(point, wire)), None):
        return f"{strange} is no point of the line between {wire.near} and {wire.far}"
    match action:
        case PowerOff(device=device):
            return "" if device in switches else f"the gate has no switch for {device}"
        case Cut() if not wire.is_call:
            return "a serial line cannot be cut: take it down (link_down)"
    return "" if isinstance(action, _ON_A_LINE) else f"{action.name} is no matter of a line"


def passes(point: Point, wire: Wire) -> bool:
    """Tell whether a point lies on this wire."""
    actor, _, label = point.label.partition(" ")
    if point.kind == "connect":
        return wire.is_call and (actor, label) == (wire.near, wire.far)
    if point.kind not in MESSAGES or actor not in (wire.near, wire.far):
        return False
    is_of_host = actor == "host" or _HOST_MTI.fullmatch(label) is not None
    return is_of_host == wire.is_call


def layer_of(action: Action, wire: Wire, switches: Collection[str] = ()) -> Layer:
    """Return at which layer a gate does it: what it proves depends on that."""
    return layer_on_wire(action, is_call=wire.is_call, is_relayed=LINE in switches)


WIRES = {"tcp": HOST_WIRE, "serial": TILL_WIRE}
on_host_wire = partial(passes, wire=HOST_WIRE)
