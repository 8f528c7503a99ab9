import pytest

from harness.check.compose import Ruling, Verdict, Word
from harness.report.case import Skip
from harness.report.gaps import CaseGap
from harness.report.rules import CATALOGUE
from harness.report.tally import as_json, tally
from tests.report.literal import FAILED, FOUND, PASSED, UNSURE, case

RULES = len(CATALOGUE)


def test_a_run_without_a_case_proves_nothing():
    empty = tally([])
    assert (empty.word, empty.exit_code, empty.why) == (Word.INCONCLUSIVE, 3, ("no case was run",))
    assert str(empty.coverage) == "0 of 0 applicable rules observable, 0 evaluated"


def test_a_run_of_skips_alone_proves_nothing():
    assert tally([], [Skip("one", "no power")]).word is Word.INCONCLUSIVE


def test_cases_in_which_no_rule_was_evaluated_prove_nothing():
    silent = tally([case(verdict=Verdict(Word.PASS, ()))])
    assert silent.word is Word.INCONCLUSIVE
    assert silent.why == ("no rule was evaluated in any case",)


@pytest.mark.parametrize(
    ("verdicts", "word", "code"),
    [
        ([PASSED, PASSED], Word.PASS, 0),
        ([PASSED, UNSURE], Word.INCONCLUSIVE, 3),
        ([UNSURE, FAILED, PASSED], Word.FAIL, 1),
    ],
)
def test_fail_beats_inconclusive_beats_pass(verdicts, word, code):
    found = tally([case(verdict=each) for each in verdicts])
    assert (found.word, found.exit_code) == (word, code)


def test_a_broken_bench_makes_a_passing_case_inconclusive():
    found = tally([case(error="the port is gone"), case()])
    assert (found.word, found.passed, found.inconclusive) == (Word.INCONCLUSIVE, 1, 1)


def test_rules_are_summed_over_cases_and_each_gap_is_told_once():
    found = tally([case(), case(verdict=FAILED), case(verdict=UNSURE), case(verdict=UNSURE)])
    assert list(found.rules) == ["M4", "R3", "R8"]
    assert (found.rules["R3"].word, found.rules["R3"].evaluated) == (Word.FAIL, 4)
    assert found.rules["R8"].gaps == ("due, but never evaluated",)


def test_a_rule_with_a_finding_fails_whatever_its_word_says():
    odd = Verdict(Word.PASS, (Ruling("R3", Word.PASS, 1, (FOUND,)),))
    found = tally([case(verdict=odd)])
    assert (found.word, found.rules["R3"].word) == (Word.FAIL, Word.FAIL)


def test_coverage_counts_a_rule_that_one_case_could_see():
    one_away = tally([case(verdict=UNSURE), case()]).coverage
    assert len(one_away.applicable) == len(one_away.observable) == RULES
    alone = tally([case(verdict=UNSURE)]).coverage
    assert alone.unobservable == ("D1",)
    assert str(alone) == f"{RULES - 2} of {RULES - 1} applicable rules observable, 0 evaluated"


def test_a_case_run_several_times_with_several_verdicts_is_flaky():
    runs = [case("a"), case("a", FAILED), case("a"), case("b"), case("b")]
    assert tally(runs).flaky == ("a: flaky, FAIL in 1 of 3 runs",)


def test_programs_get_one_object_with_findings_and_counts():
    found = as_json(tally([case("a", FAILED), case("b")], [Skip("c", "no power")]), "reports/r1")
    assert set(found) == {
        *("verdict", "passed", "failed", "inconclusive", "skipped", "waived"),
        *("coverage", "rules", "findings", "gaps", "why", "flaky", "report"),
    }
    assert (found["verdict"], found["passed"], found["failed"], found["skipped"]) == (
        "FAIL",
        1,
        1,
        1,
    )
    assert found["coverage"] == {"applicable": RULES, "observable": RULES, "evaluated": 2}
    assert found["rules"]["R3"] == {"verdict": "FAIL", "evaluated": 4}
    assert len(found["rules"]) == RULES
    (finding,) = found["findings"]
    assert finding == {"rule": "R3", "case": "a", "expected": "a reversal", "seen": "none"}


def test_programs_are_told_why_a_run_is_inconclusive():
    silent = Verdict(Word.INCONCLUSIVE, ())
    runs = [case("a", UNSURE), case("b", error="it is \x1b gone"), case("c", silent), case("d")]
    found = as_json(tally(runs), "")
    assert found["gaps"] == [
        {"rule": "R8", "case": "a", "what": "due, but never evaluated"},
        {"rule": "", "case": "b", "what": "the bench failed: it is \\x1b gone"},
        {"rule": "", "case": "c", "what": "no rule was evaluated"},
    ]
    assert (found["verdict"], found["why"]) == ("INCONCLUSIVE", [])
    assert as_json(tally([]), "")["why"] == ["no case was run"]


def test_gaps_of_a_rule_with_findings_are_told_too():
    ruling = Ruling("R3", Word.FAIL, 1, (FOUND,), ("line was blind",))
    whole = tally([case("a", Verdict(Word.FAIL, (ruling,)))])
    assert whole.gaps == (CaseGap("R3", "a", "line was blind"),)


def test_programs_get_every_rule_also_one_of_which_nothing_is_said():
    seen = Verdict(Word.PASS, PASSED.rulings, unobservable=("D1", "R8"), not_applicable=("V7",))
    other = Verdict(Word.PASS, PASSED.rulings, unobservable=("D1",), not_applicable=("V7",))
    rules = as_json(tally([case("a", seen), case("b", other)]), "")["rules"]
    words = {rule: said["verdict"] for rule, said in rules.items() if not said["evaluated"]}
    assert (words.pop("D1"), words.pop("V7")) == ("NOT_OBSERVABLE", "NOT_APPLICABLE")
    assert (words["R8"], len(words)) == ("NOT_EVALUATED", RULES - 4)
    assert set(words.values()) == {"NOT_EVALUATED"}


def test_run_without_a_case_evaluated_no_rule():
    rules = as_json(tally([]), "")["rules"]
    assert len(rules) == RULES
    assert {said["verdict"] for said in rules.values()} == {"NOT_EVALUATED"}
