import pytest

from harness.ledger.lookup import Search, look_up
from tests.ledger.requests import (
    NEXT,
    end,
    refund,
    request,
    reverse,
    rrn,
    sell,
    settle,
    sold,
    void,
)

SALES = ["sale T1 000001 000001", "sale T1 000001 000002"]


def settled():
    """Return books of a settled batch with two sales and a void, and a refund after it."""
    books = sold(1, 2)
    sell(books, request(3), "51")
    void(books, of=1)
    reverse(books, 9)
    settle(books)
    end(books)
    refund(books, of=2, batch="000002", business_date=NEXT)
    return books


def found(books, **asked):
    return [one.reference for one in look_up(books, Search(**asked))]


@pytest.mark.parametrize(
    ("asked", "references"),
    [
        ({"date": "20260105"}, [*SALES, "void T1 000001 000005"]),
        ({"date": NEXT}, ["refund T1 000002 000007"]),
        ({"rrn": rrn(2)}, [SALES[1]]),
        ({"card": "card-2"}, []),
        ({"terminal_id": "T2"}, []),
        ({"merchant_id": "M2"}, []),
        ({"card": "card-1", "rrn": rrn(1), "terminal_id": "T1", "merchant_id": "M1"}, [SALES[0]]),
    ],
)
def test_transactions_of_settled_batches_are_found_by_what_is_known(asked, references):
    assert found(settled(), **asked) == references


def test_everything_that_moved_money_is_found_oldest_first():
    books = settled()
    void_and_refund = ["void T1 000001 000005", "refund T1 000002 000007"]
    for asked in ({}, {"terminal_id": "T1"}, {"merchant_id": "M1"}, {"card": "card-1"}):
        assert found(books, **asked) == [*SALES, *void_and_refund]


def test_a_reversal_is_found_by_the_rrn_of_its_sale():
    books = sold(1)
    reverse(books, 1)
    assert found(books, rrn=rrn(1)) == [SALES[0], "reversal T1 000001 000001"]
