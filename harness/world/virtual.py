"""The virtual world: one queue of events, integer nanoseconds, no thread, no sleep.

Time passes only while somebody waits: in `wait`, or in a read of a `sim://` port.  Events of one
instant keep the order in which they were scheduled, so the same plan gives the same history.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from heapq import heappop, heappush

from harness.errors import MisuseError, StuckError
from harness.history.record import Header, Recorder
from harness.port.protocol_sim import bind, unbind
from harness.world import mishap
from harness.world.ground import SECOND_NS, Cancel, How
from harness.world.stage import Setting, Stage

End = tuple[str, str]  # actor and its port
LATENCY_NS = 20_000_000
EVENTS_MAX = 100_000  # in one wait, and so many more for each second of it: more is a livelock
EVENTS_PER_S_MAX = 1_000


@dataclass(eq=False)
class _Connection:
    carries: bool = True  # what is sent from now on
    is_broken: bool = False  # and both ends know, or will at once
    deaf: End | None = None  # what is on its way to this end is lost


@dataclass(eq=False)
class _SimLine:
    """The till's end of a serial line that is always there."""

    wait: Callable[[Callable[[], bool], float | None], bool]
    write: Callable[[bytes], None]
    incoming: bytearray = field(default_factory=bytearray)


class VirtualWorld:
    """Clock and Ground in virtual time.

    `peers` says which two ends make a line; `serial` which ports are serial lines to our PC, at
    `sim://actor/port`.
    """

    has_wires: bool = False

    def __init__(
        self,
        setting: Setting,
        header: Header,
        *,
        peers: dict[End, End],
        serial: tuple[End, ...] = (("terminal", "ecr"),),
        sink: Callable[[str], object] | None = None,
    ) -> None:
        self._now_ns = 0
        self._queue: list[tuple[int, int]] = []  # due time, number
        self._calls: dict[int, Callable[[], None]] = {}  # by number; a cancelled one is gone
        self._scheduled = 0
        self._is_running = False
        self._peers = peers | {peer: end for end, peer in peers.items()}
        self._open: dict[End, _Connection] = {}
        self._calling: dict[End, Cancel] = {}
        self._down: set[End] = set()
        self._serial = {end: _SimLine(self.wait, partial(self._write, end)) for end in serial}
        self.recorder = Recorder(header, self.now_ns, sink=sink)
        self.stage = Stage(setting, self, self.recorder, mishap)
        for end, line in self._serial.items():
            bind(self.address(*end), line)

    def begin(self) -> None:
        """Give power to all machines."""
        for actor in self.stage.actors:
            self.stage.power_on(actor)

    def address(self, actor: str, port: str) -> str:
        """Return where the driver finds this port."""
        return f"sim://{actor}/{port}"

    def close(self) -> None:
        """Give the addresses back."""
        for end in self._serial:
            unbind(self.address(*end))

    def perform(self, act: Callable[[], None]) -> None:
        """Let somebody at the bench do something between two events."""
        self.call_later(0, act)
        self.wait(lambda: False, 0.0)

    def later(self, after_s: float, act: Callable[[], None]) -> None:
        """Have somebody at the bench do something so many seconds from now."""
        self.call_later(int(after_s * SECOND_NS), act)

    def now_ns(self) -> int:
        """Return the virtual time."""
        return self._now_ns

    def real_s(self, world_s: float) -> float:
        """Return the same: a `sim://` port waits in virtual time."""
        return world_s

    def wait(self, until: Callable[[], bool], within_s: float | None) -> bool:
        """Run events until the condition holds or the time is over.

        Raises StuckError when it would wait for ever, or when events never end.
        """
        if self._is_running:
            raise MisuseError("a machine must not wait: only verbs and drivers do")
        if until():
            return True
        deadline_ns = None if within_s is None else self._now_ns + int(within_s * SECOND_NS)
        events_max = EVENTS_MAX + int((within_s or 0.0) * EVENTS_PER_S_MAX)
        self._is_running = True
        try:
            return self._run(until, deadline_ns, events_max)
        finally:
            self._is_running = False

    def _run(self, until: Callable[[], bool], deadline_ns: int | None, events_max: int) -> bool:
        queue, calls = self._queue, self._calls
        for _ in range(events_max):
            if deadline_ns is None:
                if not queue:
                    raise StuckError("nothing will ever happen here, and no time limit was given")
            elif not queue or queue[0][0] > deadline_ns:
                self._now_ns = deadline_ns
                return False
            due_ns, number = heappop(queue)
            if call := calls.pop(number, None):  # time does not stop at a cancelled call
                self._now_ns = due_ns
                call()
                if until():
                    return True
        raise StuckError(f"{events_max} events and no end")

    def call_later(self, after_ns: int, callback: Callable[[], None]) -> Cancel:
        """Put a call into the queue."""
        self._scheduled = number = self._scheduled + 1
        self._calls[number] = callback
        heappush(self._queue, (self._now_ns + after_ns, number))
        return partial(self._calls.pop, number, None)

    def connect(self, actor: str, port: str) -> None:
        """Open a line between the two ends, if the other one has power and the link is up."""
        end = (actor, port)
        self._give_up_call(end)
        self._calling[end] = self.call_later(LATENCY_NS, partial(self._answer_call, end))

    def _give_up_call(self, end: End) -> None:
        if cancel := self._calling.pop(end, None):
            cancel()

    def _answer_call(self, caller: End) -> None:
        del self._calling[caller]
        peer = self._peers[caller]
        if not self.stage.is_on(peer[0]) or caller in self._down:
            self.stage.refuse(*caller)
            return
        for end in (peer, caller):  # an older, half-open line: its end hears of it now
            if older := self._open.get(end):
                self._close(end, older)
        self._open[caller] = self._open[peer] = _Connection()
        for end in (peer, caller):
            self.stage.open(*end)

    def is_open(self, actor: str, port: str) -> bool:
        """Tell whether the actor has a line there, as far as it can know."""
        connection = self._open.get((actor, port))
        return not connection.is_broken if connection else (actor, port) in self._serial

    def is_call(self, actor: str, port: str) -> bool:
        """Tell whether it is a line that a cut ends and a new call heals."""
        connection = self._open.get((actor, port))
        return connection is not None and not connection.is_broken

    def send(self, actor: str, port: str, data: bytes) -> None:
        """Carry bytes; a serial line is always there."""
        end = (actor, port)
        if line := self._serial.get(end):
            if end not in self._down:
                self.call_later(LATENCY_NS, partial(line.incoming.extend, data))
            return
        connection = self._open.get(end)
        if connection and connection.carries and data and end not in self._down:
            self.call_later(LATENCY_NS, partial(self._arrive, self._peers[end], connection, data))

    def _arrive(self, end: End, connection: _Connection, data: bytes) -> None:
        if self._open.get(end) is connection and connection.deaf != end:
            self.stage.receive(*end, data)

    def hang_up(self, actor: str, port: str) -> None:
        """End a line, or a call not yet answered, from one side."""
        end = (actor, port)
        self._give_up_call(end)
        connection = self._open.pop(end, None)
        if connection and connection.carries:
            self.call_later(LATENCY_NS, partial(self._close, self._peers[end], connection))

    def cut(self, actor: str, port: str, how: How) -> None:
        """Break a line: what its peer has sent is lost, what it sent itself arrives."""
        end = (actor, port)
        connection = self._open.get(end)
        if connection is None or connection.is_broken:
            return
        connection.carries, connection.deaf = False, end
        connection.is_broken = how in {"rst", "fin"}
        told = {"silence": (), "half_open": (end,)}.get(how, (end, self._peers[end]))
        for each in told:
            self.call_later(LATENCY_NS, partial(self._close, each, connection))

    def set_down(self, actor: str, port: str, is_down: bool) -> None:
        """Let nothing through, or again."""
        end = (actor, port)
        ends = {end, self._peers.get(end, end)}
        self._down = self._down | ends if is_down else self._down - ends

    def unplug(self, actor: str) -> None:
        """End all lines of an actor; its power is gone, so TCP peers are told nothing."""
        for end in [end for end in self._calling if end[0] == actor]:
            self._give_up_call(end)
        for end in [end for end in self._open if end[0] == actor]:
            self._open.pop(end).carries = False

    def _close(self, end: End, connection: _Connection) -> None:
        if self._open.get(end) is connection:
            del self._open[end]
            self.stage.close(*end)

    def _write(self, end: End, data: bytes) -> None:
        if end not in self._down:
            self.call_later(LATENCY_NS, partial(self.stage.receive, *end, data))
