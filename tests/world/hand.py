"""A stage whose ground is wound by hand, with machines that follow a script."""

from harness.emulator import PoweredOn
from harness.emulator.printer import Printer
from harness.fault.nemesis import Nemesis
from harness.fault.plan import Plan
from harness.history.record import Header, Recorder
from harness.ledger.books import MemoryBooks
from harness.world import mishap
from harness.world.stage import Setting, Stage

SECOND_NS = 10**9
LINES = [("terminal", "host"), ("terminal", "ecr"), ("host", "terminal")]


class Ground:
    """Time that passes only in `run`; lines that keep what is done to them."""

    has_wires = False

    def __init__(self):
        self.now_ns = 0
        self.due = []
        self.numbers = 0
        self.up = set(LINES)
        self.done = []

    def call_later(self, after_ns, callback):
        self.numbers += 1
        entry = (self.now_ns + after_ns, self.numbers, callback)
        self.due.append(entry)

        def cancel():
            if entry in self.due:
                self.due.remove(entry)

        return cancel

    def run(self, within_s=0.0):
        """Call what is due within so many seconds, what it causes included."""
        until_ns = self.now_ns + int(within_s * SECOND_NS)
        for _ in range(1000):
            if not self.due or min(self.due)[0] > until_ns:
                break
            entry = min(self.due)
            self.due.remove(entry)
            self.now_ns = entry[0]
            entry[2]()
        else:
            raise AssertionError("events without end")
        self.now_ns = until_ns

    def is_open(self, actor, port):
        return (actor, port) in self.up

    def is_call(self, actor, port):
        return (actor, port) in self.up and port != "ecr"

    def connect(self, *what):
        self.done.append(("connect", *what))

    def send(self, *what):
        self.done.append(("send", *what))

    def hang_up(self, *what):
        self.done.append(("hang up", *what))

    def cut(self, *what):
        self.done.append(("cut", *what))
        self.up.discard(what[:2])

    def set_down(self, *what):
        self.done.append(("down", *what))

    def unplug(self, actor):
        self.done.append(("unplug", actor))


class Frames:
    """Frames end with a full stop and are named by what stands before it."""

    def split(self, data):
        *frames, rest = data.split(b".")
        return [frame + b"." for frame in frames], rest

    def label(self, frame):
        return frame.decode().rstrip(".")


class Scripted:
    """Answers each event as written; all of its lives hear into one list."""

    def __init__(self, script, heard, survived):
        self._script, self._heard = script, heard
        heard.append(survived)

    def handle(self, _now_ns, event):
        self._heard.append(event)
        return self._script.get(event, [])


class Theatre:
    """Stage, ground, and what the machines heard; `begin` are the effects at power-on."""

    def __init__(self, begin=(), *plan, script=None, host=None, **setting):
        scripts = {"terminal": {PoweredOn(): list(begin)} | (script or {}), "host": host or {}}
        self.ground, self.heard = Ground(), {actor: [] for actor in scripts}
        self.printer, self.books = Printer(), MemoryBooks()
        self.recorder = Recorder(Header(world="hand", observes=()), lambda: self.ground.now_ns)
        self.described = []
        self.setting = Setting(
            machines={actor: self._boot(actor, script) for actor, script in scripts.items()},
            lines=dict.fromkeys(LINES, Frames()),
            printers={"terminal": self.printer},
            books=self.books,
            nemesis=Nemesis(planned(*plan)),
            describe=self._describe,
            **setting,
        )
        self.stage = Stage(self.setting, self.ground, self.recorder, mishap)
        self.stage.power_on("host")
        self.stage.power_on("terminal")

    def _boot(self, actor, script):
        return lambda survived: Scripted(script, self.heard[actor], survived)

    def _describe(self, actor, step):
        self.described.append((actor, step))
        port = f"{step.port}/" if step.kind in {"tx", "rx"} else ""
        return f"{port}{step.label}", "", {}

    def run(self, within_s=0.0):
        self.ground.run(within_s)
        return self

    def receive(self, data, port="host", actor="terminal"):
        self.stage.receive(actor, port, data)
        return self

    @property
    def events(self):
        """What the terminal's first life heard after it was powered on."""
        return self.heard["terminal"][2:]

    def rows(self, actor="terminal"):
        return [row for row in self.recorder.history().rows if row.actor == actor]

    def kinds(self, actor="terminal"):
        return [row.kind for row in self.rows(actor)][1:]

    def told(self, actor="terminal"):
        """Kind, address and facts of the rows after power-on."""
        return [(row.kind, row.address, dict(row.facts)) for row in self.rows(actor)][1:]

    def nemesis(self):
        return [(row.kind, row.address, row.facts.get("action")) for row in self.rows("nemesis")]

    def sent(self):
        return [what[1:] for what in self.ground.done if what[0] == "send"]


def planned(*steps):
    plan = Plan()
    for point, action in zip(steps[::2], steps[1::2], strict=True):
        plan = plan.also(point, action)
    return plan
