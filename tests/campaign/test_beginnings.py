"""The beginning of a sound history is sound: a bench may fail, a person may end it, or watch."""

from dataclasses import replace

import pytest

from harness.campaign.play import play
from harness.check.all import ALL_CHECKERS
from harness.check.compose import compose
from tests.campaign.test_power_cuts import SERIAL, SUITES

OF_EACH = 12
ROWS_MAX = 3000  # of a case; days take too long to be judged so often


def beginnings(number, history):
    """Return some of them, which end at other places than those of the case beside it."""
    size = len(history.rows)
    ends = {(number * 7 + nth * size // OF_EACH) % size for nth in range(OF_EACH)}
    return [replace(history, rows=history.rows[:end]) for end in sorted(ends)]


@pytest.mark.parametrize("scenario", SUITES, ids=str)
def test_no_beginning_of_a_case_is_a_finding(scenario):
    history = play(scenario, SERIAL).history
    if len(history.rows) > ROWS_MAX:
        history = replace(history, rows=history.rows[:ROWS_MAX])
    found = {
        len(each.rows): list(map(str, compose(each, ALL_CHECKERS).findings))
        for each in beginnings(SUITES.index(scenario), history)
    }
    assert {end: said for end, said in found.items() if said} == {}
