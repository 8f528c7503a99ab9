"""The page of cases names cases that there are: all nine points, and what laboratories ask for."""

import re
from pathlib import Path

import pytest
from robot import running

from harness.campaign.suites import load_scenarios

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/cases.md").read_text("utf-8")
POINTS, ASKED = (
    re.findall(r"^\| (?!point|asked)(.+) \|$", part, re.M) for part in PAGE.split("\n## ")[1:3]
)
IN_PYTEST = {f"{suite}: {each}" for suite, each in load_scenarios([ROOT / "suites"])}
IN_ROBOT = {
    f"{path.parent.name}: {test.name}"
    for path in (ROOT / "suites").rglob("*.robot")
    for test in running.TestSuite.from_file_system(path).all_tests
}


@pytest.mark.parametrize("row", POINTS + ASKED)
def test_every_case_of_the_page_is_in_the_suites(row):
    in_pytest = set(re.findall(r"`([^`]+)`", row))
    in_robot = set(re.findall(r"(?<!\*)\*([^*]+)\*", row))
    assert in_pytest
    assert in_pytest <= IN_PYTEST
    assert in_robot <= IN_ROBOT


def test_every_point_has_a_robot_case_of_its_name_and_the_page_has_all_of_them():
    said = {point: set() for point in range(1, 10)}
    for point, row in enumerate(POINTS, start=1):
        assert row.startswith(f"{point} ")
        said[point] = set(re.findall(rf"\*(merchant: Point {point} [^*]+)\*", row))
    assert all(said.values())
    assert set.union(*said.values()) == {name for name in IN_ROBOT if "Point " in name}


def test_what_laboratories_ask_for_is_there_in_both_doors():
    in_robot = [row for row in ASKED if "*" in row]
    assert len(ASKED) >= 20
    assert len(in_robot) >= len(ASKED) - 1
