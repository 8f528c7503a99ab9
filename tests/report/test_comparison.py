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
