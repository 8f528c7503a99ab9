from harness.ledger.books import Entry
from harness.ledger.enquiry import close_by_hand
from harness.ledger.reversal import decide_reversal
from harness.ledger.sale import approve_inquiry
from tests.ledger.requests import DAY, balance, books_with_card, post, request, sell


def sold(**more):
    books = books_with_card()
    sell(books, request(rrn="600501000001"), **more)
    return books


def reverse(books, on_repeat="ok", **more):
    return post(books, decide_reversal(books, request(**more), on_repeat=on_repeat))


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


def test_a_reversal_of_something_else_than_a_sale_leaves_the_sale_alone():
    books = sold()
    assert post(books, decide_reversal(books, request(), of="void")).response_code == "25"
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
