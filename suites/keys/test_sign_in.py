"""Sign-in and working keys: nothing is sold without them, and a wrong MAC asks for new ones."""

import pytest

from harness.campaign.scenario import Scenario
from harness.emulator.host.config import Override
from harness.fault.plan import Drop, Plan
from harness.rig.rig import Rig


def sell(rig: Rig):
    """Sell once."""
    rig.till.sale(1234)


def sell_before_and_after_sign_in(rig: Rig):
    """Sell without keys, sign in, sell."""
    rig.till.sale(1234)
    rig.till.sign_in()
    rig.till.sale(1234)


def sell_sign_in_sell(rig: Rig):
    """Sell, sign in anew, sell; after the code of the first sale no other may come before."""
    rig.till.sale(1234)
    rig.till.sale(500, card="card-2")
    rig.till.sign_in()
    rig.till.sale(500, card="card-2")


def sell_sign_in_and_sell_on(rig: Rig):
    """Sell, sign in in vain, and go on selling under the old keys."""
    rig.till.sale(1234)
    rig.till.sign_in()
    rig.till.sale(500, card="card-2")
    rig.till.sign_in()
    rig.till.sale(700)


def asked_to_sign_in(code):
    """Return a case in which the host asks for a new sign-in."""
    return Scenario(
        name=f"sale answered {code} asks for a new sign-in",
        script=sell_sign_in_sell,
        answers={("0200", 1): Override(response_code=code)},
        due=("K1", "R4", "M2", "M3", "W3"),
    )


def keyed(name, **profile):
    """Return a sale under other parameters of keys and frames."""
    return Scenario(
        name=name, script=sell, profile=profile, due=("W1", "W3", "K1", "K3", "M2", "M3", "L1")
    )


SCENARIOS = (
    Scenario(name="no sale before the sign-in", script=sell_before_and_after_sign_in,
             signed_in=False, due=("K1", "M2", "M3", "W3")),
    Scenario(name="answer to a second sign-in lost", script=sell_sign_in_sell,
             due=("K1", "W3", "M2", "M3"),
             plan=Plan().also("tx host 0810 #1", Drop(), "W3")),
    Scenario(name="keys with a wrong check value are refused", script=sell_sign_in_and_sell_on,
             due=("K2", "W3", "M2", "M3"),
             answers={("0800", 1): Override(wrong_check_value=True)}),
    # the last one is answered: it would be on its way when the bench comes to rest
    Scenario(name="sign-in that the host has asked for is not answered", due=("T2", "M2"),
             script=sell_sign_in_sell,
             answers={("0200", 1): Override(requirement="3"),
                      **{("0800", nth): Override(silent=True) for nth in range(1, 5)}}),
    *map(asked_to_sign_in, ("A0", "99", "77")),
    keyed("keys of one length", keys_form="001"),
    keyed("keys with a track key", keys_form="004"),
    keyed("MAC in binary", mac_width="binary8"),
    keyed("PIN block without PAN", pin_block_with_pan=False),
    keyed("no header", header="absent"),
)  # fmt: skip


@pytest.mark.parametrize("verdict", SCENARIOS, indirect=True, ids=str)
def test_sign_in(verdict):
    verdict.require_pass()
