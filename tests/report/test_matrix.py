import csv

from harness.check.compose import Verdict, Word
from harness.report.matrix import write_matrix
from harness.report.rules import CATALOGUE
from tests.report.literal import FAILED, PASSED, UNSURE, case


def read(folder):
    with (folder / "matrix.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_each_case_is_a_row_and_every_rule_a_column_that_says_why_it_is_silent(tmp_path):
    unseen = Verdict(Word.PASS, PASSED.rulings, unobservable=("R8",), not_applicable=("Z1",))
    cases = [case("a", FAILED), case("b", UNSURE), case("c", unseen)]
    write_matrix(tmp_path, cases)
    head, *rows = read(tmp_path)
    assert head[:3] == ["case", "suite", "verdict"]
    assert set(head[3:]) == {rule.id for rule in CATALOGUE} | {"Z1"}
    assert [row[:3:2] for row in rows] == [["a", "FAIL"], ["b", "INCONCLUSIVE"], ["c", "PASS"]]
    by_rule = dict(zip(head, zip(*rows, strict=True), strict=True))
    assert by_rule["R8"] == ("NOT_EVALUATED", "INCONCLUSIVE", "NOT_OBSERVABLE")
    assert by_rule["R3"] == ("FAIL", "NOT_EVALUATED", "PASS")
    assert by_rule["Z1"] == ("NOT_EVALUATED", "NOT_EVALUATED", "NOT_APPLICABLE")


def test_no_name_becomes_a_formula(tmp_path):
    write_matrix(tmp_path, [case("=cmd|x", PASSED)])
    assert read(tmp_path)[1][0] == "'=cmd|x"
