"""Expectations of a case: noted with what was seen, and refused where nothing could meet them."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import MisuseError
from harness.history.record import Header, Recorder
from harness.ledger.reconciliation_file import FileRecord
from harness.rig.back_office import no_ledger
from harness.rig.expect import SLIP_FACTS, Expect
from tests.rig.opened import notes, rig

HISTORY = Path(__file__).parents[2] / "docs" / "history.md"


def last(opened):
    facts = notes(opened, "expectation")[-1].facts
    return facts["what"], facts["expected"], facts["seen"], facts["is_met"]


def test_outcome_of_the_last_verb():
    with rig() as opened:
        opened.till.sale(1234)
        assert opened.expect.outcome("approved")
        assert last(opened) == ("end of sale", "approved", "approved", True)
        opened.till.balance(pin="wrong")
        assert not opened.expect.outcome("approved")
        assert last(opened) == ("end of balance", "approved", "not_approved", False)


def test_facts_of_the_last_slip_numbers_as_text_too():
    with rig() as opened:
        opened.till.sale(1234)
        assert opened.expect.slip(amount_minor=1234, type="sale", copy="cardholder")
        assert opened.expect.slip(voucher="2", amount_minor="1234")
        assert not opened.expect.slip(amount_minor=4321, type="sale")
        assert last(opened)[1:3] == ("amount_minor 4321, type sale", "amount_minor 1234, type sale")


def test_slip_that_was_not_printed_meets_nothing():
    with rig() as opened:
        assert not opened.expect.slip(type="sale")
        assert last(opened)[2] == "no slip"


def test_fact_that_the_slip_does_not_have_is_seen_as_nothing():
    with rig() as opened:
        opened.till.sale(1234)
        assert not opened.expect.slip(original_voucher=1)
        assert last(opened)[2] == "original_voucher nothing"


def test_no_slip_that_says_approved():
    with rig() as opened:
        opened.till.sale(1234, pin="wrong")
        assert opened.expect.no_approval_slip()
        opened.till.sale(1234)
        assert not opened.expect.no_approval_slip()
        assert last(opened) == ("slips that say approved", "none", "2 of 2 slips", False)


def test_change_of_a_balance_since_the_case_began():
    with rig() as opened:
        opened.till.sale(1234)
        assert opened.expect.net("card-1", -1234)
        assert opened.expect.net("card-2", 0)
        assert not opened.expect.net("card-1", 0)
        assert last(opened) == ("change of the balance of card-1", "0.00", "-12.34", False)


def test_check_of_the_cases_own_is_a_finding_too():
    with rig() as opened:
        assert not opened.expect.own_check("open != closed")
        assert [finding.rule for finding in opened.verdict().findings] == ["EXPECT"]


@pytest.mark.parametrize(
    ("verb", "words", "facts"),
    [
        ("outcome", ("aproved",), {}),
        ("slip", (), {"amuont_minor": 1}),
        ("net", ("card-9", 0), {}),
    ],
)
def test_word_that_nothing_could_ever_meet_is_misuse(verb, words, facts):
    with rig() as opened, pytest.raises(MisuseError, match="expected one of"):
        getattr(opened.expect, verb)(*words, **facts)


def test_verb_must_have_ended_before_its_outcome_is_expected():
    with rig(is_ready=False) as opened:
        assert not opened.expect.outcome("approved")
        assert last(opened)[:3] == ("end of a verb", "approved", "no verb")


def test_facts_of_slips_are_those_that_the_vocabulary_names():
    text = HISTORY.read_text("utf-8").split("## Facts of a slip")[1].split("\n## ")[0]
    values = {"receipt", "settlement", "totals", "fault", "other", "sale", "void", "merchant"}
    values |= {"cardholder", "bank", "clear", "details", "uploads", "domestic", "foreign", "rows"}
    values |= {"credit_total", "debit_total", "net_total", "balanced", "not_balanced", "error"}
    named = set(re.findall(r"`([a-z_]+)`", text)) - values
    assert named - {"text"} == SLIP_FACTS


def test_views_that_agree_are_an_expectation_that_is_met():
    with rig() as opened:
        opened.till.sale(1234)
        for name, against in (("slips", "ledger"), ("till", "slips"), ("till", "ledger")):
            assert opened.expect.agreement(name, against)
        assert opened.expect.agreement("slips", "ledger", day="20260105")
        assert opened.expect.settled_totals()
        assert last(opened)[1:] == ("no difference", "none", True)


def test_views_that_differ_are_told_with_the_difference():
    with rig(defect="slip-shows-other-amount") as opened:
        opened.till.sale(1234)
        assert not opened.expect.agreement("slips", "ledger")
        what, expected, seen, is_met = last(opened)
    assert (what, expected, is_met) == ("slips against ledger", "no difference", False)
    assert seen.startswith("000002 of batch 000001: slips sale ")
    assert re.search(r", ledger sale 12\.34 card-1 RRN 600501000002 \(row \d+\)$", seen)


def test_view_that_the_bench_has_not_is_no_difference():
    recorder = Recorder(Header(world="live", observes=("till", "slip", "ledger")), lambda: 0)
    expect = Expect(recorder, lambda _card: 0, no_ledger)
    assert expect.agreement("journal", "ledger")
    (row,) = recorder.history().rows
    assert row.value == "journal against ledger: no journal"
    assert row.facts == {"what": "journal against ledger", "is_seen": False}


def test_a_finding_names_some_differences_and_how_many_more_there_are():
    recorder = Recorder(Header(world="live", observes=("till", "slip", "ledger")), lambda: 0)
    for stan in range(12):
        facts = {"says_approved": True, "voucher": stan + 1, "amount_minor": 100, "type": "sale"}
        recorder.add("terminal", "print", "slip", facts=facts)
    Expect(recorder, lambda _card: 0, no_ledger).agreement("slips", "ledger")
    seen = str(recorder.history().rows[-1].facts["seen"])
    assert (seen.count("only slips"), seen[-12:]) == (10, "; and 2 more")


def test_only_known_views_are_compared():
    with rig() as opened, pytest.raises(MisuseError, match="no view is called 'x'"):
        opened.expect.agreement("x", "ledger")


BOOKED = FileRecord(
    line=2, terminal_id="10000001", batch="000001", stan=2, amount_minor=1234, name="sale"
)


@pytest.mark.parametrize(
    ("theirs", "kinds"),
    [
        ([BOOKED], []),
        ([], ["missing"]),
        ([replace(BOOKED, amount_minor=1)], ["altered"]),
        ([BOOKED, replace(BOOKED, line=3, stan=9)], ["extra"]),
        ([BOOKED, replace(BOOKED, line=3, stan=9, batch="000007")], []),
        ([BOOKED, replace(BOOKED, line=3, stan=9, terminal_id="20000002")], []),
    ],
)
def test_books_of_others_are_compared_row_by_row_in_the_batches_of_the_case(theirs, kinds):
    with rig() as opened:
        opened.office.read_ledger = {"bank": theirs}.__getitem__
        opened.till.sale(1234)
        assert opened.expect.ledger("bank") == (not kinds)
        noted = notes(opened, "expectation")
    assert [one.facts["seen"].partition(":")[0] for one in noted] == (kinds or ["none"])
    assert [one.facts["is_met"] for one in noted] == ([False] * len(kinds) or [True])


def test_nothing_is_compared_before_something_was_booked_or_with_a_ledger_that_is_not_there():
    with rig() as opened:
        opened.office.read_ledger = lambda _: [BOOKED]
        with pytest.raises(MisuseError, match="compare after a sale"):
            opened.expect.ledger("bank")
        opened.till.sale(1234)
    with rig() as opened:
        opened.till.sale(1234)
        with pytest.raises(MisuseError, match="has no ledger 'bank'"):
            opened.expect.ledger("bank")


def test_ledger_of_every_case_is_compared_at_rest_if_something_was_booked():
    for minor, met in ((1234, [True]), (0, [])):
        with rig() as opened:
            opened.office.ledgers, opened.office.read_ledger = ("bank",), lambda _: [BOOKED]
            opened.till.sale(minor) if minor else None
            opened.rest()
            assert [one.facts["is_met"] for one in notes(opened, "expectation")] == met


def test_check_outside_a_bench_has_no_ledgers():
    with pytest.raises(MisuseError, match="add it under `ledgers`"):
        no_ledger("bank")


def test_what_a_day_shows_reconciles_with_its_sums_to_the_cent():
    with rig() as opened:
        opened.till.sale(12_345_67)
        opened.till.sale(500, card="card-2")
        opened.till.void(opened.till.voucher, card="card-2")
        opened.till.settle()
        opened.rest()
        assert opened.expect.reconciled()
        assert opened.expect.reconciled(day="20260105")
        said = [row.facts["what"] for row in notes(opened, "expectation")][:5]
        what, expected, seen, is_met = last(opened)
    assert said == [
        "till against ledger", "slips against ledger", "journal against ledger",
        "totals against ledger", "sums to the cent",
    ]  # fmt: skip
    assert (what, seen, is_met) == ("sums to the cent on 20260105", expected, True)
    assert expected == ("sale 12,350.67 in 2, void 5.00 in 1, refund 0.00 in 0, net 12,345.67 in 3")


def test_one_view_that_differs_is_a_day_that_does_not_reconcile():
    with rig(defect="slip-shows-other-amount") as opened:
        opened.till.sale(1234)
        assert not opened.expect.reconciled()
        assert last(opened)[0] == "sums to the cent"
        assert "sale: slips " in last(opened)[2]


def test_a_bench_without_slips_and_journal_compares_the_till_alone():
    with rig() as opened:
        opened.till.sale(1234)
        whole = opened.history()
    header = replace(whole.header, observes=("till", "ledger"))
    recorder = Recorder(header, lambda: 0)
    for each in whole.rows:
        recorder.add(each.actor, each.kind, each.address, each.value, each.facts)
    assert Expect(recorder, lambda _card: 0, no_ledger).reconciled()
    told = [row.facts["what"] for row in recorder.history().rows if row.address == "expectation"]
    assert told == ["till against ledger", "totals against ledger", "sums to the cent"]
