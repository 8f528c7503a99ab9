import pytest

from harness.check.index import Index
from harness.check.observability import is_blind, is_observable
from tests.check.literal import history, row


@pytest.mark.parametrize(
    ("needs", "channels", "is_seen"),
    [
        ("till", ["till"], True),
        ("till & slip", ["till"], False),
        ("nv | host_wire & power", ["host_wire", "power"], True),
        ("nv | host_wire & power", ["host_wire"], False),
        ("nv | host_wire & power", ["nv"], True),
    ],
)
def test_needs_are_alternatives_of_sets(needs, channels, is_seen):
    assert is_observable(needs, tuple(channels)) is is_seen


BLIND, SEES, OTHER = row("bench", "blind", "slip"), row("bench", "sees", "slip"), row("till", "ok")
ROWS = [SEES, OTHER, BLIND, OTHER, SEES, OTHER, row("bench", "blind", "till"), OTHER]


@pytest.mark.parametrize(
    ("first", "last", "was_blind"),
    [(0, 1, False), (0, 2, True), (3, 3, True), (4, 7, True), (5, 7, False), (0, 7, True)],
)
def test_a_channel_is_blind_from_one_note_to_the_other(first, last, was_blind):
    whole = history(*ROWS)
    assert is_blind(whole, "slip", first, last) is was_blind
    assert Index(whole).is_blind("slip", first, last) is was_blind


def test_a_channel_that_never_sees_again_stays_blind():
    whole = history(OTHER, BLIND, BLIND, OTHER)
    assert is_blind(whole, "slip", 3, 3)
    assert Index(whole).is_blind("slip")
    assert not Index(whole).is_blind("till")


def test_a_channel_of_which_nothing_is_noted_sees():
    whole = history(OTHER, SEES)
    assert not is_blind(whole, "slip", 0, 1)
    assert not Index(whole).is_blind("slip")


def test_the_last_rest_counts():
    begin, end = row("bench", "note", "rest", "begin"), row("bench", "note", "rest", "end")
    assert Index(history(begin, OTHER)).rest_end is None
    assert Index(history(begin, end, begin, end, OTHER)).rest_end == 3


def test_a_channel_is_observed_if_the_bench_says_so():
    index = Index(history(observes=("slip",)))
    assert index.observes("slip")
    assert index.observes("till", "slip")
    assert not index.observes("till")
