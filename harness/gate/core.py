"""The mind of a gate: carries bytes between two ends, and a plan out on them.  Sans-IO.

Without a plan, and with one whose steps have all happened, bytes go through as they come; frames
are still counted.  While a step waits, the beginning of a frame is kept back until its rest is
there, or for `patience_s`: only of a whole frame does one know what it is.
"""

from collections.abc import Collection, Mapping
from heapq import heappop

from harness.errors import MisuseError
from harness.fault.nemesis import Nemesis
from harness.fault.plan import Hold, Plan
from harness.fault.point import Point
from harness.gate import Dial, Effect, End, How, State, Turn
from harness.gate.deed import break_line, obey, refuse, why_impossible
from harness.gate.flow import Flow, Line, Planned, make_line
from harness.gate.traffic import Traffic, What
from harness.gate.wire import Wire, obstacle


class Core:
    """One gate.  Each input returns the effects it causes, in order."""

    def __init__(self, wire: Wire, switches: Collection[str] = ()) -> None:
        self.wire = wire
        self._traffic = Traffic(
            wire=wire,
            switches=frozenset(switches),
            why_impossible=why_impossible,
            break_line=break_line,
        )

    @property
    def deadline_ns(self) -> int | None:
        """Return when `tick` has something to do, None while it has not."""
        flows = self._traffic.flows()
        waits = [flow.impatient_ns for flow in flows if flow.impatient_ns is not None]
        return min([*waits, *(each[0] for each in self._traffic.due[:1])], default=None)

    @property
    def unfired(self) -> frozenset[Point]:
        """Return the points of the plan at which something may still happen."""
        return frozenset(self._traffic.unfired)

    @property
    def messages(self) -> Mapping[tuple[str, str], int]:
        """Return how many whole frames `came` from an end, and how many `went` to it."""
        return self._traffic.messages

    # --- what comes on the lines

    def called(self, now_ns: int, number: int) -> list[Effect]:
        """Take a call of the near end; what it says is not to be read before `dialled`."""
        traffic = self._at(now_ns)
        line = traffic.lines[number] = make_line(number, self.wire)
        traffic.tell("called", line=number)
        point = traffic.nemesis.name("connect", f"{self.wire.near} {self.wire.far}")
        action = traffic.nemesis.at(point)
        if traffic.is_down:  # it came in the moment in which the line went down
            traffic.turn_away(line)
        elif action is None:
            traffic.do(Dial(number))
            traffic.release(point)
        else:
            line.refusal = Planned(point, action, b"", is_sent=True)
            traffic.tell_firing(line.refusal, line)
        return self._effects()

    def dialled(self, now_ns: int, number: int) -> list[Effect]:
        """Learn that the far end is there too: bytes may come from both."""
        traffic = self._at(now_ns)
        line = traffic.lines.setdefault(number, make_line(number, self.wire))
        line.is_open = True
        if traffic.is_down and self.wire.is_call:
            traffic.reset(line)
        return self._effects()

    def not_answered(self, now_ns: int, number: int, why: str) -> list[Effect]:
        """Learn that the far end is not there: the caller is told by a reset."""
        traffic = self._at(now_ns)
        if line := traffic.lines.get(number):
            traffic.tell("not_answered", line=number, why=why)
            traffic.turn_away(line)
        return self._effects()

    def received(self, now_ns: int, number: int, actor: str, data: bytes) -> list[Effect]:
        """Take bytes of one end, in pieces of any size; of a broken line they are lost."""
        traffic = self._at(now_ns)
        line = traffic.lines.get(number)
        if line:
            flow = line.flows[actor]
            flow.impatient_ns = None
            flow.left.feed(data)
            (traffic.advance if line.carries else traffic.count)(flow)
        return self._effects()

    def ended(self, now_ns: int, number: int, actor: str, how: How) -> list[Effect]:
        """Learn that an end says no more, or has reset the line."""
        traffic = self._at(now_ns)
        line = traffic.lines.get(number)
        if line is None or not line.carries:
            return []
        flow = line.flows[actor]
        if how == "rst":
            traffic.forget(line)
            traffic.do(End(number, flow.receiver, "rst"))
        else:
            flow.has_ended = True
            traffic.advance(flow)
        return self._effects()

    def tick(self, now_ns: int) -> list[Effect]:
        """Let time pass."""
        traffic = self._at(now_ns)
        while traffic.due and traffic.due[0][0] <= now_ns:
            self._fall_due(heappop(traffic.due)[2])
        for flow in traffic.flows():
            if flow.impatient_ns is not None and flow.impatient_ns <= now_ns:
                traffic.lose_patience(flow)
        return self._effects()

    # --- what the holder of the gate says

    def begin(
        self, now_ns: int, plan: Plan, scale: float = 1.0, remote: Collection[str] = ()
    ) -> list[Effect]:
        """Begin a plan: its first points are the first from here on.

        scale: real seconds for a second of the plan.  remote: devices whose power the holder
        cuts when the gate has told `done`.  What older plans have broken is ended.
        Raises MisuseError for a step that cannot happen here.
        """
        traffic = self._at(now_ns)
        self._require_possible(plan, remote)
        traffic.sweep()
        traffic.remote = frozenset(remote)
        traffic.nemesis, traffic.scale = Nemesis(plan), scale
        traffic.unfired = {step.point for step in plan.steps}
        traffic.held.clear()
        return self._effects()

    def also(self, now_ns: int, plan: Plan) -> list[Effect]:
        """Plan more: points are counted from here on, and each step tells where that is.

        Raises MisuseError for a step that cannot happen here.
        """
        traffic = self._at(now_ns)
        self._require_possible(plan, traffic.remote)
        for step in map(traffic.nemesis.also, plan.steps):
            traffic.unfired.add(step.point)
            until = str(step.action.until) if isinstance(step.action, Hold) else ""
            traffic.tell("planned", point=str(step.point), until=until)
        return self._effects()

    def _require_possible(self, plan: Plan, remote: Collection[str]) -> None:
        for step in plan.steps:
            if reason := obstacle(step, self.wire, {*self._traffic.switches, *remote}):
                raise MisuseError(f"{step.point} {step.action.name}: {reason}")

    def proceed(self, now_ns: int, point: Point) -> list[Effect]:
        """Carry out what was told as `firing`; another point than that is fine."""
        self._at(now_ns)
        self._proceed(point)
        return self._effects()

    def heal(self, now_ns: int) -> list[Effect]:
        """Let nothing happen any more but what is told already; the line is up again."""
        traffic = self._at(now_ns)
        for point in self._told():
            self._proceed(point)
        traffic.nemesis.is_healed = True
        for _, planned in self._all_held():
            traffic.give_up(planned.point, "held, and never released", is_gone=True)
        traffic.held.clear()
        traffic.set_down(is_down=False)
        self._turn_all("on")
        for flow in traffic.flows():
            traffic.lose_patience(flow)
        return self._effects()

    def set_down(self, now_ns: int, *, is_down: bool) -> list[Effect]:
        """Break the line and take no call, or take calls again."""
        self._at(now_ns).set_down(is_down=is_down)
        return self._effects()

    def drop(self, now_ns: int, why: str) -> list[Effect]:
        """Be a gate without a holder: no plan, nothing kept back, all switches safe."""
        traffic = self._at(now_ns)
        traffic.tell("dropped", why=why)
        traffic.nemesis, traffic.unfired = Nemesis(Plan()), set()
        due = [what for _, _, what in sorted(traffic.due)]
        late = [what for what in due if not isinstance(what, (Turn, Point))] + self._all_held()
        traffic.held.clear()
        traffic.due.clear()
        traffic.sweep()
        traffic.set_down(is_down=False)
        self._turn_all("safe")
        for line in list(traffic.lines.values()):
            self._forgive(line)
        for flow, planned in late:
            self._resume_untold(flow, planned)
        return self._effects()

    def _resume_untold(self, flow: Flow, planned: Planned) -> None:
        """Let a frame go on about which nobody needs to hear any more."""
        traffic = self._traffic
        going = flow if flow.line.carries else traffic.newest(flow.sender)
        if going and going.left.is_inside:
            traffic.reset(going.line)  # it would stand in the middle of another frame
        elif going:
            traffic.forward(going, planned.data, is_sent=planned.is_sent)
            traffic.advance(going)

    def _fall_due(self, what: What) -> None:
        match what:
            case Turn(switch=switch, state=state):
                self._traffic.turn(switch, state)
            case Point():
                self._traffic.set_down(is_down=False)
                self._traffic.tell("healed", point=str(what))
            case (flow, planned):
                self._traffic.resume(flow, planned)

    def _proceed(self, point: Point) -> None:
        for line in list(self._traffic.lines.values()):
            if line.refusal and line.refusal.point == point:
                refuse(self._traffic, line, line.refusal)
                self._has_fired(point)
        for flow in self._traffic.flows():
            if flow.stalled and flow.stalled.point == point:
                planned, flow.stalled = flow.stalled, None
                if flow.line.carries:  # nothing can be done, or confirmed, on a line that is gone
                    obey(self._traffic, flow, planned)
                    self._has_fired(point)
                    self._traffic.advance(flow)

    def _has_fired(self, point: Point) -> None:
        self._traffic.unfired.discard(point)
        self._traffic.release(point)

    def _told(self) -> list[Point]:
        """Return the points that were told and wait for `proceed`."""
        refused = [line.refusal for line in self._traffic.lines.values()]
        stalled = [flow.stalled for flow in self._traffic.flows()]
        return [each.point for each in (*refused, *stalled) if each]

    def _all_held(self) -> list[tuple[Flow, Planned]]:
        return [each for held in self._traffic.held.values() for each in held]

    def _turn_all(self, state: State) -> None:
        """Turn those that are not where they belong."""
        for switch in sorted(self._traffic.turned):
            self._traffic.turn(switch, state)

    def _forgive(self, line: Line) -> None:
        """Let a line go on without what was told of it."""
        if line.refusal:
            line.refusal = None
            self._traffic.do(Dial(line.number))
        for flow in line.flows.values():
            planned, flow.stalled, flow.impatient_ns = flow.stalled, None, None
            if flow.breaks:  # the rest of that frame is gone already
                self._traffic.reset(line)
            elif planned:
                self._traffic.forward(flow, planned.data, is_sent=planned.is_sent)
            self._traffic.advance(flow)

    def _at(self, now_ns: int) -> Traffic:
        self._traffic.now_ns = now_ns
        return self._traffic

    def _effects(self) -> list[Effect]:
        out, self._traffic.out = self._traffic.out, []
        return out
