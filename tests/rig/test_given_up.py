"""What a terminal gave up, by its own word, and what its reversals and fault slips name."""

import pytest

from harness.rig.given_up import given_up, uncertain_refunds
from tests.check.literal import history, row

SALE, VOID = ("000001", 2), ("000001", 3)
SLIP = row("terminal", "print", "slip", kind="fault", batch="000001", voucher=2)
SHOWN = row("terminal", "show", "REVERSAL_FAILED", "REVERSAL FAILED")
TOLD = row("till", "fail", "sale", call=1, result_code="A4")


def reversal(number, actor="host", **facts):
    kind, address = ("rx", "terminal/0400") if actor == "host" else ("tx", "host/0400")
    batch, stan = number
    return row(actor, kind, address, mti="0400", batch=batch, stan=stan, **facts)


def named(*rows, **profile):
    return given_up(history(*rows).rows, profile)


@pytest.mark.parametrize("word", [SHOWN, TOLD])
def test_reversals_that_were_heard_are_named_once_the_terminal_says_that_it_gave_up(word):
    assert named(reversal(SALE), reversal(VOID), reversal(VOID), word) == [SALE, VOID]


@pytest.mark.parametrize(
    "rows",
    [
        [row("terminal", "print", "slip", kind="receipt", batch="000001", voucher=2)],
        [row("terminal", "show", "RESULT", "")],
        [row("till", "fail", "sale", call=1, result_code="6C")],
    ],
)
def test_nothing_is_named_while_the_terminal_says_nothing_of_it(rows):
    assert named(reversal(SALE), *rows) == []


def test_reversal_that_never_came_to_the_host_is_named_by_the_slip_or_at_the_terminal():
    assert named(SLIP) == [SALE]
    assert named(reversal(VOID, "terminal"), SHOWN) == [VOID]


def test_answers_and_other_messages_name_nothing():
    answer = row("host", "tx", "terminal/0410", mti="0410", batch="000001", stan=2)
    asked = row("host", "rx", "terminal/0200", mti="0200", batch="000001", stan=3)
    assert named(asked, answer, SHOWN) == []


def test_reversal_with_a_number_of_its_own_names_the_original_in_field_61():
    facts = {"original_batch": "000001", "original_stan": 3}
    assert named(reversal(("000001", 9), **facts), SHOWN, reversal_stan="new") == [VOID]
    assert named(reversal(VOID, F61="000001000002"), SHOWN) == [VOID]


def test_reversal_with_a_number_of_its_own_that_names_nothing_is_taken_by_that_number():
    assert named(reversal(SALE), SHOWN, reversal_stan="new") == [SALE]
    zeros = {"original_batch": "000000", "original_stan": 0}
    assert named(reversal(SALE, **zeros), SHOWN, reversal_stan="new") == [SALE]


def test_slip_or_reversal_whose_batch_or_number_cannot_be_read_names_nothing():
    blank = row("terminal", "print", "slip", kind="fault")
    assert named(blank, reversal((None, 3)), reversal(("000001", None)), SHOWN) == []


def refund(stan):
    return row("host", "rx", "terminal/0220", mti="0220", batch="000001", stan=stan, name="refund")


UNCERTAIN = row("terminal", "show", "REFUND_UNCERTAIN", "ASK BY HAND")
TOLD_UNCERTAIN = row("till", "info", "refund", call=1, result_code="9C")


def uncertain(*rows):
    return uncertain_refunds(history(*rows).rows)


@pytest.mark.parametrize("words", [[UNCERTAIN], [TOLD_UNCERTAIN], [UNCERTAIN, TOLD_UNCERTAIN]])
def test_refund_is_uncertain_once_the_terminal_says_so(words):
    assert uncertain(refund(4), *words, refund(5), row("till", "ok", "refund", call=2)) == [4]


@pytest.mark.parametrize(
    "word",
    [
        row("till", "info", "refund", call=1),  # the till has heard nothing
        row("till", "fail", "refund", call=1, result_code="05"),
        row("till", "info", "sale", call=1, result_code="9C"),
    ],
)
def test_refund_of_which_the_terminal_says_nothing_like_it_is_none(word):
    assert uncertain(refund(4), word) == []


def test_word_of_a_refund_that_nobody_heard_names_none():
    assert uncertain(TOLD_UNCERTAIN, refund(4)) == []
