"""Benches and scripts for tests of campaigns."""

from dataclasses import replace
from pathlib import Path

from harness.rig.parts import Parts
from harness.runner.place import load_parts

ROOT = Path(__file__).parents[2]
SERIAL, TCP = load_parts(ROOT / "devices.yaml", ["zvt-1", "zvt-2"])


class Fragile(Parts):
    """A bench whose terminal crashes at the first event of its life that it does not expect."""

    def terminal(self, slack_s=0.0):
        boot = super().terminal(slack_s)

        def make(survived):
            machine = boot(survived)
            return Crashing(machine)

        return make


class Crashing:
    """A machine that raises when a card is presented."""

    def __init__(self, machine):
        self.machine = machine

    def handle(self, now_ns, event):
        if type(event).__name__ == "CardPresented":
            raise ZeroDivisionError("terminal firmware")
        return self.machine.handle(now_ns, event)


def fragile(parts=SERIAL):
    return Fragile(**{name: getattr(parts, name) for name in Parts.__dataclass_fields__})


def with_defect(name):
    return replace(SERIAL, defects=(name,))


def sell(rig):
    rig.till.sale(1234)


def sell_twice(rig):
    rig.till.sale(1234)
    rig.till.sale(500, card="card-2")
