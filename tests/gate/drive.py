"""A gate's core driven by hand: what it carries, ends and tells, and a clock that is wound."""

from collections import defaultdict

from harness.fault.plan import Plan
from harness.fault.point import parse
from harness.gate import Admit, Carry, Confirm, Dial, End, Tell, Turn
from harness.gate.core import Core
from harness.gate.wire import HOST_WIRE, TILL_WIRE
from harness.link import length_prefix, zvt_serial

SECOND_NS = 10**9
HEAD = bytes.fromhex("60000300006031003101 00".replace(" ", ""))


def message(mti, size=60, fill=b"x"):
    """Return a frame of the host line with this MTI, `size` bytes long."""
    body = HEAD + bytes.fromhex(mti)
    return length_prefix.frame(body + fill * (size - len(body) - length_prefix.PREFIX_SIZE))


def apdu(command):
    return zvt_serial.frame(bytes.fromhex(command) + b"\x00")


def plan_of(*steps):
    plan = Plan()
    for point, action in steps:
        plan = plan.also(point, action)
    return plan


class Drive:
    """One core; `proceeds`: what it tells as firing is let happen at once."""

    def __init__(self, wire=HOST_WIRE, switches=(), *, proceeds=True):
        self.core, self.proceeds = Core(wire, switches), proceeds
        self.now_ns = 0
        self.carried = defaultdict(bytes)  # by line and end
        self.ends, self.turns, self.dials, self.done = [], [], [], []
        self.is_open = True
        self.told = []

    def __call__(self, name, *words, **options):
        self.perform(getattr(self.core, name)(self.now_ns, *words, **options))
        return self

    def perform(self, effects):
        for effect in effects:
            self.note(effect)
        for effect in effects:
            if self.proceeds and isinstance(effect, Tell) and effect.what == "firing":
                self("proceed", parse(effect.words["point"]))

    def note(self, effect):
        match effect:
            case Carry(line, to, data):
                self.carried[line, to] += data
            case End(line, to, how):
                self.ends.append((line, to, how))
            case Turn(switch, state):
                self.turns.append((switch, state))
            case Dial(line):
                self.dials.append(line)
            case Admit(is_open):
                self.is_open = is_open
            case Confirm(point=point):
                self.done.append(str(point))
            case Tell(what, words):
                self.told.append((what, dict(words)))

    def begin(self, *steps, **options):
        return self("begin", plan_of(*steps), **options)

    def line(self, number=1):
        """Open a line; on a serial wire it is there at once."""
        if self.core.wire.is_call:
            self("called", number)
        return self("dialled", number)

    def says(self, actor, data, line=1):
        return self("received", line, actor, data)

    def wind(self, seconds):
        self.now_ns += int(seconds * SECOND_NS)
        return self("tick")

    def got(self, actor, line=1):
        return self.carried[line, actor]

    def said(self, what):
        return [words for told, words in self.told if told == what]

    def points(self, what):
        return [words["point"] for words in self.said(what)]


def gated(*steps, **options):
    """Return a drive on the host line, its plan begun and one line open."""
    return Drive(**options).begin(*steps).line()


def serial_gate(*steps, **options):
    return Drive(TILL_WIRE, **options).begin(*steps).line()
