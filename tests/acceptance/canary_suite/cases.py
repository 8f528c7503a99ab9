"""Cases through which canaries pass: every end that a case can have, and a suite that is wrong."""

import pytest

from harness.campaign.scenario import Scenario
from harness.emulator.host.config import Override
from harness.errors import RigError
from harness.fault.plan import Corrupt, Drop, PaperOut, Plan, PowerOff, Truncate
from harness.rig.rig import Rig


def sell_twice(rig: Rig):
    rig.till.sale(1234)
    rig.till.reprint()
    rig.till.sale(500, card="card-2")
    rig.office.enquire("after", card="card-1")


def key_a_wrong_pin(rig: Rig):
    rig.till.sale(1234, pin="wrong")
    rig.till.sale(500, card="card-3")


def break_the_bench(rig: Rig):
    rig.till.sale(1234)
    raise RigError("the robot that swipes cards has dropped one")


def planned(name, point, action):
    plan = Plan().also(point, action, "M2")
    return Scenario(name=name, script=sell_twice, due=("M2",), plan=plan)


SCENARIOS = (
    Scenario(name="approved", script=sell_twice, due=("M2", "L4")),
    Scenario(name="wrong PIN", script=key_a_wrong_pin, due=("K4",)),
    Scenario(name="bench breaks", script=break_the_bench, due=("M2",)),
    Scenario(name="wrong MAC", script=sell_twice, due=("W4",),
             answers={("0200", 1): Override(wrong_mac=True)}),
    planned("answer lost", "tx host 0210 #1", Drop()),
    planned("request corrupted", "tx terminal 0200 #1", Corrupt(40)),
    planned("request cut short", "tx terminal 0200 #1", Truncate(keep=70)),
    planned("result corrupted", "tx terminal 040F #1", Corrupt(12)),
    planned("power cut", "nv terminal journal #1", PowerOff(keep=20)),
    planned("paper out", "print terminal slip #1", PaperOut(keep=60)),
    planned("never reached", "tx host 0210 #9", Drop()),
)  # fmt: skip


@pytest.mark.parametrize("verdict", SCENARIOS, indirect=True, ids=str)
def test_canary(verdict):
    verdict.require_pass()


def test_suite_that_is_wrong(player):
    cards = {card.token: card for card in player.parts.cards}
    assert player.parts is cards
