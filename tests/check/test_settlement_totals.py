import pytest

from tests.check.literal import BLACK_BOX
from tests.check.settlement_rows import (
    BATCH,
    NET,
    VISA,
    answered,
    asked,
    black_box,
    edit,
    figures,
    fired,
    journal,
    morning,
    other_slip,
    place,
    put,
    record,
    ruling,
    sold,
    totals,
    unbalanced,
    voided,
    whole_day,
    word,
)
from tests.check.slip_rows import blind, fault, reversal, reversal_answer

AT_HOST = {"observes": BLACK_BOX, "host_wire_at": "host"}
ELSEWHERE = {"kind": "external", "environment": "test"}


def asking(*rows, domestic=(0, 0, 0, 0), foreign=(0, 0, 0, 0), stan=110, **facts):
    """Return some rows and the 0500 after them."""
    return [*rows, *totals(stan, domestic, foreign, **facts)]


def judged(*rows, **header):
    """Return how often S2 was evaluated, how many findings it has, and whether a gap."""
    found = ruling("S2", rows, **header)
    return found.evaluated, len(found.findings), bool(found.gaps)


RIGHT, WRONG, UNKNOWN = (1, 0, False), (1, 1, False), (0, 0, True)


def test_gross_totals_are_right_with_and_without_the_terminals_records():
    assert word("S2", whole_day()) == "PASS"
    assert word("S2", list(black_box(whole_day())), **AT_HOST) == "PASS"


@pytest.mark.parametrize("wrong", [
    (100, 1, 100, 1),  # net of the void, which is credit as well
    (100, 1, 0, 0),
    (200, 2, 0, 0),
    (300, 2, 100, 1),
    (200, 3, 100, 1),
    (200, 2, 101, 1),
    (200, 2, 100, 2),
])  # fmt: skip
def test_any_other_totals_are_found(wrong):
    rows = edit(whole_day(), "tx", "host/0500", **figures(wrong))
    assert "S2" in fired(rows)
    rows = list(black_box(rows))
    assert ruling("S2", rows, **AT_HOST).findings


def test_a_wrong_total_says_what_was_expected_and_by_how_much():
    rows = edit(whole_day(), "tx", "host/0500", **figures((100, 1, 100, 1)))
    (finding,) = ruling("S2", rows).findings
    assert "other domestic totals than the journal" in finding.what
    assert finding.expected == "debit 2.00 in 2, credit 1.00 in 1"
    assert finding.seen.endswith("difference debit -1.00 in -1, credit 0.00 in 0")


def test_totals_that_only_a_wrong_0500_has_are_found_alone():
    """The slip prints what the batch holds: the message alone is wrong, and the host says so."""
    wrong = (100, 1, 100, 1)
    rows = edit(whole_day(**unbalanced()), "tx", "host/0500", **figures(wrong))
    rows = edit(rows, "rx", "host/0510", **figures(wrong, results=(2, 1)))
    rows = edit(rows, "ledger", "settlement", **figures(wrong, results=(2, 1)))
    assert fired(rows) == ["S2"]


def test_a_0500_sent_again_is_judged_again():
    rows = whole_day()
    again = totals(104, (1, 1, 0, 0))
    assert len(ruling("S2", put(rows, place(rows, "rx", "host/0510"), again[0])).findings) == 1


def test_card_groups_are_told_apart():
    r1, r2 = record(101), record(102, amount=50)
    day = [*sold(101, [r1]), *sold(102, [r1, r2], amount=50, org=VISA)]
    assert judged(*asking(*day, domestic=(100, 1, 0, 0), foreign=(50, 1, 0, 0))) == RIGHT
    assert judged(*asking(*day, domestic=(150, 2, 0, 0)))[1] == 2
    assert judged(*asking(*day, domestic=(50, 1, 0, 0), foreign=(100, 1, 0, 0)))[1] == 2


@pytest.mark.parametrize(("org", "is_domestic"), [
    ({"F63": "CUP 1234"}, True), ({"F63": "000"}, True), ({"F63": "MCC"}, False),
    ({"F63": "JCB..."}, False),
])  # fmt: skip
def test_the_card_group_is_what_the_answer_names(org, is_domestic):
    mine = (100, 1, 0, 0)
    groups = {"domestic": mine} if is_domestic else {"foreign": mine}
    assert judged(*asking(*sold(101, [record(101)], org=org), **groups)) == RIGHT
    others = {"foreign": mine} if is_domestic else {"domestic": mine}
    assert judged(*asking(*sold(101, [record(101)], org=org), **others))[1] == 2


def test_groups_that_nobody_named_are_compared_together():
    day = sold(101, [record(101)], org={"F63": None})
    assert judged(*asking(*day, domestic=(100, 1, 0, 0))) == RIGHT
    assert judged(*asking(*day, domestic=(90, 1, 0, 0))) == WRONG
    assert judged(*asking(*day, foreign=(100, 1, 0, 0))) == UNKNOWN


def test_a_void_is_of_the_group_of_its_sale():
    r = record(101, state="voided")
    day = [*sold(101, [record(101)], org=VISA), *voided(102, 101, [r, record(102, "void")],
           org={"F63": None})]  # fmt: skip
    assert judged(*asking(*day, foreign=(100, 1, 100, 1))) == RIGHT


def test_a_refund_is_of_the_group_that_its_request_names():
    refund = asked(102, "refund", 30, F63="VIS")
    day = [*sold(101, [record(101)]), refund, journal(record(101), record(102, "refund", 30))]
    assert judged(*asking(*day, domestic=(100, 1, 0, 0), foreign=(0, 0, 30, 1))) == RIGHT
    void_of_nothing = asked(103, "void", 30, F61=f"{BATCH}000103")
    day = [void_of_nothing, journal(record(103, "void", 30))]
    assert judged(*asking(*day, domestic=(0, 0, 30, 1))) == RIGHT


def test_authorisations_and_what_was_reversed_are_in_neither():
    held = record(103, "preauth", 700)
    day = [*sold(101, [record(101), held])]
    assert judged(*asking(*day, domestic=(100, 1, 0, 0))) == RIGHT
    assert judged(*asking(*day, domestic=(800, 2, 0, 0))) == WRONG


def undone():
    return [asked(102), reversal(102, batch=BATCH), reversal_answer(102, batch=BATCH)]


def test_what_was_reversed_is_not_in_it_where_only_the_line_is_seen():
    rows = asking(*sold(101), *undone(), domestic=(100, 1, 0, 0))
    assert judged(*black_box(rows), **AT_HOST) == RIGHT
    rows = asking(*sold(101), *undone(), domestic=(200, 2, 0, 0))
    assert judged(*black_box(rows), **AT_HOST) == WRONG


def test_what_may_not_have_arrived_may_count_or_not():
    day = list(black_box(sold(101)))
    lost = [*day[:4], fault("drop", "rx terminal 0210 #1"), *day[4:]]
    for count in (0, 1):
        ask = black_box(totals(110, (100 * count, count, 0, 0)))
        assert judged(*lost, *ask, **AT_HOST) == RIGHT
    assert judged(*lost, *black_box(totals(110, (50, 1, 0, 0))), **AT_HOST) == WRONG


def test_too_much_that_nobody_knows_is_a_gap():
    rows = [fault("delay", "rx terminal 0210 #1")]
    for stan in range(101, 114):
        day = list(black_box(sold(stan)))
        rows += [*day[:4], fault("drop", "rx terminal 0210 #1"), *day[4:]]
    assert judged(*rows, *black_box(totals(120, (100, 1, 0, 0))), **AT_HOST) == UNKNOWN


def test_an_off_line_sale_may_count_once_it_was_sent():
    stored = asked(102, amount=70, mti="0220", name="offline_sale", type_code="36")
    for domestic in ((100, 1, 0, 0), (170, 2, 0, 0)):
        rows = asking(*sold(101), stored, domestic=domestic)
        assert judged(*black_box(rows), **AT_HOST) == RIGHT
    nameless = asked(102, mti="0220", name="offline_sale", amount_minor=None)
    rows = asking(*sold(101), nameless, domestic=(100, 1, 0, 0))
    assert judged(*black_box(rows), **AT_HOST) == RIGHT


def test_what_the_batch_held_before_the_history_is_a_gap():
    header = AT_HOST | {"world": "hardware", "bench": ELSEWHERE}
    rows = list(black_box(asking(*sold(101), domestic=(300, 3, 0, 0))))
    assert judged(*rows, **header) == UNKNOWN
    exact = list(black_box(asking(*sold(101), domestic=(100, 1, 0, 0))))
    assert judged(*exact, **header) == RIGHT
    less = list(black_box(asking(*sold(101), domestic=(90, 1, 0, 0))))
    assert judged(*less, **header) == WRONG
    assert judged(*rows, **header | {"bench": {"kind": "emulated"}}) == WRONG


def test_records_that_cannot_be_read_or_were_not_seen_do_not_count():
    day = [*sold(101, [record(101)]), journal(record(101), "?|sale|1|approved")]
    assert judged(*asking(*day, domestic=(100, 1, 0, 0))) == RIGHT  # by the line
    torn = edit(sold(101, [record(101)]), "nv", "journal", torn=True)
    assert judged(*asking(*torn, domestic=(100, 1, 0, 0))) == RIGHT
    other = edit(sold(101, [record(101, amount=90)]), "nv", "journal", amount_minor=1)
    assert judged(*asking(*other, domestic=(90, 1, 0, 0))) == RIGHT
    assert judged(*asking(blind("nv"), *other, domestic=(100, 1, 0, 0))) == RIGHT


def test_after_a_settlement_the_batch_begins_anew():
    new = sold(108, batch="000008")
    rows = [*whole_day(), *new, *totals(120, (100, 1, 0, 0), batch="000008")]
    assert ruling("S2", list(black_box(rows)), **AT_HOST).evaluated == 2
    assert not ruling("S2", list(black_box(rows)), **AT_HOST).findings


def test_totals_that_cannot_be_read_are_a_gap_and_cut_ones_are_not_judged():
    bare = dict.fromkeys(figures(NET))
    rows = edit(whole_day(), "tx", "host/0500", **bare)
    assert ruling("S2", rows).gaps
    assert ruling("S2", edit(rows, "tx", "host/0500", partial=True)) is None


def test_without_journal_ledger_and_slips_it_cannot_be_seen():
    channels = tuple(each for each in BLACK_BOX if each not in ("ledger", "slip"))
    assert ruling("S2", list(black_box(whole_day())), **AT_HOST | {"observes": channels}) is None


def test_a_blind_line_leaves_a_gap_instead_of_a_finding():
    rows = list(black_box(asking(*sold(101), domestic=(300, 3, 0, 0))))
    assert judged(blind("host_wire"), *rows, **AT_HOST) == UNKNOWN


def test_an_amount_that_nobody_saw_leaves_the_sale_out():
    day = [asked(101, amount_minor=None), answered(101, amount_minor=None), *sold(102)]
    assert judged(*black_box(asking(*day, domestic=(100, 1, 0, 0))), **AT_HOST) == RIGHT


def test_the_morning_alone_states_nothing():
    assert ruling("S2", morning()) is None


SECOND = {"batch": "000008"}
OLD = [record(101, state="voided"), record(102), record(103, "void")]


def two_days(records, stated, **facts):
    """Return a day, a sale of the next batch with the journal after it, and its 0500."""
    rows = [*whole_day(), *sold(109, records, batch="000008")]
    return [*rows, *totals(120, stated, **SECOND | facts)]


def test_what_the_journal_kept_of_a_settled_batch_is_not_settled_again():
    assert judged(*two_days([record(109)], (100, 1, 0, 0))) == (2, 0, False)
    again = two_days([*OLD, record(109)], (300, 3, 100, 1))
    assert judged(*again) == (2, 1, False)
    (finding,) = ruling("S2", again).findings
    assert finding.seen.endswith(
        "; the journal has 000101, 000102, 000103 of a batch that is settled"
    )
    assert finding.expected == "debit 1.00 in 1, credit 0.00 in 0"
    assert judged(*two_days([*OLD, record(109)], (100, 1, 0, 0))) == (2, 0, False)


def test_only_a_settlement_that_ended_takes_records_away():
    open_day = [row for row in whole_day() if row[2] != "host/0330"]
    rows = [*open_day, *sold(109, [*OLD, record(109)], batch="000008")]
    assert judged(*rows, *totals(120, (300, 3, 100, 1), **SECOND)) == (2, 0, False)


def test_a_batch_of_the_same_number_is_another_rules_matter():
    rows = [*whole_day(), *sold(109, [*OLD, record(109)])]
    assert judged(*rows, *totals(120, (300, 3, 100, 1))) == (2, 0, False)


def test_records_that_nobody_saw_before_take_nothing_away():
    unseen = [row for row in whole_day() if row[1:3] != ("nv", "journal")]
    rows = [*unseen, *sold(109, [*OLD, record(109)], batch="000008")]
    assert judged(*rows, *totals(120, (300, 3, 100, 1), **SECOND)) == (2, 0, False)


LISTED = ("000101|sale|100|012345|card-1", "000102|sale|100|012345|card-1",
          "000103|void|100||card-1")  # fmt: skip
BY_SLIP = {
    "observes": tuple(each for each in BLACK_BOX if each != "ledger"),
    "host_wire_at": "host",
}


def listing(*rows, **facts):
    return other_slip("details", **{"details": rows} | facts)


def listed(slip, *later, stated=NET):
    """Return a morning, a detail list, what came after it, and the 0500, at the host's end."""
    rows = [*morning(), slip, *later, *totals(120, stated)]
    return judged(*black_box(rows), **BY_SLIP)


def test_a_detail_list_stands_for_the_journal_of_a_terminal_that_shows_none():
    assert listed(listing(*LISTED)) == (2, 0, False)
    assert listed(listing(*LISTED, "000090|preauth|700||card-1")) == (2, 0, False)
    assert listed(listing(*LISTED[:2])) == (2, 1, False)
    (finding,) = ruling(
        "S2", list(black_box([*morning(), listing(), *totals(120, NET)])), **BY_SLIP
    ).findings
    assert finding.what.endswith("states other totals than the detail list before it")


def test_a_list_that_may_be_old_or_cannot_be_read_tells_nothing():
    assert listed(listing(), *sold(104), stated=(300, 3, 100, 1)) == (1, 0, False)
    assert listed(listing(is_complete=False)) == (1, 0, False)
    assert listed(listing("0001x1|sale|100||card-1")) == (1, 0, False)
    assert listed(other_slip("details")) == (1, 0, False)
    assert listed(other_slip("totals", details=(), is_complete=True)) == (1, 0, False)
    late = [*morning(), *totals(120, NET), listing()]
    assert judged(*black_box(late), **BY_SLIP) == (1, 0, False)


def test_where_the_records_are_seen_the_list_is_no_second_journal():
    assert judged(*morning(), listing(), *totals(120, NET)) == (1, 0, False)
