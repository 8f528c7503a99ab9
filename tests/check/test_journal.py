import pytest

from harness.check.index import Index
from harness.check.journal import Journal, Record
from tests.check.literal import BLACK_BOX, history, row
from tests.check.money_rows import RECORD, blind, invoke, journal, pending


def kept(*rows, until=None):
    whole = history(*rows)
    return Journal(Index(whole)).at(until), whole.rows


def test_the_last_write_counts():
    found, rows = kept(journal(RECORD), journal(RECORD, "000008|void|500|voided"))
    assert found == {
        7: Record("sale", 1000, "approved", rows[1]),
        8: Record("void", 500, "voided", rows[1]),
    }


def test_a_torn_write_is_none():
    assert list(kept(journal(RECORD), journal(torn=True))[0]) == [7]


def test_a_record_that_is_gone_without_a_settlement_is_lost():
    assert kept(journal(RECORD), journal())[0] == {}


@pytest.mark.parametrize(
    "settlement",
    [
        row("terminal", "nv", "settlement", stage="begun"),
        row("host", "ledger", "settlement"),
        row("terminal", "tx", "host/0500"),
    ],
)
def test_what_a_settlement_cleared_is_kept(settlement):
    found, _ = kept(journal(RECORD), settlement, journal(), journal("8|sale|1|approved"))
    assert list(found) == [7, 8]
    assert kept(settlement, journal(RECORD), journal())[0] == {}


def test_a_settlement_that_was_only_asked_for_clears_nothing():
    asked = invoke(2, "settle"), row("terminal", "nv", "settlement", stage="none")
    assert kept(journal(RECORD), *asked, journal())[0] == {}


def test_a_record_that_cannot_be_read_is_none():
    found, rows = kept(journal("7|sale|1000", "x|sale|1|approved", "9|sale|?|approved"))
    assert found == {9: Record("sale", None, "approved", rows[0])}


def test_the_journal_is_known_at_any_time():
    assert kept(journal(RECORD), journal(), until=1)[0] != {}
    assert kept(journal(RECORD), until=0)[0] == {}


def test_a_reversal_is_pending_until_it_is_cleared():
    clear = pending(state="clear")
    found = Journal(Index(history(pending(), pending(8, torn=True), clear)))
    assert [found.pending_at(until) for until in (0, 1, 2, 3)] == [None, 7, 7, None]


def test_a_bench_that_does_not_see_the_records_or_was_blind_does_not_know_them():
    assert Journal(Index(history())).is_known
    assert Journal(Index(history(observes=("nv",)))).is_known
    assert not Journal(Index(history(observes=BLACK_BOX))).is_known
    for channel in ("journal", "nv"):
        assert not Journal(Index(history(blind(channel)))).is_known


def test_other_writes_and_calls_do_not_touch_the_journal():
    assert list(kept(journal(RECORD), pending(state="clear"))[0]) == [7]
    assert kept(journal(RECORD), invoke(2), journal())[0] == {}
    assert Journal(Index(history(pending(), journal(RECORD)))).pending_at(2) == 7


def changes(*rows):
    return [
        (stan, first.row.index, other.row.index)
        for stan, first, other in Journal(Index(history(*rows))).changes()
    ]


def test_a_record_that_two_writes_show_differently_has_changed_once():
    other = journal("7|sale|1001|approved")
    assert changes(journal(RECORD), other, journal(RECORD), other) == [(7, 0, 1)]
    assert changes(journal(RECORD), journal("7|void|1000|approved")) == [(7, 0, 1)]


def test_a_voided_a_missing_or_a_settled_record_has_not_changed():
    assert changes(journal(RECORD), journal("7|sale|1000|voided"), journal()) == []
    settled = row("host", "ledger", "settlement")
    assert changes(journal(RECORD), settled, journal("7|sale|1|approved")) == []
