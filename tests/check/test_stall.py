"""What a bench that stood still makes of findings by times."""

import pytest

from harness.check import Finding, Judgement, Rule
from harness.check.compose import Word, compose
from tests.check.literal import history, row

STOOD = "the bench stood still for 30.0 s: times prove nothing"


class Fixed:
    """A checker that always says the same."""

    def __init__(self, judgement):
        self.RULES, self._judgement = (Rule(judgement.rule, "till"),), judgement

    def check(self, _history):
        return [self._judgement]


def late(rule, *evidence):
    return Finding(rule, "gave up", "60 s", "90 s", evidence)


def verdict(*judgements, late_ms=30_000, **header):
    """Judge four rows at 1, 2, 100 and 101 s, with a stall of the bench at 90 s between them."""
    rows = (
        row("till", "tx"),
        row("till", "tx"),
        row("bench", "note", "stall", "", at_s=90, late_ms=late_ms),
        row("till", "rx", at_s=100),
        row("till", "rx"),
    )
    return compose(history(*rows, **header), [Fixed(each) for each in judgements])


def ruling(rule="T1", evidence=(1, 3), evaluated=1, late_ms=30_000, findings=None, **header):
    found = (late(rule, *evidence),) if findings is None else findings
    rulings = verdict(Judgement(rule, evaluated, found), late_ms=late_ms, **header).rulings
    return rulings[0] if rulings else None


def test_a_finding_over_a_stall_is_a_gap():
    found = ruling()
    assert (found.word, found.findings) == (Word.INCONCLUSIVE, ())
    assert found.gaps == (STOOD, f"seen while the bench stood still: {late('T1', 1, 3)}")


def test_a_finding_that_shows_no_row_is_a_gap():
    assert ruling(evidence=()).word is Word.INCONCLUSIVE


@pytest.mark.parametrize("evidence", [(0, 1), (3, 4)])
def test_a_finding_before_or_after_a_stall_stands(evidence):
    found = ruling(evidence=evidence)
    assert (found.word, found.gaps) == (Word.FAIL, (STOOD,))


def test_times_that_were_right_prove_nothing_either():
    assert ruling(findings=()).word is Word.INCONCLUSIVE


def test_rules_that_do_not_judge_by_times_are_not_touched():
    assert (ruling("M1").word, ruling("M1").gaps) == (Word.FAIL, ())


def test_a_rule_that_was_not_due_has_no_gap():
    assert ruling(evaluated=0, findings=()) is None


@pytest.mark.parametrize(("late_ms", "word"), [(1000, Word.FAIL), (1001, Word.INCONCLUSIVE)])
def test_a_stall_within_the_tolerance_is_none(late_ms, word):
    assert ruling(late_ms=late_ms, evidence=(1, 3)).word is word


def test_the_slack_of_a_scaled_run_counts():
    assert ruling(late_ms=16_000, bench={"slack_ms": 15_000}).word is Word.FAIL
    assert ruling(late_ms=16_001, bench={"slack_ms": 15_000}).word is Word.INCONCLUSIVE


def test_a_note_that_tells_no_length_is_no_stall():
    assert ruling(late_ms="long").word is Word.FAIL


TIMED, SURE = Judgement("T1", 1, (late("T1", 1, 3),)), Judgement("M1", 1)
GAP, FOUND = Judgement("M2", 1, gaps=("no slip was seen",)), Judgement("M2", 1, (late("M2"),))


@pytest.mark.parametrize(
    ("judgements", "header", "is_stalled"),
    [
        ((TIMED, SURE), {}, True),
        ((TIMED, SURE, GAP), {}, False),
        ((TIMED, FOUND), {}, False),
        ((SURE,), {}, False),
        ((TIMED, SURE), {"due": ("M4",)}, False),
    ],
)
def test_a_case_is_stalled_if_nothing_else_makes_it_uncertain(judgements, header, is_stalled):
    assert verdict(*judgements, **header).is_stalled is is_stalled


def test_without_a_stall_none_is_stalled():
    assert not verdict(GAP, late_ms=0).is_stalled
