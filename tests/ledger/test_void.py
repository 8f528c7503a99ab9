import pytest

from harness.ledger.books import Entry
from harness.ledger.enquiry import close_by_hand
from harness.ledger.sale import approve_inquiry
from tests.ledger.requests import (
    NEXT,
    balance,
    books_with_card,
    end,
    post,
    refund,
    request,
    reverse,
    rrn,
    sell,
    settle,
    sold,
    void,
)


def code(books, **more):
    return void(books, **more).response_code


def test_a_void_gives_the_whole_sale_back_to_its_card():
    books = sold(1)
    decision = void(books, rules={"void_day": "clearing_date"})
    assert (decision.response_code, decision.is_new) == ("00", True)
    posting = decision.posting
    assert (posting.reference, posting.original) == (
        "void T1 000001 000005",
        "sale T1 000001 000001",
    )
    assert posting.entries == (Entry("card:card-1", 1_000), Entry("merchant:M1", -1_000))
    assert (posting.card, posting.amount_minor, posting.stan) == ("card-1", 1_000, 5)
    assert posting.approval_code == "VVVVVV"
    assert balance(books) == 10_000


def test_the_same_void_again_is_answered_as_before_and_posted_once():
    books = sold(1)
    first = void(books)
    again = void(books)
    assert (again.response_code, again.posting, again.is_new) == ("00", first.posting, False)
    assert len(books.find(name="void")) == 1


def test_the_number_of_a_void_used_for_another_sale_is_a_duplicate():
    books = sold(1, 2)
    void(books, of=1)
    assert code(books, of=2) == "94"
    assert balance(books) == 9_000


def test_a_second_void_of_a_sale_is_told_22():
    books = sold(1)
    void(books)
    assert code(books, stan=6) == "22"
    assert balance(books) == 10_000


def test_a_reversed_sale_a_returned_one_and_a_refunded_one_are_told_22():
    books = sold(1, 2, 3)
    reverse(books, 1)
    books.post(close_by_hand(books, books.get("sale T1 000001 000002"), business_date=NEXT))
    refund(books, of=3, amount_minor=1)
    assert [code(books, of=of, stan=20 + of) for of in (1, 2, 3)] == ["22"] * 3


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"of": 9}, "25"),
        ({"original": {"batch": "000009"}}, "25"),
        ({"original": {"rrn": rrn(9)}}, "25"),
        ({"original": {"date": "0106"}}, "25"),
        ({"original": {"rrn": rrn(1), "date": "0105"}}, "00"),
        ({"merchant_id": "M2"}, "25"),
        ({"terminal_id": "T2"}, "25"),
        ({"terminal_id": "T2", "original": {"rrn": rrn(1)}}, "58"),
        ({"terminal_id": "T2", "original": {"rrn": rrn(2)}}, "25"),
        ({"card": "card-2"}, "14"),
        ({"card": ""}, "14"),
        ({"card": None}, "14"),
        ({"amount_minor": 999}, "64"),
        ({"amount_minor": 1_001}, "64"),
    ],
)
def test_the_original_is_found_and_compared(more, expected):
    books = sold(1)
    assert code(books, **more) == expected
    assert balance(books) == (10_000 if expected == "00" else 9_000)


def test_zeros_for_an_rrn_name_no_sale_of_another_terminal():
    books = books_with_card()
    sell(books, request())
    assert code(books, terminal_id="T2") == "25"


def test_what_is_no_approved_sale_is_told_12():
    books = sold(1)
    sell(books, request(2), "51")
    post(books, approve_inquiry(request(3)))
    void(books, of=1, stan=5)
    refund(books, of=1, stan=7)
    assert [code(books, of=of, stan=20 + of) for of in (2, 3, 5, 7)] == ["12"] * 4


def test_another_day_is_told_12_unless_only_the_batch_counts():
    books = sold(1)
    assert code(books, business_date=NEXT) == "12"
    assert code(books, stan=6, business_date=NEXT, rules={"void_day": "calendar"}) == "12"
    assert code(books, stan=8, business_date=NEXT, rules={"void_day": "batch_only"}) == "00"


def test_after_settlement_of_its_batch_it_is_told_12():
    books = sold(1)
    settle(books)
    assert code(books) == "12"
    end(books)
    later = {"batch": "000002", "rules": {"void_day": "batch_only"}}
    assert code(books, stan=6, **later) == "12"
    assert balance(books) == 9_000


def test_the_settlement_of_another_terminal_does_not_matter():
    books = sold(1)
    settle(books, terminal_id="T2")
    assert code(books) == "00"


def test_a_refused_void_is_remembered_as_declined():
    books = sold(1)
    void(books, card="card-2")
    assert books.get("decline T1 000001 000005").response_code == "14"
    assert code(books, card="card-2") == "14"
    assert code(books) == "94"


def test_a_void_that_its_reversal_has_overtaken_is_refused():
    books = sold(1)
    assert reverse(books, 5, of="void").response_code == "25"
    assert [code(books) for _ in range(2)] == ["12", "12"]
    assert balance(books) == 9_000
    assert code(books_with_card()) == "25"
