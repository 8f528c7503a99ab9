from harness.ledger.enquiry import close_by_hand
from harness.ledger.open_items import open_items
from harness.wire.dialects.unionpay_subfields import GroupTotals, SettlementTotals
from tests.ledger.requests import (
    FOREIGN,
    NEXT,
    books_with_card,
    end,
    refund,
    request,
    reverse,
    sell,
    settle,
    sold,
    void,
)

NOTHING = SettlementTotals(GroupTotals(0, 0, 0, 0), GroupTotals(0, 0, 0, 0))


def items(books):
    return [item.reference for item in open_items(books, FOREIGN)]


def test_a_sale_that_nobody_wanted_back_is_no_open_item():
    assert open_items(sold(1)) == []


def test_a_sale_whose_reversal_came_a_day_late_is_open_until_it_is_returned():
    books = sold(1)
    reverse(books, business_date=NEXT)
    reverse(books, amount_minor=1)
    (item,) = open_items(books)
    assert item.reference == "sale T1 000001 000001"
    books.post(close_by_hand(books, item, business_date="20260107"))
    assert open_items(books) == []


def test_a_void_whose_reversal_came_a_day_late_is_open_until_it_is_undone():
    books = sold(1)
    void(books)
    reverse(books, 5, of="void", business_date=NEXT)
    (item,) = open_items(books)
    books.post(close_by_hand(books, item, business_date=NEXT))
    assert open_items(books) == []
    assert void(books, stan=6).response_code == "00"


def test_a_reversal_that_succeeds_in_the_end_leaves_nothing_open():
    books = sold(1)
    reverse(books, amount_minor=1)
    reverse(books)
    assert open_items(books) == []


def test_a_reversal_of_nothing_is_no_open_item():
    books = books_with_card()
    reverse(books)
    sell(books, request(terminal_id="T2"))
    assert open_items(books) == []


def test_voided_refunded_and_declined_ones_are_no_open_items():
    books = sold(1, 2)
    void(books)
    refund(books, of=2, amount_minor=1)
    sell(books, request(3), "51")
    for stan in (1, 2, 3):
        reverse(books, stan)
    assert open_items(books) == []


def test_a_sale_that_its_batch_lacks_is_open_and_listed_once():
    books = sold(1)
    reverse(books, amount_minor=1)
    settle(books, claimed=NOTHING)
    assert items(books) == ["sale T1 000001 000001"]
    end(books)
    assert items(books) == ["sale T1 000001 000001"]


def test_a_foreign_sale_is_missing_in_its_own_group():
    books = books_with_card()
    sell(books, request(card="card-visa"))
    settle(books, claimed=NOTHING)
    end(books)
    assert items(books) == ["sale T1 000001 000001"]
