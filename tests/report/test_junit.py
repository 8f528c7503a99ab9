import xml.etree.ElementTree as ET

from harness.report.case import Skip
from harness.report.junit import write_junit
from harness.report.tally import tally
from tests.report.literal import FAILED, UNSURE, case


def suite_of(folder, cases, skips=()):
    write_junit(folder, tally(cases, skips), cases, skips)
    root = ET.parse(folder / "junit.xml").getroot()
    assert root.tag == "testsuites"
    return root[0]


def test_each_verdict_has_its_element(tmp_path):
    cases = [case("good"), case("bad", FAILED), case("unsure", UNSURE)]
    suite = suite_of(tmp_path, cases, [Skip("left out", "no power")])
    kinds = {each.get("name"): [part.tag for part in each] for each in suite}
    assert kinds == {"good": [], "bad": ["failure"], "unsure": ["error"], "left out": ["skipped"]}
    counts = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "4", "failures": "1", "errors": "1", "skipped": "1"}


def test_a_failure_says_expected_seen_and_rows(tmp_path):
    suite = suite_of(tmp_path, [case("bad", FAILED)])
    failure = suite.find("testcase/failure")
    wanted = "R3: the answer of sale 000002 was lost: expected a reversal, seen none (rows 14, 18)"
    assert failure.get("message") == failure.text == wanted


def test_an_inconclusive_case_is_an_error_with_its_reasons(tmp_path):
    suite = suite_of(tmp_path, [case("unsure", UNSURE, error="the port is gone")])
    error = suite.find("testcase/error")
    assert error.get("message") == "INCONCLUSIVE: the bench failed: the port is gone"
    assert "R8: due, but never evaluated" in error.text


def test_a_run_without_cases_is_no_success(tmp_path):
    suite = suite_of(tmp_path, [])
    assert (suite.get("tests"), suite.get("errors")) == ("1", "1")
    assert suite.find("testcase/error").get("message") == "INCONCLUSIVE: no case was run"


def test_hostile_names_stay_text(tmp_path):
    name = '</testcase><failure message="x"/>\x00\x1b[2J\ufffe&]]>'
    suite = suite_of(tmp_path, [case(name, suite=name)])
    (found,) = suite
    assert list(found) == []
    assert "</testcase>" in found.get("name")
    assert "\\x00\\x1b[2J\\ufffe&]]>" in found.get("name")
