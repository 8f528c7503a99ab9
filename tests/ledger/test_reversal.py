import pytest

from harness.ledger.books import Entry
from harness.ledger.enquiry import close_by_hand
from harness.ledger.sale import approve_inquiry
from tests.ledger.requests import (
    DAY,
    NEXT,
    balance,
    books_with_card,
    post,
    refund,
    request,
    reverse,
    sell,
    void,
)


def sold(**more):
    books = books_with_card()
    sell(books, request(rrn="600501000001"), **more)
    return books


def voided():
    books = sold()
    void(books)
    return books


def test_the_first_reversal_gives_the_whole_amount_back():
    books = sold()
    decision = reverse(books)
    assert decision.response_code == "00"
    undone = decision.posting
    assert undone.entries == (Entry("card:card-1", 1_000), Entry("merchant:M1", -1_000))
    assert (undone.original, undone.rrn) == ("sale T1 000001 000001", "600501000001")
    assert balance(books) == 10_000


def test_a_reversal_without_a_card_returns_to_the_card_of_the_sale():
    books = sold()
    assert reverse(books, card=None).posting.card == "card-1"
    assert balance(books) == 10_000


def test_a_repeated_reversal_is_told_00_and_counted_once():
    books = sold()
    reverse(books)
    again = reverse(books, business_date="20260106")
    assert (again.response_code, again.is_new) == ("00", False)
    assert balance(books) == 10_000


def test_a_repeated_reversal_is_told_22_where_the_host_says_so():
    books = sold()
    reverse(books)
    assert reverse(books, on_repeat="22").response_code == "22"


def test_without_an_original_it_is_told_25_and_remembered_once():
    books = books_with_card()
    assert [reverse(books).response_code for _ in range(3)] == ["25"] * 3
    assert books.get("refusal T1 000001 000001 25").amount_minor == 1_000


@pytest.mark.parametrize("of", ["void", "preauth", ""])
def test_a_reversal_of_something_else_than_a_sale_leaves_the_sale_alone(of):
    books = sold()
    assert reverse(books, of=of).response_code == "25"
    assert balance(books) == 9_000


def test_a_declined_original_is_told_12():
    assert reverse(sold(code="51")).response_code == "12"


def test_an_inquiry_is_not_reversed():
    books = books_with_card()
    post(books, approve_inquiry(request()))
    assert reverse(books).response_code == "12"


def test_another_amount_or_card_is_refused_and_nothing_moves():
    books = sold()
    assert reverse(books, amount_minor=999).response_code == "64"
    assert reverse(books, card="card-2").response_code == "14"
    assert reverse(books, card="").response_code == "14"
    assert balance(books) == 9_000


def test_a_sale_of_another_terminal_is_told_58_by_its_approval_code():
    books = sold()
    elsewhere = {"terminal_id": "T2"}
    assert reverse(books, approval_code="ABCDEF", **elsewhere).response_code == "58"
    assert reverse(books, approval_code="OTHERS", **elsewhere).response_code == "25"
    assert reverse(books, **elsewhere).response_code == "25"
    assert balance(books) == 9_000


def test_the_next_day_is_too_late():
    books = sold()
    assert reverse(books, business_date="20260106").response_code == "12"
    assert balance(books) == 9_000
    assert reverse(books, business_date=DAY).response_code == "00"


def test_after_a_return_by_hand_nothing_is_returned_again():
    books = sold()
    sale = books.get("sale T1 000001 000001")
    books.post(close_by_hand(books, sale, business_date=DAY))
    assert reverse(books).response_code == "12"
    assert balance(books) == 10_000


def test_a_reversed_void_takes_the_money_again_and_the_sale_is_live():
    books = voided()
    decision = reverse(books, 5, of="void")
    assert decision.response_code == "00"
    undone = decision.posting
    assert undone.entries == (Entry("card:card-1", -1_000), Entry("merchant:M1", 1_000))
    assert (undone.reference, undone.original) == (
        "reversal T1 000001 000005",
        "void T1 000001 000005",
    )
    assert balance(books) == 9_000


def test_a_sale_whose_void_was_reversed_can_be_voided_and_reversed_again():
    books = voided()
    reverse(books, 5, of="void")
    assert void(books, stan=6).response_code == "00"
    assert balance(books) == 10_000
    assert reverse(books, 6, of="void").response_code == "00"
    assert reverse(books).response_code == "00"
    assert balance(books) == 10_000
    assert void(books, stan=8).response_code == "22"


def test_a_repeated_reversal_of_a_void_is_counted_once():
    books = voided()
    assert [reverse(books, 5, of="void").response_code for _ in range(2)] == ["00", "00"]
    assert reverse(books, 5, of="void", on_repeat="22").response_code == "22"
    assert balance(books) == 9_000


def test_the_reversal_of_a_void_has_amount_card_and_day_of_the_void():
    books = voided()
    assert reverse(books, 5, of="void", amount_minor=1).response_code == "64"
    assert reverse(books, 5, of="void", card="card-2").response_code == "14"
    assert reverse(books, 5, of="void", business_date=NEXT).response_code == "12"
    assert reverse(books, 5).response_code == "25"
    assert balance(books) == 10_000


def test_a_void_of_another_terminal_is_told_58_by_its_approval_code():
    books = voided()
    elsewhere = {"terminal_id": "T2", "approval_code": "VVVVVV"}
    assert reverse(books, 5, of="void", **elsewhere).response_code == "58"
    assert reverse(books, 5, **elsewhere).response_code == "25"


def test_a_declined_void_is_told_12_when_it_is_reversed():
    books = sold()
    void(books, amount_minor=999)
    assert reverse(books, 5, of="void", amount_minor=999).response_code == "12"


def test_a_sale_that_is_voided_or_refunded_is_told_22():
    books = voided()
    assert reverse(books).response_code == "22"
    books = sold()
    refund(books, amount_minor=1, original={"rrn": "600501000001"})
    assert reverse(books).response_code == "22"
    assert balance(books) == 9_001
