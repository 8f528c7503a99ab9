"""The harness itself does no harm: it keeps secrets, takes test cards only, and escapes what
devices say; in a live world it listens to nobody else.
"""

import pytest

from harness.campaign.scenario import Scenario
from harness.emulator.host.config import Override
from harness.fault.plan import Drop, Plan
from harness.rig.rig import Rig

OWN = ("X2", "X3")
MARKUP = f"{'<b>&[i]ISS':<11}{'</p>[/b]':<11}"  # issuer and acquirer, as the slip prints them


def sell(rig: Rig):
    """Sell once."""
    rig.till.sale(1234)


def sell_to_three(rig: Rig):
    """Sell by PIN, lose the answer to another card, mistype a PIN, sell without one, reprint."""
    rig.till.sale(1234)
    rig.till.sale(500, card="card-2")
    rig.till.sale(700, pin="wrong")
    rig.till.sale(900, card="card-3")
    rig.till.reprint()


SCENARIOS = (
    Scenario(name="no secret in what we write of sales, a reversal and a wrong PIN",
             script=sell_to_three, due=("C1", *OWN, "L4", "K3", "K4"),
             plan=Plan().also("tx host 0210 #2", Drop(), "C1")),
    Scenario(name="what host and terminal write is escaped wherever we show it", script=sell,
             due=("X4", *OWN, "L1"), answers={("0200", 1): Override(change={"44": MARKUP})}),
    Scenario(name="only those that we name may call our ports", script=sell, due=("X1", *OWN)),
)  # fmt: skip


@pytest.mark.parametrize("verdict", SCENARIOS, indirect=True, ids=str)
def test_bench(verdict):
    verdict.require_pass()
