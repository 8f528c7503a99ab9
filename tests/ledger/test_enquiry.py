import pytest

from harness.errors import MisuseError
from harness.ledger.books import Posting
from harness.ledger.enquiry import Question, close_by_hand, enquire
from harness.ledger.reversal import decide_reversal
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
    rrn,
    sell,
    settle,
    void,
)


def ask(books, **more):
    return enquire(books, Question(**{"merchant_id": "M1", "terminal_id": "T1"} | more))


def sold(*stans, **more):
    books = books_with_card()
    for stan in stans:
        sell(books, request(stan=stan, **more))
    return books


def settlement(**more):
    return Posting(
        reference="settled", name="settlement", terminal_id="T1", merchant_id="M1", **more
    )


def test_an_approved_sale_is_open_as_long_as_its_reversal_may_come():
    found = ask(sold(1), card="card-1")
    assert (found.answer, found.posting.reference) == ("open", "sale T1 000001 000001")


@pytest.mark.parametrize("code", ["00", "55"])
def test_a_later_card_transaction_of_the_terminal_proves_success(code):
    books = sold(1)
    sell(books, request(stan=2, card="card-2"), code)
    assert ask(books, card="card-1").answer == "succeeded"


def test_a_later_inquiry_proves_success_too():
    books = sold(1)
    post(books, approve_inquiry(request(stan=2, amount_minor=0)))
    assert ask(books, stan=1).answer == "succeeded"


def test_another_terminal_proves_nothing():
    books = sold(1)
    sell(books, request(stan=2, terminal_id="T2"))
    assert ask(books, stan=1).answer == "open"


def test_the_settlement_of_its_batch_proves_success():
    books = sold(1)
    books.post(settlement(batch="000001"))
    assert ask(books, stan=1).answer == "succeeded"


@pytest.mark.parametrize("other", [{"batch": "000002"}, {"batch": "000001", "response_code": "96"}])
def test_a_settlement_of_another_batch_or_refused_proves_nothing(other):
    books = sold(1)
    books.post(settlement(**other))
    assert ask(books, stan=1).answer == "open"


def test_a_refused_reversal_is_no_card_transaction():
    books = sold(1)
    post(books, decide_reversal(books, request(stan=1, amount_minor=5)))
    assert ask(books, stan=1).answer == "open"


def test_a_reversed_sale_and_a_declined_one_have_not_succeeded():
    books = sold(1)
    post(books, decide_reversal(books, request(stan=1)))
    sell(books, request(stan=2), "51")
    assert ask(books, stan=1).answer == "not_succeeded"
    assert ask(books, stan=2).answer == "not_succeeded"


def test_the_latest_fitting_sale_is_meant():
    books = sold(1, 2)
    assert ask(books, card="card-1").posting.stan == 2
    assert ask(books, stan=1, date=DAY, amount_minor=1_000).posting.stan == 1
    assert ask(books, rrn="none").posting is None


def test_without_its_number_an_unknown_transaction_stays_open():
    assert ask(sold(1), card="card-2").answer == "open"


def test_an_unknown_transaction_may_still_be_on_its_way():
    found = ask(sold(1), stan=2, batch="000001")
    assert (found.answer, found.block) == ("open", None)
    assert ask(books_with_card(), stan=2).answer == "open"


def test_once_a_later_one_has_come_the_unknown_one_is_blocked():
    found = ask(sold(2), stan=1, card="card-1", date=DAY)
    assert found.answer == "not_succeeded"
    block = found.block
    assert (block.name, block.reference) == ("block", "block T1 000001 000001")
    assert (block.card, block.business_date, block.entries) == ("card-1", DAY, ())


def test_the_order_of_numbers_survives_their_wrap():
    assert ask(sold(3), stan=999_998, batch="000001").answer == "not_succeeded"
    assert ask(sold(999_998), stan=3, batch="000001").answer == "open"
    assert ask(sold(1, batch="000002"), stan=9, batch="000001").answer == "not_succeeded"
    assert ask(sold(1, batch="000001"), stan=9, batch="000002").answer == "open"


def test_a_block_is_put_into_the_books_once():
    books = sold(2)
    books.post(ask(books, stan=1).block)
    assert ask(books, stan=1).answer == "not_succeeded"
    assert ask(books, stan=1).block is None


def test_a_number_that_only_a_reversal_used_has_not_succeeded():
    books = books_with_card()
    post(books, decide_reversal(books, request(stan=1)))
    assert ask(books, stan=1).answer == "not_succeeded"


def test_an_open_item_is_returned_by_hand_once():
    books = sold(1)
    sale = books.get("sale T1 000001 000001")
    books.post(close_by_hand(books, sale, business_date="20260107"))
    returned = books.get("manual_return sale T1 000001 000001")
    assert (returned.name, returned.original) == ("manual_return", sale.reference)
    assert returned.business_date == "20260107"
    assert balance(books) == 10_000
    assert ask(books, stan=1).answer == "not_succeeded"
    with pytest.raises(MisuseError, match="can be given back"):
        close_by_hand(books, sale, business_date=DAY)


def voided():
    books = books_with_card()
    sell(books, request(1, rrn=rrn(1)))
    void(books)
    return books


def test_a_voided_sale_is_open_as_long_as_its_void_may_be_reversed():
    books = voided()
    found = ask(books, stan=1)
    assert (found.answer, found.posting.name) == ("open", "sale")
    sell(books, request(6))
    assert ask(books, stan=1).answer == "not_succeeded"


def test_an_inquiry_is_no_transaction_that_is_asked_about():
    books = sold(1)
    post(books, approve_inquiry(request(stan=2, amount_minor=0)))
    assert ask(books, card="card-1").posting.stan == 1
    assert ask(books, stan=2).posting is None


def test_a_void_succeeds_as_a_sale_does():
    books = voided()
    found = ask(books, card="card-1")
    assert (found.answer, found.posting.name) == ("open", "void")
    settle(books)
    assert ask(books, stan=5).answer == "succeeded"
    assert ask(books, stan=1).answer == "not_succeeded"


def test_a_reversed_void_has_not_succeeded_and_its_sale_has():
    books = voided()
    reverse(books, 5, of="void")
    assert ask(books, stan=5).answer == "not_succeeded"
    assert ask(books, stan=1).answer == "succeeded"


def test_a_refund_has_succeeded_at_once_and_so_has_its_sale():
    books = voided()
    sell(books, request(6, rrn=rrn(6)))
    assert refund(books, of=6, amount_minor=1).response_code == "00"
    assert ask(books, card="card-1").posting.name == "refund"
    assert [ask(books, stan=stan).answer for stan in (7, 6)] == ["succeeded", "succeeded"]


def test_an_open_void_is_undone_by_hand_and_the_sale_is_live_again():
    books = voided()
    books.post(close_by_hand(books, books.get("void T1 000001 000005"), business_date=NEXT))
    undone = books.get("manual_return void T1 000001 000005")
    assert (undone.original, undone.amount_minor) == ("void T1 000001 000005", 1_000)
    assert balance(books) == 9_000
    assert ask(books, stan=1).answer == "succeeded"


def test_a_refund_and_a_refunded_sale_cannot_be_given_back():
    books = books_with_card()
    sell(books, request(1, rrn=rrn(1)))
    refund(books, amount_minor=1)
    for reference in ("sale T1 000001 000001", "refund T1 000001 000007"):
        with pytest.raises(MisuseError, match="can be given back"):
            close_by_hand(books, books.get(reference), business_date=NEXT)


def test_a_decline_cannot_be_given_back():
    books = books_with_card()
    declined = sell(books, request(), "51").posting
    with pytest.raises(MisuseError, match="can be given back"):
        close_by_hand(books, declined, business_date=DAY)
