from harness.ledger.books import Entry
from harness.ledger.enquiry import close_by_hand
from harness.ledger.payout import payout_at_once, payout_of_day, unpaid
from tests.ledger.requests import (
    BATCH,
    DAY,
    NEXT,
    balance,
    end,
    refund,
    request,
    reverse,
    sell,
    settle,
    sold,
    void,
)

THIRD = "20260107"


def pay(books, day=NEXT, merchant="M1"):
    """Make the day's payout; return its amount, 0 if there is none."""
    payout = payout_of_day(books, merchant, day)
    if payout is None:
        return 0
    books.post(payout)
    return payout.amount_minor


def pay_at_once(books, reference, day=DAY):
    found = payout_at_once(books, books.get(reference), day)
    books.post(found)
    return found


def close(books, batch=BATCH, stan=90, **more):
    settle(books, stan=stan, batch=batch, **more)
    end(books, stan=stan + 1, batch=batch, **more)


def paid(books):
    return books.balance_minor("paid:M1")


def test_the_net_of_an_ended_batch_is_paid_the_next_day():
    books = sold(1, 2)
    void(books, of=1)
    close(books)
    payout = payout_of_day(books, "M1", NEXT)
    assert payout.reference == "payout M1 20260106"
    assert payout.entries == (Entry("merchant:M1", -1_000), Entry("paid:M1", 1_000))
    assert (payout.name, payout.amount_minor, payout.business_date) == ("payout", 1_000, NEXT)
    assert (payout.terminal_id, payout.batch, payout.original, payout.card) == ("", "", "", "")


def test_neither_an_open_batch_nor_one_of_the_same_day_is_paid():
    books = sold(1)
    assert pay(books) == 0
    settle(books)
    assert pay(books) == 0
    end(books)
    assert pay(books, DAY) == 0
    sell(books, request(2, 300, batch="000002"))
    assert pay(books) == 1_000
    assert paid(books) == 1_000


def test_what_was_paid_is_not_paid_again():
    books = sold(1)
    close(books)
    assert [pay(books, NEXT), pay(books, NEXT), pay(books, THIRD)] == [1_000, 0, 0]


def test_all_terminals_of_the_merchant_are_paid_together_and_no_other_merchant():
    books = sold(1)
    sell(books, request(1, 200, terminal_id="T2"))
    sell(books, request(1, 70, terminal_id="T3", merchant_id="M2"))
    close(books)
    close(books, terminal_id="T2")
    close(books, terminal_id="T3", merchant_id="M2")
    assert (pay(books), pay(books, merchant="M2")) == (1_200, 70)


def test_what_is_below_zero_is_carried_forward():
    books = sold(1)
    close(books)
    pay(books)
    refund(books, amount_minor=1_000, batch="000002", business_date=NEXT)
    close(books, "000002", 92, business_date=NEXT)
    assert pay(books, THIRD) == 0
    sell(books, request(8, 1_300, batch="000003", business_date=THIRD))
    close(books, "000003", 94, business_date=THIRD)
    assert pay(books, "20260108") == 300
    assert paid(books) == 1_300
    assert books.balance_minor("merchant:M1") == 0


def test_what_is_returned_by_hand_after_its_payout_lessens_the_next_one():
    books = sold(1)
    close(books)
    pay(books)
    item = books.get("sale T1 000001 000001")
    books.post(close_by_hand(books, item, business_date=NEXT))
    sell(books, request(8, 1_300, batch="000002", business_date=NEXT))
    close(books, "000002", 92, business_date=NEXT)
    assert pay(books, THIRD) == 300


def test_a_day_has_one_payout_and_what_comes_after_it_waits():
    books = sold(1, 2)
    void(books, of=1)
    close(books)
    assert pay(books) == 1_000
    item = books.get("void T1 000001 000005")
    books.post(close_by_hand(books, item, business_date=NEXT))
    assert pay(books) == 0
    assert pay(books, THIRD) == 1_000


def test_at_once_a_sale_is_paid_with_its_reference():
    books = sold(1)
    payout = pay_at_once(books, "sale T1 000001 000001")
    assert payout.reference == "payout sale T1 000001 000001"
    assert payout.entries == (Entry("merchant:M1", -1_000), Entry("paid:M1", 1_000))
    assert (payout.original, payout.amount_minor) == ("sale T1 000001 000001", 1_000)
    assert (payout.terminal_id, payout.stan, payout.business_date) == ("", 0, DAY)


def test_whatever_undoes_a_sale_takes_its_payout_back():
    books = sold(1)
    pay_at_once(books, "sale T1 000001 000001")
    void(books)
    clawback = pay_at_once(books, "void T1 000001 000005")
    assert (clawback.name, clawback.original) == ("clawback", "sale T1 000001 000001")
    assert clawback.reference == "clawback void T1 000001 000005"
    assert clawback.entries == (Entry("merchant:M1", 1_000), Entry("paid:M1", -1_000))
    assert clawback.amount_minor == 1_000
    reverse(books, 5, of="void")
    again = pay_at_once(books, "reversal T1 000001 000005")
    assert (again.name, again.original) == ("payout", "sale T1 000001 000001")
    assert (paid(books), balance(books)) == (1_000, 9_000)


def test_a_refund_takes_back_no_more_than_its_amount():
    books = sold(1)
    pay_at_once(books, "sale T1 000001 000001")
    refund(books, amount_minor=300)
    assert pay_at_once(books, "refund T1 000001 000007").amount_minor == 300
    assert paid(books) == 700


def test_what_moves_nothing_of_a_merchants_has_no_payout():
    books = sold(1)
    payout = pay_at_once(books, "sale T1 000001 000001")
    assert payout_at_once(books, payout, DAY) is None
    sell(books, request(2), "51")
    assert payout_at_once(books, books.get("decline T1 000001 000002"), DAY) is None


def test_what_was_not_paid_at_once_is_found_later():
    books = sold(1, 2)
    pay_at_once(books, "sale T1 000001 000001")
    reverse(books, 2)
    found = unpaid(books, "M1", NEXT)
    assert [one.reference for one in found] == [
        "payout sale T1 000001 000002",
        "clawback reversal T1 000001 000002",
    ]
    assert unpaid(books, "M2", NEXT) == []
