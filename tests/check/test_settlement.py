import pytest

from harness.check import settlement as checker
from tests.check.literal import BLACK_BOX, judgements
from tests.check.settlement_rows import (
    begin,
    black_box,
    booked,
    closed,
    done,
    fired,
    morning,
    put,
    rest,
    ruling,
    story,
    totals,
    verdict,
    whole_day,
    word,
)
from tests.check.slip_rows import blind

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
