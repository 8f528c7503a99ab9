"""F1: the refund function."""

import pytest

from harness.check import refund as checker
from tests.check.literal import row
from tests.check.slip_rows import begin, blind, done, fault, hang_up, power, sign_in
from tests.check.undoing_rows import (
    NEXT,
    ask,
    asked,
    found,
    judged,
    locally,
    made,
    refund,
    refused,
    reversal,
    sale,
    settled,
    told,
    void,
)

OPEN = {"profile": {"refund_enabled": True, "refund_same_batch": "allowed"}}
SIGNED_IN = row("bench", "note", "bring_to", signed_in=True)
CANCEL = row("operator", "act", "key", key="CANCEL")


def function(is_open):
    return row("bench", "note", "refund function", is_open=is_open)


def f1(*rows, **header):
    return judged(checker, "F1", made(*rows, **header))


def test_a_refusal_without_the_function_is_right():
    assert f1(*sale(), *refused(102, 101, 2, "57", "refund")) == (1, 0, 0)
    assert f1(*sale(), *locally(2, "refund")) == (1, 0, 0)
    assert f1(*sale(), ask(102, "refund"), told(102, "refund", "57")) == (1, 0, 0)
    assert f1(*sale()) == f1(*sale(), *void()) == (0, 0, 0)


def test_a_refund_booked_without_the_function_is_a_finding():
    rows = [*sale(), *settled(), *refund(106, call=9, batch=NEXT)]
    assert f1(*rows) == (1, 1, 0)
    assert found(made(*rows)) == ["F1"]


def test_what_is_no_clear_refusal_is_a_finding():
    assert f1(*sale(), *locally(2, "refund", end="ok")) == (1, 1, 0)
    assert f1(*sale(), *locally(2, "refund", end="info")) == (1, 1, 0)
    assert f1(*sale(), asked(2, "refund"), ask(102, "refund"), told(102, "refund")) == (1, 1, 0)
    answered = [asked(2, "refund"), ask(102, "refund"), told(102, "refund", "57")]
    assert f1(*sale(), *answered, done(2, "refund", "info")) == (1, 1, 0)


def test_an_outcome_that_something_else_hid_is_not_judged():
    start, end = locally(2, "refund", end="info")
    assert f1(*sale(), start, power("off"), end) == (0, 0, 0)
    assert f1(*sale(), start) == (0, 0, 0)
    lost = [start, ask(102, "refund"), hang_up(), end]
    assert f1(*sale(), *lost) == (0, 0, 0)


def test_an_approval_on_purpose_is_nobodys_fault():
    answer = told(102, "refund")
    host = ("host", "tx", "terminal/0230", "", None, answer[5] | {"on_purpose": True})
    end = done(2, "refund", "fail")
    assert f1(*sale(), asked(2, "refund"), ask(102, "refund"), host, answer, end) == (1, 0, 0)


def test_a_refund_that_works_is_right():
    assert f1(*sale(), *refund(), **OPEN) == (1, 0, 0)
    assert f1(*sale(), function(True), *refund(), profile={"refund_same_batch": "allowed"}) == (
        1,
        0,
        0,
    )


def test_what_the_provider_did_last_counts():
    assert f1(*sale(), function(False), *refund(), **OPEN) == (1, 1, 0)
    assert f1(*sale(), *refund(), function(False), **OPEN) == (1, 0, 0)
    assert f1(*sale(), function(False), function(True), *refund(), **OPEN) == (1, 0, 0)


def test_a_refund_in_order_that_the_host_denies_is_a_finding():
    rows = [*sale(), *refused(102, 101, 2, "57", "refund")]
    assert f1(*rows, **OPEN) == (1, 1, 0)
    assert found(made(*rows, **OPEN)) == ["F1"]
    assert f1(*sale(), ask(102, "refund"), told(102, "refund", "U2"), **OPEN) == (1, 1, 0)


def test_other_codes_have_causes_of_their_own():
    assert f1(*sale(), *refused(102, 101, 2, "96", "refund"), **OPEN) == (0, 0, 0)
    assert f1(*sale(), *refused(102, 101, 2, "57", "refund", mac_ok=False), **OPEN) == (0, 0, 0)
    assert f1(*sale(), *refused(102, 101, 2, "22", "refund", original_date="1124"), **OPEN) == (
        0,
        0,
        0,
    )
    assert f1(*sale(), *refused(102, 107, 2, "25", "refund"), **OPEN) == (0, 0, 0)
    assert f1(*sale(), *void(), *refused(103, 101, 3, "22", "refund"), **OPEN) == (0, 0, 0)
    assert f1(*sale(), asked(2, "refund"), ask(102, "refund"), hang_up(), **OPEN) == (0, 0, 0)


def test_a_denial_on_purpose_is_nobodys_fault():
    answer = told(102, "refund", "57")
    host = ("host", "tx", "terminal/0230", "", None, answer[5] | {"on_purpose": True})
    assert f1(*sale(), ask(102, "refund"), host, answer, **OPEN) == (0, 0, 0)


def ready(*rows):
    """Return what comes after sign-in and a sale."""
    return [*sign_in(), *sale(), *rows]


def test_a_refund_in_order_that_the_terminal_refuses_is_a_finding():
    rows = ready(*locally(2, "refund"))
    assert f1(*rows, **OPEN) == (1, 1, 0)
    assert found(made(*rows, **OPEN)) == ["F1"]
    assert f1(SIGNED_IN, *sale(), *locally(2, "refund"), **OPEN) == (1, 1, 0)


LATER = {"profile": {"refund_enabled": False, "refund_same_batch": "allowed"}}


def test_a_terminal_that_began_without_the_function_may_not_have_it_yet():
    assert f1(*ready(function(True), *locally(2, "refund")), **LATER) == (0, 0, 1)
    assert f1(*ready(*locally(2, "refund")), **LATER) == (1, 0, 0)
    denied = [*locally(2, "refund"), function(True), *locally(3, "refund")]
    assert f1(*ready(*denied), **LATER) == (1, 0, 1)


def test_a_terminal_that_has_the_function_has_no_reason_to_refuse():
    taken_back = [function(False), function(True), *locally(2, "refund")]
    assert f1(*ready(*taken_back), **OPEN) == (1, 1, 0)
    sent = [*refused(102, 101, 2, "57", "refund"), function(True), *locally(3, "refund")]
    assert f1(*ready(*sent), **LATER) == (2, 1, 0)
    assert f1(*ready(function(True), *locally(2, "refund"), *refund(102, call=3)), **LATER) == (
        1,
        0,
        1,
    )


def test_an_opened_refund_that_is_sent_is_judged_whatever_the_terminal_began_with():
    assert f1(*ready(function(True), *refund()), **LATER) == (1, 0, 0)
    rows = ready(function(True), *refused(102, 101, 2, "57", "refund"))
    assert f1(*rows, **LATER) == (1, 1, 0)


@pytest.mark.parametrize(
    "facts",
    [{"card": None}, {"password": "wrong"}, {"pin": "wrong"}, {"end": "info"}],
)
def test_what_the_call_lacks_is_a_reason_to_refuse(facts):
    assert f1(*ready(*locally(2, "refund", **facts)), **OPEN) == (0, 0, 0)


@pytest.mark.parametrize(
    "what",
    [
        fault("drop"), power("off"), CANCEL, row("terminal", "connect", "host", "refused"),
        blind("host_wire"), row("terminal", "disconnect", "host", "lost"),
    ],
)  # fmt: skip
def test_what_happens_in_the_call_is_a_reason_to_refuse(what):
    start, end = locally(2, "refund")
    assert f1(*ready(start, what, end), **OPEN) == (0, 0, 0)


def test_what_happens_in_the_call_may_be_harmless():
    start, end = locally(2, "refund")
    swiped = row("operator", "act", "card", card="card-1")
    assert f1(*ready(start, swiped, hang_up(), end), **OPEN) == (1, 1, 0)


def test_a_terminal_that_is_not_ready_may_refuse():
    local = locally(2, "refund")
    assert f1(*sale(), *local, **OPEN) == (0, 0, 0)
    lost = [*sale(103, 5)[:2], hang_up(), done(5, kind="info")]
    assert f1(*ready(*lost, *local), **OPEN) == (0, 0, 0)
    again = [*lost, *reversal(103, "96", "sale")]
    assert f1(*ready(*again, *local), **OPEN) == (0, 0, 0)
    concluded = [*lost, *reversal(103, "00", "sale")]
    assert f1(*ready(*concluded, *local), **OPEN) == (1, 1, 0)
    assert f1(*ready(*refused(103, 109, 5, "A0"), *local), **OPEN) == (0, 0, 0)
    assert f1(*ready(*settled()[8:10], *local), **OPEN) == (0, 0, 0)


def test_books_that_went_blind_are_a_gap():
    assert f1(*sale(), blind("ledger"), *locally(2, "refund")) == (0, 0, 1)


def test_blind_books_hide_no_refund_that_they_show():
    assert f1(*sale(), *refund(), blind("ledger")) == (1, 1, 0)


def test_a_request_that_was_cut_short_may_be_denied():
    cut = refused(102, 101, 2, "57", "refund", partial=True)
    assert f1(*sale(), *cut, **OPEN) == (0, 0, 0)


def test_what_happens_outside_the_call_is_no_reason():
    local = locally(2, "refund")
    assert f1(*ready(fault("drop"), *local, power("off")), **OPEN) == (1, 1, 0)
    lost = [*sale(103, 5)[:2], hang_up(), done(5, kind="info")]
    assert f1(*ready(*local, *lost), **OPEN) == (1, 1, 0)
    declined = refused(103, 109, 5, "51")
    assert f1(*ready(*declined, *local), **OPEN) == (1, 1, 0)


def test_a_host_that_notes_late_that_its_caller_has_gone_is_no_reason():
    start, *rest = locally(2, "refund")
    gone = row("host", "disconnect", "terminal", "lost")
    assert f1(*ready(start, gone, *rest), **OPEN) == (1, 1, 0)


def test_a_sign_in_that_was_declined_is_none():
    rows = [*sign_in(response_code="05"), *sale(), *locally(2, "refund")]
    assert f1(*rows, **OPEN) == (0, 0, 0)


def test_a_sign_in_with_keys_that_do_not_fit_is_none():
    rows = [*sign_in(keys_ok=False), *sale(), *locally(2, "refund")]
    assert f1(*rows, **OPEN) == (0, 0, 0)


def test_a_settlement_that_is_not_finished_is_a_reason_to_refuse():
    local = locally(9, "refund")
    call, asks, *_ = settled(103, 8, debit=(1234, 1))
    broken = [call, asks, power("off"), power("on"), done(8, "settle", "info")]
    assert f1(*ready(*broken, *local), **OPEN) == (0, 0, 0)
    unsent = [call, power("off"), power("on"), done(8, "settle", "info")]
    assert f1(*ready(*unsent, *local), **OPEN) == (0, 0, 0)
    assert f1(*ready(call, done(8, "settle", "fail"), *local), **OPEN) == (1, 1, 0)
    assert f1(*ready(*settled(103, 8, debit=(1234, 1)), *local), **OPEN) == (1, 1, 0)


def test_a_sign_in_that_a_power_cut_may_have_undone_is_a_reason_to_refuse():
    local = locally(2, "refund")
    cut = [power("off"), power("on")]
    assert f1(*sign_in(), *cut, *local, **OPEN) == (0, 0, 0)
    start, end = begin(1, "sign_in"), done(1, "sign_in")
    assert f1(*sale(), start, *sign_in(), *cut, end, *local, **OPEN) == (0, 0, 0)
    assert f1(*sale(), start, *sign_in(), end, *cut, *local, **OPEN) == (1, 1, 0)
    assert f1(start, *sign_in(), power("on"), end, *sale(), *local, **OPEN) == (1, 1, 0)
    assert f1(*ready(*cut, *local), **OPEN) == (1, 1, 0)
