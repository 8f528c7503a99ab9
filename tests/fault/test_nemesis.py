"""The nemesis: counts points, answers what shall happen there."""

import pytest

from harness.errors import MisuseError
from harness.fault.nemesis import Nemesis
from harness.fault.plan import Drop, Plan
from harness.fault.point import parse

SECOND_ANSWER = Plan().also("tx host 0210 #2", Drop())


def test_it_strikes_at_the_second_occurrence_only():
    nemesis = Nemesis(SECOND_ANSWER)
    points = [nemesis.name("tx", label) for label in ("host 0210", "host 0410", "host 0210")]
    assert [nemesis.at(point) for point in points] == [None, None, Drop()]
    assert nemesis.seen == points


def test_what_was_asked_has_not_fired_before_the_world_says_so():
    nemesis = Nemesis(SECOND_ANSWER)
    nemesis.at(parse("tx host 0210 #2"))
    assert nemesis.fired == set()


def test_nothing_fires_while_it_is_healed():
    nemesis = Nemesis(SECOND_ANSWER)
    nemesis.is_healed = True
    assert nemesis.at(parse("tx host 0210 #2")) is None


def test_new_plan_counts_from_where_it_begins():
    nemesis = Nemesis(Plan())
    nemesis.name("tx", "host 0210")
    nemesis.is_healed = True
    nemesis.begin(Plan().also("tx host 0210 #1", Drop()))
    assert nemesis.at(nemesis.name("tx", "host 0210")) == Drop()


def test_plan_that_has_not_fired_is_not_replaced():
    nemesis = Nemesis(SECOND_ANSWER)
    with pytest.raises(MisuseError, match="did not fire"):
        nemesis.begin(Plan())


def test_plan_that_has_fired_is_replaced_and_forgotten():
    nemesis = Nemesis(SECOND_ANSWER)
    nemesis.fired.add(parse("tx host 0210 #2"))
    nemesis.begin(Plan())
    assert nemesis.fired == set()
    assert nemesis.at(parse("tx host 0210 #2")) is None
