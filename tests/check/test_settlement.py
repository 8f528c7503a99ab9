from itertools import combinations

import pytest

from harness.check import settlement as checker
from tests.check.literal import BLACK_BOX, judgements, row
from tests.check.settlement_rows import (
    SALE_ROW,
    begin,
    black_box,
    booked,
    closed,
    copies,
    done,
    evening,
    fired,
    morning,
    place,
    posted,
    put,
    rest,
    ruling,
    seen_by,
    settled,
    settlement_slip,
    story,
    totals,
    unbalanced,
    verdict,
    whole_day,
    word,
)
from tests.check.slip_rows import blind, fault, heal

TORN, WHOLE = settlement_slip(SALE_ROW, is_complete=False), settlement_slip(SALE_ROW)
DUE = ["M7", "M8", "S1", "S2", "S3", "S4", "S6", "S7"]


def test_a_day_that_is_right_passes_in_all_rules():
    judged = verdict(whole_day())
    assert judged.word.name == "PASS"
    assert [rule for rule in DUE if judged.words().get(rule) != "PASS"] == []


def test_the_same_day_passes_where_only_the_hosts_end_is_seen():
    header = {"observes": BLACK_BOX, "host_wire_at": "host"}
    judged = verdict(list(black_box(whole_day())), **header)
    assert judged.word.name == "PASS"
    assert [rule for rule in DUE if judged.words().get(rule) != "PASS"] == []


CHANNELS = ("till", "host_wire", "ledger", "notify", "slip", "display", "nv", "key")
DAYS = {
    "balanced": whole_day(),
    "not balanced": whole_day(**unbalanced()),
    "paper": whole_day(slip=[fault("paper_out"), TORN, heal("paper_out"), WHOLE]),
}


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("acts", [(), ("line", "power", "paper")])
def test_a_right_day_has_no_finding_whatever_the_bench_sees(day, acts):
    for count in (1, 2, 3, len(CHANNELS)):
        for channels in combinations(CHANNELS, count):
            rows = seen_by(DAYS[day], channels)
            assert fired(rows, observes=(*channels, *acts)) == [], channels


def test_the_same_holds_at_the_hosts_end():
    for day in ("balanced", "paper"):
        for channels in combinations([each for each in CHANNELS if each != "nv"], 3):
            rows = seen_by(black_box(DAYS[day]), channels)
            assert fired(rows, observes=channels, host_wire_at="host") == [], channels


def test_without_a_settlement_no_rule_of_it_is_due():
    judged = verdict([*morning(), *rest()])
    assert not [rule for rule in judged.words() if rule.startswith("S")]


def test_a_profile_can_take_the_rules_away():
    rules = tuple(rule.id for rule in checker.RULES)
    judged = verdict(whole_day(slip=[]), profile={"not_applicable": rules})
    assert not {rule for rule in judged.words() if rule.startswith("S")}
    assert set(rules) <= set(judged.not_applicable)


@pytest.mark.parametrize(("channel", "rules"), [
    ("host_wire", ["S1", "S2", "S3", "S4", "S7", "S8", "S10", "S13"]),
    ("slip", ["S3", "S5", "S11"]),
    ("ledger", ["S6", "S8", "S11", "S12", "S13"]),
])  # fmt: skip
def test_a_channel_that_was_blind_leaves_a_gap(channel, rules):
    rows = put(whole_day(), 60, blind(channel))
    for rule in rules:
        assert ruling(rule, rows).gaps, rule
    assert not fired(rows)


def test_blindness_is_no_gap_where_nothing_is_settled():
    rows = put(morning(), 60, blind("host_wire"))
    assert not any(each.gaps for each in judgements(checker, story(rows)).values())


@pytest.mark.parametrize("rows", [
    totals(104, (0, 0, 0, 0)), [begin(50, "settle"), done(50, "settle", "fail")], [closed()],
    [booked((0, 0, 0, 0))],
])  # fmt: skip
def test_blindness_is_a_gap_wherever_a_settlement_shows(rows):
    for channel in ("host_wire", "ledger"):
        found = judgements(checker, story([*rows, blind(channel)]))
        assert found["S8"].gaps


def test_nothing_is_due_in_an_empty_history():
    assert not any(each.evaluated for each in judgements(checker, story([])).values())
    assert word("S1", []) == ""


def test_a_slip_that_was_spoiled_cannot_be_had_after_the_settlement():
    """The last reprint is refused then, and no rule of slips, printers or reversals objects."""
    bare = [each for each in morning() if each[1] != "print" or each[5].get("voucher") != 103]
    at = place(bare, "ok", "void")
    torn = copies(103, "void", is_complete=False, original_voucher=101)[0]
    spoiled = put(bare, at, fault("paper_out"), torn)
    call = [begin(60, "reprint"), done(60, "reprint", "fail")]
    rows = [*spoiled, heal("paper_out"), *settled(), *call, *evening()]
    assert fired(rows) == []
    assert word("S5", rows) == "PASS"


def test_the_back_offices_answer_stays_true_over_a_settlement():
    asked = row("host", "ledger", "enquiry", question="after", answer="succeeded", stan=102,
                batch="000007", card="card-1", amount_minor=100)  # fmt: skip
    rows = whole_day()
    assert word("Q1", put(rows, place(rows, "note", "rest"), asked)) == "PASS"
    wrong = (*asked[:5], asked[5] | {"answer": "not_succeeded"})
    assert word("Q1", put(rows, place(rows, "note", "rest"), wrong)) == "FAIL"


def test_a_power_cut_after_a_settlement_shows_the_new_batch_and_no_loss():
    cut = [row("terminal", "power", "", value) for value in ("off", "on")]
    rows = [*morning(), *settled(), *cut, *evening()]
    assert fired(rows) == []
    assert word("D1", rows) == "PASS"


def test_money_that_was_given_back_by_hand_owes_no_slip():
    entries = ("card:card-1 100", "merchant:1 -100")
    back = row("host", "ledger", "manual_return", stan=101, batch="000007", original="T101",
               entries=entries)  # fmt: skip
    rows = [posted(101), back, row("bench", "note", "rest", "end")]
    header = {"observes": ("slip", "ledger", "paper")}
    assert fired(rows, **header) == []
    assert "L1" in fired([rows[0], rows[2]], **header)
