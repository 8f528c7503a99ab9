import pytest

from harness.ledger.books import Entry
from harness.ledger.refund import RefundRules
from tests.ledger.requests import (
    NEXT,
    balance,
    books_with_card,
    refund,
    request,
    reverse,
    rrn,
    sell,
    sold,
    void,
)

LATER = {"batch": "000002", "business_date": NEXT}


def code(books, **more):
    return refund(books, **more).response_code


def test_a_refund_gives_a_part_of_a_sale_back_at_the_merchants_cost():
    books = sold(1)
    decision = refund(books, amount_minor=400, **LATER)
    assert (decision.response_code, decision.is_new) == ("00", True)
    posting = decision.posting
    assert (posting.reference, posting.original) == (
        "refund T1 000002 000007",
        "sale T1 000001 000001",
    )
    assert posting.entries == (Entry("card:card-1", 400), Entry("merchant:M1", -400))
    assert (posting.amount_minor, posting.batch, posting.business_date) == (400, "000002", NEXT)
    assert balance(books) == 9_400


def test_several_refunds_come_to_no_more_than_the_sale():
    books = sold(1)
    codes = [code(books, stan=stan, amount_minor=400, **LATER) for stan in (11, 12, 13)]
    assert codes == ["00", "00", "64"]
    assert code(books, stan=14, amount_minor=200, **LATER) == "00"
    assert code(books, stan=15, amount_minor=1, **LATER) == "64"
    assert balance(books) == 10_000


def test_the_same_refund_again_is_answered_as_before_and_counted_once():
    books = sold(1)
    first = refund(books, amount_minor=400)
    again = refund(books, amount_minor=400)
    assert (again.posting, again.is_new) == (first.posting, False)
    assert balance(books) == 9_400


def test_the_number_of_a_refund_used_for_another_sale_is_a_duplicate():
    books = sold(1, 2)
    refund(books, of=1)
    assert code(books, of=2) == "94"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, "00"),
        ({"of": 9}, "25"),
        ({"original": {"rrn": ""}}, "25"),
        ({"original": {"date": ""}}, "25"),
        ({"original": {"date": "0106"}}, "25"),
        ({"original": {"batch": "000009"}}, "25"),
        ({"original": {"stan": 1, "batch": "000001"}}, "00"),
        ({"merchant_id": "M2"}, "25"),
        ({"terminal_id": "T2"}, "00"),
        ({"card": "card-2"}, "14"),
        ({"card": None}, "14"),
        ({"amount_minor": 0}, "13"),
        ({"amount_minor": 1_001}, "64"),
    ],
)
def test_the_original_is_found_and_compared(more, expected):
    books = sold(1)
    assert code(books, **more) == expected
    assert balance(books) == (10_000 if expected == "00" else 9_000)


def test_zeros_for_an_rrn_name_no_sale():
    books = books_with_card()
    sell(books, request())
    assert code(books, original={"rrn": ""}) == "25"


def test_a_declined_sale_cannot_be_refunded():
    books = books_with_card()
    sell(books, request(rrn=rrn(1)), "51")
    assert code(books) == "12"


def test_a_voided_or_reversed_sale_cannot_be_refunded():
    books = sold(1, 2)
    void(books, of=1)
    reverse(books, 2)
    assert [code(books, of=of, stan=10 + of) for of in (1, 2)] == ["22", "22"]


def test_a_sale_whose_void_was_reversed_can_be_refunded():
    books = sold(1)
    void(books)
    reverse(books, 5, of="void")
    assert code(books) == "00"


def test_within_its_batch_a_sale_is_to_be_voided_unless_the_profile_allows_it():
    rules = RefundRules()
    assert code(sold(1), rules=rules) == "22"
    assert code(sold(1), rules=rules, batch="000002") == "00"
    assert code(sold(1), rules=rules, terminal_id="T2") == "00"
    assert code(sold(1), rules=RefundRules(refund_same_batch="allowed")) == "00"


@pytest.mark.parametrize(
    ("day", "expected"), [("20260204", "00"), ("20260205", "22"), ("20270105", "22")]
)
def test_thirty_days_later_it_is_too_late(day, expected):
    assert code(sold(1), batch="000002", business_date=day) == expected


def test_the_age_is_that_of_the_profile():
    rules = RefundRules(refund_days=1, refund_same_batch="allowed")
    assert code(sold(1), rules=rules, business_date=NEXT) == "00"
    assert code(sold(1), rules=rules, business_date="20260107") == "22"


def test_a_refund_above_the_limit_is_told_61_and_0_is_no_limit():
    rules = RefundRules(refund_amount_max=999, refund_same_batch="allowed")
    assert code(sold(1), rules=rules) == "61"
    assert code(sold(1), rules=rules, amount_minor=999) == "00"


def test_a_refund_that_a_reversal_was_sent_for_is_refused():
    books = sold(1)
    assert reverse(books, 7, of="refund").response_code == "25"
    assert code(books) == "12"
