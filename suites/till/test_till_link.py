"""The line between till and terminal is lost: the transaction stands, its result can be fetched."""

import pytest

from harness.campaign.scenario import Scenario
from harness.fault.plan import Corrupt, Delay, Drop, Duplicate, LinkDown, Plan
from harness.rig.rig import Rig

TOLD = ("E4", "E6", "M2", "M3", "L1")


def sell_and_ask(rig: Rig):
    """Sell; when the line is back ask how it ended, then sell to somebody else."""
    rig.till.sale(1234)
    rig.wait(60)
    rig.till.status()
    rig.till.sale(500, card="card-2")


def ask_while_busy(rig: Rig):
    """Sell, and ask for a balance while the terminal waits for the card."""
    rig.till.ask_meanwhile()
    rig.till.sale(1234)
    rig.till.sale(500, card="card-2")


def sell_twice(rig: Rig):
    """Sell, and sell again to another card."""
    rig.till.sale(1234)
    rig.till.sale(500, card="card-2")


def sell_and_wait(rig: Rig):
    """Sell; when the terminal speaks no more ask how it ended, and sell to somebody else."""
    rig.till.sale(1234)
    rig.wait(300)
    rig.till.status()
    rig.till.sale(500, card="card-2")


def pay(rig: Rig):
    """Sell as a cashier does who asks before trying again."""
    rig.till.tender(1234)


def lost(name, point, action, *, script=sell_and_ask, due=TOLD):
    """Return a case with one fault of the till line."""
    return Scenario(name=name, script=script, due=due, plan=Plan().also(point, action, "E4"))


SCENARIOS = (
    lost("till line lost before the result", "tx terminal 040F #1", LinkDown(keep=0, for_s=200)),
    lost("till line lost after approval, the cashier asks", "tx terminal 040F #1",
         LinkDown(keep=0, for_s=150), script=pay, due=(*TOLD, "M9")),
    lost("till line lost before the completion", "tx terminal 060F #1",
         LinkDown(keep=0, for_s=200), due=("E6", "M2", "M3", "L1")),
    Scenario(name="result damaged on the till line", script=sell_and_ask,
             due=("E6", "M2", "M3", "L1"),
             plan=Plan().also("tx terminal 040F #1", Corrupt(8), "E6")),
    Scenario(name="acknowledgement lost on the till line", script=sell_and_ask,
             due=("E6", "M2", "M3", "L1", "M4"),
             plan=Plan().also("rx terminal ACK #1", Drop(), "E6")),
    Scenario(name="command comes twice", script=sell_and_ask, due=("E6", "M2", "M3", "M4"),
             plan=Plan().also("rx terminal 0601 #1", Duplicate(), "M4")),
    Scenario(name="second command while the terminal is busy", script=ask_while_busy,
             due=("E2", "M2", "M3", "M4", "L1")),
    Scenario(name="messages of the terminal restart the till's timer", script=sell_twice,
             due=("E3", "M2", "M3"), profile={"answer_timeout_s": 100},
             plan=Plan().also("tx host 0210 #1", Drop(), "E3")
             .also("tx host 0410 #1", Delay(90), "E3").also("tx host 0210 #2", Delay(95), "E3")),
    Scenario(name="terminal silent for longer than the till waits", script=sell_and_wait,
             due=("E3", "E6", "M2", "M3"), profile={"answer_timeout_s": 220},
             plan=Plan().also("tx host 0210 #1", Drop(), "E3")),
    Scenario(name="tender paid at the first try", script=pay, due=("M9", "M2", "M3")),
    Scenario(name="tender retried after a lost answer", script=pay, due=("M9", "M2", "M3", "R3"),
             plan=Plan().also("tx host 0210 #1", Drop(), "R3")),
)  # fmt: skip


@pytest.mark.parametrize("verdict", SCENARIOS, indirect=True, ids=str)
def test_till_link(verdict):
    verdict.require_pass()
