import csv

from harness.check.compose import Verdict, Word
from harness.report.matrix import write_matrix
from tests.report.literal import FAILED, PASSED, UNSURE, case


def read(folder):
    with (folder / "matrix.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_each_case_is_a_row_and_each_judged_rule_a_column(tmp_path):
    unseen = Verdict(Word.PASS, PASSED.rulings, unobservable=("R8",))
    cases = [case("a", FAILED), case("b", UNSURE), case("c", unseen)]
    write_matrix(tmp_path, cases)
    head, *rows = read(tmp_path)
    assert head[:3] == ["case", "suite", "verdict"]
    assert head[3:] == ["M4", "R3", "R8"]
    assert [row[:3:2] for row in rows] == [["a", "FAIL"], ["b", "INCONCLUSIVE"], ["c", "PASS"]]
    at = head.index("R8")
    assert [row[at] for row in rows] == ["", "INCONCLUSIVE", "unseen"]


def test_no_name_becomes_a_formula(tmp_path):
    write_matrix(tmp_path, [case("=cmd|x", PASSED)])
    assert read(tmp_path)[1][0] == "'=cmd|x"
