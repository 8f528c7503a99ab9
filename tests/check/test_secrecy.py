from dataclasses import replace

import pytest

from harness.check import secrecy as checker
from tests.check.literal import fired, history, judgements, row

PAN, LONG = "6225887319460289", "6225887319460289491222000000"
MERCHANT = "104290070110007"  # right by Luhn, and no card


def c1(*rows, **header):
    return judgements(checker, history(*rows, **header))["C1"]


def scan(**facts):
    return row("bench", "note", "scan", **facts)


def test_a_history_that_shows_no_card_number_is_right():
    judged = c1(row("terminal", "show", "IDLE", "622588******0289", text="622588******0289"))
    assert (judged.evaluated, judged.findings, judged.gaps) == (1, (), ())


def test_an_empty_history_is_not_judged():
    assert c1().evaluated == 0


def test_rows_that_share_their_facts_are_all_named():
    whole = history(row("terminal", "tx", "", text=PAN), row("host", "rx", ""))
    first, second = whole.rows
    shared = replace(whole, rows=(first, replace(second, facts=first.facts)))
    (finding,) = checker.check(shared)[0].findings
    assert finding.evidence == (0, 1)


@pytest.mark.parametrize(
    "facts",
    [{"text": PAN}, {"text": ("ok", PAN)}, {"amount": int(PAN)}, {"text": LONG}, {"F48": PAN}],
)
def test_a_number_in_a_fact_is_found(facts):
    assert fired(checker, history(row("terminal", "show", "", **facts))) == ["C1"]


def test_a_number_in_value_or_address_is_found():
    assert c1(row("terminal", "show", PAN)).findings
    assert c1(row("terminal", "show", "", f"card {PAN}")).findings


@pytest.mark.parametrize(
    "header",
    [{"case": PAN}, {"profile": {"x": PAN}}, {"bench": {"x": PAN}}, {"versions": {"x": PAN}}],
)
def test_a_number_in_the_header_is_found(header):
    assert c1(row("bench", "note"), **header).findings


def test_evidence_and_count_are_given():
    rows = [row("bench", "note"), row("terminal", "show", PAN, PAN, a=PAN), row("bench", "note")]
    (finding,) = c1(*rows).findings
    assert finding.evidence == (1,)
    assert "3 in rows" in finding.seen


@pytest.mark.parametrize("size", [12, 13, 19, 20])
def test_runs_of_the_size_of_card_numbers_are_looked_at(size):
    assert bool(c1(row("terminal", "show", "", "0" * size)).findings) is (size > 12)


def test_what_is_no_card_number_by_its_check_digit_is_let_pass():
    assert not c1(row("terminal", "show", "", PAN[:-1] + "8", x=int(PAN) - 1)).findings


@pytest.mark.parametrize("name", ["merchant_id", "F42", "rrn", "F37", "original_rrn"])
def test_numbers_that_look_alike_by_design_are_let_pass(name):
    assert not c1(row("terminal", "tx", **{name: PAN})).findings
    assert not c1(row("terminal", "tx", **{name: int(PAN)})).findings


def test_totals_are_let_pass_in_a_settlement_only():
    assert not c1(row("terminal", "tx", mti="0500", F48=PAN)).findings
    assert not c1(row("terminal", "tx", mti="0510", F48=LONG, F42=PAN)).findings
    assert c1(row("terminal", "tx", mti="0200", F48=PAN)).findings
    assert c1(row("terminal", "tx", mti="0500", F47=PAN)).findings


def test_a_scan_that_found_its_canaries_masked_is_right():
    judged = c1(scan(output="log", hits=0, canaries=3))
    assert (judged.evaluated, judged.findings, judged.gaps) == (2, (), ())


def test_a_scan_with_hits_is_found_also_without_canaries():
    assert fired(checker, history(scan(output="log", hits=2, canaries=3))) == ["C1"]
    assert c1(scan(hits=2)).findings


@pytest.mark.parametrize("facts", [{"hits": 0, "canaries": 0}, {"hits": 0}, {"canaries": 3}])
def test_a_scan_that_looked_for_nothing_is_a_gap(facts):
    assert c1(scan(**facts)).gaps


def test_other_notes_are_no_scans():
    assert c1(row("bench", "note", "rest", hits=3)).evaluated == 1
