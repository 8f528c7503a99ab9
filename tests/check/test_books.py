import pytest

from harness.check import books
from harness.check.books import Books
from tests.check.literal import history, row
from tests.check.money_rows import balances, decline, posting, undo


def booked(*rows):
    whole = history(*rows)
    return Books(whole.rows), whole.rows


def bare(made):
    """Return the posting as a ledger without entries and references shows it."""
    actor, kind, address, value, at_s, facts = made
    gone = {"entries", "original", "reference"}
    return actor, kind, address, value, at_s, {k: v for k, v in facts.items() if k not in gone}


def test_what_moved_no_money_is_no_posting():
    empty = posting(entries=())
    refused_but_paid = row("host", "ledger", "refusal", stan=9, entries=("card:card-1 1", "x -1"))
    rows = [decline(), balances("end"), empty, refused_but_paid, row("bench", "ledger", "sale")]
    ledger, all_rows = booked(*rows)
    assert ledger.all == [all_rows[3]]


def test_a_posting_without_a_number_is_none_of_a_terminal():
    payout = row("host", "ledger", "payout", entries=("a 1", "b -1"))
    ledger, rows = booked(payout)
    assert (ledger.all, ledger.postings) == ([rows[0]], [])


def test_a_reversal_names_what_it_undoes():
    ledger, rows = booked(posting(), posting(8), undo(8))
    assert ledger.reversal_of(rows[0]) is None
    assert ledger.reversal_of(rows[1]) is rows[2]
    assert ledger.originals == [rows[0], rows[1]]
    assert ledger.net_minor(rows[1]) == 0
    assert ledger.net_minor(rows[0]) == -1000


def test_a_reversal_that_names_nothing_undoes_an_earlier_posting_of_its_number():
    ledger, rows = booked(bare(undo()), bare(posting()), bare(undo()), bare(posting(8)))
    assert ledger.reversal_of(rows[1]) is rows[2]
    assert ledger.reversal_of(rows[3]) is None
    assert [ledger.moved_minor(each) for each in rows[:3]] == [0, -1000, 1000]
    assert ledger.net_minor(rows[1]) == 0


def test_a_void_counts_unless_it_was_reversed():
    void = undo(8, name="void", reference="v8", original="s7")
    ledger, rows = booked(posting(), void)
    assert ledger.void_of(rows[0]) is rows[1]
    live = ("card:card-1 -1000", "merchant:m-1 1000")
    ledger, rows = booked(posting(), void, undo(8, original="v8", entries=live))
    assert ledger.void_of(rows[0]) is None
    assert (len(ledger.chain(rows[0])), ledger.net_minor(rows[0])) == (3, -1000)


def test_a_refund_is_no_void():
    ledger, rows = booked(posting(), undo(8, name="refund", original="s7"))
    assert ledger.void_of(rows[0]) is None


@pytest.mark.parametrize(
    ("name", "minor"),
    [("sale", -1000), ("completion", -1000), ("refund", 1000), ("void", 1000), ("preauth", 0)],
)
def test_without_entries_the_name_says_which_way_money_moves(name, minor):
    ledger, rows = booked(bare(posting(name=name)))
    assert ledger.moved_minor(rows[0]) == minor
    assert ledger.cards(rows[0]) == [("card-1", minor)]


def test_a_card_that_is_not_known_has_no_account():
    nameless = bare(posting())
    del nameless[-1]["card"], nameless[-1]["amount_minor"]
    ledger, rows = booked(nameless)
    assert (ledger.cards(rows[0]), ledger.moved_minor(rows[0])) == ([], 0)


def test_entries_are_accounts_with_amounts():
    ledger, rows = booked(posting(), posting(8, entries=("card:card-1 x",)))
    assert ledger.entries(rows[0]) == [("card:card-1", -1000), ("merchant:m-1", 1000)]
    assert ledger.entries(rows[1]) is None


def test_a_posting_is_called_by_name_and_number():
    _, rows = booked(posting(), row("host", "ledger", "payout", entries=("a 1",)))
    assert [books.title(each) for each in rows] == ["sale 000007", "payout 000000"]


def test_a_reversal_of_another_posting_is_not_known_by_its_number():
    ledger, rows = booked(posting(), undo(7, original="s9"), undo(8, name="void", original="s7"))
    assert ledger.reversal_of(rows[0]) is None
    ledger, rows = booked(bare(posting(8)), bare(posting()), bare(undo()), bare(undo()))
    assert ledger.reversal_of(rows[0]) is None
    assert len(ledger.chain(rows[1])) == 3
    assert ledger.reversal_of(rows[2]) is None


def test_a_posting_is_called_by_its_name_before_its_address():
    _, rows = booked(row("host", "ledger", "advice", name="sale", stan=7, entries=("a 1",)))
    assert books.title(rows[0]) == "sale 000007"


def test_an_original_that_is_empty_is_none():
    ledger, rows = booked(posting(original=""), undo(original=""))
    assert ledger.reversal_of(rows[0]) is rows[1]
    assert ledger.void_of(rows[0]) is None


def test_a_block_and_an_inquiry_post_nothing():
    blocks = [row("host", "ledger", name, stan=7) for name in ("block", "inquiry")]
    assert booked(*blocks)[0].all == []


def test_money_of_merchants_and_rows_of_settlements_are_no_transactions():
    kept = Books(
        history(
            posting("sale", reference="s7"),
            row("host", "ledger", "payout", name="payout", stan=0, original="s7", amount_minor=1),
            row("host", "ledger", "clawback", name="clawback", stan=0, original="s7"),
            *(row("host", "ledger", name, stan=7) for name in ("upload", "batch_end", "lookup")),
        ).rows
    )
    assert [row.address for row in kept.all] == ["sale", "payout", "clawback"]
    assert [row.address for row in kept.originals] == ["sale"]
    assert [row.address for row in kept.chain(kept.originals[0])] == ["sale", "payout", "clawback"]
