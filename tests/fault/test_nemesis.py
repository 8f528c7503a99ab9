"""The nemesis: counts points, answers what shall happen there."""

import pytest

from harness.errors import MisuseError
from harness.fault.nemesis import Nemesis
from harness.fault.plan import Cut, Drop, Hold, Plan
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


def also(nemesis, point, action):
    """Plan one step more; return where it will be."""
    (step,) = Plan().also(point, action, "M2").steps
    planned = nemesis.also(step)
    assert planned.rules == ("M2",)
    return planned


def test_what_is_planned_later_counts_from_there():
    nemesis = Nemesis(Plan())
    nemesis.name("tx", "host 0210")
    assert str(also(nemesis, "tx host 0210 #1", Drop()).point) == "tx host 0210 #2"
    assert nemesis.at(nemesis.name("tx", "host 0210")) == Drop()


def test_a_place_that_is_taken_is_passed_over():
    nemesis = Nemesis(SECOND_ANSWER)
    points = [also(nemesis, f"tx host 0210 #{n}", Cut()).point for n in (1, 1, 2, 1)]
    assert [point.occurrence for point in points] == [1, 3, 4, 5]
    assert nemesis.at(parse("tx host 0210 #2")) == Drop()


def test_what_frees_a_held_message_counts_from_there_too():
    nemesis = Nemesis(Plan())
    nemesis.name("rx", "host 0400")
    held = also(nemesis, "tx host 0210 #1", Hold(parse("rx host 0400 #1")))
    assert held.action == Hold(parse("rx host 0400 #2"))
    assert nemesis.at(nemesis.name("tx", "host 0210")) == held.action
