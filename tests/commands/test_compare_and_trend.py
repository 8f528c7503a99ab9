"""`pos-harness compare` and `trend` over real reports: what one seeded defect changes."""

import pytest

from harness.campaign.scenario import Scenario
from harness.check.compose import Word
from harness.runner.place import load_parts
from harness.runner.player import Player
from harness.runner.write import write_run
from tests.commands.shell import found, refusal, run
from tests.live.program import ROOT


def sell(rig):
    rig.till.sale(1234)


CASES = (
    Scenario(name="a sale", script=sell, due=("M2",)),
    Scenario(name="a balance", script=lambda rig: rig.till.balance(), due=("M2",)),
)


def report(folder, *defects, retries=0):
    (parts,) = load_parts(ROOT / "devices.yaml", defects=defects)
    player = Player(parts=parts, world="virtual", folder=folder, door="pytest", retries=retries)
    words = [player.play(case, "sale").word for case in CASES]
    return words, write_run(folder, [parts], "virtual")


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    report(folder / "20260101-000000-1")
    report(folder / "20260102-000000-1", "slip-lacks-batch")
    return folder


def test_defect_is_named_by_its_rule_and_cases_and_nothing_else(reports):
    told, code = found(
        "compare", "20260101-000000-1", "20260102-000000-1", "--reports", str(reports)
    )
    assert (code, told["rules"]) == (1, ["L2"])
    assert {each["case"] for each in told["new"]} == {"sale: a sale"}
    assert told["cases"] == {"sale: a sale": ["PASS", "FAIL"]}
    assert list(told["about"]) == ["device"]


def test_other_way_round_it_is_gone(reports):
    result = run("compare", str(reports / "20260102-000000-1"), str(reports / "20260101-000000-1"))
    assert result.exit_code == 0
    assert "findings that are gone: 2" in result.stdout
    assert "sale: a sale: FAIL -> PASS" in result.stdout


def test_trend_shows_each_case_run_after_run(reports):
    told, code = found("trend", "sale: a sale", "--reports", str(reports))
    assert (code, told["cases"]) == (0, {"sale: a sale [zvt-1]": ["PASS", "FAIL"]})
    said = run("trend", "--reports", str(reports)).stdout.splitlines()
    assert [line.split() for line in said[1:3]] == [
        ["PP", "sale:", "a", "balance", "[zvt-1]"],
        ["PF", "mixed", "sale:", "a", "sale", "[zvt-1]"],
    ]


@pytest.mark.parametrize("name", ["sale: a sale [zvt-1]", "sale: a sale", "*sale"])
def test_case_is_found_by_its_name_with_its_device_or_without(reports, name):
    told, _ = found("trend", name, "--reports", str(reports))
    assert list(told["cases"]) == ["sale: a sale [zvt-1]"]
    assert (told["flaky"], told["left_out"]) == ({}, [])


def test_flaky_run_is_marked_and_a_broken_one_named(tmp_path):
    turns = iter([True, False])

    def sell_once(rig):
        rig.till.sale(1234)
        rig.expect.own_check("x") if next(turns) else None

    (parts,) = load_parts(ROOT / "devices.yaml")
    for door in ("pytest", "robot"):
        player = Player(parts=parts, world="virtual", folder=tmp_path / "r", door=door, retries=1)
        script = sell_once if door == "pytest" else sell
        player.play(Scenario(name="a", script=script, due=()), "sale")
    write_run(tmp_path / "r", [parts], "virtual")
    (tmp_path / "q" / "cases").mkdir(parents=True)
    told, _ = found("trend", "--reports", str(tmp_path))
    one, other = "sale: a [zvt-1] (sale, pytest)", "sale: a [zvt-1] (sale, robot)"
    assert told["cases"] == {one: ["FAIL"], other: ["PASS"]}
    assert (told["flaky"], told["left_out"]) == ({one: ["r"]}, ["q"])
    said = run("trend", "--reports", str(tmp_path)).stdout
    assert "F*" in said
    assert "left out, no whole run of this release: q" in said


def test_what_is_not_there_is_refused(reports, tmp_path):
    assert "has no run of this release yet" in refusal("trend", "--reports", str(tmp_path))
    assert "is called 'x'" in refusal("trend", "x", "--reports", str(reports))
    assert "name the folder of a run" in refusal("compare", "x", "y", "--reports", str(reports))


def test_retry_never_turns_a_fail_into_a_pass_and_is_told(tmp_path):
    words, tally = report(tmp_path / "one", "slip-lacks-batch", retries=2)
    assert words == [Word.FAIL, Word.PASS]
    assert (tally.failed, tally.passed, tally.flaky) == (3, 1, ())


def sell_while_standing_still(turns):
    """Return a script in which the bench stands still as often as the turns say."""

    def script(rig):
        rig.till.sale(1234)
        if next(turns):
            rig.world.recorder.add("bench", "note", "stall", "nothing ran", {"late_ms": 90_000})

    return script


@pytest.mark.parametrize(
    ("turns", "told"), [([True, False], (Word.PASS, 1, 0)), ([True] * 3, (Word.INCONCLUSIVE, 0, 3))]
)
def test_case_in_which_the_bench_stood_still_is_played_again(tmp_path, turns, told):
    left = iter(turns)
    (parts,) = load_parts(ROOT / "devices.yaml")
    player = Player(parts=parts, world="virtual", folder=tmp_path / "r", door="pytest")
    scenario = Scenario(name="a", script=sell_while_standing_still(left), due=())
    case = player.play(scenario, "sale")
    tally = write_run(tmp_path / "r", [parts], "virtual")
    assert (case.word, list(left)) == (told[0], [])
    assert (tally.word, tally.passed, tally.inconclusive) == told


def test_case_that_fails_once_is_flaky_and_failed(tmp_path):
    turns = iter([True, False])

    def sell_once(rig):
        rig.till.sale(1234)
        rig.expect.own_check("x") if next(turns) else None

    (parts,) = load_parts(ROOT / "devices.yaml")
    player = Player(parts=parts, world="virtual", folder=tmp_path / "r", door="pytest", retries=3)
    case = player.play(Scenario(name="now and then", script=sell_once, due=()), "sale")
    tally = write_run(tmp_path / "r", [parts], "virtual")
    assert (case.word, tally.word) == (Word.FAIL, Word.FAIL)
    assert tally.flaky == ("sale: now and then [zvt-1]: flaky, FAIL in 1 of 2 runs",)
