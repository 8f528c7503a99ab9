"""Where machines act: the part of a world that is the same in every world.

It applies effects one at a time, asks the nemesis before each, and before each frame that
arrives; keeps what survives a power cut; writes the history.  What differs between worlds, time
and lines, is its Ground.  How faults change an effect is world/mishap.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from harness.emulator import (
    Arrival,
    Boot,
    CancelTimer,
    CardPresented,
    Closed,
    Connect,
    Connected,
    Disconnect,
    Effect,
    Event,
    PaperIn,
    Post,
    Posted,
    PoweredOn,
    Print,
    Received,
    Refused,
    SendFailed,
    SetTimer,
    Store,
    Stored,
    TimerFired,
    Transmit,
)
from harness.emulator.printer import Printer
from harness.fault.layer import Layer
from harness.fault.nemesis import Nemesis
from harness.fault.plan import ACTS, Action, Hold, Plan
from harness.fault.point import Point
from harness.history.record import Facts, Recorder
from harness.ledger.books import Books
from harness.world.entrusted import Entrusted, Hit
from harness.world.fault_facts import facts_of, layer_in
from harness.world.ground import SECOND_NS, Cancel, Ground
from harness.world.player import Given, Player

Do = Effect | Arrival
BYTE_TIMEOUT_S = 5.0  # how long a line waits for the rest of a frame


class Line(Protocol):
    """How the frames of one port are found and named."""

    def split(self, data: bytes, /) -> tuple[list[bytes], bytes]:
        """Return the whole frames at the beginning of `data`, and the rest."""

    def label(self, frame: bytes, /) -> str:
        """Return the word that names the frame in points; it need not be well formed."""


class Outside(Protocol):
    """A device that is no machine here, as far as plans act on it.  Both return at once."""

    def cut_power(self, off_s: float) -> None:
        """Have its power cut, and back after so many seconds."""

    def press(self, key: str) -> None:
        """Have one of its keys pressed."""


OpenLine = Callable[[float, Callable[[], None]], None]


@dataclass(frozen=True, slots=True)
class Setting:
    """What every world needs to begin; `machines` and `outside` by the name of their actor.

    `relays` open the wire of a line for so many seconds, and call back when it is whole; each
    returns at once.  `cards` are what a plan may present, by token; `keep` is told of all that is
    non-volatile.
    """

    machines: Mapping[str, Boot]
    lines: Mapping[tuple[str, str], Line]
    printers: Mapping[str, Printer]
    books: Books
    nemesis: Nemesis
    describe: Callable[[str, Do], tuple[str, str, Facts]]  # address, value, facts
    outside: Mapping[str, Outside] = field(default_factory=dict)
    relays: Mapping[tuple[str, str], OpenLine] = field(default_factory=dict)
    cards: Mapping[str, CardPresented] = field(default_factory=dict)
    keep: Callable[[str, str, bytes], None] = lambda _actor, _area, _data: None


class Mishaps(Protocol):
    """Carries out the actions of a plan."""

    def is_possible(self, stage: "Stage", action: Action, actor: str, step: Do, /) -> bool:
        """Tell whether the action can be carried out on this effect now."""

    def obey(self, stage: "Stage", action: Action, actor: str, step: Do, /) -> None:
        """Do to the effect what the action says."""


class Stage:
    """The machines of one run.  Not for several threads: its world calls it from one at a time."""

    def __init__(
        self,
        setting: Setting,
        ground: Ground,
        recorder: Recorder,
        mishaps: Mishaps,
    ) -> None:
        self._players = {actor: Player(boot) for actor, boot in setting.machines.items()}
        self.setting, self._mishaps = setting, mishaps
        self.nemesis: Nemesis = setting.nemesis
        self.ground, self.recorder = ground, recorder
        self._entrusted: Entrusted | None = None
        self._held: dict[Point, list[tuple[str, Do, Point]]] = {}  # by what frees them

    @property
    def actors(self) -> tuple[str, ...]:
        """Return the names of all machines, in the order of the setting."""
        return tuple(self._players)

    def is_on(self, actor: str) -> bool:
        """Tell whether the actor is here and has power."""
        return actor in self._players and self._players[actor].machine is not None

    def printer(self, actor: str) -> Printer:
        """Return the printer of an actor."""
        return self.setting.printers[actor]

    def survivors(self, actor: str) -> dict[str, bytes]:
        """Return the non-volatile areas of an actor, for a snapshot."""
        return dict(self._players[actor].survives)

    def preload(self, actor: str, areas: Mapping[str, bytes]) -> None:
        """Give an actor without power its non-volatile areas."""
        self._players[actor].survives.update(areas)

    def power_on(self, actor: str) -> None:
        """Boot the machine with what survived, unless it is on."""
        player = self._players[actor]
        if player.machine is None:
            player.power_on()
            self.recorder.add(actor, "power", value="on")
            self.deliver(actor, PoweredOn())

    def power_off(self, actor: str) -> None:
        """Take everything volatile away, unless it is off."""
        player = self._players[actor]
        if player.machine is not None:
            player.power_off()
            self.ground.unplug(actor)
            self.recorder.add(actor, "power", value="off")

    def cut_power(self, actor: str, off_s: float) -> None:
        """Take the power away for so many seconds; whoever switches it on before is heeded."""
        self.power_off(actor)
        player = self._players[actor]
        player.forget_return()
        back = partial(self.power_on, actor)
        player.return_of_power = self.ground.call_later(_ns(off_s), back)

    def load_paper(self, actor: str) -> None:
        """Put paper into the actor's printer and tell the actor."""
        self.printer(actor).load_paper()
        self.soon(actor, PaperIn())

    def deliver(self, actor: str, event: Event) -> None:
        """Hand one event to a machine and apply what it answers; without power nothing happens."""
        player = self._players[actor]
        machine = player.machine
        for effect in machine.handle(self.recorder.now_ns(), event) if machine else ():
            if player.machine is not machine:
                return  # it lost its power in the middle of the list
            self._perform(actor, effect)

    def open(self, actor: str, port: str) -> None:
        """Tell a machine that its line is up; nothing of an older line is left on it."""
        self.deafen(actor, port)
        self.recorder.add(actor, "connect", port, "connected")
        self.deliver(actor, Connected(port))

    def refuse(self, actor: str, port: str) -> None:
        """Tell a machine that its call was not answered."""
        self.recorder.add(actor, "connect", port, "refused")
        self.deliver(actor, Refused(port))

    def receive(self, actor: str, port: str, data: bytes) -> None:
        """Take bytes off a line; the machine gets them by whole frames."""
        player, line = self._players[actor], self.setting.lines[actor, port]
        if player.machine is None:
            return
        frames, rest = line.split(player.take_piece(port) + data)
        if rest:
            waited = partial(self._give_up_frame, actor, port)
            player.keep_piece(port, rest, self.ground.call_later(_ns(BYTE_TIMEOUT_S), waited))
        for frame in player.taking(port, frames):
            self._perform(actor, Arrival(line.label(frame), port, frame))

    def close(self, actor: str, port: str, *, is_read_out: bool = False) -> None:
        """Tell a machine that its line is gone, after what had come of an unfinished frame.

        is_read_out: its peer has hung up in order and read all that was sent.
        """
        self._give_up_frame(actor, port)
        value = "caller hung up" if is_read_out else "lost"
        self.recorder.add(actor, "disconnect", port, value)
        self.deliver(actor, Closed(port))

    def deafen(self, actor: str, port: str) -> None:
        """Lose all that came on a line and was not yet taken, unfinished frames too."""
        self.lose_unread(actor, port)
        self._players[actor].take_piece(port)

    def lose_unread(self, actor: str, port: str) -> None:
        """Lose the frames that were read together with the one that is taken now."""
        self._players[actor].forget_frames(port)

    def _give_up_frame(self, actor: str, port: str) -> None:
        piece = self._players[actor].take_piece(port)
        if piece and self._entrusted and (hit := self._entrusted.arrives(actor, port)):
            self.receive_raw(actor, Arrival(hit.label, port, piece), hit.mark)
        elif piece:
            size = len(piece)
            facts: Facts = {"size": size, "partial": True}
            self.recorder.add(actor, "note", port, f"{size} bytes of a frame", facts)
            self.deliver(actor, Received(port, piece))

    def _perform(self, actor: str, step: Do) -> None:
        point = self.nemesis.name(step.kind, f"{actor} {step.label}")
        action = self.nemesis.at(point)
        if action is None:
            if self._entrusted:
                self._go_on(actor, step, self._entrusted)
            else:
                self.apply(actor, step)
        elif not self._mishaps.is_possible(self, action, actor, step):
            self.recorder.add("nemesis", "note", str(point), f"{action} was not possible")
            self.apply(actor, step)
        elif isinstance(action, Hold):
            self.remember(actor, step)
            self._held.setdefault(action.until, []).append((actor, step, point))
        else:
            self.nemesis.fired.add(point)
            kind = "act" if isinstance(action, ACTS) else "fault"
            facts = facts_of(action, self._layer(actor, action, step))
            self.recorder.add("nemesis", kind, str(point), str(action), facts)
            self._mishaps.obey(self, action, actor, step)
        if self._held and not self.nemesis.is_healed:
            for held in self._held.pop(point, ()):
                self.ground.call_later(0, partial(self._release, *held))

    def _release(self, actor: str, step: Do, point: Point) -> None:
        if self.is_lost_late(actor, step):
            self.recorder.add("nemesis", "note", str(point), "held, and no line when released")
            return
        self.nemesis.fired.add(point)
        hold = Hold(point)
        facts = facts_of(hold, self._layer(actor, hold, step))
        self.recorder.add("nemesis", "fault", str(point), "released late", facts)
        self.apply(actor, step)

    def _layer(self, actor: str, action: Action, step: Do) -> Layer | None:
        return layer_in(self.ground, self.setting.outside, actor, action, step)

    def entrust(self, plan: Plan) -> Entrusted:
        """Leave a plan to a gate on the line; what happens there is told to what is returned."""

        def fault(point: Point, action: Action, layer: Layer) -> None:
            value = "released late" if isinstance(action, Hold) else str(action)
            facts = facts_of(action, layer) | {"by": "gate"}
            self.recorder.add("nemesis", "fault", str(point), value, facts)

        self._entrusted = Entrusted(plan, fault, self._record)
        return self._entrusted

    def _go_on(self, actor: str, step: Do, gate: Entrusted) -> None:
        """Carry out what no step of ours is about, but perhaps one of a gate's."""
        match step:
            case Transmit(port=port) if self.ground.is_open(actor, port):
                if gate.takes(actor, step):
                    self.remember(actor, step)
                    self.ground.send(actor, port, step.data)
                    return
            case Arrival(port=port) if hit := gate.arrives(actor, port):
                self._suffer(actor, step, hit)
                return
        self.apply(actor, step)

    def _suffer(self, actor: str, step: Arrival, hit: Hit) -> None:
        """Take what a gate has made of a frame; nothing leaves on a line that it breaks."""
        if hit.mark:
            self.receive_raw(actor, step, hit.mark)
        else:
            self.apply(actor, step)
        if hit.cut and self.ground.is_call(actor, step.port):
            self.ground.cut(actor, step.port, hit.cut)

    def remember(self, actor: str, step: Do) -> None:
        """Have a frame described that is kept back: by the keys in force now, not later."""
        self.setting.describe(actor, step)

    def is_lost_late(self, actor: str, step: Do) -> bool:
        """Tell whether a frame that was kept back has no line any more."""
        assert isinstance(step, Transmit | Arrival)
        return not (self.is_on(actor) and self.ground.is_open(actor, step.port))

    def apply(self, actor: str, step: Do, mark: Facts | None = None) -> None:
        """Record an effect, with a mark of what a fault made of it, and carry it out."""
        if isinstance(step, Transmit) and not self.ground.is_open(actor, step.port):
            self.recorder.add(actor, "note", f"{step.port}/{step.label}", "no line: nothing left")
            self.soon(actor, SendFailed(step.port, step.label))
            return
        if not isinstance(step, Print):
            self._record(actor, step, mark)
        if not mark:
            self._carry_out(actor, step)

    def _record(self, actor: str, step: Do, mark: Facts | None) -> None:
        address, value, facts = self.setting.describe(actor, step)
        marked = {**facts, **mark} if mark else facts
        self.recorder.add(actor, step.kind, address, value, marked)

    def receive_raw(self, actor: str, step: Arrival, mark: Facts) -> None:
        """Hand a machine what a fault made of a frame."""
        self.apply(actor, step, mark)
        self.deliver(actor, Received(step.port, step.data))

    def _carry_out(self, actor: str, step: Do) -> None:
        match step:
            case Arrival(port=port, data=data):
                self.deliver(actor, Received(port, data))
            case Transmit(port=port, data=data):
                self.ground.send(actor, port, data)
            case SetTimer(label=name, after_s=after_s):
                self._players[actor].stop_timer(name)
                timer = self.soon(actor, TimerFired(name), after_s=after_s)
                self._players[actor].timers[name] = timer
            case CancelTimer(label=name):
                self._players[actor].stop_timer(name)
            case Store(label=area, data=data):
                self._players[actor].survives[area] = data
                self.setting.keep(actor, area, data)
                self.soon(actor, Stored(area))
            case Post(posting=posting):
                self.setting.books.post(posting)
                self.soon(actor, Posted(posting.reference))
            case Print(label=label, data=data):
                self._print(actor, label, data)
            case Connect(label=port):
                self.ground.connect(actor, port)
            case Disconnect(label=port):
                self.deafen(actor, port)
                self.ground.hang_up(actor, port)
            case _:  # Show, Notify, Level: the row is all there is
                pass

    def _print(self, actor: str, label: str, data: bytes) -> None:
        paper, event = self.printer(actor).feed(data)
        if paper:
            self.recorder.add(actor, "print", *self.setting.describe(actor, Print(label, paper)))
        self.soon(actor, event)

    def write_torn(self, actor: str, step: Store, keep: int) -> None:
        """Write the first bytes of a record over an older one; nobody is told."""
        survives = self._players[actor].survives
        torn = step.data[:keep] + survives.get(step.label, b"")[keep:]
        survives[step.label] = torn
        self.setting.keep(actor, step.label, torn)

    def soon(self, actor: str, event: Event, after_s: float = 0.0) -> Cancel:
        """Deliver later, and only to the machine that is on now."""
        return self.later(actor, self.deliver, actor, event, after_s=after_s)

    def later(
        self, actor: str, act: Callable[[*Given], None], *given: *Given, after_s: float = 0.0
    ) -> Cancel:
        """Do something later, unless the machine that is on now has lost its power meanwhile."""
        player = self._players[actor]
        fire = partial(player.do_unless_off, player.machine, act, *given)
        return self.ground.call_later(_ns(after_s), fire)


def _ns(seconds: float) -> int:
    return int(seconds * SECOND_NS)
