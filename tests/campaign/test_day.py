"""A seeded day: the plan is pure, every fault fires, and what is altered afterwards is found."""

import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from functools import cache
from hashlib import sha256
from itertools import cycle

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.campaign.cashier import work
from harness.campaign.day import AMOUNT_MAX_MINOR, MIX, Size, plan_day
from harness.campaign.play import play
from harness.campaign.scenario import Scenario
from harness.campaign.troubles import CANCELS, SALES, TROUBLES, reachable
from harness.check.all import ALL_CHECKERS
from harness.check.compose import Word, compose
from harness.history.record import dump, planned
from harness.rig.reconcile import VIEWS, differences, ledger, open_items
from harness.rig.reconcile_sums import sum_differences, totals_differences
from tests.campaign.altered import ALTERATIONS, missing, results, voucher_of
from tests.campaign.benches import ROOT, SERIAL, TCP, with_defect

SEEDS = (1, 2, 3)
SHORT = Size(60, 12)
REFUNDS = {"refund_enabled": True}
SUMMED = frozenset({"M2", "M7", "M8", "S2", "S3", "S4"})  # of a card or a batch, not of a voucher


def script(seed, size):
    def shop(rig):
        work(rig, seed, size)

    return shop


def played(seed, size=SHORT, parts=SERIAL):
    case = Scenario(name=f"day {seed}", script=script(seed, size), due=(), profile=REFUNDS)
    found = play(case, parts)
    assert found.error == ""
    return found.history


@cache
def day(seed):
    return played(seed, Size(200, 40))


@cache
def short_day(seed):
    return played(seed)


def verdict(history):
    return compose(history, ALL_CHECKERS)


# --- the plan


def test_seed_gives_the_plan_and_another_one_another():
    assert plan_day(5) == plan_day(5)
    assert plan_day(5) != plan_day(6)
    assert str(plan_day(5)) == "seed 5: 200 transactions, 40 faults"


@pytest.mark.parametrize("seed", range(20))
def test_plan_has_all_its_faults_and_settles_in_between_and_at_the_end(seed):
    found = plan_day(seed)
    assert (len(found.tasks), found.fault_count) == (200, 40)
    settled = [place for place, task in enumerate(found.tasks) if task.verb == "settle"]
    assert settled == [49, 99, 149, 199]


def test_days_together_have_every_kind_of_task_and_trouble():
    tasks = [task for seed in range(10) for task in plan_day(seed).tasks]
    troubles = {task.trouble.name for task in tasks if task.trouble}
    assert troubles == {each.name for each in (*TROUBLES, *CANCELS)}
    verbs = Counter(task.verb for task in tasks)
    assert set(verbs) == {"settle", *(kind for kind in MIX if kind in verbs)}
    cards = {task.card for task in tasks if task.verb in SALES}
    assert cards == {"card-1", "card-2", "card-3", "card-foreign", "card-poor", "card-expired"}
    assert {task.pin for task in tasks} == {task.password for task in tasks} == {"right", "wrong"}


@given(st.integers(0, 10_000), st.integers(2, 120), st.integers(0, 60))
def test_what_is_undone_is_a_plain_sale_before_with_no_trouble_in_or_before_it(seed, size, faults):
    tasks = plan_day(seed, Size(size, faults)).tasks
    assert len(tasks) == size
    for place, task in enumerate(tasks):
        if task.original is not None:
            sale = tasks[task.original]
            assert task.original < place
            assert sale.verb in SALES
            assert 0 < sale.amount_minor <= AMOUNT_MAX_MINOR
            around = tasks[max(0, task.original - 1) : task.original + 1]
            assert [one.trouble for one in around if one.trouble] == []


@given(st.integers(0, 10_000))
def test_refunds_of_a_sale_are_no_more_than_it(seed):
    tasks = plan_day(seed, Size(120, 10)).tasks
    refunded = Counter()
    for task in tasks:
        if task.verb == "refund":
            refunded[task.original] += task.amount_minor
    assert all(minor <= tasks[place].amount_minor for place, minor in refunded.items())
    without = plan_day(seed, Size(120, 10), has_refunds=False).tasks
    assert "refund" not in {task.verb for task in without}


def test_troubles_of_a_bench_are_those_that_it_can_have():
    assert reachable(TROUBLES, is_inside=True, is_serial=True) == list(TROUBLES)
    outside = reachable(TROUBLES, is_inside=False, is_serial=True)
    assert {step.point.actor for each in outside for step in each.plan.steps} == {"host"}
    cancels = reachable(CANCELS, is_inside=False, is_serial=True)
    planned = plan_day(5, Size(400, 10), cancels=cancels).tasks
    assert {each.trouble for each in planned if each.trouble in CANCELS} == set(cancels)
    no_bytes = reachable(TROUBLES, is_inside=True, is_serial=False)
    assert {"serial"} == {each.reach for each in TROUBLES if each not in no_bytes}


# --- the day


@pytest.mark.parametrize("seed", SEEDS)
def test_every_fault_fires_and_the_day_is_clean(seed):
    history = day(seed)
    fired = {row.address for row in history.rows if row.kind in ("fault", "act")}
    assert [step for step in planned(history) if step.point not in fired] == []
    faults = [row for row in history.rows if row.kind == "fault"]
    assert len({row.address for row in faults}) >= 40
    found = verdict(history)
    assert (found.word, found.findings) == (Word.PASS, ())
    (note,) = [row for row in history.rows if row.address == "day"]
    assert dict(note.facts) == {"seed": seed, "transactions": 200, "faults": 40}


@pytest.mark.parametrize("seed", SEEDS)
def test_day_reconciles_to_the_cent(seed):
    assert not any(told(day(seed)).values())


def test_what_should_have_something_to_undo_had_it():
    ends = [row for row in day(1).rows if (row.actor, row.address) == ("till", "refund")]
    kinds = Counter(row.kind for row in ends)
    assert kinds["fail"] == 0
    assert kinds["ok"] + kinds["info"] == kinds["invoke"]


def test_fault_that_does_not_fire_makes_the_day_inconclusive_and_is_named():
    history = day(1)
    faults = [row for row in history.rows if row.kind == "fault"]
    lost = faults[7]
    rows = [
        row if row is not lost else replace(row, address="tx host 9999 #1") for row in history.rows
    ]
    found = compose(replace(history, rows=tuple(rows)), ALL_CHECKERS)
    gaps = {ruling.rule: ruling.gaps for ruling in found.rulings if ruling.gaps}
    assert found.word is Word.INCONCLUSIVE
    assert set(gaps) == {"M2", "M3"}
    assert f"never happened: {lost.address} was not reached" in gaps["M2"][0]


def test_day_without_bytes_on_the_till_line_is_clean_too():
    history = played(2, parts=TCP)
    assert verdict(history).word is Word.PASS


def test_same_seed_gives_the_same_bytes_in_any_process():
    code = (
        "from hashlib import sha256\n"
        "from harness.history.record import dump\n"
        "from tests.campaign.test_day import played\n"
        "print(sha256(dump(played(1)).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True,
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        ).stdout.strip()
        for seed in ("0", "4711")
    }  # fmt: skip
    assert digests == {sha256(dump(short_day(1)).encode()).hexdigest()}


# --- what is altered afterwards


def told(history):
    """Return what reconciliation says, by what is compared."""
    books, spared = ledger(history), open_items(history)
    views = {
        name: differences(name, VIEWS[name](history), "ledger", books, spared)
        for name in ("till", "slips", "journal")
    }
    return views | {
        "totals": totals_differences(history),
        "sums": sum_differences(history, ("till", "slips", "journal")),
    }


def is_about(history, finding, voucher, original):
    """Tell whether a finding is about the voucher, or about what it undoes."""
    rows = [history.rows[index] for index in finding.evidence]
    names = ("stan", "voucher", "original_voucher")
    numbers = {row.facts.get(name) for row in rows for name in names}
    references = {str(row.facts.get("reference", "")) for row in rows}
    is_row = voucher in numbers or any(text.endswith(f" {voucher:06}") for text in references)
    is_original = bool(original) and original in references
    return is_row or is_original or f"{voucher:06}" in str(finding) or finding.rule in SUMMED


def found_and_named(history, row, alter):
    """Require that the alteration is found, and nothing but it."""
    other, voucher = alter(history, row), voucher_of(row)
    findings = verdict(other).findings
    named = [finding for finding in findings if f"{voucher:06}" in str(finding)]
    assert findings, f"row {row.index} of voucher {voucher} was altered unseen"
    assert named, [str(finding) for finding in findings]
    original = row.facts.get("original", "")
    strangers = [str(one) for one in findings if not is_about(other, one, voucher, original)]
    assert strangers == []
    return {finding.rule for finding in named}


RULES = {
    "posting of another amount": {"M1", "M3"},
    "posting that moves a cent more": {"M6"},
    "posting missing": {"M3", "D1", "M5", "M6"},
    "posting doubled": {"M4"},
    "posting of another card": {"M6"},
    "slip of another amount": {"L3"},
    "slip of another card": {"L3"},
    "copy of a slip missing": {"L5"},
    "slip missing": {"L1"},
    "record of another amount": {"M3"},
    "record of another amount in one write": {"M3"},
    "record missing": {"M3"},
    "result of another amount": {"L3"},
    "result denied": {"M3"},
}


def in_turn(names):
    """Return each name with a seed: every day has a third of what can be done to it."""
    return list(zip(names, cycle(SEEDS), strict=False))


@pytest.mark.parametrize(("name", "seed"), in_turn(ALTERATIONS))
def test_one_alteration_of_a_day_is_found_by_rule_and_voucher(name, seed):
    rows, alter = ALTERATIONS[name]
    own = rows(day(seed))
    assert found_and_named(day(seed), own[len(own) // 2], alter) & RULES[name]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(st.sampled_from(SEEDS), st.sampled_from(sorted(ALTERATIONS)), st.randoms())
def test_any_alteration_of_a_short_day_is_found(seed, name, random):
    rows, alter = ALTERATIONS[name]
    row = random.choice(rows(short_day(seed)))
    assert found_and_named(short_day(seed), row, alter) & RULES[name]


RECONCILED = {
    "posting missing": {"till", "slips", "journal", "totals", "sums"},
    "posting doubled": {"till", "slips", "journal", "totals", "sums"},
    "posting that moves a cent more": {"till", "slips", "journal", "totals", "sums"},
    "slip of another amount": {"slips", "sums"},
    "slip missing": {"slips", "sums"},
    "record of another amount": {"journal", "sums"},
    "record missing": {"journal", "sums"},
    "result of another amount": {"till", "sums"},
}


@pytest.mark.parametrize(("name", "seed"), in_turn(RECONCILED))
def test_reconciliation_tells_the_one_voucher(name, seed):
    rows, alter = ALTERATIONS[name]
    own = [row for row in rows(day(seed)) if row.address not in ("reversal", "manual_return")]
    row = next(row for row in own if stands(day(seed), voucher_of(row)))
    found = told(alter(day(seed), row))
    assert {name for name, lines in found.items() if lines} == RECONCILED[name]
    for view in ("till", "slips", "journal"):
        assert all(f"{voucher_of(row):06}" in line for line in found[view])
        assert len(found[view]) <= 1


def stands(history, voucher):
    return any(stan == voucher for _, stan in ledger(history))


@pytest.mark.parametrize("seed", SEEDS)
def test_result_that_is_gone_is_never_passed_and_is_told_by_reconciliation(seed):
    asked = {row.facts.get("voucher") for row in day(seed).rows if row.address == "status"}
    row = next(row for row in results(day(seed))[20:] if voucher_of(row) not in asked)
    other = missing(day(seed), row)
    assert verdict(other).word is not Word.PASS
    (line,) = told(other)["till"]
    assert line.startswith(f"only ledger: {voucher_of(row):06} ")


# --- seeded defects that a day shows


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("slip-shows-other-amount", "L3"),
        ("stan-stands-still", "W2"),
        ("books-another-amount", "M3"),
        ("forgets-the-reversal", "R10"),
        ("printer-adds-a-digit", "L3"),
        ("till-takes-unknown-for-paid", "M3"),
    ],
)
def test_day_names_a_seeded_defect(name, rule):
    history = played(1, parts=with_defect(name))
    assert rule in {finding.rule for finding in verdict(history).findings}
