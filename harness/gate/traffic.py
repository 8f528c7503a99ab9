"""The lines of a gate and the frames on them: what goes on, what waits, what is told.  Sans-IO.

Where a step of the plan is due a frame stops, with all behind it in its direction, until it is
noted: so what is done is written down before anybody can feel it.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from heapq import heappush
from itertools import count

from harness.fault.nemesis import Nemesis
from harness.fault.plan import Action, Hold, Plan
from harness.fault.point import Point
from harness.gate import Admit, Carry, Effect, End, State, Tell, Turn, Word
from harness.gate.flow import Flow, Line, Planned
from harness.gate.station import Passing, Station
from harness.gate.wire import Wire, layer_of

SECOND_NS = 10**9
What = Turn | Point | tuple[Flow, Planned]  # a switch, a line that heals, a frame kept back
Due = tuple[int, int, What]  # when, a number that keeps the order, and what


@dataclass(eq=False, kw_only=True)
class Traffic:
    """All lines of one gate, by number.

    why_impossible, break_line: what actions are about (harness.gate.deed).  unfired: points of
    the plan where something may still happen.  held: by what frees them.
    """

    wire: Wire
    switches: Collection[str]
    why_impossible: Callable[[Action, Passing], str]
    break_line: Callable[["Traffic", Flow, Planned], None]
    lines: dict[int, Line] = field(default_factory=dict)
    nemesis: Nemesis = field(default_factory=lambda: Nemesis(Plan()))
    unfired: set[Point] = field(default_factory=set)
    scale: float = 1.0
    now_ns: int = 0
    is_down: bool = False
    remote: Collection[str] = frozenset()  # devices whose power the holder of the gate cuts
    turned: set[str] = field(default_factory=set)  # switches that may not be where they belong
    held: dict[Point, list[tuple[Flow, Planned]]] = field(default_factory=dict)
    due: list[Due] = field(default_factory=list)
    out: list[Effect] = field(default_factory=list)
    messages: Counter[tuple[str, str]] = field(default_factory=Counter)  # by came or went, and end
    _numbers: Iterator[int] = field(default_factory=count)

    @property
    def is_armed(self) -> bool:
        """Tell whether a step of the plan may still happen."""
        return bool(self.unfired) and not self.nemesis.is_healed

    def flows(self) -> list[Flow]:
        """Return both directions of all lines."""
        return [flow for line in self.lines.values() for flow in line.flows.values()]

    # --- how frames go on

    def advance(self, flow: Flow) -> None:
        """Let all go on that may; a flow stops at an action, and at a break."""
        while flow.line.carries and flow.stalled is None:
            if flow.came.frames or flow.came.waiting_size:
                self.advance_arrivals(flow)
            elif planned := flow.breaks:
                flow.breaks = None
                self.break_line(self, flow, planned)
            elif flow.late and not flow.left.is_inside:
                self._stall(flow, flow.late.popleft())
            elif flow.left.frames:
                self._pass(flow, flow.left, flow.left.frames.popleft())
            elif flow.left.waiting_size and (flow.has_ended or not self.is_armed):
                flow.came.feed(flow.left.let_through())
            else:
                self._rest(flow)
                return

    def advance_arrivals(self, flow: Flow) -> None:
        """Let that go on which has left its sender for good."""
        while flow.stalled is None and flow.came.frames:
            self._pass(flow, flow.came, flow.came.frames.popleft())
        if flow.stalled is None and flow.came.waiting_size:
            self._carry(flow, flow.came.let_through())

    def lose_patience(self, flow: Flow) -> None:
        """Keep the beginning of a frame back no longer."""
        flow.impatient_ns = None
        if flow.left.waiting_size and flow.stalled is None and flow.line.carries:
            flow.came.feed(flow.left.let_through())
            self.advance(flow)

    def _rest(self, flow: Flow) -> None:
        """Wait for the rest of a frame, or end with the sender."""
        if flow.left.waiting_size:
            flow.impatient_ns = self.now_ns + int(self.wire.patience_s * SECOND_NS)
        elif flow.has_ended and not flow.is_ended:
            flow.is_ended = True
            self.do(End(flow.line.number, flow.receiver, "fin"))
            if flow.line.is_over:
                self.forget(flow.line)

    def _pass(self, flow: Flow, station: Station, passing: Passing) -> None:
        """Let a frame pass a point, unless something shall happen to it there."""
        is_sent = station is flow.left
        label = self.wire.label(passing.data)
        point = self.nemesis.name(station.kind, f"{station.actor} {label}")
        self.nemesis.seen.clear()  # nobody enumerates here, and a gate may run for months
        if is_sent:
            self.tell_message("came", point, flow, passing.data)
        planned = self._planned(point, passing, is_sent=is_sent)
        if planned is None:
            self.forward(flow, passing.data[passing.gone :], is_sent=is_sent)
            if not is_sent:
                self.tell_message("went", point, flow, passing.data)
        elif isinstance(planned.action, Hold):
            self.held.setdefault(planned.action.until, []).append((flow, planned))
        else:
            self._stall(flow, planned)
            return
        self.release(point)

    def _planned(self, point: Point, passing: Passing, *, is_sent: bool) -> Planned | None:
        """Return what shall happen, and can, to a frame at a point."""
        action = self.nemesis.at(point)
        if action is None:
            return None
        if reason := self.why_impossible(action, passing):
            self.give_up(point, f"{action} was not possible: {reason}")
            return None
        return Planned(point, action, passing.data, is_sent)

    def forward(self, flow: Flow, data: bytes, *, is_sent: bool) -> None:
        """Bring bytes to where they arrive, or on from there; a serial line may be dead."""
        if not is_sent:
            self._carry(flow, data)
        elif self.wire.is_call or not self.is_down:
            flow.came.feed(data)

    def _carry(self, flow: Flow, data: bytes) -> None:
        last, number = self.out[-1] if self.out else None, flow.line.number
        if isinstance(last, Carry) and (last.line, last.to) == (number, flow.receiver):
            self.out[-1] = Carry(number, flow.receiver, last.data + data)
        elif data and flow.line.carries:
            self.do(Carry(number, flow.receiver, data))

    # --- what waits for a point, or for time

    def release(self, point: Point) -> None:
        """Let go on what was held until this point."""
        if not self.nemesis.is_healed:
            for flow, planned in self.held.pop(point, ()):
                self.resume(flow, planned)

    def resume(self, flow: Flow, planned: Planned) -> None:
        """Let a frame go on, on its own line or on the newest one: a host answers where it can."""
        going = flow if flow.line.carries else self.newest(flow.sender)
        if going is None:
            self.give_up(planned.point, "kept back, and no line when it was due", is_gone=True)
            return
        going.late.append(replace(planned, is_due=True))
        self.advance(going)

    def give_up(self, point: Point, why: str, *, is_gone: bool = False) -> None:
        """Tell why nothing happens at a point any more; is_gone: what was kept back is lost."""
        self.unfired.discard(point)
        self.tell("note", point=str(point), why=why, is_gone=is_gone)

    def newest(self, sender: str) -> Flow | None:
        """Return the direction of a sender on the line that was called last."""
        lines = [line for line in self.lines.values() if line.carries and line.is_open]
        return lines[-1].flows[sender] if lines else None

    def later(self, after_s: float, what: What) -> None:
        """Have something fall due, in seconds of the plan."""
        due_ns = self.now_ns + int(after_s * self.scale * SECOND_NS)
        heappush(self.due, (due_ns, next(self._numbers), what))

    # --- lines

    def count(self, flow: Flow) -> None:
        """Count what its sender puts on a silent line, which loses it all."""
        while flow.left.frames:
            data = flow.left.frames.popleft().data
            point = self.nemesis.name("tx", f"{flow.sender} {self.wire.label(data)}")
            if self.nemesis.at(point):
                self.give_up(point, "the line is silent, and carries nothing")

    def turn(self, switch: str, state: State) -> None:
        """Turn a switch, and remember whether it is where it belongs."""
        (self.turned.add if state == "off" else self.turned.discard)(switch)
        self.do(Turn(switch, state))

    def set_down(self, *, is_down: bool) -> None:
        """Break all lines and take no call, or take calls again."""
        if self.is_down == is_down:
            return
        self.is_down = is_down
        if not self.wire.is_call:
            return
        self.do(Admit(not is_down))
        for line in list(self.lines.values()) if is_down else ():
            if line.carries and line.is_open:
                self.reset(line)

    def sweep(self) -> None:
        """End the lines that a plan has broken or silenced."""
        for line in [line for line in self.lines.values() if not line.carries]:
            self.reset(line)

    def turn_away(self, line: Line) -> None:
        """Reset a caller that has nobody at the other end yet."""
        if line.number in self.lines:
            self.forget(line)
            self.do(End(line.number, self.wire.near, "rst"))

    def forget(self, line: Line) -> None:
        """Carry nothing more on a line; what comes on it is nobody's."""
        line.carries = False
        self.lines.pop(line.number, None)

    def reset(self, line: Line) -> None:
        """Reset both ends of a line."""
        self.forget(line)
        for actor in (self.wire.near, self.wire.far):
            self.do(End(line.number, actor, "rst"))

    # --- what is told

    def _stall(self, flow: Flow, planned: Planned) -> None:
        flow.stalled = planned
        self.tell_firing(planned, flow.line)

    def tell_firing(self, planned: Planned, line: Line) -> None:
        """Tell what is about to happen; it waits for `proceed`."""
        layer = layer_of(planned.action, self.wire, self.switches)
        point, size = str(planned.point), len(planned.data)
        self.tell(
            "firing", point=point, line=line.number, layer=layer, size=size, is_due=planned.is_due
        )

    def tell_message(self, what: str, point: Point, flow: Flow, data: bytes) -> None:
        """Tell that a whole frame came from its sender, or went on to its receiver."""
        self.messages[what, point.actor] += 1
        self.tell(what, point=str(point), line=flow.line.number, size=len(data))

    def tell(self, what: str, **words: Word) -> None:
        """Tell whoever holds the gate."""
        self.do(Tell(what, words))

    def do(self, effect: Effect) -> None:
        """Have an effect carried out after those before it."""
        self.out.append(effect)
