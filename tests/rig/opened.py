"""An open rig in virtual time, brought to the beginning of a case or not."""

from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from harness.fault.plan import Plan
from harness.rig.open_rig import open_rig
from harness.rig.opening import Opening
from harness.runner.place import load_parts

ROOT = Path(__file__).parents[2]
SERIAL, TCP = load_parts(ROOT / "devices.yaml", ["zvt-1", "zvt-2"])


@contextmanager
def rig(*steps, parts=SERIAL, defect="", script=None, is_ready=True, **profile):
    """Open a bench; `steps` are point and action."""
    plan = Plan()
    for step in steps:
        plan = plan.also(*step)
    parts = replace(parts, profile=parts.profile | profile, defects=(defect,) if defect else ())
    with open_rig(parts, Opening(case="test", plan=plan, script=script or {})) as opened:
        if is_ready:
            opened.bring_to()
        yield opened


def rows(opened, *, actor=None, kind=None, address=None):
    wanted = {"actor": actor, "kind": kind, "address": address}
    asked = {name: value for name, value in wanted.items() if value is not None}
    return [
        row
        for row in opened.history().rows
        if all(getattr(row, name) == value for name, value in asked.items())
    ]


def notes(opened, address):
    return rows(opened, actor="bench", kind="note", address=address)
