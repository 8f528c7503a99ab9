"""Canaries: cards and keys whose digits collide with nothing else, and a bench that uses them.

The suite is kept here under a name that pytest does not collect, and put where it runs.

The PINs have eight digits: one of six is now and then the microseconds of a time stamp.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

import yaml

from harness.emulator.host.key_store import derive
from harness.report.secrecy_scan import canaries_of
from harness.rig.cards import load_cards
from harness.terms.card import is_luhn

SUITE = Path(__file__).with_name("canary_suite")
TERMINAL_ID = "73000009"
TMK = "A1B2C3D4E5F60718293A4B5C6D7E8F90"
BEGUN = {"card-1": "622298887776665554", "card-2": "622246913578024", "card-3": "622255501928374"}
PINS = {"card-1": "73918462", "card-2": "92635718", "card-3": ""}


def with_check_digit(digits):
    return next(digits + check for check in "0123456789" if is_luhn(digits + check))


def declared():
    """Return the cards as a file of cards lists them."""
    for token, digits in BEGUN.items():
        pan, pin = with_check_digit(digits), PINS[token]
        track = {"expiry": "4711", "service_code": "220", "discretionary": "8642013"}
        yield {"token": token, "pan": pan, "pin": pin, "balance_minor": 10_000_000, **track}


@dataclass(frozen=True)
class Bench:
    """Files of a bench with canaries; `home` is where its runs take place and write."""

    devices: Path
    cards: Path
    home: Path

    @property
    def suite(self):
        return self.home / "canary"

    def canaries(self):
        working = [derive(TERMINAL_ID, generation, "003") for generation in (1, 2)]
        keys = [key for each in working for key in (each.pik, each.mak)]
        return canaries_of(load_cards(self.cards), [bytes.fromhex(TMK), *keys])

    def pan(self):
        return next(each.secret for each in self.canaries() if each.kind == "pan")


def make(folder):
    """Write the files of a bench apart from the folder in which it runs."""
    secret, home = folder / "secret", folder / "home"
    secret.mkdir()
    bench = Bench(secret / "devices.yaml", secret / "cards.yaml", home)
    bench.suite.mkdir(parents=True)
    shutil.copyfile(SUITE / "cases.py", bench.suite / "test_canary.py")
    shutil.copyfile(SUITE / "canary.robot", bench.suite / "canary.robot")
    bench.cards.write_text(yaml.safe_dump(list(declared())))
    key = secret / "tmk.hex"
    key.write_text(TMK + "\n")
    key.chmod(0o600)
    device = {
        "terminal": {"kind": "emulated", "ecr": "zvt_serial"},
        "terminal_id": TERMINAL_ID, "merchant_id": "104110045110012",
        "merchant_name": "CANARY STORE", "cards": bench.cards.name, "tmk_file": key.name,
    }  # fmt: skip
    bench.devices.write_text(yaml.safe_dump({"version": 1, "devices": {"canary": device}}))
    return bench
