"""V9: what till, slip, line, journal and books say of a void."""

import pytest

from harness.check import void as checker
from tests.check.literal import row
from tests.check.slip_rows import blind, changed, slip
from tests.check.undoing_rows import (
    SEEN,
    found,
    judged,
    locally,
    made,
    post,
    refused,
    said,
    sale,
    void,
)

WITH_JOURNAL = {"observes": (*SEEN, "nv")}
TILL, LINE, BOOKS = 7, 1, 2  # places in the rows of a void
PAPER = {"observes": ("till", "slip")}


def v9(*rows, **header):
    return judged(checker, "V9", made(*rows, **header))


def journal(*records):
    return row("terminal", "nv", "journal", records=records)


def paperless(rows):
    return [one for one in rows if one[1] != "print"]


def test_a_void_of_which_all_say_the_same_is_right():
    assert v9(*sale(), *void()) == (1, 0, 0)
    assert v9(*sale()) == (0, 0, 0)
    assert v9(*sale(), *locally()) == (0, 0, 0)
    assert v9(*sale(), *refused()) == (0, 0, 0)


@pytest.mark.parametrize(
    ("place", "facts", "seen"),
    [
        (TILL, {"amount_minor": 222}, "amount: till 2.22, line 12.34, books 12.34, slip 12.34"),
        (TILL, {"voucher": 109}, "voucher: till 109, line 102, books 102, slip 102"),
        (TILL, {"card": "card-2"}, "card: till card-2, line card-1, books card-1, slip card-1"),
        (
            TILL, {"original_voucher": 100},
            "original voucher: till 100, line 101, books 101, slip 101, the till asked 101",
        ),
        (BOOKS, {"amount_minor": 222}, "amount: till 12.34, line 12.34, books 2.22, slip 12.34"),
        (LINE, {"card": "card-2"}, "card: till card-1, line card-2, books card-1, slip card-1"),
    ],
)  # fmt: skip
def test_each_value_that_differs_is_a_finding(place, facts, seen):
    assert said(checker, "V9", made(*sale(), *changed(void(), place, **facts))) == seen


def test_another_amount_at_the_till_is_found_alone_where_no_slip_is_seen():
    rows = [*sale(), *changed(void(), TILL, amount_minor=222)]
    assert found(made(*paperless(rows), observes=("till", "host_wire", "ledger"))) == ["V9"]


def test_another_sale_than_the_till_asked_for_is_a_finding():
    rows = [*sale(100, 9), *sale(), *changed(void(), 0, original_voucher=100)]
    assert v9(*rows) == (1, 1, 0)
    named = [*sale(100, 9), *sale(), *changed(void(), BOOKS, original="p100")]
    assert v9(*named) == (1, 1, 0)


def test_the_terminals_own_record_counts():
    for minor, wrong in ((1234, 0), (222, 1)):
        rows = [*sale(), *void(), journal("101|sale|1234|voided", f"102|void|{minor}|approved")]
        assert v9(*rows, **WITH_JOURNAL) == (1, wrong, 0)
    older = journal("102|void|222|approved")
    assert v9(older, *sale(), *void(), **WITH_JOURNAL) == (1, 0, 0)
    sold = journal("102|sale|222|approved")
    assert v9(*sale(), *void(), sold, **WITH_JOURNAL) == (1, 0, 0)


def test_another_amount_on_the_slip_is_a_finding():
    assert v9(*sale(), *changed(void(), 5, amount_minor=333)) == (1, 1, 0)


def test_slips_count_where_the_line_is_not_seen():
    rows = [one for one in [*sale(), *void()] if one[1] in {"invoke", "ok", "print"}]
    assert v9(*rows, **PAPER) == (1, 0, 0)
    wrong = changed(rows, len(rows) - 2, amount_minor=222)
    assert found(made(*wrong, **PAPER)) == ["V8", "V9"]
    booked = [post(101), post(102, "void", 101), *changed(rows[-3:-1], 0, amount_minor=222)]
    assert v9(*booked, observes=("ledger", "slip")) == (1, 1, 0)
    elsewhere = changed(rows[-3:-1], 0, voucher=109, amount_minor=222)
    assert v9(post(101), post(102, "void", 101), *elsewhere, observes=("ledger", "slip")) == (
        1,
        0,
        0,
    )


def test_a_spoiled_message_and_an_undeclared_card_say_nothing():
    assert v9(*sale(), *changed(void(), LINE, spoiled=True, amount_minor=9)) == (1, 0, 0)
    assert v9(*sale(), *changed(void(), LINE, card="unknown card")) == (1, 0, 0)


def test_what_nobody_says_twice_is_not_judged():
    unnamed = changed(changed(void(), LINE, original_stan=None, F61="00"), BOOKS, original=None)
    assert v9(*sale(), *unnamed) == (1, 0, 0)
    assert v9(post(102, "void", 101)) == (0, 0, 0)


def test_channels_that_went_blind_are_a_gap():
    assert v9(*sale(), *void(), blind("ledger")) == (1, 0, 1)
    assert v9(*sale(), blind("ledger"), *locally()) == (0, 0, 0)


def test_other_slips_of_the_call_do_not_count():
    rows = [one for one in [*sale(), *void()] if one[1] in {"invoke", "ok", "print"}]
    start, end = rows[-4], rows[-1]
    sold = slip(voucher=101, amount_minor=9)
    quiet = slip(type="void", voucher=102, amount_minor=9, says_approved=False)
    assert v9(*rows[:-4], start, sold, quiet, end, **PAPER) == (0, 0, 0)
    assert v9(*rows[:-4], start, sold, *rows[-3:-1], end, **PAPER) == (1, 0, 0)


def test_the_reference_number_of_the_request_is_that_of_the_sale():
    right = [*sale(), *changed(void(), LINE, rrn=post(101)[-1]["rrn"])]
    assert v9(*right) == (1, 0, 0)
    assert v9(*sale(), *changed(void(), LINE, rrn="0" * 12)) == (1, 0, 0)
    wrong = [*sale(), *changed(void(), LINE, rrn="600501000999")]
    number = post(101)[-1]["rrn"]
    seen = f"original rrn: line 600501000999, books {number}"
    assert said(checker, "V9", made(*wrong)) == seen
