from harness.ledger.enquiry import close_by_hand
from harness.ledger.open_items import open_items
from harness.ledger.reversal import decide_reversal
from tests.ledger.requests import books_with_card, post, request, sell


def reverse(books, **more):
    post(books, decide_reversal(books, request(**more)))


def test_a_sale_that_nobody_wanted_back_is_no_open_item():
    books = books_with_card()
    sell(books, request())
    assert open_items(books) == []


def test_a_sale_whose_reversal_came_a_day_late_is_open_until_it_is_returned():
    books = books_with_card()
    sell(books, request())
    reverse(books, business_date="20260106")
    reverse(books, amount_minor=1)
    (item,) = open_items(books)
    assert item.reference == "sale T1 000001 000001"
    books.post(close_by_hand(books, item, business_date="20260107"))
    assert open_items(books) == []


def test_a_reversal_that_succeeds_in_the_end_leaves_nothing_open():
    books = books_with_card()
    sell(books, request())
    reverse(books, amount_minor=1)
    reverse(books)
    assert open_items(books) == []


def test_a_reversal_of_nothing_is_no_open_item():
    books = books_with_card()
    reverse(books)
    sell(books, request(terminal_id="T2"))
    assert open_items(books) == []
