"""The merchant asks the back office: before and after the reversal, after an approval, too soon."""

import pytest

from harness.campaign.scenario import Scenario
from harness.fault.plan import Drop, Plan
from harness.rig.rig import Rig


def ask_before_and_after_the_reversal(rig: Rig):
    """Lose the answer, ask, push the reversal out by another sale, ask again."""
    rig.till.sale(1234)
    rig.office.enquire("before", card="card-1")
    rig.till.sale(500, card="card-2")
    rig.office.enquire("after", card="card-1")


def ask_after_the_next_sale(rig: Rig):
    """Sell twice, then ask for the first one, which can be reversed no more."""
    rig.till.sale(1234)
    rig.office.enquire("at once", card="card-1")
    rig.till.sale(500, card="card-2")
    rig.office.enquire("later", card="card-1")


SCENARIOS = (
    Scenario(name="enquiry before and after the reversal",
             script=ask_before_and_after_the_reversal, due=("Q1", "R3", "R5", "M2", "M3"),
             plan=Plan().also("tx host 0210 #1", Drop(), "R3", "Q1")),
    Scenario(name="enquiry after an approval", script=ask_after_the_next_sale,
             due=("Q1", "M2", "M3")),
    Scenario(name="enquiry after a request that never arrived",
             script=ask_before_and_after_the_reversal, due=("M2", "M3", "R3"),
             due_outside=("M2", "M3"), plan=Plan().also("rx host 0200 #1", Drop(), "R3")),
)  # fmt: skip


@pytest.mark.parametrize("verdict", SCENARIOS, indirect=True, ids=str)
def test_enquiry(verdict):
    verdict.require_pass()
