from harness.check.compose import Ruling, Verdict, Word
from harness.report import run_view
from harness.report.rules import CATALOGUE
from harness.report.tally import tally
from tests.check.literal import history
from tests.report.literal import BENCH, FAILED, FOUND, PASSED, UNSURE, case


def lines(cases):
    groups = run_view.finding_groups(cases)
    return {line.id: line for line in run_view.rule_lines(tally(cases), cases, groups)}


def test_the_very_same_finding_of_two_cases_is_one():
    (group,) = run_view.finding_groups([case("a", FAILED), case("b"), case("c", FAILED)])
    assert [place.case.name for place in group.places] == ["a", "c"]
    assert [row.index for row in group.places[0].evidence] == [14, 18]


def test_findings_that_differ_stay_apart():
    other = FOUND.__class__("R3", FOUND.what, "a reversal", "two", (1,))
    both = Verdict(Word.FAIL, (Ruling("R3", Word.FAIL, 2, (FOUND, other)),))
    groups = run_view.finding_groups([case(verdict=both)])
    assert [(group.anchor, group.seen) for group in groups] == [
        ("finding-1", "none"),
        ("finding-2", "two"),
    ]


def test_every_rule_of_the_release_has_a_line_whatever_ran():
    for cases in ([], [case()], [case(verdict=UNSURE)]):
        assert {rule.id for rule in CATALOGUE} <= set(lines(cases))


def test_a_rule_with_a_ruling_has_its_word_count_gaps_and_findings():
    found = lines([case(verdict=FAILED), case(verdict=UNSURE)])
    assert (found["R3"].word, found["R3"].sign, found["R3"].evaluated) == ("FAIL", "✕", 2)
    assert found["R3"].findings[0].what == FOUND.what
    assert (found["M4"].word, found["M4"].sign) == ("PASS", "✓")
    assert (found["R8"].word, found["R8"].why) == ("INCONCLUSIVE", ("due, but never evaluated",))


def test_a_rule_that_nobody_could_see_says_what_it_needs_and_what_there_is():
    verdict = Verdict(Word.PASS, PASSED.rulings, ("C1", "Z1"), ("V7",))
    found = lines([case(verdict=verdict, history=history(observes=("till",)))])
    assert found["C1"].word == "not observable"
    assert found["C1"].why[0].startswith("it needs till, or ecr_wire")
    assert found["C1"].why[0].endswith("the bench observes till")
    assert "a channel that this bench lacks" in found["Z1"].why[0]
    assert (found["V7"].word, found["W1"].word) == ("not applicable", "not evaluated")


def test_matrix_has_a_cell_for_each_case_the_gravest_first():
    unseen = case("d", Verdict(Word.PASS, PASSED.rulings, ("R8",), ("V7",)))
    found = lines([case("a"), case("b", UNSURE), case("c", FAILED), unseen])
    told = {rule: [(each.word, [one.name for one in each.cases]) for each in line.told]
            for rule, line in found.items()}  # fmt: skip
    assert told["R3"] == [("FAIL", ["c"]), ("PASS", ["a", "d"]), ("not evaluated", ["b"])]
    assert told["R8"] == [
        ("INCONCLUSIVE", ["b"]),
        ("not evaluated", ["a", "c"]),
        ("not observable", ["d"]),
    ]
    assert told["V7"] == [("not evaluated", ["a", "c"]), ("not applicable", ["b", "d"])]


def test_attempts_of_a_case_are_numbered_and_one_alone_is_not():
    cases = [case("a", slug=f"a-{n}" if n else "a") for n in range(11)] + [case("b", slug="b")]
    found = run_view.attempts([*reversed(cases)])
    assert found["a"] == "attempt 1 of 11"
    assert (found["a-2"], found["a-10"]) == ("attempt 3 of 11", "attempt 11 of 11")
    assert "b" not in found


def test_cases_of_two_doors_are_no_attempts_of_each_other():
    assert run_view.played_again([case("a", slug="a"), case("a", slug="b", door="robot")]) == []


def test_defects_that_were_switched_on_are_told():
    assert run_view.seeded([case(), case(history=history(bench={"defects": ("b", "a")}))]) == [
        "a",
        "b",
    ]


def test_silent_rules_are_grouped_by_reason():
    cases = [case(verdict=Verdict(Word.PASS, PASSED.rulings, ("D1",), ("V7", "V8")))]
    silent = run_view.silences(lines(cases).values())
    by_word = {word: rules for (word, _), rules in silent.items()}
    assert by_word["not applicable"] == ["V7", "V8"]
    assert by_word["not observable"] == ["D1"]
    assert "R3" not in by_word["not evaluated"]


def test_each_bench_is_told_once():
    other = history(bench={"kind": "external"})
    found = run_view.benches([case(), case(), case(history=other)])
    assert [bench.cases for bench in found] == [2, 1]
    assert ("kind", BENCH["kind"]) in found[0].facts


def test_what_failed_comes_first():
    cases = [case("a"), case("b", UNSURE), case("c", FAILED), case("d")]
    assert [each.name for each in run_view.in_order_of_concern(cases)] == ["c", "b", "a", "d"]


def test_the_plans_are_counted():
    assert run_view.faults_sentence([case(), case()]) == "4 planned, 2 fired"
    assert run_view.faults_sentence([case(history=history())]) == "none planned"


def test_a_doubtful_case_has_its_reasons():
    (doubt,) = run_view.doubts([case(), case("b", UNSURE, error="gone"), case("c", FAILED)])
    assert doubt.why == ["the bench failed: gone", "R8: due, but never evaluated"]
