"""The page of defects says the truth: which faults each needs, and what is in the registry."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import filterfalse

import pytest

from harness.campaign.play import play
from harness.campaign.scenario import Scenario
from harness.campaign.suites import load_scenarios
from harness.check.all import ALL_CHECKERS
from harness.fault.plan import Delay, Plan, Step
from harness.rig.defects import DEFECTS
from tests.campaign.benches import ROOT, with_defect

PROMPT_S = 1
PAGE = (ROOT / "docs/defects.md").read_text("utf-8")
CASES = {f"{suite}: {each}": each for suite, each in load_scenarios([ROOT / "suites"])}
ONE, TWO, BESIDE, FIELD = (
    re.findall(r"^\| (.+) \|$", PAGE.partition(f"## {head}")[2].partition("\n## ")[0], re.M)[1:]
    for head in (
        "Defects that need a fault", "Defects that need two faults or more",
        "Defects that need another one beside them", "What terminals in the field were seen to do",
    )
)  # fmt: skip


def cells(row: str) -> list[str]:
    return [cell.strip("`") for cell in row.split(" | ")]


def is_named(defect: str, scenario: Scenario) -> bool:
    findings = play(scenario, with_defect(defect)).judged().findings
    return DEFECTS[defect].rule in {finding.rule for finding in findings}


def is_in_time(step: Step) -> bool:
    """Tell whether something merely comes a little later, as it may: no trouble at all."""
    return isinstance(step.action, Delay) and step.action.for_s <= PROMPT_S


def with_one_less(scenario: Scenario) -> Iterator[Scenario]:
    """Yield the case without each of its faults, acts and odd answers."""
    for gone in filterfalse(is_in_time, scenario.plan.steps):
        kept = tuple(step for step in scenario.plan.steps if step is not gone)
        yield replace(scenario, plan=Plan(kept))
    for gone in scenario.answers:
        kept = {key: each for key, each in scenario.answers.items() if key != gone}
        yield replace(scenario, answers=kept)


@pytest.mark.parametrize("row", ONE + TWO)
def test_a_defect_shows_with_the_faults_of_the_case_and_not_with_one_less(row):
    name, rule, case = cells(row)
    less = list(with_one_less(CASES[case]))
    assert rule == DEFECTS[name].rule
    assert (len(less) > 1) == (row in TWO)
    assert is_named(name, CASES[case])
    assert not any(is_named(name, each) for each in less)


def test_there_are_some_of_each_kind():
    assert len(ONE) >= 10
    assert len(TWO) >= 3


def test_what_stands_beside_a_defect_is_what_the_registry_says():
    said = {tuple(cells(row)) for row in BESIDE}
    assert said == {(d.name, d.rule, d.beside) for d in DEFECTS.values() if d.beside}
    assert {beside for _, _, beside in said} <= DEFECTS.keys()


@pytest.mark.parametrize("row", FIELD)
def test_what_was_seen_in_the_field_is_in_the_registry(row):
    names = re.findall(r"`([^`]+)`", row)
    assert names
    assert set(names) <= DEFECTS.keys()


def test_every_name_on_the_page_is_a_defect_or_a_command():
    names = set(re.findall(r"`([a-z0-9]+(?:-[a-z0-9]+)+)`", PAGE))
    assert names <= DEFECTS.keys()


def test_every_rule_has_a_defect_that_it_must_name():
    rules = {rule.id for checker in ALL_CHECKERS for rule in checker.RULES}
    assert {defect.rule for defect in DEFECTS.values()} == rules - {"EXPECT"}
