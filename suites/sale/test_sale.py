"""Sales on an undisturbed line: approved, declined, wrong PIN, refused at the terminal."""

import pytest

from harness.campaign.scenario import Scenario
from harness.emulator.host.config import Override
from harness.fault.plan import Drop, Plan
from harness.rig.rig import Rig

MONEY = ("M1", "M2", "M3", "M4", "M6")
APPROVED = (*MONEY, "L1", "L2", "L3", "L4", "W1", "W2", "W3", "K1")
DECLINED = ("M2", "M3", "R4", "L1", "W1", "W2", "W3")


def sell(amount_minor, **more):
    """Return a script of one sale."""

    def script(rig: Rig):
        return rig.till.sale(amount_minor, **more)

    return script


def sell_thrice(rig: Rig):
    """Sell to three cards, one after the other."""
    for amount_minor, card in ((100, "card-1"), (2050, "card-2"), (99999, "card-3")):
        rig.till.sale(amount_minor, card=card)


def ask_balance_then_sell(rig: Rig):
    """Inquire, which moves nothing, then sell to the same card."""
    rig.till.balance(card="card-2")
    rig.till.sale(700, card="card-2")


def declined_by(code):
    """Return a case in which the host declines with this code."""
    return Scenario(
        name=f"declined {code} leaves no reversal",
        script=sell(1234),
        answers={("0200", 1): Override(response_code=code)},
        due=DECLINED,
    )


SCENARIOS = (
    Scenario(name="approved with PIN", script=sell(1234), due=(*APPROVED, "K3")),
    Scenario(name="approved without PIN", script=sell(250, card="card-3"), due=(*APPROVED, "K3")),
    Scenario(name="smallest amount", script=sell(1, card="card-2"), due=APPROVED),
    Scenario(name="three sales in a row", script=sell_thrice, due=APPROVED),
    Scenario(name="balance inquiry, then a sale", script=ask_balance_then_sell,
             due=APPROVED),
    Scenario(name="balance inquiry without an answer leaves no reversal",
             script=ask_balance_then_sell, due=("R2", "M2", "M3", "L1"),
             plan=Plan().also("tx host 0210 #1", Drop(), "R2")),
    Scenario(name="declined for want of money", script=sell(99900, card="card-poor"), due=DECLINED),
    Scenario(name="declined above the limit", script=sell(5_000_001), due=DECLINED),
    Scenario(name="wrong PIN is declined", script=sell(1234, pin="wrong"), due=(*DECLINED, "K4")),
    Scenario(name="expired card is refused", script=sell(1234, card="card-expired"), due=("M2",)),
    *map(declined_by, ("05", "54", "91", "96", "98")),
)  # fmt: skip


@pytest.mark.parametrize("verdict", SCENARIOS, indirect=True, ids=str)
def test_sale(verdict):
    verdict.require_pass()
