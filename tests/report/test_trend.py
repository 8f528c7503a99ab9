from dataclasses import replace

import pytest

from harness.check.compose import Word
from harness.errors import MisuseError
from harness.report import trend
from harness.report.case import write_case
from harness.report.trend import Cell
from harness.report.write import write_report
from tests.report.literal import FAILED, INFO, PASSED, case, whole_case

TITLE = ("reversal", "a", "pytest")


def ran(folder, *verdicts, name="a", started="2026-11-23 10:22:33", info=INFO):
    """Write a run in which the attempts of one case came out so, and return its cases."""
    left = iter(verdicts)
    for verdict in verdicts:
        write_case(folder, case(name, verdict, history=whole_case(case=name)))
    write_report(folder, replace(info, started=started), lambda _: next(left), fonts=())
    return [case(name, verdict) for verdict in verdicts]


@pytest.mark.parametrize(
    ("words", "letter"),
    [
        ([], "."),
        ([Word.PASS], "P"),
        ([Word.WAIVED], "w"),
        ([Word.INCONCLUSIVE], "?"),
        ([Word.FAIL], "F"),
        ([Word.FAIL, Word.FAIL], "F"),
        ([Word.FAIL, Word.PASS], "F*"),
        ([Word.PASS, Word.WAIVED], "w*"),
    ],
)
def test_worst_attempt_is_the_letter_and_attempts_that_differ_are_marked(words, letter):
    assert str(Cell(tuple(words))) == letter


def test_a_case_is_mixed_over_runs_within_one_and_not_for_want_of_a_run():
    good, bad, none = Cell((Word.PASS,)), Cell((Word.FAIL,)), Cell()
    assert trend.is_mixed([good, none, bad])
    assert trend.is_mixed([none, Cell((Word.PASS, Word.FAIL))])
    assert not trend.is_mixed([good, none, good])


def test_runs_before_are_told_oldest_first_with_all_attempts(tmp_path):
    ran(tmp_path / "r2", PASSED, started="2026-11-02 10:00:00")
    ran(tmp_path / "r1", FAILED, PASSED, started="2026-11-01 10:00:00")
    ran(tmp_path / "other", PASSED, name="b")
    found = trend.before(tmp_path / "r3", [case("a")])
    assert [run.name for run in found.runs] == ["r1", "r2"]
    assert [str(cell) for cell in found.cells(TITLE)] == ["F*", "P"]
    assert str(found.cells(("reversal", "a", "robot"))[0]) == "."


def test_a_run_is_not_before_itself_and_the_link_to_the_latest_is_none(tmp_path):
    cases = ran(tmp_path / "r1", PASSED)
    assert (tmp_path / "latest").is_symlink()
    assert trend.before(tmp_path / "r1", cases).runs == ()


def test_only_so_many_runs_are_shown_the_newest(tmp_path):
    for n in range(trend.LAST + 2):
        ran(tmp_path / f"r{n:02}", PASSED, started=f"2026-11-{n + 1:02} 10:00:00")
    found = trend.before(tmp_path / "now", [case("a")])
    assert [run.name for run in found.runs] == [f"r{n:02}" for n in range(3, trend.LAST + 2)]


def test_a_run_that_broke_off_or_is_damaged_is_named_and_other_folders_are_not(tmp_path):
    ran(tmp_path / "r1", PASSED)
    (tmp_path / "r2" / "cases").mkdir(parents=True)
    (tmp_path / "r3").mkdir()
    (tmp_path / "r3" / "run.json").write_text("{")
    (tmp_path / "photos").mkdir()
    found = trend.past_runs(tmp_path)
    assert ([run.name for run in found.runs], found.left_out) == (["r1"], ("r2", "r3"))
    assert trend.before(tmp_path / "r4", [case("a")]).left_out == ("r2", "r3")


@pytest.mark.parametrize("name", ["", "nowhere"])
def test_no_run_at_all_is_refused(tmp_path, name):
    with pytest.raises(MisuseError, match="run a suite first"):
        trend.past_runs(tmp_path / name)
