"""The power is cut in the middle of a sale: while waiting, after the answer, while printing."""

import pytest

from harness.campaign.scenario import Scenario
from harness.fault.plan import Drop, Plan, PowerOff
from harness.rig.rig import Rig

CUT = ("R12", "D1")
WHOLE = (*CUT, "M1", "M2", "M3", "M4", "L1", "W2")


def sell_ask_and_sell(rig: Rig):
    """Sell, ask the booted terminal how it ended, and sell to somebody else."""
    rig.till.sale(1234)
    rig.wait(10)
    rig.till.status()
    rig.till.sale(500, card="card-2")


def sell_twice_alike(rig: Rig):
    """Sell, and sell for an amount of as many digits to another card; ask, and sell again."""
    rig.till.sale(1234, card="card-3")
    rig.till.sale(4321, card="card-3")
    rig.wait(10)
    rig.till.status()
    rig.till.sale(500, card="card-2")


def sell_and_reprint(rig: Rig):
    """Sell; after the boot print the last slip again, then sell to somebody else."""
    rig.till.sale(1234)
    rig.wait(10)
    rig.till.status()
    rig.till.reprint()
    rig.till.sale(500, card="card-2")


def sell_and_bounce(rig: Rig):
    """Sell; the power bounces three times within a second; ask, and sell to somebody else."""
    rig.till.sale(1234)
    for _ in range(2):
        rig.cut_power(off_s=0.2)
    sell_on(rig)


def sell_on(rig: Rig):
    """Ask the booted terminal how the sale ended, and sell to somebody else."""
    rig.wait(10)
    rig.till.status()
    rig.till.sale(500, card="card-2")


def cut(name, point, action=None, *, script=sell_ask_and_sell, due=WHOLE, due_outside=None):
    """Return a case with one power cut, on which its rules depend."""
    plan = Plan().also(point, action or PowerOff(), *CUT)
    return Scenario(name=name, script=script, due=due, due_outside=due_outside, plan=plan)


SCENARIOS = (
    cut("power cut when the request comes to the host", "rx host 0200 #1",
        due_outside=("M2", "M3")),
    cut("power cut before the host answers", "tx host 0210 #1"),
    cut("power cut when the answer has left the host", "tx host 0210 #1", PowerOff(keep=None)),
    cut("power cut before the request", "tx terminal 0200 #1", due=("D1", "M2", "M3", "W2")),
    cut("power cut within the request", "tx terminal 0200 #1", PowerOff(keep=30)),
    cut("power cut after the request", "tx terminal 0200 #1", PowerOff(keep=None)),
    cut("power cut when the answer arrives", "rx terminal 0210 #1"),
    cut("power cut between answer and journal", "nv terminal journal #1"),
    cut("power cut within the journal write", "nv terminal journal #1", PowerOff(keep=40),
        due=(*WHOLE, "D2")),
    cut("power cut after the journal write", "nv terminal journal #1", PowerOff(keep=None)),
    Scenario(name="power cut within the reversal record", script=sell_ask_and_sell,
             due=("M2", "M3", "W2"),
             plan=Plan().also("nv terminal reversal #1", PowerOff(keep=100), "W2")),
    cut("power cut before the slip", "print terminal slip #1", script=sell_and_reprint,
        due=(*WHOLE, "L6")),
    cut("power cut while printing", "print terminal slip #1", PowerOff(keep=120),
        script=sell_and_reprint, due=(*WHOLE, "L6")),
    cut("power cut before the second copy", "print terminal slip #2", script=sell_and_reprint,
        due=WHOLE),
    Scenario(name="power cut within the second sale's reversal record", script=sell_twice_alike,
             due=("M2", "M3", "W2"),
             plan=Plan().also("nv terminal reversal #3", PowerOff(keep=60), "W2")),
    Scenario(name="power cut while the reversal is being noted as sent", script=sell_ask_and_sell,
             due=WHOLE,
             plan=Plan().also("tx host 0210 #1", Drop(), "R12")
             .also("nv terminal reversal #2", PowerOff(keep=20), *CUT)),
    Scenario(name="power cut while the reversal waits", script=sell_ask_and_sell, due=WHOLE,
             plan=Plan().also("tx host 0210 #1", Drop(), "R12")
             .also("rx host 0400 #1", PowerOff(), *CUT)),
    Scenario(name="power bounces while the terminal waits", script=sell_and_bounce,
             due=(*WHOLE, "D3"),
             plan=Plan().also("tx host 0210 #1", PowerOff(off_s=0.2), *CUT, "D3")),
    Scenario(name="power bounces after the approval", script=sell_and_bounce,
             due=("D3", "D1", "M2", "M3", "M4", "W2"),
             plan=Plan().also("nv terminal journal #1", PowerOff(keep=None, off_s=0.2), "D3")),
    Scenario(name="power of the host cut while the terminal waits", script=sell_ask_and_sell,
             due=("M2", "M3", "R3", "R5"),
             due_outside=("M2", "M3"),
             plan=Plan().also("rx host 0200 #1", PowerOff(device="host"), "R3")),
)  # fmt: skip


@pytest.mark.parametrize("verdict", SCENARIOS, indirect=True, ids=str)
def test_power_cuts(verdict):
    verdict.require_pass()
