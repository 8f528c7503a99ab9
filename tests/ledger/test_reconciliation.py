import pytest

from harness.ledger.batch import UploadedRecord, new_uploads
from harness.ledger.enquiry import close_by_hand
from harness.ledger.reconciliation import ended_settlements, missing_at_terminals, reconcile
from harness.ledger.settlement import batch_totals
from harness.wire.dialects.unionpay_subfields import GroupTotals, SettlementTotals
from tests.ledger.requests import (
    BATCH,
    DAY,
    FOREIGN,
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

OTHER = SettlementTotals(GroupTotals(9, 9, 9, 9), GroupTotals(9, 9, 9, 9))


def upload(books, *records):
    """Upload records of STAN, amount, card and group."""
    wanted = [
        UploadedRecord(stan=stan, amount_minor=minor, card=card, group=group)
        for stan, minor, card, group in records
    ]
    for posting in new_uploads(books, request(80, 0, None), wanted):
        books.post(posting)


def differences(books, *records, claimed=OTHER):
    """Settle, upload and end; return kind and STAN of what differs."""
    settlement = settle(books, claimed=claimed).posting
    upload(books, *records)
    end(books)
    found = reconcile(books, settlement, FOREIGN)
    return [(one.kind, one.posting.stan if one.posting else None) for one in found]


def plain(stan, minor=1_000, card="card-1", group="domestic"):
    return stan, minor, card, group


def test_what_was_uploaded_as_it_is_in_the_books_is_no_difference():
    books = sold(1, 2)
    void(books, of=1)
    refund(books, of=2, amount_minor=300)
    assert differences(books, plain(1), plain(2), plain(5), plain(7, 300)) == []


def test_missing_extra_and_altered_records_are_one_difference_each():
    books = sold(1, 2, 3, 4)
    records = plain(2, 999), plain(3, card="card-2"), plain(4), plain(9)
    assert differences(books, *records) == [
        ("missing", 1),
        ("extra", None),
        ("altered", 2),
        ("altered", 3),
    ]


def test_differences_say_what_differs():
    books = sold(1, 2)
    settlement = settle(books, claimed=OTHER).posting
    upload(books, plain(2, 999), plain(9, card=""))
    assert [one.what for one in reconcile(books, settlement, FOREIGN)] == [
        "sale 000001 of batch 000001, 1000 of card-1, was not uploaded",
        "upload 000009 of batch 000001, 1000 of an unknown card, is not in the books",
        "sale 000002 of batch 000001, 1000 of card-1, was uploaded as 999 of card-1",
    ]


def test_of_a_group_that_is_balanced_nothing_has_to_be_uploaded():
    books = sold(1)
    sell(books, request(2, card="card-visa"))
    own = batch_totals(books, "T1", BATCH, FOREIGN)
    assert differences(books, claimed=own) == []


@pytest.mark.parametrize(
    ("group", "records", "expected"),
    [
        ("domestic", [], [("missing", 1)]),
        ("domestic", [plain(2, card="card-visa", group="foreign")], [("missing", 1)]),
        ("foreign", [], [("missing", 2)]),
        ("foreign", [plain(1)], [("missing", 2)]),
    ],
)
def test_groups_are_compared_apart(group, records, expected):
    books = sold(1)
    sell(books, request(2, card="card-visa"))
    own = batch_totals(books, "T1", BATCH, FOREIGN)
    wrong = GroupTotals(0, 0, 0, 0)
    claimed = SettlementTotals(
        wrong if group == "domestic" else own.domestic,
        wrong if group == "foreign" else own.foreign,
    )
    assert differences(books, *records, claimed=claimed) == expected


def test_what_the_host_took_back_is_expected_of_nobody():
    books = sold(1, 2)
    reverse(books, 1)
    assert differences(books, plain(2)) == []
    assert differences(sold(1)) == [("missing", 1)]


def test_only_ended_batches_are_reconciled_each_by_its_last_settlement():
    books = sold(1)
    settle(books, claimed=OTHER)
    assert ended_settlements(books) == []
    settle(books, stan=92)
    end(books)
    assert [one.stan for one in ended_settlements(books)] == [92]
    assert missing_at_terminals(books, FOREIGN) == []


def test_an_end_without_a_settlement_is_passed_over():
    books = sold(1)
    settle(books)
    end(books)
    ended, bare = books.get("batch_end T1 000001"), books_with_card()
    bare.post(ended)
    assert ended_settlements(bare) == []


def missing(books, *records, lost=0):
    """Settle by totals that count the records, and so many that are lost on their way."""
    counts = {name: sum(name == group for *_, group in records) for name in ("domestic", "foreign")}
    claimed = SettlementTotals(
        GroupTotals(7, counts["domestic"] + lost, 0, 0), GroupTotals(7, counts["foreign"], 0, 0)
    )
    differences(books, *records, claimed=claimed)
    return [one.reference for one in missing_at_terminals(books, FOREIGN)]


def test_nothing_is_certainly_missing_while_a_record_did_not_come():
    assert missing(sold(1, 2, 3), plain(2), lost=1) == []
    assert missing(sold(1, 2, 3), plain(2)) == ["sale T1 000001 000001", "sale T1 000001 000003"]


def test_records_lost_of_one_group_leave_the_other_certain():
    books = sold(1)
    sell(books, request(2, card="card-visa"))
    assert missing(books, lost=1) == ["sale T1 000001 000002"]


def test_a_void_and_a_refund_are_counted_as_credit():
    books = sold(1, 2)
    void(books, of=1)
    records = plain(1), plain(5)
    claimed = SettlementTotals(GroupTotals(7, 1, 7, 1), GroupTotals(0, 0, 0, 0))
    differences(books, *records[:1], claimed=claimed)
    assert missing_at_terminals(books, FOREIGN) == []
    upload(books, records[1])
    assert [one.stan for one in missing_at_terminals(books, FOREIGN)] == [2]


def test_a_sale_that_the_terminal_has_nothing_of_is_missing_until_it_is_returned():
    books = sold(1, 2)
    assert missing(books, plain(2)) == ["sale T1 000001 000001"]
    item = books.get("sale T1 000001 000001")
    books.post(close_by_hand(books, item, business_date=DAY))
    assert missing_at_terminals(books, FOREIGN) == []


def test_a_missing_void_is_an_item_only_where_its_sale_is_not_missing_too():
    books = sold(1)
    void(books)
    assert missing(books, plain(1)) == ["void T1 000001 000005"]
    books = sold(1)
    void(books)
    assert missing(books) == []


def test_a_missing_refund_a_refunded_sale_and_an_altered_one_are_left_to_people():
    books = sold(1)
    refund(books, amount_minor=1)
    assert missing(books) == []
    books = sold(1)
    refund(books, amount_minor=1)
    assert missing(books, plain(1)) == []
    assert missing(sold(1), plain(1, 999)) == []
