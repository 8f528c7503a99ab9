"""The line is lost in the middle of a sale: the terminal must reverse what may have been debited.

Each loss is met by the next sale: of another amount, of a card with a wrong PIN, or of the same.
Points at the host's end can be reached on every bench, those in the terminal on an emulated one.
"""

import pytest

from harness.campaign.scenario import Scenario
from harness.fault.plan import Corrupt, Cut, Delay, Drop, LinkDown, Plan, RefuseConnect, Truncate
from harness.rig.rig import Rig

LOST = ("R3", "R5", "R6", "R7")
UNPOSTED = (*LOST, "R2", "R16", "M1", "M2", "M3", "L1", "W2", "W3", "T1", "T2")
REVERSED = (*LOST, "R2", "R16", "M1", "M2", "M3", "M5", "M6", "L1", "W2", "W3", "T1", "T2")
TOLD = (*LOST, "R2", "R16", "M1", "M2", "M3", "M5", "M6", "L1", "W2", "W3", "T2")
UNHEARD = ("M2", "M3")  # by a host that never got the request
UNSENT = ("M2", "M3", "L1", "W2")


def sell_twice(rig: Rig):
    """Sell, and sell again to another card."""
    rig.till.sale(1234)
    rig.till.sale(500, card="card-2")


def sell_again_when_the_link_is_back(rig: Rig):
    """Sell, wait as long as the link may be down, and sell again to another card."""
    rig.till.sale(1234)
    rig.wait(100)
    rig.till.sale(500, card="card-2")


def sell_then_wrong_pin(rig: Rig):
    """Sell, and sell again with a wrong PIN: declined, but it pushes the reversal out."""
    rig.till.sale(1234)
    rig.till.sale(500, card="card-2", pin="wrong")


def sell_once(rig: Rig):
    """Sell; what is pending is pushed out at rest."""
    rig.till.sale(1234)


def lost(name, point, action, *, script=sell_twice, due=REVERSED, due_outside=None):
    """Return a case with one fault, on which the rules of reversal depend."""
    plan = Plan().also(point, action, *LOST)
    return Scenario(name=name, script=script, due=due, due_outside=due_outside, plan=plan)


SCENARIOS = (
    Scenario(name="line lost before the request leaves", script=sell_twice, due=UNSENT,
             plan=Plan().also("tx terminal 0200 #1", Cut(keep=0), *UNSENT)),
    lost("line lost in the middle of the request", "tx terminal 0200 #1", Cut(keep=60),
         due=(*LOST, "R2", "M2", "M3", "L1", "W2")),
    lost("line lost after the request has left", "tx terminal 0200 #1", Cut(keep=None)),
    lost("line lost before the host has the request", "rx host 0200 #1", Cut(keep=0),
         due=UNPOSTED, due_outside=UNHEARD),
    lost("line lost within the request at the host", "rx host 0200 #1", Cut(keep=40), due=UNPOSTED),
    lost("line lost when the host has the request", "rx host 0200 #1", Cut(keep=None)),
    lost("line lost before the answer", "tx host 0210 #1", Cut(keep=0)),
    lost("line lost in the middle of the answer", "tx host 0210 #1", Cut(keep=50)),
    lost("line lost before the answer reaches the terminal", "rx terminal 0210 #1", Cut(keep=0)),
    lost("line lost within the answer at the terminal", "rx terminal 0210 #1", Cut(keep=20)),
    lost("line closed in order before the answer", "tx host 0210 #1", Cut(keep=0, how="fin")),
    lost("line silent before the answer", "tx host 0210 #1", Cut(keep=0, how="silence")),
    lost("line half open before the answer", "tx host 0210 #1", Cut(keep=0, how="half_open")),
    lost("answer dropped", "tx host 0210 #1", Drop()),
    lost("request dropped", "rx host 0200 #1", Drop(), due=UNPOSTED,
         due_outside=UNHEARD),
    lost("answer cut short, line stays", "tx host 0210 #1", Truncate(keep=30)),
    lost("answer corrupted in its MAC", "tx host 0210 #1", Corrupt(-3),
         due_outside=("R5", "R6", "R7", "M2", "M3", "M5")),
    lost("link down for a minute and a half before the answer", "tx host 0210 #1",
         LinkDown(keep=0), due=TOLD,
         script=sell_again_when_the_link_is_back),
    lost("lost answer, then a wrong PIN pushes the reversal out", "tx host 0210 #1", Drop(),
         script=sell_then_wrong_pin),
    lost("lost answer, nothing sold afterwards", "tx host 0210 #1", Drop(), script=sell_once,
         due=("M2", "M3", "M5", "R3", "R6")),
    Scenario(name="connect refused", script=sell_twice, due=("M2", "M3", "L1"),
             plan=Plan().also("connect terminal host #1", RefuseConnect(), "T2")),
    Scenario(name="line down before the sale", script=sell_again_when_the_link_is_back,
             due=("M2", "M3"),
             plan=Plan().also("connect terminal host #1", LinkDown(keep=0, for_s=30), "T2")),
    Scenario(name="answer delayed but in time", script=sell_twice, due=("M2", "M3", "L1"),
             plan=Plan().also("tx host 0210 #1", Delay(20), "L1")),
)  # fmt: skip


@pytest.mark.parametrize("verdict", SCENARIOS, indirect=True, ids=str)
def test_line_loss(verdict):
    verdict.require_pass()
