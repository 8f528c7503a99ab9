"""How a scenario is played, and what becomes of all that can be raised meanwhile."""

import pytest

from harness.campaign.play import play
from harness.campaign.scenario import Scenario
from harness.check.compose import Word
from harness.errors import RigError
from harness.history.record import dump
from harness.report.case import Case
from tests.campaign.benches import SERIAL, fragile, sell


def scenario(script=sell, **more):
    return Scenario(name="a case", script=script, due=("M2",), **more)


def notes(played, address):
    return [row.value for row in played.history.rows if row.address == address]


def word(played):
    """Return what a report says of the case."""
    about = {"name": "", "suite": "", "door": "run", "rules": (), "took_s": 0.0}
    return Case(**about, history=played.history, verdict=played.judged(), error=played.error).word


def test_case_begins_is_played_and_comes_to_rest():
    played = play(scenario(), SERIAL)
    assert (played.error, played.judged().word) == ("", Word.PASS)
    assert notes(played, "rest") == ["begin", "end"]
    assert played.history.header.case == "a case"


def raising(error):
    def script(rig):
        sell(rig)
        raise error

    return script


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RigError("the robot dropped the card"), "RigError: the robot dropped the card"),
        (KeyError("nothing"), "KeyError: 'nothing' (test_play.py, line "),
        (AssertionError("card 6225887319460289"), "AssertionError: card 622588******0289 ("),
    ],
)
def test_whatever_a_script_raises_makes_the_case_inconclusive(error, said):
    played = play(scenario(raising(error)), SERIAL)
    assert played.error.startswith(said)
    assert word(played) is Word.INCONCLUSIVE
    assert notes(played, "bench failure") == [played.error]
    assert notes(played, "rest") == []


def test_machine_that_crashes_is_a_failure_of_the_bench_with_its_history():
    played = play(scenario(), fragile())
    assert "ZeroDivisionError: terminal firmware (benches.py, line " in played.error
    assert played.history.rows[-1].address == "bench failure"
    assert any(row.kind == "invoke" for row in played.history.rows)


@pytest.mark.live
def test_machine_that_crashes_live_is_a_failure_of_the_bench_too():
    played = play(scenario(), fragile(), "live")
    assert "ZeroDivisionError: terminal firmware" in played.error
    assert word(played) is Word.INCONCLUSIVE


def test_finding_before_the_failure_stands():
    def script(rig):
        sell(rig)
        rig.expect.outcome("not_approved")
        raise RigError("too late")

    played = play(scenario(script), SERIAL)
    assert [finding.rule for finding in played.judged().findings] == ["EXPECT"]
    assert word(played) is Word.FAIL


def test_bench_that_cannot_be_opened_is_a_failure_with_an_empty_history():
    inner = []
    again = scenario(lambda _rig: inner.append(play(scenario(), SERIAL)))
    play(again, SERIAL)  # inside, its sim:// addresses are taken
    assert "MisuseError" in inner[0].error
    assert inner[0].history.rows == ()


def test_interrupt_is_not_swallowed():
    with pytest.raises(KeyboardInterrupt):
        play(scenario(raising(KeyboardInterrupt())), SERIAL)


def test_bench_can_be_used_again_after_a_failure():
    play(scenario(raising(RigError("x"))), SERIAL)
    assert play(scenario(), SERIAL).error == ""


def test_sink_gets_every_line_of_the_history():
    lines = []
    played = play(scenario(), SERIAL, sink=lines.append)
    assert "".join(lines) == dump(played.history)


def test_profile_of_the_case_is_that_of_both_machines_and_of_the_header():
    played = play(scenario(profile={"header": "absent"}), SERIAL)
    assert played.history.header.profile["header"] == "absent"
    assert played.judged().word is Word.PASS
