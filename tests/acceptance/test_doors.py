"""The same five cases by either door: the same verdict, rules and rows."""

import pytest

from harness.history.record import dump
from harness.report.case import read_cases
from harness.runner.write import judge
from tests.door_run import report, run_pytest, run_robot

PYTEST = """
import pytest
from harness.campaign.scenario import Scenario
from harness.emulator.host.config import Override
from harness.fault.plan import Drop, PaperOut, Plan, PowerOff


def sell(rig):
    rig.till.sale(1234)
    rig.expect.outcome("approved")


def sell_to_the_poor(rig):
    rig.till.sale(99900, card="card-poor")
    rig.expect.no_approval_slip()


def sell_twice(rig):
    rig.till.sale(1234)
    rig.till.sale(500, card="card-2")
    rig.expect.net("card-1", 0)


def sell_and_wait(rig):
    rig.till.sale(1234)
    rig.wait(10)
    rig.till.status()


def expect_the_wrong_thing(rig):
    rig.till.sale(1234)
    rig.expect.slip(amount_minor=4321)


def planned(name, script, due, point, action, **more):
    plan = Plan().also(point, action, "R3")
    return Scenario(name=name, script=script, due=due, plan=plan, **more)


SCENARIOS = (
    Scenario(name="Approved", script=sell, due=("L1", "M2")),
    Scenario(name="Declined", script=sell_to_the_poor, due=("M2", "R4")),
    planned("Answer Lost", sell_twice, ("M2", "R3", "R7"), "tx host 0210 #1", Drop(),
            answers={("0400", 1): Override(response_code="25")}),
    planned("Power Cut", sell_and_wait, ("R12",), "rx terminal 0210 #1", PowerOff(off_s=3.0)),
    Scenario(name="Expected Wrongly", script=expect_the_wrong_thing, due=("M2",)),
)


@pytest.mark.parametrize("verdict", SCENARIOS, indirect=True, ids=str)
def test_case(verdict):
    verdict.require_pass()
"""
ROBOT = """
*** Settings ***
Library    harness.robot_library.PosHarness

*** Test Cases ***
Approved
    [Tags]    M2    L1
    Open Bench
    Sale    12.34
    Expect Outcome    approved

Declined
    [Tags]    M2    R4
    Open Bench
    Sale    999.00    card=card-poor
    Expect No Approval Slip

Answer Lost
    [Tags]    M2    R3    R7
    Plan Fault    tx host 0210 #1    drop    rules=R3
    Host Answers    0400    1    response_code=25
    Open Bench
    Sale    12.34
    Sale    5.00    card=card-2
    Expect Balance Change    card-1    0.00

Power Cut
    [Tags]    R12
    Plan Fault    rx terminal 0210 #1    power_off    off_s=3.0    rules=R3
    Open Bench
    Sale    12.34
    Wait    10
    Last Result

Expected Wrongly
    [Tags]    M2
    Open Bench
    Sale    12.34
    Expect Slip    43.21
"""
NAMES = ("Approved", "Declined", "Answer Lost", "Power Cut", "Expected Wrongly")


def cases(home, file, text, run):
    """Return the cases of a run by their names, judged anew."""
    (home / "suite").mkdir(parents=True)
    (home / "suite" / file).write_text(text)
    run(home)
    found = read_cases(report(home), judge)
    return {case.name.removeprefix("suite: ").removesuffix(" [zvt-1]"): case for case in found}


@pytest.fixture(scope="module")
def doors(tmp_path_factory):
    folder = tmp_path_factory.mktemp("doors")
    return (
        cases(folder / "pytest", "test_mini.py", PYTEST, run_pytest),
        cases(folder / "robot", "mini.robot", ROBOT, run_robot),
    )


@pytest.mark.parametrize("name", NAMES)
def test_verdict_and_rules_are_those_of_the_other_door(doors, name):
    one, other = (door[name] for door in doors)
    assert one.word is other.word
    assert one.verdict == other.verdict
    assert one.rules == other.rules


@pytest.mark.parametrize("name", NAMES)
def test_history_is_that_of_the_other_door_to_the_byte(doors, name):
    one, other = (dump(door[name].history) for door in doors)
    assert one == other


def test_cases_have_more_than_one_verdict(doors):
    assert [doors[0][name].word.name for name in NAMES] == [
        "PASS", "PASS", "FAIL", "PASS", "FAIL",
    ]  # fmt: skip
