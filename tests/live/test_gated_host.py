"""Cases with the host behind a gate: it breaks the line, and is a witness of what passed."""

from dataclasses import replace
from itertools import product

import pytest

from harness.campaign.scenario import Scenario
from harness.check.compose import Word
from harness.fault.plan import Corrupt, Cut, Drop, Plan
from harness.rig.schema import EmulatedHost
from harness.runner.doctor import examine
from tests.acceptance.bench import scenario
from tests.live.bench import free_port
from tests.live.gated import Gated, gated_bench

pytestmark = pytest.mark.live
SAMPLE = (
    ("sale", "approved with PIN"),
    ("sale", "three sales in a row"),
    ("void", "void gives the money back"),
    ("void", "answer to the void lost, the sale is live again"),
    ("settlement", "settlement that balances"),
    ("reversal", "answer dropped"),
    ("reversal", "line lost in the middle of the answer"),
    ("reversal", "line silent before the answer"),
    ("reversal", "late answer during the next sale"),
    ("reversal", "answer delayed but in time"),
    ("reversal", "link down for a minute and a half before the answer"),
)


@pytest.fixture(scope="module")
def bench():
    with gated_bench() as gated:
        yield gated


def sell(rig):
    rig.till.sale(1234)
    rig.till.sale(500, card="card-2")


def case(point, action):
    return Scenario(name="gated", script=sell, due=(), plan=Plan().also(point, action))


def rows(played, kind, actor):
    return [row for row in played.history.rows if (row.kind, row.actor) == (kind, actor)]


def fault(played):
    (found,) = rows(played, "fault", "nemesis")
    return found


@pytest.mark.parametrize(("suite", "name"), SAMPLE, ids=lambda word: word)
def test_cases_pass_with_the_host_behind_a_gate(bench, suite, name):
    played = bench.play(scenario(suite, name))
    assert not played.error
    assert not played.judged().findings
    steps = played.history.header.plan
    assert {row.address for row in rows(played, "fault", "nemesis")} == {s.point for s in steps}
    assert all(row.facts["by"] == "gate" for row in rows(played, "fault", "nemesis"))


def test_what_is_planned_in_the_middle_of_a_case_is_the_gates_too(bench):
    def script(rig):
        rig.till.sale(1234)
        rig.also(Plan().also("tx host 0210 #1", Drop(), "M2").also("rx terminal 0210 #1", Drop()))
        rig.till.sale(500, card="card-2")
        rig.till.sale(700, card="card-2")

    played = bench.play(Scenario(name="more", script=script, due=("M2",)))
    assert (played.error, played.judged().word) == ("", Word.PASS)
    told = [row for row in rows(played, "note", "bench") if row.address == "planned"]
    assert [row.facts["point"] for row in told] == ["tx host 0210 #2", "rx terminal 0210 #2"]
    fired = rows(played, "fault", "nemesis")
    assert [(row.address, row.facts["by"]) for row in fired] == [
        ("tx host 0210 #2", "gate"), ("rx terminal 0210 #2", "gate"),
    ]  # fmt: skip


def test_gate_witnesses_every_message_that_passed_and_none_that_did_not(bench):
    played = bench.play(case("tx host 0210 #1", Drop()))
    passed = [row for row in rows(played, "note", "gate") if "passed" in row.facts]
    seen = {
        (way, actor): [row.address[-4:] for row in passed if is_so(row, way, actor)]
        for way, actor in product(("came", "went"), ("terminal", "host"))
    }
    for actor, far in (("terminal", "host"), ("host", "terminal")):
        sent = [row.address[-4:] for row in rows(played, "tx", actor) if far in row.address]
        taken = [row.address[-4:] for row in rows(played, "rx", actor) if far in row.address]
        assert seen["came", actor] == sent
        assert seen["went", actor] == taken
    assert seen["came", "host"].count("0210") == seen["went", "terminal"].count("0210") + 1


def is_so(row, way, actor):
    return row.facts["passed"] == way and row.address.startswith(f"{actor}/")


def test_cut_says_its_layer_who_did_it_and_what_each_end_got(bench):
    played = bench.play(case("tx host 0210 #1", Cut(keep=9)))
    facts = fault(played).facts
    assert (facts["action"], facts["layer"], facts["by"]) == ("cut", "tcp", "gate")
    done = next(row for row in rows(played, "note", "gate") if row.address == "tx host 0210 #1")
    assert (done.facts["to_terminal_size"], done.facts["is_exact"]) == (9, True)
    answer = played.history.rows[fault(played).index + 1]
    assert (answer.actor, answer.facts["partial"], answer.facts["size"]) == ("host", True, 9)


def test_request_that_the_gate_spoils_is_not_the_terminals_fault(bench):
    played = bench.play(case("rx host 0200 #1", Corrupt(-3)))
    assert not played.judged().findings
    request = played.history.rows[fault(played).index + 1]
    assert (request.actor, request.kind, request.facts["spoiled"]) == ("host", "rx", True)


def test_broken_line_is_refused_by_the_gate_and_mended(bench):
    def script(rig):
        rig.break_line(for_s=30)
        rig.till.sale(1234)
        rig.wait(31)
        rig.till.sale(500, card="card-2")

    played = bench.play(Scenario(name="broken", script=script, due=()))
    assert not played.error
    assert not played.judged().findings
    refused = [row for row in rows(played, "connect", "terminal") if row.value == "refused"]
    assert refused


def test_doctor_finds_the_gate(bench):
    looked = [(step.part, step.problem) for step in examine(bench.parts)]
    assert looked == [("emulated bench", ""), ("gate", "")]


def test_gate_that_dies_makes_the_case_inconclusive_and_is_named():
    def script(rig):
        bench.gate.kill()
        rig.till.sale(1234)

    with gated_bench() as bench:
        played = bench.play(Scenario(name="killed", script=script, due=()))
        assert "the gate at 127.0.0.1:" in played.error
        assert "was lost" in played.error
        again = bench.play(Scenario(name="gone", script=sell, due=()))
        assert "start it (pos-harness gate)" in again.error


def test_gate_before_another_host_is_refused(bench):
    elsewhere = EmulatedHost(listen=f"127.0.0.1:{free_port()}")
    device = bench.parts.device.model_copy(update={"host": elsewhere})
    astray = Gated(replace(bench.parts, device=device), bench.gate)
    (_, looked) = examine(astray.parts)
    assert "start it with --host" in looked.problem
    assert "start it with --host" in astray.play(Scenario(name="astray", script=sell, due=())).error
