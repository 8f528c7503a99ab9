from harness.ledger.enquiry import close_by_hand
from harness.ledger.open_items import open_items, unheard
from harness.wire.dialects.unionpay_subfields import GroupTotals, SettlementTotals
from tests.ledger.requests import (
    BATCH,
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


def given_up(books, *stans, batch=BATCH, terminal="T1"):
    return [one.reference for one in unheard(books, terminal, [(batch, stan) for stan in stans])]


def test_a_sale_or_void_that_could_not_be_reversed_is_open_until_it_is_undone_by_hand():
    books = sold(1, 2)
    void(books, of=2)
    assert given_up(books, 1, 5) == ["sale T1 000001 000001", "void T1 000001 000005"]
    for item in unheard(books, "T1", [(BATCH, 1), (BATCH, 5)]):
        books.post(close_by_hand(books, item, business_date=NEXT))
    assert given_up(books, 1, 5) == []
    assert void(books, of=2, stan=6).response_code == "00"


def test_what_was_reversed_voided_or_refunded_all_the_same_is_no_open_item():
    books = sold(1, 2, 3)
    reverse(books)
    void(books, of=2)
    refund(books, of=3, amount_minor=1)
    reverse(books, 5, of="void")
    void(books, of=2, stan=6)
    assert given_up(books, 1, 2, 3, 5, 7) == []


def test_numbers_of_other_batches_and_terminals_and_of_nothing_are_no_open_items():
    books = sold(1)
    sell(books, request(2), "51")
    assert given_up(books, 2, 3) == given_up(books, 1, batch="000002") == []
    assert given_up(books, 1, terminal="T2") == []
