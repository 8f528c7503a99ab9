"""What merchants are told, swept: how they are paid (point 7), tenders in trouble (point 9).

The other points are swept where their functions are: sale, void, refund, settlement, reversal,
slip.
"""

import pytest

from harness.campaign.scenario import Scenario
from harness.fault.plan import Action, Cut, Drop, Plan, PowerOff
from harness.rig.rig import Rig

LOST_ANSWER = Plan().also("tx host 0210 #2", Drop(), "M7")


def void_and_settle(rig: Rig):
    """Sell twice, void the second sale, settle, and be paid on the next day."""
    rig.till.sale(1234)
    rig.till.sale(500, card="card-2")
    rig.till.void(rig.till.voucher, card="card-2")
    settle_and_wait(rig)


def lose_and_settle(rig: Rig):
    """Sell twice, the second time without an answer, which the third sale reverses; settle."""
    rig.till.sale(1234)
    rig.till.sale(500, card="card-2")
    rig.till.sale(700, card="card-3")
    settle_and_wait(rig)


def settle_and_wait(rig: Rig):
    """Settle, and let the day end."""
    rig.till.settle()
    rig.office.next_day()


def pay(rig: Rig):
    """Sell as a cashier does who asks before trying again; sell to somebody else."""
    rig.till.tender(1234)
    rig.wait(10)
    rig.till.tender(500, card="card-2")


def paid(payout: str) -> tuple[Scenario, ...]:
    """Return the cases of one kind of payout."""
    due, profile = ("M7", "M1", "M2"), {"payout": payout}
    return (
        Scenario(name=f"paid {payout}, less what was voided", script=void_and_settle, due=due,
                 profile=profile),
        Scenario(name=f"paid {payout}, less what was reversed", script=lose_and_settle, due=due,
                 profile=profile, plan=LOST_ANSWER),
    )  # fmt: skip


def tender(name: str, point: str, action: Action) -> Scenario:
    """Return a tender with one trouble."""
    plan = Plan().also(point, action, "M9")
    return Scenario(name=f"tender, {name}", script=pay, due=("M9", "M2", "M3", "E6"), plan=plan)


SCENARIOS = (
    *paid("T+1"),
    *paid("D+0"),
    tender("request lost", "rx host 0200 #1", Drop()),
    tender("line cut in the answer", "tx host 0210 #1", Cut(keep=50)),
    tender("power cut while the host answers", "tx host 0210 #1", PowerOff()),
    tender("power cut when it is approved", "tx host 0210 #1", PowerOff(keep=None)),
)


@pytest.mark.parametrize("verdict", SCENARIOS, indirect=True, ids=str)
def test_merchant(verdict):
    verdict.require_pass()
