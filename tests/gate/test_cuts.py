"""A real gate over loopback: cuts at random places, each counted on both sides."""

import random
from collections import Counter

import pytest

from bench.gate import held_gate
from bench.gate_cuts import HOWS, Trial, carry_out, draw

pytestmark = pytest.mark.live
COUNT, SEED = 240, 20261126


@pytest.fixture(scope="module")
def held():
    with held_gate() as gate:
        yield gate


def test_cuts_at_random_bytes_and_messages_are_all_exact(held):
    dice = random.Random(SEED)
    trials = [draw(dice) for _ in range(COUNT)]
    wrong = [(trial, fault) for trial in trials if (fault := carry_out(held, trial))]
    assert not wrong
    assert Counter(trial.how for trial in trials).keys() == set(HOWS)


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("keep", [0, 1, 2, 299, None])
def test_cut_at_each_edge_of_a_message_is_exact(held, how, keep):
    trial = Trial("host", (40, 300, 60), "tx", 1, keep, how, is_joined=True)
    assert carry_out(held, trial) == ""
