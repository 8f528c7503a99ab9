"""What each action of a plan does to a frame, a line or a call at the gate.

The rules are those of harness.world.mishap, with real lines: an end is told by what TCP has.
"""

from harness.fault.plan import (
    Action,
    Corrupt,
    Cut,
    Delay,
    Drop,
    Duplicate,
    LinkDown,
    PowerOff,
    RefuseConnect,
    Truncate,
)
from harness.fault.point import Point
from harness.gate import Confirm, End, Turn
from harness.gate.flow import Flow, Line, Planned
from harness.gate.station import Passing
from harness.gate.traffic import Traffic
from harness.gate.wire import LINE


def why_impossible(action: Action, passing: Passing) -> str:
    """Return why an action cannot be carried out on a frame, "" if it can."""
    size = len(passing.data)
    match action:
        case _ if passing.gone:
            return f"{passing.gone} of its bytes have gone already"
        case Corrupt(byte=byte) if not -size <= byte < size:
            return f"it has {size} bytes"
        case Truncate(keep=keep) if keep >= size:
            return f"it has {size} bytes"
    return ""


def obey(traffic: Traffic, flow: Flow, planned: Planned) -> None:
    """Do to a frame what is planned; what ends its line follows when all before it has gone."""
    data = planned.data
    if planned.is_due:
        _forward(traffic, flow, planned, data)
        traffic.advance_arrivals(flow)
        traffic.do(Confirm(flow.line.number, planned.point))
        return
    match planned.action:
        case Cut(keep=keep) | LinkDown(keep=keep) | PowerOff(keep=keep):
            _forward(traffic, flow, planned, data[:keep])
            _break_after(traffic, flow, planned)
            return
        case Duplicate():
            _forward(traffic, flow, planned, data)
            _forward(traffic, flow, planned, data)
        case Corrupt(byte=byte):
            _forward(traffic, flow, planned, _turned(data, byte))
        case Truncate(keep=keep):
            _forward(traffic, flow, planned, data[:keep])
        case Delay(for_s=for_s):
            traffic.later(for_s, (flow, planned))
        case _:
            assert isinstance(planned.action, Drop)
    traffic.advance_arrivals(flow)
    traffic.do(Confirm(flow.line.number, planned.point))


def _forward(traffic: Traffic, flow: Flow, planned: Planned, data: bytes) -> None:
    """Let bytes go on; a whole frame that goes to its receiver is told of."""
    traffic.forward(flow, data, is_sent=planned.is_sent)
    if not planned.is_sent and len(data) >= len(planned.data):
        traffic.tell_message("went", planned.point, flow, data)


def _break_after(traffic: Traffic, flow: Flow, planned: Planned) -> None:
    """Break the line when what was kept of the frame has gone: from its receiver's end at once."""
    if planned.is_sent:
        flow.breaks = planned
    else:
        break_line(traffic, flow, planned)


def break_line(traffic: Traffic, flow: Flow, planned: Planned) -> None:
    """End a line, now that what was kept of the frame has gone."""
    line, number = flow.line, flow.line.number
    match planned.action:
        case Cut(how=how):
            line.carries = False
            told = {"silence": (), "half_open": (planned.point.actor,)}
            for each in told.get(how, (flow.receiver, flow.sender)):
                traffic.do(End(number, each, "fin" if how == "fin" else "rst"))
        case LinkDown(for_s=for_s):
            _take_down(traffic, planned.point, for_s)
        case PowerOff(device=device, off_s=off_s):
            line.carries = False  # a switch takes its time, and nothing may arrive in it
            _cut_power(traffic, device, off_s)
    traffic.do(Confirm(number, planned.point))


def refuse(traffic: Traffic, line: Line, planned: Planned) -> None:
    """Do to a call what is planned; whatever it is, the caller is reset and no byte passes."""
    match planned.action:
        case LinkDown(for_s=for_s):
            _take_down(traffic, planned.point, for_s)
        case PowerOff(device=device, off_s=off_s):
            _cut_power(traffic, device, off_s)
        case _:
            assert isinstance(planned.action, RefuseConnect)
    traffic.turn_away(line)
    traffic.do(Confirm(line.number, planned.point))


def _take_down(traffic: Traffic, point: Point, for_s: float) -> None:
    if LINE in traffic.switches:
        traffic.turn(LINE, "off")
        traffic.later(for_s, Turn(LINE, "on"))
    else:
        traffic.set_down(is_down=True)
    traffic.later(for_s, point)


def _cut_power(traffic: Traffic, device: str, off_s: float) -> None:
    """Cut the power of a device; what the gate has no switch for its holder does at `done`."""
    if device in traffic.switches:
        traffic.turn(device, "off")
        traffic.later(off_s, Turn(device, "on"))


def _turned(data: bytes, byte: int) -> bytes:
    turned = bytearray(data)
    turned[byte] ^= 0x10
    return bytes(turned)
