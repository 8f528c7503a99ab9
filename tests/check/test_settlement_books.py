import pytest

from tests.check.literal import row
from tests.check.settlement_rows import (
    BATCH,
    LATER,
    booked,
    closed,
    edit,
    evening,
    figures,
    fired,
    morning,
    posted,
    ruling,
    settled,
    took,
    whole_day,
    word,
)
from tests.check.slip_rows import blind

LEDGER = {"observes": ("ledger",)}
EXTERNAL = LEDGER | {"world": "hardware", "bench": {"kind": "external"}}
NEXT_DAY = row("bench", "note", "next day")


def lookup(*found, **asked):
    return row("host", "ledger", "lookup", by=next(iter(asked), "terminal"), found=found, **asked)


def seen(rule, rows, **header):
    judged = ruling(rule, rows, **header)
    return judged and [finding.seen for finding in judged.findings]


def test_a_settlement_moves_no_money():
    assert word("S6", whole_day()) == "PASS"


@pytest.mark.parametrize("address", ["settlement", "batch_end"])
def test_entries_of_a_settlement_are_found_alone(address):
    moves = ("merchant:104290070110001 -5", "fees:104290070110001 5")
    rows = edit(whole_day(payout=95), "ledger", address, entries=moves)
    assert "S6" in fired(rows)
    assert seen("S6", rows) == [", ".join(moves)]
    assert seen("S6", [took(101, entries=moves)], **LEDGER) == [", ".join(moves)]


def test_entries_that_change_no_payout_are_found_alone():
    moves = ("safe:1 -5", "safe:2 5")
    assert fired(edit(whole_day(), "ledger", "batch_end", entries=moves)) == ["S6"]


BOOKS = [posted(101), posted(102, amount=50, card="card-2", day=LATER), posted(103, "void",
         original="T101", day=LATER), posted(104, "preauth", 700)]  # fmt: skip


@pytest.mark.parametrize(("asked", "right"), [
    ({"terminal_id": "10000001"}, ["T101", "T102", "T103", "T104"]),
    ({"merchant_id": "104290070110001"}, ["T101", "T102", "T103", "T104"]),
    ({"terminal_id": "10000002"}, []),
    ({"card": "card-2"}, ["T102"]),
    ({"rrn": "000000000103"}, ["T103"]),
    ({"business_date": "20261125"}, ["T101", "T104"]),
    ({"business_date": "20261125", "card": "card-1", "rrn": ""}, ["T101", "T104"]),
])  # fmt: skip
def test_the_back_office_finds_every_transaction_and_no_other(asked, right):
    assert word("S6", [*BOOKS, lookup(*right, **asked)], **LEDGER) == "PASS"
    assert fired([*BOOKS, lookup("elsewhere", *right, **asked)], **LEDGER) == []
    if right:
        assert "not found" in seen("S6", [*BOOKS, lookup(*right[1:], **asked)], **LEDGER)[0]
    others = [one for one in ("T101", "T102") if one not in right]
    if others:
        assert "which it is not" in seen("S6", [*BOOKS, lookup(*right, *others, **asked)],
                                         **LEDGER)[0]  # fmt: skip


def test_what_was_reversed_or_came_later_may_be_missing():
    undone = row(
        "host",
        "ledger",
        "reversal",
        name="reversal",
        stan=101,
        batch=BATCH,
        reference="U101",
        original="T101",
        entries=("card:card-1 100", "x 100"),
    )
    ask = lookup("T102", "T103", "T104", terminal_id="10000001")
    assert not seen("S6", [*BOOKS, undone, ask], **LEDGER)
    assert seen("S6", [*BOOKS, ask, undone], **LEDGER)
    assert not seen("S6", [ask, *BOOKS], **LEDGER)
    nameless = posted(105, reference=None)
    strange = posted(106, "mystery", reference="T106")
    both = lookup("T101", "T102", "T103", "T104", terminal_id="10000001")
    assert not seen("S6", [*BOOKS, nameless, strange, both], **LEDGER)


def night(*, day=LATER, first=BATCH):
    """Return a batch of two days and its settlement."""
    return [posted(101, batch=first), NEXT_DAY, posted(102, batch=first, day=day)]


BOTH = (200, 2, 0, 0)


def test_a_batch_of_two_days_is_settled_once_and_whole():
    rows = [*night(), booked(BOTH), closed()]
    assert word("S12", rows, **LEDGER) == "PASS"
    assert ruling("S12", rows, **LEDGER).evaluated == 2
    at_night = [posted(101), posted(102), NEXT_DAY, booked(BOTH)]
    assert word("S12", at_night, **LEDGER) == "PASS"
    assert word("S12", [posted(101), booked((100, 1, 0, 0), business_date=LATER)], **LEDGER)


def test_a_batch_of_one_day_is_not_its_matter():
    assert ruling("S12", [posted(101), booked((100, 1, 0, 0)), closed()], **LEDGER) is None
    assert ruling("S12", [NEXT_DAY, posted(101), booked((1, 1, 0, 0))], **LEDGER) is None
    assert ruling("S12", [NEXT_DAY, booked((0, 0, 0, 0))], **LEDGER) is None
    assert ruling("S12", [*night(), booked(BOTH, batch=None)], **LEDGER) is None
    assert word("S12", whole_day()) == ""


@pytest.mark.parametrize("told", [(100, 1, 0, 0), (300, 3, 0, 0), (200, 2, 100, 1), (0, 0, 0, 0)])
def test_totals_that_lack_a_day_are_found(told):
    assert seen("S12", [*night(), booked(told), closed()], **LEDGER)
    assert "S12" in fired([*night(), booked(told), closed()], **LEDGER)


def test_a_batch_that_the_change_of_day_closes_is_found_alone():
    rows = [posted(101), NEXT_DAY, closed(), posted(102, day=LATER), booked(BOTH)]
    assert seen("S12", rows, **LEDGER) == ["closed before"]
    assert fired(rows, **LEDGER) == ["S12"]


def test_a_whole_day_may_end_with_the_settlement_of_the_next_morning():
    rows = [*morning(), NEXT_DAY, *settled(), *evening()]
    assert not fired(rows)
    wrong = (100, 1, 100, 1)
    rows = edit(rows, "ledger", "settlement", **figures(wrong, results=(1, 1)))
    assert "S12" in fired(rows)


def test_open_items_may_be_missing_and_what_was_before_is_a_gap():
    item = row("bench", "note", "open item", stan=102, closed=True)
    assert not seen("S12", [*night(), booked((100, 1, 0, 0)), item], **LEDGER)
    rows = [*night(), booked((500, 5, 0, 0))]
    assert any("before this history" in gap for gap in ruling("S12", rows, **EXTERNAL).gaps)
    assert seen("S12", [*night(), booked((100, 1, 0, 0))], **EXTERNAL)
    begun = [closed("000006", BATCH), *night(), booked((500, 5, 0, 0))]
    assert seen("S12", begun, **EXTERNAL)


def test_blind_books_leave_a_gap():
    rows = [*night(), booked((100, 1, 0, 0)), blind("ledger")]
    assert not seen("S12", rows, **LEDGER)
    assert ruling("S12", rows, **LEDGER).gaps


def test_what_was_reversed_before_the_settlement_is_not_in_it():
    undone = row(
        "host",
        "ledger",
        "reversal",
        name="reversal",
        stan=102,
        batch=BATCH,
        original="T102",
        entries=("card:card-1 100", "merchant:1 -100"),
    )
    rows = [*night(), undone, booked((100, 1, 0, 0))]
    assert not seen("S12", rows, **LEDGER)
    late = [*night(), booked((100, 1, 0, 0)), undone]
    assert seen("S12", late, **LEDGER)


def test_an_other_terminals_sales_do_not_count():
    rows = [*night(), posted(103, terminal_id="10000002"), booked(BOTH)]
    assert not seen("S12", rows, **LEDGER)


def test_only_what_counts_of_this_batch_up_to_the_settlement_is_held():
    extra = [posted(103, "preauth", 700), posted(104, batch="000006")]
    more = {"amount_minor": None}
    rows = [*night(), *extra, booked(BOTH), posted(106)]
    assert not seen("S12", rows, **LEDGER)
    nameless = [*night(), posted(103, **{"batch": ""}), booked(BOTH)]
    assert not seen("S12", nameless, **LEDGER)
    unknown = [*night(), edit([posted(105)], "ledger", "sale", **more)[0], booked((200, 3, 0, 0))]
    assert not seen("S12", unknown, **LEDGER)


def test_only_a_change_of_day_within_the_batch_counts():
    other = row("bench", "note", "heal")
    assert ruling("S12", [posted(101), other, booked((1, 1, 0, 0))], **LEDGER) is None
    assert ruling("S12", [posted(101), booked((100, 1, 0, 0)), NEXT_DAY], **LEDGER) is None


def test_closings_and_settlements_of_other_batches_do_not_count():
    before = [booked((0, 0, 0, 0), batch="000006"), closed("000006", BATCH)]
    rows = [posted(101), *before, NEXT_DAY, posted(102, day=LATER), booked(BOTH), closed()]
    assert not seen("S12", rows, **LEDGER)
    early = [posted(101), before[0], NEXT_DAY, closed(), posted(102, day=LATER), booked(BOTH)]
    assert seen("S12", early, **LEDGER) == ["closed before"]


def test_notes_about_other_things_list_no_open_item():
    other = row("bench", "note", "expectation", stan=102)
    assert seen("S12", [*night(), booked((100, 1, 0, 0)), other], **LEDGER)


def test_what_was_closed_later_begins_no_batch():
    rows = [*night(), booked((500, 5, 0, 0)), closed("000006", BATCH)]
    assert not seen("S12", rows, **EXTERNAL)
