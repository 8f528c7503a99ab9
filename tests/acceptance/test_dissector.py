"""tshark reads a live sale with a reversal on the TCP ECR port as our history tells it.

Sign-in, balance inquiry and the enquiry for the last result are commands of ours (0F xx): ZVT has
none.  The dissector does not know them; it must know all others.
"""

from dataclasses import replace

import pytest

from harness.campaign.play import perform
from harness.campaign.scenario import Scenario
from harness.fault.plan import Drop, Plan
from harness.rig.open_rig import open_rig
from harness.rig.opening import Opening
from tests.acceptance import dissector
from tests.acceptance.bench import parts
from tests.acceptance.relay import TO_TERMINAL, TO_TILL, relayed

NAMES = ("command", "amount_minor", "voucher", "result_code", "status_code")
OURS = "0F"
pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(bool(dissector.missing()), reason=dissector.missing() or "all is here"),
]


def sell_lose_the_answer_and_sell(rig):
    rig.till.sale(1234)
    rig.till.sale(500, card="card-2")


def recorded():
    """Return the history of the sale, and what passed between till and terminal."""
    plan = Plan().also("tx host 0210 #1", Drop())
    scenario = Scenario(name="sale with reversal", script=sell_lose_the_answer_and_sell, due=())
    with open_rig(parts("zvt-2"), Opening(world="live", plan=plan)) as rig:
        with relayed(rig.world.listening("terminal", "ecr")) as relay:
            rig.till.terminal.close()
            rig.till.terminal = replace(rig.till.terminal, address=relay.url)
            perform(rig, scenario)
            rig.till.terminal.close()
        return rig.history(), relay.passed


def said(history, kind):
    """Return what the till's rows of one direction say, without our own commands."""
    rows = [row for row in history.rows if row.actor == "till" and row.kind == kind]
    facts = [{name: row.facts[name] for name in NAMES if name in row.facts} for row in rows]
    return [each for each in facts if not each["command"].startswith(OURS)]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    history, passed = recorded()
    return history, dissector.capture(passed, tmp_path_factory.mktemp("capture"))


@pytest.mark.parametrize(("kind", "is_to_terminal"), [("tx", True), ("rx", False)])
def test_dissector_reads_the_commands_amounts_and_vouchers_of_our_history(
    run, kind, is_to_terminal
):
    history, path = run
    read = dissector.apdus(path, is_to_terminal=is_to_terminal)
    assert list(map(dissector.facts, read)) == said(history, kind)


def test_dissector_finds_nothing_malformed(run):
    _, path = run
    assert dissector.damaged(path) == []


def test_run_has_the_lost_sale_its_reversal_and_the_next_sale(run):
    history, _ = run
    assert [row.value for row in history.rows if row.address == "terminal/0400"]
    told = [each for each in said(history, "rx") if each["command"] in {"040F", "061E"}]
    assert told[0] == {"command": "061E", "result_code": "A1"}
    assert told[1] == {
        "command": "040F", "amount_minor": 500, "voucher": 3, "result_code": "00",
    }  # fmt: skip


def test_dissector_does_not_read_an_apdu_that_is_cut_short(tmp_path):
    path = dissector.capture([(TO_TERMINAL, bytes.fromhex("0601 0A 04 0000000012"))], tmp_path)
    assert dissector.apdus(path, is_to_terminal=True) == []


def test_dissector_complains_of_a_field_that_is_cut_short(tmp_path):
    path = dissector.capture([(TO_TILL, bytes.fromhex("040F 04 04 000000"))], tmp_path)
    assert dissector.damaged(path)
