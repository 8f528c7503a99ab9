import pytest

from tests.check.literal import BLACK_BOX, row
from tests.check.settlement_rows import (
    BATCH,
    NEXT,
    SALE_ROW,
    answered,
    asked,
    balance,
    begin,
    black_box,
    closed,
    done,
    drop,
    edit,
    ended,
    evening,
    fired,
    journal,
    morning,
    other_slip,
    place,
    put,
    record,
    ruling,
    settled,
    settlement_slip,
    sold,
    totals,
    whole_day,
    word,
)
from tests.check.slip_rows import blind, fault, hang_up, heal, power, slip

AGAIN = settlement_slip(SALE_ROW, is_duplicate=True)
NO_TILL = tuple(each for each in BLACK_BOX if each != "till")
PAST = [("reprint", {}), ("reprint", {"original_voucher": 101}), ("details", {}),
        ("void", {"original_voucher": 102}),
        ("completion_void", {"original_voucher": 102})]  # fmt: skip


def asking(verb, *printed, kind="fail", **facts):
    """Return a day with a call after its settlement."""
    call = [begin(60, verb, **facts), *printed, done(60, verb, kind)]
    return [*morning(), *settled(), *call, *evening()]


def found(rows, **header):
    judged = ruling("S5", rows, **header)
    return judged and [finding.seen for finding in judged.findings]


@pytest.mark.parametrize(("verb", "facts"), PAST)
def test_what_the_settlement_took_away_is_refused(verb, facts):
    assert word("S5", asking(verb, **facts)) == "PASS"
    assert found(asking(verb, kind="ok", **facts)) == ["ok"]


@pytest.mark.parametrize("facts", [{}, {"original_voucher": 102}])
def test_a_receipt_that_comes_out_again_is_found_alone(facts):
    paper = slip(is_duplicate=True, voucher=102, amount_minor=100, rrn=f"{102:012}")
    rows = asking("reprint", paper, kind="ok", **facts)
    assert fired(rows) == ["S5"]
    assert found(rows) == ["a slip (receipt), ok"]
    assert found(asking("reprint", paper, kind="info", **facts)) == ["a slip (receipt)"]


def test_a_detail_list_is_found_even_if_the_till_is_told_otherwise():
    assert found(asking("details", other_slip("details"))) == ["a slip (details)"]
    assert fired(asking("details", other_slip("details"))) == ["S5"]


def test_a_call_whose_end_nobody_knows_proves_nothing():
    assert ruling("S5", asking("details", kind="info")) is None
    assert ruling("S5", drop(asking("details"), "fail", "details")) is None


def test_the_settlement_slip_can_be_had_again():
    assert word("S5", asking("reprint_settlement", AGAIN, kind="ok")) == "PASS"
    assert found(asking("reprint_settlement")) == ["no slip"]
    assert fired(asking("reprint_settlement")) == ["S5"]


@pytest.mark.parametrize(("facts", "what"), [
    ({"is_duplicate": False}, "no mark of a reprint"),
    ({"rows": ("domestic|sale|1|90",)}, "rows ('domestic|sale|1|90',)"),
    ({"batch": NEXT}, "batch 000008"),
    ({"foreign_result": None}, "foreign_result absent"),
])  # fmt: skip
def test_a_reprint_that_is_another_slip_is_found(facts, what):
    again = edit(asking("reprint_settlement", AGAIN, kind="ok"), "print", "slip", 7, **facts)
    assert what in found(again)[0]


def test_a_first_slip_that_was_torn_is_no_measure_for_its_reprint():
    rows = edit(asking("reprint_settlement", AGAIN, kind="ok"), "print", "slip", 6,
                rows=None, is_complete=False)  # fmt: skip
    rows = put(rows, place(rows, "print", "slip", 6), fault("paper_out"), heal("paper_out"))
    assert not found(rows)
    bare = drop(asking("reprint_settlement", AGAIN, kind="ok"), "print", "slip", 6)
    assert not found(bare)


def test_without_paper_or_power_no_slip_is_due():
    rows = asking("reprint_settlement")
    at = place(rows, "invoke", "reprint_settlement")
    assert ruling("S5", put(rows, at, fault("paper_out"))) is None
    assert ruling("S5", put(rows, at + 1, power("off"))) is None
    assert found(put(rows, at, fault("paper_out"), heal("paper_out"))) == ["no slip"]
    hidden = put(rows, at, blind("slip"))
    assert not found(hidden)
    assert ruling("S5", hidden).gaps


def test_before_the_settlement_is_over_nothing_is_taken_away():
    rows = [*morning(), begin(60, "reprint"), done(60, "reprint"), *settled(), *evening()]
    assert ruling("S5", rows) is None
    inside = put(whole_day(), place(whole_day(), "nv", "settlement", 2), other_slip("details"))
    assert ruling("S5", inside) is None
    unfinished = drop(asking("details", kind="ok"), "rx", "host/0330")
    assert ruling("S5", unfinished) is None


def new_sale(*more):
    sale = sold(108, [record(108)], batch=NEXT)
    return [*morning(), *settled(), *sale, *more]


def test_the_last_slip_is_that_of_the_new_batch_once_there_is_one():
    for verb, facts in (("reprint", {}), ("details", {}), ("void", {"original_voucher": 108})):
        assert ruling("S5", new_sale(begin(60, verb, **facts), done(60, verb))) is None
    old = begin(60, "reprint", original_voucher=102), done(60, "reprint")
    assert found(new_sale(*old)) == ["ok"]


def test_the_next_settlement_has_a_slip_of_its_own():
    second = [begin(70, "settle"), *totals(109, (100, 1, 0, 0), batch=NEXT),
              *ended(110, batch=NEXT), closed(NEXT, "000009"),
              settlement_slip(SALE_ROW, batch=NEXT), done(70, "settle")]  # fmt: skip
    again = settlement_slip(SALE_ROW, batch=NEXT, is_duplicate=True)
    asked = [begin(71, "reprint_settlement"), again, done(71, "reprint_settlement")]
    assert word("S5", new_sale(*second, *asked)) == "PASS"


def test_other_calls_are_not_about_the_past():
    assert ruling("S5", asking("totals", kind="ok")) is None
    assert ruling("S5", asking("void")) is None


def test_where_no_till_is_seen_receipts_of_the_closed_batch_are_found():
    header = {"observes": (*NO_TILL, "display"), "host_wire_at": "host"}
    rows = list(black_box(whole_day()))
    assert word("S5", rows, **header) == "PASS"
    late = put(rows, place(rows, "note", "rest"), slip(voucher=102, is_duplicate=True))
    assert found(late, **header) == ["1"]
    torn = put(late, 5, fault("paper_out"))
    assert not found(torn, **header)
    unprinted = drop(rows, "print", "slip", 6)
    assert word("S5", unprinted, **header) == "PASS"


def test_the_rule_needs_paper_and_display_or_till():
    assert ruling("S5", asking("details", kind="ok"), observes=("host_wire", "till")) is None


def test_a_doubtful_end_proves_nothing():
    rows = list(black_box(asking("details", kind="ok")))
    lossy = put(rows, place(rows, "tx", "terminal/0330"), fault("drop", "rx terminal 0330 #1"))
    assert ruling("S5", lossy, observes=BLACK_BOX, host_wire_at="host") is None
    assert found(rows, observes=BLACK_BOX, host_wire_at="host") == ["ok"]


def test_a_declined_sale_brings_nothing_new_to_print():
    declined = [asked(108, batch=NEXT), answered(108, batch=NEXT, response_code="51"), hang_up()]
    call = [begin(60, "reprint"), done(60, "reprint")]
    rows = [*morning(), *settled(), *declined, *call, *evening(109)]
    assert found(rows) == ["ok"]


def test_other_paper_in_a_refused_call_is_no_receipt():
    assert word("S5", asking("details", other_slip("other"))) == "PASS"
    assert ruling("S5", asking("sale", original_voucher=101)) is None


def test_paper_that_fails_at_other_times_excuses_nothing():
    rows = asking("reprint_settlement")
    later = put(rows, place(rows, "note", "rest"), fault("paper_out"))
    assert found(later) == ["no slip"]
    other = put(rows, 5, fault("link_down", "host"))
    assert found(other) == ["no slip"]


def test_without_a_till_only_old_receipts_count():
    header = {"observes": (*NO_TILL, "display"), "host_wire_at": "host"}
    rows = list(black_box(whole_day()))
    at = place(rows, "note", "rest")
    for paper in (other_slip("details", batch=BATCH), slip(batch=NEXT), AGAIN):
        assert word("S5", put(rows, at, paper), **header) == "PASS"
    early = settlement_slip("domestic|sale|1|1")
    assert word("S5", put(rows, 3, early), **header) == "PASS"
    unnamed = [each for each in rows if "0500" not in each[2] and "0510" not in each[2]]
    unnamed = edit(unnamed, "rx", "terminal/0320", batch=None)
    assert word("S5", put(unnamed, place(unnamed, "note", "rest"), slip(batch=None)), **header)
    assert not found(put(unnamed, place(unnamed, "note", "rest"), slip(batch=None)), **header)


def test_a_late_receipt_before_the_settlement_slip_is_none():
    header = {"observes": (*NO_TILL, "display"), "host_wire_at": "host"}
    rows = list(black_box(whole_day()))
    for at in (place(rows, "rx", "terminal/0320"), place(rows, "print", "slip", 6)):
        assert word("S5", put(rows, at, slip(voucher=102)), **header) == "PASS"


CUT = [row("terminal", "power", "", value) for value in ("off", "on")]


def interrupted(*more, resumed=()):
    """Return a day whose power is cut after the last 0330, before the slip, and a reprint."""
    rows = [*morning(), *settled()]
    at = place(rows, "rx", "host/0330") + 1
    cut = [*rows[:at], *CUT, ("till", "info", "settle", "", None, {"call": 50}), *resumed]
    return [*cut, begin(60, "reprint"), *more, done(60, "reprint"), *evening(106)]


def test_a_settlement_that_power_left_unfinished_has_not_emptied_the_terminal():
    assert ruling("S5", interrupted()) is None
    bare = list(black_box(interrupted()))
    assert ruling("S5", bare, observes=BLACK_BOX, host_wire_at="host") is None


def test_it_has_once_it_clears_the_journal_or_goes_on_in_the_next_batch():
    assert found(interrupted(resumed=[journal()])) == ["ok"]
    assert ruling("S5", interrupted(resumed=[journal("102|sale|100|approved")])) is None
    assert ruling("S5", [journal(), *interrupted()]) is None
    unasked = [each for each in interrupted() if each[2] != "settle"]
    assert ruling("S5", unasked) is None
    assert found([each for each in asking("reprint", kind="ok") if each[2] != "settle"]) == ["ok"]
    assert found(interrupted(resumed=balance(106, call=59))) == ["ok"]
    assert ruling("S5", interrupted(resumed=balance(106, batch=BATCH, call=59))) is None
    later = put(interrupted(), place(interrupted(), "note", "rest", 1), begin(70, "details"),
                done(70, "details"))  # fmt: skip
    assert found(later) == ["ok"]


def test_power_that_fails_after_the_settlement_changes_nothing():
    rows = [*morning(), *settled(), *CUT, begin(60, "reprint"), done(60, "reprint"), *evening()]
    assert found(rows) == ["ok"]
    early = [*CUT, *asking("reprint", kind="ok")]
    assert found(early) == ["ok"]
