"""A tiny terminal and a tiny host, in either world, and a driver that does not know which."""

from contextlib import contextmanager

import serial

from harness.emulator import (
    CancelTimer,
    CardPresented,
    Closed,
    Connect,
    Connected,
    Disconnect,
    KeyPressed,
    Post,
    Posted,
    PoweredOn,
    Print,
    Received,
    Refused,
    SetTimer,
    Store,
    TimerFired,
    Transmit,
)
from harness.emulator.printer import Printer
from harness.fault.nemesis import Nemesis
from harness.fault.plan import Plan
from harness.history.record import Header
from harness.ledger.books import MemoryBooks, Posting
from harness.world.live import LiveWorld
from harness.world.stage import Setting
from harness.world.virtual import VirtualWorld
from tests.world.hand import Frames

PEERS = {("terminal", "host"): ("host", "terminal")}
ECR = ("terminal", "ecr")
LINES = dict.fromkeys([("terminal", "host"), ECR, ("host", "terminal")], Frames())
SCALE = 0.01
ANSWER_S, PATIENCE_S = 20.0, 60.0  # far apart, and from 5 s: live timers are late under load


class Terminal:
    """Calls the host for CALL, and tells the till one word: how it ended."""

    def __init__(self, survived):
        self.number = int(survived.get("number", b"0"))

    def handle(self, _now_ns, event):
        match event:
            case Received("ecr", b"CALL."):
                self.number += 1
                return [Store("number", b"%d" % self.number), Connect("host")]
            case Connected("host"):
                return [SetTimer("answer", ANSWER_S), Transmit("0200", "host", b"0200.")]
            case Received("host", b"0210."):
                done = [CancelTimer("answer"), Disconnect("host"), Print("slip", b"paper")]
                return [*done, *self.tell(b"OK")]
            case Received("host", _):
                return self.tell(b"WHAT")
            case TimerFired() | KeyPressed():
                word = b"SILENCE" if isinstance(event, TimerFired) else b"CANCELLED"
                return [CancelTimer("answer"), Disconnect("host"), *self.tell(word)]
            case Closed("host") | Refused("host"):
                word = b"LOST" if isinstance(event, Closed) else b"REFUSED"
                return [CancelTimer("answer"), *self.tell(word)]
            case CardPresented() | PoweredOn():
                return self.tell(b"READY")
        return []

    def tell(self, word):
        return [Transmit(word.decode(), "ecr", word + b".")]


class Host:
    """Posts every request, and answers when that is in the books."""

    def __init__(self, survived):
        self.count = int(survived.get("count", b"0"))

    def handle(self, _now_ns, event):
        match event:
            case Received("terminal", b"0200."):
                self.count += 1
                posting = Posting(reference=f"r-{self.count}", name="sale")
                return [Store("count", b"%d" % self.count), Post("sale", posting)]
            case Posted():
                return [Transmit("0210", "terminal", b"0210.")]
        return []


def describe(_actor, step):
    port = f"{step.port}/" if step.kind in {"tx", "rx"} else ""
    dial = {"connect": "dial", "disconnect": "hang up"}
    return f"{port}{step.label}", dial.get(step.kind, ""), {}


def setting_of(plan=Plan(), **changes):  # noqa: B008  # a plan is immutable
    machines = changes.pop("machines", {"terminal": Terminal, "host": Host})
    return Setting(
        machines=machines,
        lines=LINES,
        printers={"terminal": Printer()},
        books=MemoryBooks(),
        nemesis=Nemesis(plan),
        describe=describe,
        cards={"card-1": CardPresented("0D4912")},
        **changes,
    )


@contextmanager
def open_world(kind, plan=Plan(), *, options=None, **changes):  # noqa: B008
    setting = setting_of(plan, **changes)
    make = VirtualWorld if kind == "virtual" else LiveWorld
    scale = 1.0 if kind == "virtual" else SCALE
    header = Header(world=kind, observes=(), plan=plan.expected(), timer_scale=scale)
    world = make(setting, header, peers=PEERS, **(options or {}))
    try:
        world.begin()
        yield world
    finally:
        world.close()


class Till:
    """A driver: ordinary pyserial code."""

    def __init__(self, world):
        self._world = world
        self._port = serial.serial_for_url(world.address(*ECR))
        self.read()  # READY

    def read(self, within_s=PATIENCE_S):
        self._port.timeout = self._world.real_s(within_s)
        return self._port.read_until(b".").decode().rstrip(".")

    def call(self, within_s=PATIENCE_S):
        self._world.recorder.add("till", "invoke", "call")
        self._port.write(b"CALL.")
        word = self.read(within_s)
        self._world.recorder.add("till", "info", "call", word)
        return word

    def close(self):
        self._port.close()


@contextmanager
def at_the_till(kind, plan=Plan(), **changes):  # noqa: B008
    with open_world(kind, plan, **changes) as world:
        till = Till(world)
        try:
            yield world, till
        finally:
            till.close()


def calls(kind, plan, count=2):
    """Return what the till was told in so many calls, and the history."""
    with at_the_till(kind, plan) as (world, till):
        words = [till.call() for _ in range(count)]
        world.wait(lambda: False, 2.0)
        return words, world.recorder.history()
