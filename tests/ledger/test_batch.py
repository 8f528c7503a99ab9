import pytest

from harness.ledger.batch import (
    UploadedRecord,
    current_batch,
    foreign_cards,
    in_totals,
    new_uploads,
    next_batch,
    upload_code,
)
from harness.ledger.enquiry import close_by_hand
from harness.terms.card import Card
from tests.ledger.requests import (
    BATCH,
    DAY,
    end,
    refund,
    request,
    reverse,
    settle,
    sold,
    void,
)


def record(stan, amount_minor=1_000, card="card-1", **more):
    return UploadedRecord(stan=stan, card=card, amount_minor=amount_minor, **more)


def upload(books, *records, batch=BATCH):
    postings = new_uploads(books, request(80, 0, None, batch=batch), records)
    for posting in postings:
        books.post(posting)
    return [posting.reference for posting in postings]


def test_the_first_batch_is_given_and_rises_with_the_end():
    books = sold(1)
    assert current_batch(books, "T1", BATCH) == "000001"
    settle(books)
    assert current_batch(books, "T1", BATCH) == "000001"
    decision = end(books)
    assert (decision.response_code, decision.is_new) == ("00", True)
    assert decision.posting.reference == "batch_end T1 000001"
    assert (decision.posting.details, decision.posting.entries) == ("000002", ())
    assert current_batch(books, "T1", BATCH) == "000002"
    assert current_batch(books, "T2", BATCH) == "000001"


@pytest.mark.parametrize(
    ("batch", "after"), [("000001", "000002"), ("000999", "001000"), ("999999", "000001")]
)
def test_after_the_highest_number_the_first_comes(batch, after):
    assert next_batch(batch) == after


def test_the_end_said_again_is_told_00_and_raises_nothing():
    books = sold(1)
    settle(books)
    end(books)
    for stan in (91, 92):
        again = end(books, stan=stan)
        assert (again.response_code, again.posting) == ("00", None)
    assert current_batch(books, "T1", BATCH) == "000002"


def test_a_batch_that_is_not_settled_does_not_end():
    books = sold(1)
    assert end(books).response_code == "12"
    settle(books)
    end(books)
    assert end(books, batch="000002").response_code == "12"


@pytest.mark.parametrize("batch", ["000003", "999999"])
def test_the_end_of_another_batch_is_told_77(batch):
    books = sold(1)
    settle(books)
    assert end(books, batch=batch).response_code == "77"
    end(books)
    settle(books, batch="000002")
    end(books, batch="000002")
    assert end(books, batch="000001").response_code == "77"


def test_records_are_taken_of_the_settled_batch_and_of_the_last_one():
    books = sold(1)
    assert upload_code(books, request(), BATCH) == "12"
    settle(books)
    assert upload_code(books, request(), BATCH) == "00"
    end(books)
    assert upload_code(books, request(), BATCH) == "00"
    assert upload_code(books, request(batch="000002"), BATCH) == "12"
    assert upload_code(books, request(batch="000003"), BATCH) == "77"


def test_each_record_is_taken_once():
    books = sold(1)
    first = upload(books, record(1), record(2, 5, "card-visa", group="foreign"), record(1, 7))
    assert first == ["upload T1 000001 000001", "upload T1 000001 000002"]
    assert upload(books, record(2), record(3)) == ["upload T1 000001 000003"]
    assert upload(books, record(1), batch="000002") == ["upload T1 000002 000001"]
    assert books.get("upload T1 000001 000001").amount_minor == 1_000
    taken = books.get("upload T1 000001 000002")
    assert (taken.card, taken.amount_minor, taken.details) == ("card-visa", 5, "foreign")
    assert (taken.entries, taken.business_date) == ((), DAY)


def test_totals_count_what_was_not_taken_back():
    books = sold(1, 2, 3, 4)
    void(books, of=1, stan=11)
    void(books, of=2, stan=12)
    reverse(books, 12, of="void")
    reverse(books, 3)
    books.post(close_by_hand(books, books.get("sale T1 000001 000004"), business_date=DAY))
    refund(books, of=2, stan=13, amount_minor=1)
    counted = [(one.name, one.stan) for one in in_totals(books, "T1", BATCH)]
    assert counted == [("sale", 1), ("sale", 2), ("void", 11), ("refund", 13)]
    assert in_totals(books, "T1", "000002") == []
    assert in_totals(books, "T2", BATCH) == []


def test_cards_of_other_organisations_are_foreign():
    cards = [Card("card-1", "6225887319460289"), Card("card-v", "4111111111111111")]
    assert foreign_cards(cards) == frozenset()
    visa = Card("card-v", "4111111111111111", organisation="VIS")
    assert foreign_cards([cards[0], visa]) == frozenset({"card-v"})
