"""Days of a shop: mixed transactions with faults among them, reconciled to the cent.

A live bench plays shorter days, for each lost answer is waited for; the history says how long.
"""

import pytest

from harness.campaign.cashier import work
from harness.campaign.day import WHOLE, Size
from harness.campaign.scenario import Scenario
from harness.rig.rig import Rig

LIVE = Size(60, 12)
SHORT = Size(30, 5)
DUE = ("M1", "M2", "M3", "M4", "M5", "M6", "M7", "M8", "L1", "L3", "S2", "S3", "S7", "D1", "W2")
SHORT_DUE = ("M1", "M2", "M3", "M4", "L1", "S7", "W2")


def day_of(seed: int):
    """Return the script of a whole day: work, rest, reconcile."""

    def script(rig: Rig):
        work(rig, seed, WHOLE if rig.history().header.world == "virtual" else LIVE)
        rig.rest()
        rig.expect.reconciled()

    return script


def short_day(rig: Rig):
    """Work a few hours without refunds, which every terminal can."""
    work(rig, 4, SHORT, has_refunds=False)
    rig.rest()
    rig.expect.reconciled()


DAYS = (
    *(
        Scenario(name=f"day of seed {seed}", script=day_of(seed), due=DUE,
                 due_outside=tuple(rule for rule in DUE if rule != "D1"),  # a day may have no cut
                 profile={"refund_enabled": True})
        for seed in (1, 2, 3)
    ),
    Scenario(name="short day without refunds", script=short_day, due=SHORT_DUE,
             due_outside=("M2", "M3", "M4", "S7")),
)  # fmt: skip


@pytest.mark.parametrize("verdict", DAYS, indirect=True, ids=str)
def test_day(verdict):
    verdict.require_pass()
