"""F2 and F4: which refunds the host books, and of how much."""

import pytest

from harness.check import refund as checker
from tests.check.literal import row
from tests.check.slip_rows import blind, changed, done, hang_up, request, slip
from tests.check.undoing_rows import (
    NEXT,
    NEXT_DAY,
    ask,
    asked,
    found,
    judged,
    locally,
    made,
    post,
    refund,
    refusal,
    refused,
    reversal,
    sale,
    settled,
    told,
    undo,
    void,
)

OPEN = {"refund_enabled": True}
SAME = {"profile": OPEN | {"refund_same_batch": "allowed"}}
BOOKS = {"observes": ("ledger",)}
LATER = {"business_date": "20261226"}  # 31 days after


def f2(*rows, **header):
    return judged(checker, "F2", made(*rows, **SAME | header))


def f4(*rows, **header):
    return judged(checker, "F4", made(*rows, **SAME | header))


def old(*rows):
    """Return a sale, its settlement, and what is done in the next batch, from number 106 on."""
    return [*sale(), *settled(), *rows]


def test_a_refund_of_a_sale_of_another_batch_is_right():
    rows = old(*refund(106, call=9, batch=NEXT))
    assert judged(checker, "F2", made(*rows, profile=OPEN)) == (1, 0, 0)
    assert judged(checker, "F4", made(*rows, profile=OPEN)) == (1, 0, 0)
    assert found(made(*rows, profile=OPEN)) == []


def test_without_refunds_there_is_nothing_to_judge():
    assert f2(*sale()) == f4(*sale()) == (0, 0, 0)
    assert f2(*sale(), *void()) == (0, 0, 0)


def test_several_refunds_up_to_the_sale_are_right():
    rows = [*sale(), *refund(amount=1000), *refund(103, call=3, amount=234)]
    assert f2(*rows) == (2, 0, 0)


def test_more_than_is_left_is_a_finding():
    rows = [*sale(), *refund(amount=1000), *refund(103, call=3, amount=235)]
    assert f2(*rows) == (2, 1, 0)
    assert found(made(*rows, profile=SAME["profile"])) == ["F2"]
    assert f2(*sale(), *refund(amount=1235)) == (1, 1, 0)


def test_more_than_is_left_that_was_refused_is_right():
    rows = [*sale(), *refund(amount=1000)]
    assert f2(*rows, *refused(103, 101, 3, "64", "refund")) == (2, 0, 0)
    assert f2(*rows, *locally(3, "refund")) == (2, 0, 0)
    assert f2(*rows, asked(3, "refund")) == (1, 0, 0)


def test_a_refund_that_was_given_back_counts_no_more():
    back = undo(102, 102, amount=1000, sign=-1)
    rows = [*sale(), *refund(amount=1000), back, *refund(103, call=3)]
    assert f2(*rows) == (2, 0, 0)


def test_the_terminals_own_limit_counts():
    limit = {"profile": SAME["profile"] | {"refund_amount_max": 1233}}
    assert f2(*sale(), *refund(), **limit) == (1, 1, 0)
    assert f2(*sale(), *refund(amount=1233), **limit) == (1, 0, 0)


@pytest.mark.parametrize(
    ("place", "facts", "seen"),
    [
        (1, {"rrn": "000000000999"}, "reference 000000000999"),
        (1, {"rrn": "000000000000"}, "without reference"),
        (1, {"original_date": None}, "without reference and date"),
        (1, {"original_date": "1124"}, "the date 1124, that of the sale is 1125"),
    ],
)
def test_each_wrong_datum_of_a_booked_refund_is_a_finding(place, facts, seen):
    whole = made(*sale(), *changed(refund(), place, **facts), **SAME)
    assert judged(checker, "F2", whole) == (1, 1, 0)
    assert seen in str(next(one for one in checker.check(whole) if one.rule == "F2").findings[0])


def test_a_wrong_datum_that_was_refused_is_right():
    rows = refused(102, 101, 2, "25", "refund", original_date="1124")
    assert f2(*sale(), *rows) == (1, 0, 0)
    assert f2(*sale(), *locally(2, "refund", 101, original_date="1124")) == (1, 0, 0)


def test_the_date_of_the_sale_is_that_of_books_answer_or_slip():
    late = changed(sale(), 2, business_date="20261126")
    assert f2(*late, *refund()) == (1, 0, 0)
    books = [post(101, business_date="20261126")]
    asks = [ask(102, "refund"), post(102, "refund", 101)]
    paper = slip(voucher=101, rrn="000000000101")
    assert f2(*books, paper, *asks) == (1, 0, 0)
    assert f2(*books, *asks) == (1, 1, 0)
    assert f2(post(101, business_date=None), *asks) == (1, 0, 0)


def test_what_cannot_be_read_is_not_held_against_a_refund():
    for facts in ({"present": None, "rrn": None}, {"partial": True, "rrn": None}):
        assert f2(*sale(), *changed(refund(), 1, **facts)) == (1, 0, 0)
    assert f2(*changed(sale(), 2, rrn=None), *refund()) == (1, 0, 0)
    assert f2(*changed(sale(), 2, amount_minor=None, entries=None), *refund()) == (1, 0, 0)


def test_a_refund_of_no_sale_is_a_finding():
    nothing = changed(refund(of=107), 2, original=None)
    assert f2(*sale(), *nothing) == (1, 1, 0)
    assert f2(*sale(), *refused(102, 107, 2, "25", "refund")) == (1, 0, 0)
    assert f4(*sale(), *nothing) == (1, 0, 0)


def test_a_sale_that_the_books_do_not_show_is_a_gap():
    assert f2(*sale(), *changed(refund(), 2, original="p9")) == (0, 0, 1)
    nothing = changed(refund(of=107), 2, original=None)
    assert f2(*sale(), *nothing, blind("ledger")) == (0, 0, 1)
    assert f4(*sale(), *nothing, blind("ledger")) == (0, 0, 1)


def test_books_that_went_blind_after_a_refusal_are_a_gap():
    rows = [*sale(), *void(), blind("ledger"), *locally(3, "refund")]
    assert f4(*rows) == (0, 0, 1)


def test_a_voided_or_reversed_sale_is_not_refunded():
    assert f4(*sale(), *void(), *refund(103, call=3)) == (1, 1, 0)
    assert f4(*sale(), *void(), *refused(103, 101, 3, "22", "refund")) == (1, 0, 0)
    lost = [
        *sale()[:3],
        hang_up(),
        done(1, kind="info"),
        *reversal(101, name="sale"),
        undo(101, 101),
    ]
    assert f4(*lost, *refund()) == (1, 1, 0)
    assert found(made(post(101), undo(101, 101), post(102, "refund", 101), **BOOKS, **SAME)) == [
        "F4"
    ]


def test_a_refund_of_a_refund_is_a_finding():
    rows = [*sale(), *refund(amount=100), *changed(refund(103, 102, 3, 100), 2, original="p102")]
    assert f4(*rows) == (2, 1, 0)


def test_the_same_batch_counts_by_profile():
    same = {"profile": OPEN}
    assert f4(*sale(), *refund(), **same) == (1, 1, 0)
    assert f4(*sale(), *refund()) == (1, 0, 0)
    assert f4(*sale(), *refused(102, 101, 2, "22", "refund"), **same) == (1, 0, 0)
    assert f4(*sale(), *locally(2, "refund"), **same) == (1, 0, 0)
    assert f4(*old(*locally(9, "refund")), **same) == (0, 0, 0)
    assert f4(post(101), *locally(2, "refund"), **same) == (0, 0, 0)


@pytest.mark.parametrize(("days", "wrong"), [(30, 1), (31, 0)])
def test_an_old_sale_counts_by_profile(days, wrong):
    profile = {"profile": SAME["profile"] | {"refund_days": days}}
    rows = [*sale(), *refund(**LATER)]
    assert f4(*rows, **profile) == (1, wrong, 0)


def test_without_dates_the_notes_of_the_next_day_count():
    profile = {"profile": SAME["profile"] | {"refund_days": 1}}
    undated = [one if one[1] != "ledger" else _undated(one) for one in [*sale(), *refund()]]
    assert f4(*undated[:8], NEXT_DAY, *undated[8:], **profile) == (1, 0, 0)
    assert f4(*undated[:8], NEXT_DAY, NEXT_DAY, *undated[8:], **profile) == (1, 1, 0)


def _undated(one):
    return (*one[:5], {name: value for name, value in one[5].items() if name != "business_date"})


def test_a_void_by_the_line_and_a_refund_by_the_books_are_told_apart():
    other = row("host", "ledger", "decline", name="sale", stan=102, response_code="51")
    assert f4(*sale(), request(102), other, told(103, "refund"), *refund(103, call=3)) == (1, 0, 0)


def test_what_is_in_order_is_no_gap_when_the_books_go_blind():
    assert f2(*sale(), blind("ledger"), *refused(102, 101, 2, "57", "refund")) == (0, 0, 0)
    assert f2(*sale(), *refund(), blind("ledger")) == (1, 0, 0)
    assert f2(*sale(), *refund(amount=1235), blind("ledger")) == (1, 1, 0)


def test_a_refusal_without_a_till_is_judged():
    asks = ask(103, "refund")
    answer = told(103, "refund", "64")
    rows = [*sale(), *refund(amount=1000), asks, refusal(103, "64", "refund"), answer]
    assert f2(*rows) == (2, 0, 0)


def test_the_dates_of_other_sales_do_not_count():
    other = changed(sale(100, 9), 3, F13="1124")
    wrong = changed(refund(), 1, original_date="1124")
    assert f2(*other, *sale(), *wrong) == (1, 1, 0)
    paper = slip(voucher=100, rrn="000000000100", date="2026/11/24")
    assert f2(*sale(), paper, *wrong) == (1, 1, 0)


def test_the_batch_of_a_local_refusal_is_that_of_the_message_before_it():
    later = changed(sale(103, 3), 1, batch=NEXT)
    rows = [*sale(), *locally(2, "refund"), *later]
    assert f4(*rows, profile=OPEN) == (1, 0, 0)
