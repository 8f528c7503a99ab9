"""Which defect is named by which rule; a machine that crashes aborts nothing."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.campaign import defects_matrix
from harness.campaign.defects_matrix import (
    Matrix,
    Outcome,
    compute,
    play_defect,
    play_reference,
)
from harness.campaign.play import play
from tests.campaign.benches import SERIAL, TCP, fragile

SUITE = """
from harness.campaign.scenario import Scenario
from harness.fault.plan import Drop, Plan
from tests.campaign.benches import sell, sell_twice

SCENARIOS = (
    Scenario(name="sale", script=sell, due=("M2", "L1")),
    Scenario(name="lost answer", script=sell_twice, due=("M2", "R3"),
             plan=Plan().also("tx host 0210 #1", Drop(), "R3")),
    Scenario(name="serial only", script=sell, due=("M2",),
             plan=Plan().also("rx terminal ACK #1", Drop(), "M2")),
)
"""


VOIDS = """
from harness.campaign.scenario import Scenario


def void_twice(rig):
    rig.till.sale(1234)
    voucher = rig.till.voucher
    rig.till.void(voucher)
    rig.till.void(voucher)


SCENARIOS = (Scenario(name="second void", script=void_twice, due=("V5",)),)
"""


@pytest.fixture
def suite(tmp_path):
    path = tmp_path / "test_few.py"
    path.write_text(SUITE)
    return path


def computed(suite, *names, parts=SERIAL, **more):
    return compute(names, parts, [suite], ThreadPoolExecutor(1), **more)


def test_defects_are_named_by_their_rules_and_the_reference_is_clean(suite):
    matrix = computed(suite, "slip-lacks-batch", "reversal-carries-track")
    assert matrix.is_good
    assert matrix.as_json() | {"by_defect": {}} == {
        "total": 2, "killed": 2, "killed_by_named_rule": 2, "survivors": [], "by_defect": {},
        "reference": {"findings": [], "gaps": 0, "errors": []},
    }  # fmt: skip
    found = matrix.as_json()["by_defect"]["reversal-carries-track"]
    assert (found["rule"], "R6" in found["killed_by"], found["errors"]) == ("R6", True, [])


def test_defect_that_no_scenario_brings_out_survives(suite):
    matrix = computed(suite, "accepts-any-pin")
    assert not matrix.is_good
    assert matrix.as_json()["survivors"] == ["accepts-any-pin"]
    assert matrix.as_json()["killed"] == 0


def test_defect_that_another_rule_finds_is_killed_and_yet_a_survivor():
    matrix = Matrix(Outcome("", ()), (Outcome("accepts-any-pin", ("M2",)),))
    assert (matrix.as_json()["killed"], matrix.as_json()["survivors"]) == (1, ["accepts-any-pin"])
    assert not matrix.is_good


@pytest.mark.parametrize(
    "reference", [Outcome("", ("M2",)), Outcome("", (), ("sale: broke",)), Outcome("", (), (), 1)]
)
def test_nothing_is_good_while_something_is_said_of_the_reference(reference):
    assert not Matrix(reference, (Outcome("accepts-any-pin", ("K4",)),)).is_good
    assert Matrix(Outcome("", ()), (Outcome("accepts-any-pin", ("K4",)),)).is_good


def test_machine_that_crashes_is_the_error_of_each_scenario_and_no_more(suite):
    outcome = play_reference(fragile(), [suite])
    assert outcome.killed_by == ()
    assert len(outcome.errors) == outcome.gaps == 3
    assert all("ZeroDivisionError: terminal firmware" in error for error in outcome.errors)
    assert outcome.errors[0].startswith(f"{suite.parent.name}: sale: ")


def played_on(parts, suite):
    """Return the cases that the machines of a bench crash in: all that are played."""
    return play_reference(fragile(parts), [suite]).errors


@pytest.mark.parametrize(
    ("name", "is_whole", "played"),
    [
        ("reverses-balance-inquiry", False, ["lost answer", "sale", "serial only"]),
        ("reversal-carries-track", False, ["lost answer"]),
        ("reversal-carries-track", True, ["lost answer", "sale", "serial only"]),
    ],
)
def test_scenarios_of_the_rule_come_first_until_one_names_it(
    monkeypatch, tmp_path, name, is_whole, played
):
    path = tmp_path / "test_few.py"
    path.write_text(SUITE.replace('"R3"),', '"R6", "R2"),'))
    seen = []
    monkeypatch.setattr(
        defects_matrix, "play", lambda each, *rest: (seen.append(each.name), play(each, *rest))[1]
    )
    play_defect(name, SERIAL, [path], is_whole=is_whole)
    assert seen == played


def test_what_the_defect_beside_it_shows_alone_is_not_counted(tmp_path):
    path = tmp_path / "test_voids.py"
    path.write_text(VOIDS)
    assert "V3" in play_defect("voids-again", SERIAL, [path], is_whole=True).killed_by
    outcome = play_defect("voids-twice", SERIAL, [path], is_whole=True)
    assert outcome.is_named
    assert "V3" not in outcome.killed_by


def test_scenario_that_the_bench_cannot_play_is_left_out(suite):
    assert len(played_on(TCP, suite)) == 2
    assert len(played_on(SERIAL, suite)) == 3


def test_defect_that_only_a_live_world_shows_is_played_there_where_it_is_due(tmp_path):
    path = tmp_path / "test_live.py"
    path.write_text(SUITE.replace('due=("M2", "L1")', 'due=("X1",)').replace("drop", "x"))
    outcome = play_defect("bench-listens-to-anybody", SERIAL, [path])
    assert (outcome.killed_by, outcome.errors, outcome.is_named) == (("X1",), (), True)


def test_outputs_are_looked_at_where_a_scenario_exists_for_it(tmp_path, suite):
    path = tmp_path / "test_own.py"
    path.write_text(SUITE.replace('due=("M2", "L1")', 'due=("C1",)'))
    looked = []

    def look(history, parts, due):
        looked.append((parts.defects, due))
        return history

    play_defect("bench-keeps-whole-frames", SERIAL, [path], look)
    assert looked == [(("bench-keeps-whole-frames",), ("C1",))]
    play_defect("slip-lacks-batch", SERIAL, [path], look)
    play_reference(SERIAL, [suite], look)
    assert len(looked) == 1
    play_reference(SERIAL, [path], look)
    assert looked[1:] == [((), ("C1",))]


def test_processes_are_used_unless_somebody_says_otherwise(suite):
    assert defects_matrix.compute(["slip-lacks-batch"], SERIAL, [suite]).is_good
