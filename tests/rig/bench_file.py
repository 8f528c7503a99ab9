"""Bench files as a user writes them, good and bad."""

import copy

import yaml

from tests.live.program import ROOT, key_file

EMULATED = {
    "terminal": {"kind": "emulated", "ecr": "zvt_serial"},
    "terminal_id": "10000001",
    "merchant_id": "104110045110012",
    "merchant_name": "GINKGO STORE",
    "cards": str(ROOT / "fixtures/cards.yaml"),
}
EXTERNAL = EMULATED | {
    "terminal": {"kind": "external", "ecr": "/dev/nowhere", "printer": "none"},
    "host": {"listen": "127.0.0.1:0"},
    "operator": {"kind": "command", "present_card": "true {card}", "key_pin": "true"},
    "power": {"kind": "none"},
    "tmk_file": "tmk.hex",
}
ABSENT = object()


def changed(device, **changes):
    """Return a device in which keys, written part__key, have other values."""
    found = copy.deepcopy(device)
    for path, value in changes.items():
        *parts, key = path.split("__")
        place = found
        for part in parts:
            place = place.setdefault(part, {})
        if value is ABSENT:
            del place[key]
        else:
            place[key] = value
    return found


def write(folder, device=EMULATED, **more):
    """Write a bench file, and the key beside it; return its path."""
    key_file(folder)
    found = {"version": 1, "devices": {"one": device}} | more
    path = folder / "devices.yaml"
    path.write_text(yaml.safe_dump(found, allow_unicode=True), "utf-8")
    return path
