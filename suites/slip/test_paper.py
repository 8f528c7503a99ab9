"""The printer fails, not the sale: it stands, and its slip can be had by a reprint."""

import pytest

from harness.campaign.scenario import Scenario
from harness.fault.plan import PaperOut, Plan
from harness.rig.rig import Rig

PAPER = ("R14", "L7")
STANDS = (*PAPER, "L1", "L6", "M2", "M3")


def sell_load_and_reprint(rig: Rig):
    """Sell without enough paper, put in a new roll, reprint, and sell to somebody else."""
    rig.till.sale(1234)
    rig.load_paper()
    rig.wait(10)
    rig.till.reprint()
    rig.till.sale(500, card="card-2")


def sell_twice_load_and_reprint(rig: Rig):
    """Sell to two cards, the second time without enough paper, put in a new roll, reprint."""
    rig.till.sale(500, card="card-2")
    sell_load_and_reprint(rig)


def sell_and_reprint(rig: Rig):
    """Sell, and print the slip again."""
    rig.till.sale(1234)
    rig.till.reprint()


SCENARIOS = (
    Scenario(name="paper out before the slip", script=sell_load_and_reprint,
             due=("R14", "L1", "L6", "M2", "M3"),
             plan=Plan().also("print terminal slip #1", PaperOut(), "R14")),
    Scenario(name="paper out in the middle of the slip", script=sell_load_and_reprint, due=STANDS,
             plan=Plan().also("print terminal slip #1", PaperOut(keep=200), *PAPER)),
    Scenario(name="paper out before the second copy", script=sell_load_and_reprint,
             due=("R14", "L1", "L6", "M2", "M3"),
             plan=Plan().also("print terminal slip #2", PaperOut(), "R14")),
    Scenario(name="paper out in the middle of the second sale's slip",
             script=sell_twice_load_and_reprint, due=("R14", "L7", "L1", "L6", "M2", "M3"),
             plan=Plan().also("print terminal slip #3", PaperOut(keep=200), *PAPER)),
    Scenario(name="reprint of the last slip", script=sell_and_reprint,
             due=("L1", "L2", "L3", "L4", "L6")),
)  # fmt: skip


@pytest.mark.parametrize("verdict", SCENARIOS, indirect=True, ids=str)
def test_paper(verdict):
    verdict.require_pass()
