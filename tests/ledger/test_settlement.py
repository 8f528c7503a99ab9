import pytest

from harness.ledger.settlement import batch_totals
from harness.wire.dialects.unionpay_subfields import GroupTotals, SettlementTotals
from tests.ledger.requests import (
    BATCH,
    FOREIGN,
    balance,
    refund,
    request,
    reverse,
    sell,
    settle,
    sold,
    void,
)

NOTHING = GroupTotals(0, 0, 0, 0)


def totals(*domestic, foreign=(0, 0, 0, 0)):
    return SettlementTotals(GroupTotals(*domestic), GroupTotals(*foreign))


def results(decision):
    details = decision.posting.details
    return details[30], details[61]


def test_a_voided_sale_stays_in_debit_and_its_void_is_credit():
    books = sold(1, 2, 3)
    void(books, of=1)
    found = batch_totals(books, "T1", BATCH, FOREIGN)
    assert found == totals(3_000, 3, 1_000, 1)


def test_reversed_and_declined_ones_are_in_neither_and_refunds_are_credit():
    books = sold(1, 2)
    reverse(books, 1)
    sell(books, request(3), "51")
    refund(books, of=2, amount_minor=300)
    found = batch_totals(books, "T1", BATCH, FOREIGN)
    assert found == totals(1_000, 1, 300, 1)


def test_domestic_and_foreign_cards_are_counted_apart():
    books = sold(1)
    sell(books, request(2, 500, "card-visa"))
    found = batch_totals(books, "T1", BATCH, FOREIGN)
    assert found == totals(1_000, 1, 0, 0, foreign=(500, 1, 0, 0))


def test_a_settlement_is_recorded_with_totals_and_results():
    books = sold(1)
    decision = settle(books)
    assert (decision.response_code, decision.is_new) == ("00", True)
    assert decision.posting.reference == "settlement T1 000001 000090"
    assert (
        decision.posting.details == f"{GroupTotals(1_000, 1, 0, 0, 1)}{GroupTotals(0, 0, 0, 0, 1)}"
    )
    assert decision.posting.entries == ()
    assert balance(books) == 9_000


@pytest.mark.parametrize(
    ("claimed", "found"),
    [
        (totals(1_000, 1, 0, 0), ("1", "1")),
        (totals(999, 1, 0, 0), ("2", "1")),
        (totals(1_000, 2, 0, 0), ("2", "1")),
        (totals(1_000, 1, 1, 0), ("2", "1")),
        (totals(1_000, 1, 0, 1), ("2", "1")),
        (totals(0, 0, 0, 0, foreign=(1_000, 1, 0, 0)), ("2", "2")),
        (totals(1_000, 1, 0, 0, foreign=(1, 0, 0, 0)), ("1", "2")),
    ],
)
def test_each_group_is_balanced_only_if_all_four_numbers_are(claimed, found):
    assert results(settle(sold(1), claimed=claimed)) == found


def test_what_the_terminal_writes_as_result_does_not_matter():
    claimed = totals(1_000, 1, 0, 0, 2)
    books = sold(1)
    assert results(settle(books, claimed=claimed)) == ("1", "1")
    assert settle(books, claimed=totals(1_000, 1, 0, 0)).response_code == "00"


def test_a_repeated_settlement_is_answered_as_before_and_recorded_once():
    books = sold(1)
    first = settle(books, claimed=totals(7, 1, 0, 0))
    again = settle(books, claimed=totals(7, 1, 0, 0))
    assert (again.posting, again.is_new) == (first.posting, False)
    assert settle(books, claimed=totals(8, 1, 0, 0)).response_code == "94"
    assert len(books.find(name="settlement")) == 1


def test_another_settlement_of_the_batch_is_compared_and_recorded_too():
    books = sold(1)
    settle(books, claimed=totals(7, 1, 0, 0))
    assert results(settle(books, stan=91)) == ("1", "1")
    assert len(books.find(name="settlement")) == 2


def test_results_that_are_told_are_found_instead():
    assert results(settle(sold(1), results=(3, 2))) == ("3", "2")
