"""What a report says of a device, and when its verdicts prove nothing."""

from datetime import date

import pytest

from harness.runner.bench_facts import bench_facts
from harness.runner.place import load_parts
from tests.rig.bench_file import EMULATED, EXTERNAL, changed, write

TODAY = date(2026, 11, 26)
KNOWN = changed(
    EXTERNAL,
    terminal__model="T", terminal__serial_number="1", terminal__firmware="2.1",
    terminal__application="A", terminal__checksum="C",
)  # fmt: skip


def facts_of(folder, device, world="live"):
    (parts,) = load_parts(write(folder, device))
    return bench_facts(parts, world, TODAY)


def test_terminal_of_known_identity_is_not_doubted(tmp_path):
    found = facts_of(tmp_path, KNOWN)
    assert found.doubts == []
    assert found.identity == {
        "model": "T", "serial_number": "1", "firmware": "2.1", "application": "A", "checksum": "C",
    }  # fmt: skip
    assert found.what == "external T 1 2.1, ECR /dev/nowhere, operator command, power none"
    assert found.surroundings["keys"] == "file"


@pytest.mark.parametrize("name", ["model", "serial_number", "firmware", "application", "checksum"])
def test_what_is_not_declared_makes_its_verdicts_prove_nothing(tmp_path, name):
    (doubt,) = facts_of(tmp_path, changed(KNOWN, **{f"terminal__{name}": ""})).doubts
    assert doubt == f"the terminal's {name} is not declared: add it to its `terminal`"


@pytest.mark.parametrize(
    ("due", "doubts"),
    [
        (date(2026, 11, 26), []),
        (date(2026, 11, 25), ["the calibration of supply ran out on 2026-11-25"]),
    ],
)
def test_instrument_that_is_overdue_makes_them_prove_nothing(tmp_path, due, doubts):
    supply = {"name": "supply", "serial_number": "7", "calibrated": date(2025, 1, 1), "due": due}
    found = facts_of(tmp_path, KNOWN | {"instruments": [supply]})
    assert found.doubts == doubts
    assert found.instruments == [
        {"name": "supply", "serial_number": "7", "calibrated": "2025-01-01", "due": str(due)}
    ]


def test_terminal_that_a_person_shows_to_us_and_ours_are_not_doubted(tmp_path):
    assert facts_of(tmp_path, changed(EXTERNAL, terminal__ecr="none")).doubts == []
    ours = facts_of(tmp_path, EMULATED | {"profile": {"copies": 1}}, "virtual")
    assert (ours.doubts, ours.profile) == ([], {"copies": 1})
    assert ours.identity == {"model": "reference terminal (emulated)"}
