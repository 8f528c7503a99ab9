"""V7: the supervisor's password and the cardholder's PIN."""

import pytest

from harness.check import void as checker
from tests.check.literal import row
from tests.check.slip_rows import blind, changed, done
from tests.check.undoing_rows import (
    SEEN,
    ask,
    asked,
    found,
    judged,
    locally,
    made,
    refund,
    refused,
    said,
    sale,
    told,
    void,
)

NO_PIN = ("3", "4", "11", "22", "25", "35", "37", "41", "42", "49", "60", "61", "64")
WRONG = {"password": "wrong"}
WITH_DISPLAY = {"observes": (*SEEN, "display")}
ENTER_PIN = row("terminal", "show", "ENTER_PIN", "PIN")
PASSWORD = row("terminal", "show", "SUPERVISOR_PASSWORD", "PASSWORD")
NONE = row("operator", "act", "pin", pin="none")


def v7(*rows, **header):
    return judged(checker, "V7", made(*rows, **header))


def unpinned(*shown, **till):
    """Return a void that was sent without a PIN."""
    begun = asked(2, **{"pin": None} | till)
    pin = {"present": NO_PIN, "F53": None, "F22": "022"}
    return [*sale(), begun, *shown, ask(102, **pin), told(102), done(2, "void")]


def test_password_and_pin_before_a_void_are_right():
    assert v7(*sale(), *void()) == (2, 0, 0)
    assert v7(*sale()) == (0, 0, 0)


def test_a_wrong_password_stops_voids_and_refunds():
    assert v7(*sale(), *locally(**WRONG)) == (1, 0, 0)
    assert v7(*sale(), *locally(2, "refund", **WRONG)) == (1, 0, 0)
    assert v7(*sale(), asked(**WRONG)) == (0, 0, 0)


def test_a_void_after_a_wrong_password_is_a_finding():
    whole = made(*sale(), *changed(void(), 0, **WRONG))
    assert found(whole) == ["V7"]
    assert v7(*sale(), *locally(end="ok", **WRONG), observes=("display",)) == (1, 1, 0)
    assert v7(*sale(), *changed(refund(), 0, **WRONG)) == (1, 1, 0)


def test_without_the_parameter_a_password_is_nobodys_matter():
    rows = [*sale(), *changed(void(), 0, **WRONG)]
    assert v7(*rows, profile={"supervisor_password": False}) == (1, 0, 0)


def test_a_password_may_be_asked_for_on_the_display():
    start, *rest = void()
    quiet = changed([start], 0, password=None)
    assert v7(*sale(), *quiet, PASSWORD, *rest) == (2, 0, 0)
    assert v7(*sale(), *quiet, *rest) == (1, 0, 0)
    assert v7(*sale(), PASSWORD, ask(102), told(102)) == (2, 0, 0)
    assert v7(PASSWORD, *sale(), ask(102), told(102)) == (1, 0, 0)
    assert v7(PASSWORD, ask(102), told(102)) == (2, 0, 0)


@pytest.mark.parametrize(
    ("rows", "needed", "counts"),
    [
        (unpinned(), True, (2, 1, 0)),
        (unpinned(), False, (2, 0, 0)),
        ([*sale(), *void()], False, (2, 1, 0)),
        (unpinned(ENTER_PIN), True, (2, 0, 0)),
        (unpinned(ENTER_PIN), False, (2, 1, 0)),
    ],
)
def test_a_pin_is_asked_for_as_the_profile_says(rows, needed, counts):
    assert v7(*rows, profile={"void_needs_pin": needed}) == counts


def test_a_pin_that_was_not_asked_for_is_found_alone():
    profile = {"void_needs_pin": False}
    assert found(made(*sale(), *void(), profile=profile)) == ["V7"]


def test_a_pin_left_empty_may_have_been_asked_for():
    assert v7(*unpinned(NONE)) == (1, 0, 0)
    assert v7(*unpinned(pin="none")) == (1, 0, 0)
    assert v7(*unpinned(NONE), **WITH_DISPLAY) == (2, 1, 0)
    assert v7(*unpinned(blind("display"), NONE), **WITH_DISPLAY) == (1, 0, 0)
    assert v7(*unpinned(NONE, ENTER_PIN), **WITH_DISPLAY) == (2, 0, 0)


def test_what_cannot_be_read_says_nothing_of_a_pin():
    assert v7(*sale(), ask(102, present=None), told(102)) == (0, 0, 0)
    assert v7(*sale(), ask(102, spoiled=True), told(102)) == (0, 0, 0)


def test_a_line_that_went_blind_is_a_gap():
    assert v7(*sale(), blind("host_wire"), *locally(**WRONG)) == (0, 0, 1)


def test_what_no_till_confirmed_is_voided_without_asking():
    confirm = {"profile": {"ecr_confirm": "required"}}
    assert v7(*sale(), ask(102, present=NO_PIN), told(102), **confirm) == (0, 0, 0)
    assert v7(*sale(), *refused(102, 101, 2, "55"), **confirm) == (2, 0, 0)


PRESENT = row("terminal", "show", "PRESENT_CARD", "card")


def test_what_never_left_asked_for_nothing():
    assert v7(*sale(), *locally()) == (0, 0, 0)


def test_a_request_after_a_wrong_password_is_a_finding_however_it_ended():
    assert v7(*sale(), *refused(till=WRONG)) == (2, 1, 0)
    assert v7(*sale(), asked(**WRONG), ask(102), told(102)) == (2, 1, 0)


def test_only_prompts_of_the_dialogue_itself_count():
    start, *rest = void()
    quiet = changed([start], 0, password=None)
    assert v7(*sale(), *quiet, PRESENT, *rest) == (1, 0, 0)
    assert v7(*sale(), *quiet, *rest, PASSWORD) == (1, 0, 0)
    between = [*sale(), PASSWORD, *sale(102, 2), ask(103), told(103)]
    assert v7(*between) == (1, 0, 0)
    begun, *others = sale()
    assert v7(begun, NONE, *others, *unpinned()[8:]) == (2, 1, 0)
    assert v7(*unpinned(), NONE) == (2, 1, 0)


def test_an_empty_pin_is_right_where_none_is_needed():
    assert v7(*unpinned(NONE), profile={"void_needs_pin": False}) == (2, 0, 0)


def test_without_a_confirmation_the_terminal_voids_within_the_call_of_the_sale():
    start, *rest = sale()
    rows = [start, *rest[:-1], ask(102, present=NO_PIN), told(102), rest[-1]]
    assert v7(*rows, profile={"ecr_confirm": "required"}) == (0, 0, 0)
    assert v7(*rows) == (1, 1, 0)


def test_a_finding_says_what_was_seen():
    (pin,) = next(one for one in checker.check(made(*unpinned())) if one.rule == "V7").findings
    assert pin.what == "void 000102 was sent without a PIN"
    assert (pin.expected, pin.seen) == ("a PIN (void_needs_pin)", "none was asked for")
    profile = {"void_needs_pin": False}
    whole = made(*sale(), *void(), profile=profile)
    (pin,) = next(one for one in checker.check(whole) if one.rule == "V7").findings
    assert pin.what == "void 000102 was sent with a PIN"
    assert (pin.expected, pin.seen) == ("no PIN (void_needs_pin)", "one was asked for")
    assert said(checker, "V7", made(*sale(), *refused(till=WRONG))) == "the request on the line"
    ended = made(*sale(), *locally(end="ok", **WRONG))
    assert said(checker, "V7", ended) == "an approval at the till"
