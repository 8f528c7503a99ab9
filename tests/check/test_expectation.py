"""EXPECT on literal histories: what the author of a case expects."""

from harness.check import expectation as checker
from tests.check.literal import fired, history, judgements, row


def noted(**facts):
    return row("bench", "note", "expectation", what="the last slip", expected="12.34", **facts)


def test_expectation_that_is_met_passes():
    judged = judgements(checker, history(noted(seen="12.34", is_met=True)))["EXPECT"]
    assert (judged.evaluated, judged.findings, judged.gaps) == (1, (), ())


def test_expectation_that_is_not_met_is_a_finding_with_what_was_seen():
    unmet = history(noted(seen="9.99", is_met=False))
    (finding,) = judgements(checker, unmet)["EXPECT"].findings
    assert (finding.what, finding.expected, finding.seen) == ("the last slip", "12.34", "9.99")
    assert finding.evidence == (0,)


def test_note_that_does_not_say_that_it_is_met_is_a_finding():
    assert fired(checker, history(row("bench", "note", "expectation"))) == ["EXPECT"]


def test_expectation_about_what_the_bench_cannot_see_is_a_gap():
    judged = judgements(checker, history(noted(is_seen=False)))["EXPECT"]
    assert (judged.evaluated, judged.findings) == (0, ())
    assert judged.gaps == ("this bench cannot see it: the last slip",)


def test_case_without_expectations_is_not_judged():
    rest = history(row("bench", "note", "rest", "end"))
    assert judgements(checker, rest)["EXPECT"].evaluated == 0
