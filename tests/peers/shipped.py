"""Benches of fixtures/benches with the places of peers in them, and what `doctor` says of them."""

import json

from harness.rig.schema import load_bench
from harness.runner.doctor import examine
from harness.runner.place import load_parts
from tests.live.program import ROOT

BENCHES = ROOT / "fixtures/benches"
OWN = (
    "host", "cards", "tmk_file", "profile", "terminal_id", "merchant_id", "merchant_name",
)  # fmt: skip


def shipped(folder, name, own, **places):
    """Write a bench that is shipped, with facts of this machine's bench; return its path.

    own: a device from which the keys OWN are taken.  places: keys, with `__` between parts.
    """
    found = load_bench(BENCHES / f"{name}.yaml").model_dump(mode="json", exclude_unset=True)
    ((called, device),) = found["devices"].items()
    device |= {key: own[key] for key in OWN}
    for key, value in places.items():
        _put(device, key.split("__"), value)
    path = folder / f"{name}.yaml"
    path.write_text(json.dumps({"version": 1, "devices": {called: device}}), "utf-8")  # is YAML
    return path


def _put(device, path, value):
    *parts, key = path
    for part in parts:
        device = device[part]
    device[key] = value


def said(path):
    """Return what the doctor says, by part."""
    steps = list(examine(load_parts(path)[0]))
    return {step.part: step.said for step in steps}


def sick(found):
    """Return what is not in order."""
    return {part: text for part, text in found.items() if text.partition(":")[0] != "ok"}
