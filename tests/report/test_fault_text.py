"""A report names the layer of each fault, and who did it."""

import pytest

from harness.history.record import Header, History, Row
from harness.report.fault_text import faults, layers, means


def row(**facts):
    return Row(0, 0, "nemesis", "fault", "tx host 0210 #1", "Cut()", {"action": "cut"} | facts)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"layer": "tcp", "by": "gate"}, "by TCP, at the gate"),
        ({"layer": "relay"}, "by a relay"),
        ({"layer": "model"}, "in the emulated bench"),
        ({"layer": "microwave"}, "microwave"),
        ({}, ""),
    ],
)
def test_each_layer_has_its_words(facts, said):
    assert means(row(**facts)) == said


def test_faults_of_a_case_are_told_in_order():
    history = of(row(layer="tcp", by="gate"), row())
    assert faults(history) == (
        "cut at tx host 0210 #1 (by TCP, at the gate)",
        "cut at tx host 0210 #1",
    )


def of(*rows):
    return History(Header(world="live", observes=()), rows)


def test_layers_are_counted_over_all_cases():
    assert layers([of(row(layer="tcp"), row()), of(row(layer="tcp"), row(layer="relay"))]) == (
        "tcp 2, relay 1"
    )
