"""Comparing runs: what is new, gone, changed, and what may explain it."""

from dataclasses import replace

import pytest

from harness.check.compose import Word
from harness.errors import MisuseError
from harness.report.comparison import compare
from harness.report.past_run import PastRun, read_run
from harness.report.run_json import Bench
from harness.report.write import write_report
from tests.report.literal import FAILED, FOUND, INFO, PASSED, UNSURE, written

KEY = (FOUND.rule, "a", FOUND.what)


def run(words, findings=None, waived=(), **about):
    told = {name: Word[word] for name, word in words.items()}
    worst = max(told.values()).name
    return PastRun("run", "then", worst, told, findings or {}, frozenset(waived), about)


PASSING = run({"a": "PASS", "b": "PASS"})


def test_equal_runs_differ_in_nothing():
    found = compare(PASSING, PASSING)
    lists = (found.new, found.gone, found.changed, found.cases, found.about)
    assert list(map(len, lists)) == [0] * 5
    assert not found.is_worse


def test_new_finding_is_told_with_rule_and_case():
    found = compare(PASSING, run({"a": "FAIL", "b": "PASS"}, {KEY: "nothing"}))
    assert (found.new, found.rules, found.is_worse) == ((KEY,), [FOUND.rule], True)
    assert found.cases == {"a": ("PASS", "FAIL")}
    assert found.as_json()["new"] == [
        {"rule": FOUND.rule, "case": "a", "what": FOUND.what, "seen": "nothing"}
    ]


def test_finding_that_is_gone_is_no_worse():
    found = compare(run({"a": "FAIL"}, {KEY: "x"}), run({"a": "PASS"}))
    assert (found.gone, found.is_worse) == ((KEY,), False)


def test_waived_finding_is_not_gone():
    found = compare(run({"a": "FAIL"}, {KEY: "x"}), run({"a": "WAIVED"}, waived=[KEY]))
    assert found.gone == ()
    assert found.cases == {"a": ("FAIL", "WAIVED")}


def test_same_finding_that_shows_something_else_is_changed():
    found = compare(run({"a": "FAIL"}, {KEY: "x"}), run({"a": "FAIL"}, {KEY: "y"}))
    assert (found.changed, found.new, found.gone) == ((KEY,), (), ())


def of_sales(*numbers, seen="none"):
    found = {("R3", "a", f"the answer of sale {each} was lost"): seen for each in numbers}
    return run({"a": "FAIL"}, found)


def test_finding_about_another_voucher_is_the_same_one():
    found = compare(of_sales("000002"), of_sales("000107"))
    assert (found.new, found.gone, found.changed, found.is_worse) == ((), (), (), False)


def test_one_more_finding_of_a_kind_is_new_and_one_less_is_gone():
    one, two = of_sales("000002"), of_sales("000107", "000108")
    (new,) = compare(one, two).new
    assert new[2] == "the answer of sale 000108 was lost"
    (gone,) = compare(two, one).gone
    assert gone[2] == "the answer of sale 000108 was lost"
    assert compare(two, of_sales("000107")).gone == (gone,)


def test_same_finding_about_another_voucher_may_show_something_else():
    before = of_sales("000002", seen="12.34 taken")
    assert compare(before, of_sales("000003", seen="1,005.00 taken")).changed == ()
    ((_, _, what),) = compare(before, of_sales("000003", seen="5.00 given")).changed
    assert what == "the answer of sale 000003 was lost"


def test_codes_fields_and_cards_are_no_numbers_of_a_run():
    before = run({"a": "FAIL"}, {("W1", "a", "0200 field 39 of card-1"): ""})
    for what in ("0210 field 39 of card-1", "0200 field 4 of card-1", "0200 field 39 of card-2"):
        now = run({"a": "FAIL"}, {("W1", "a", what): ""})
        assert (len(compare(before, now).new), len(compare(before, now).gone)) == (1, 1)


def test_waived_finding_is_not_taken_for_another_one():
    before = run({"a": "FAIL"}, {("R3", "a", "sale 000002"): ""})
    now = run({"a": "FAIL"}, {("R3", "a", "sale 000003"): ""}, waived=[("R3", "a", "sale 000002")])
    assert (len(compare(before, now).new), compare(before, now).gone) == (1, ())


def test_case_that_is_doubted_now_is_worse_and_new_ones_are_not():
    assert compare(run({"a": "PASS"}), run({"a": "INCONCLUSIVE"})).is_worse
    found = compare(run({"a": "PASS"}), run({"a": "PASS", "c": "INCONCLUSIVE"}))
    assert (found.cases, found.is_worse) == ({"c": ("", "INCONCLUSIVE")}, False)


def test_what_else_differs_is_told():
    found = compare(
        run({"a": "PASS"}, firmware="1", x="y"), run({"a": "PASS"}, firmware="2", x="y")
    )
    assert found.about == {"firmware": ("1", "2")}


def test_report_is_read_back(tmp_path):
    judge = written(tmp_path / "r", {"a": FAILED, "b": UNSURE, "c": PASSED})
    device = Bench(what="x", identity={"firmware": "2.1"}, profile={"copies": 1})
    info = replace(INFO, devices={"zvt-1": device})
    write_report(tmp_path / "r", info, judge)
    found = read_run(tmp_path / "r")
    assert [word.name for word in found.words.values()] == ["FAIL", "INCONCLUSIVE", "PASS"]
    assert (found.name, found.verdict) == ("r", "FAIL")
    assert list(found.findings.values()) == [FOUND.seen]
    assert found.about["firmware"] == "2.1"
    assert found.about["copies"] == "1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "No such file or directory: name the folder of a run"),
        ("{", "is damaged"),
        ('{"schema": 1}', "is of another release: run the suites again"),
        ('{"schema": 2}', "is damaged"),
        ("[]", "is damaged"),
    ],
)
def test_what_is_no_run_is_refused(tmp_path, text, said):
    if text is not None:
        (tmp_path / "run.json").write_text(text)
    with pytest.raises(MisuseError, match=said):
        read_run(tmp_path)
