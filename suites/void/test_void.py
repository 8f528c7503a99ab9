"""Voids: what may be voided and what not, and what becomes of a void that is cut in the middle."""

import pytest

from harness.campaign.scenario import Scenario
from harness.emulator.host.config import Override
from harness.fault.plan import Drop, Duplicate, Hold, PaperOut, Plan, PowerOff, Press
from harness.fault.point import parse
from harness.rig.rig import Rig

MONEY = ("M1", "M2", "M3", "M6")
GOOD = ("V1", "V2", "V8", "V9", *MONEY, "L1", "L2", "L3", "L5")
LOST = ("R3", "R5")
RESTORED = (*LOST, "R6", "R7", "R13", "M2", "M3")
CUT = ("R12", "D1")
SILENT = {("0400", nth): Override(silent=True) for nth in (1, 2, 3)}
LOST_ANSWER = Plan().also("tx host 0210 #2", Drop(), *LOST)


def void(rig: Rig, amount_minor: int = 1234):
    """Sell, and void the sale."""
    rig.till.sale(amount_minor)
    rig.till.void(rig.till.voucher)


def void_first_of_three(rig: Rig):
    """Sell three times, and void the first sale."""
    rig.till.sale(1234)
    voucher = rig.till.voucher
    rig.till.sale(500, card="card-2")
    rig.till.sale(1234)
    rig.till.void(voucher)


def void_twice(rig: Rig):
    """Sell, void, and try to void the sale again, and the void itself."""
    rig.till.sale(1234)
    voucher = rig.till.voucher
    rig.till.void(voucher)
    rig.till.void(voucher)
    rig.till.void(rig.till.voucher)


def void_in_part(rig: Rig):
    """Sell, and try to void a part of it; then void it whole."""
    rig.till.sale(1234)
    voucher = rig.till.voucher
    rig.till.void(voucher, amount_minor=1000)
    rig.till.void(voucher)


def void_with_other_card(rig: Rig):
    """Sell, and try to void with another card."""
    rig.till.sale(1234)
    rig.till.void(rig.till.voucher, card="card-2")


def void_of_nothing(rig: Rig):
    """Try to void a voucher that nobody has, and that of a declined sale."""
    rig.till.void(999_999)
    rig.till.sale(99_900, card="card-poor")
    rig.till.void(rig.till.voucher, card="card-poor")


def void_of_another_terminal(rig: Rig):
    """Try to void what another terminal has sold, and void a sale of this one."""
    voucher = rig.office.sell_elsewhere(1234, card="card-1")
    rig.till.sale(500)
    rig.till.void(voucher)
    rig.till.void(rig.till.voucher)


def void_without_the_password(rig: Rig):
    """Sell, and try to void with a wrong password."""
    rig.till.sale(1234)
    rig.till.void(rig.till.voucher, password="wrong")


def void_with_wrong_pin(rig: Rig):
    """Sell, void with a wrong PIN, then with the right one."""
    rig.till.sale(1234)
    voucher = rig.till.voucher
    rig.till.void(voucher, pin="wrong")
    rig.till.void(voucher)


def void_on_the_next_day(rig: Rig):
    """Sell, and try to void on the next day."""
    rig.till.sale(1234)
    rig.office.next_day()
    rig.till.void(rig.till.voucher)


def void_after_settlement(rig: Rig):
    """Sell, settle, and try to void."""
    rig.till.sale(1234)
    voucher = rig.till.voucher
    rig.till.settle()
    rig.till.sign_in()
    rig.till.void(voucher)


def void_and_sell(rig: Rig):
    """Sell, void, ask how it ended, sell to somebody else, print the first sale's slip again, and
    void it after all.
    """
    rig.till.sale(1234)
    voucher = rig.till.voucher
    rig.till.void(voucher)
    rig.wait(10)
    rig.till.status()
    rig.till.sale(500, card="card-2")
    rig.till.reprint(voucher)
    rig.till.void(voucher)


def void_until_given_up(rig: Rig):
    """Sell, void without an answer, sell to others until its reversal is given up, and try to
    void the sale again.
    """
    rig.till.sale(1234)
    voucher = rig.till.voucher
    rig.till.void(voucher)
    for _ in range(4):
        rig.till.sale(500, card="card-2")
        rig.till.status()
    rig.till.void(voucher)


def void_given_up_and_settle(rig: Rig):
    """Sell, void until the void's reversal is given up, and settle."""
    void_until_given_up(rig)
    rig.till.settle()


def void_and_reprint(rig: Rig):
    """Sell, void, load paper, print the last slip and the one of the sale again."""
    rig.till.sale(1234)
    voucher = rig.till.voucher
    rig.till.void(voucher)
    rig.load_paper()
    rig.wait(10)
    rig.till.reprint()
    rig.till.reprint(voucher)


def cut(name: str, point: str, action: PowerOff | None = None) -> Scenario:
    """Return a void with one power cut."""
    plan = Plan().also(point, action or PowerOff(), *CUT)
    return Scenario(
        name=name, script=void_and_sell, due=(*CUT, "M1", "M2", "M3", "M4", "W2"), plan=plan,
        due_outside=("M1", "M2", "M3", "M4", "W2"),
    )  # fmt: skip


SCENARIOS = (
    Scenario(name="void gives the money back", script=void, due=GOOD),
    Scenario(name="void of the first of three sales", script=void_first_of_three, due=GOOD),
    Scenario(name="second void, and void of a void", script=void_twice, due=("V3", "V5", "M2")),
    Scenario(name="void of a part is refused", script=void_in_part, due=("V2", "M2")),
    Scenario(name="void with another card is refused", script=void_with_other_card,
             due=("V4", "M2", "M3")),
    Scenario(name="void of a voucher that nobody has", script=void_of_nothing, due=("V3", "M2")),
    Scenario(name="void of a sale of another terminal", script=void_of_another_terminal,
             due=("V3", "M2", "M3", "M6")),
    Scenario(name="void with a wrong password", script=void_without_the_password,
             due=("V7", "M2")),
    Scenario(name="void with a wrong PIN", script=void_with_wrong_pin, due=("V7", "K4", "M2")),
    Scenario(name="void on the next day is refused", script=void_on_the_next_day,
             due=("V1", "M2")),
    Scenario(name="void after settlement is refused", script=void_after_settlement,
             due=("V6", "S5", "M2")),
    Scenario(name="void without card and PIN", script=void, due=("V4", "V7", "V9", "M2"),
             profile={"void_needs_card": False, "void_needs_pin": False}),
    Scenario(name="void without the supervisor", script=void, due=("V7", "M2"),
             profile={"supervisor_password": False}),
    Scenario(name="answer to the void lost, the sale is live again", script=void_and_sell,
             due=RESTORED, plan=LOST_ANSWER),
    Scenario(name="answer to the void with a wrong MAC", script=void_and_sell, due=RESTORED,
             answers={("0200", 2): Override(wrong_mac=True)}),
    Scenario(name="void declined, the sale stands", script=void_and_sell, due=("R4", "M2", "M3"),
             answers={("0200", 2): Override(response_code="91")}),
    Scenario(name="void that never arrives", script=void_and_sell, due=("R3", "R5", "M2", "M3"),
             due_outside=("M2", "M3"),
             plan=Plan().also("rx host 0200 #2", Drop(), *LOST)),
    Scenario(name="void comes twice", script=void_and_sell, due=("M2", "M4", "M6"),
             plan=Plan().also("rx host 0200 #2", Duplicate(), "M4")),
    Scenario(name="void overtaken by its reversal", script=void_and_sell,
             due=("R11", "M2", "M3"),
             plan=Plan().also("rx host 0200 #2", Hold(parse("tx host 0410 #1")), "R11")),
    Scenario(name="reversal of a void comes twice", script=void_and_sell,
             due=("R10", "R13", "M2"),
             plan=LOST_ANSWER.also("rx host 0400 #1", Duplicate(), "R10")),
    Scenario(name="reversal of a void answered late", script=void_and_sell, due=("R10", "R13"),
             plan=LOST_ANSWER.also("tx host 0410 #1", Drop(), "R10")),
    Scenario(name="CANCEL while the void waits", script=void_and_sell, due=RESTORED,
             plan=Plan().also("rx host 0200 #2", Press(key="CANCEL"), "R3")
             .also("tx host 0210 #2", Drop(), "R5")),
    Scenario(name="reversal of a void with field 61 of the request", script=void_and_sell,
             due=RESTORED, plan=LOST_ANSWER, profile={"reversal_f61": "as_request"}),
    Scenario(name="reversal of a void given up", script=void_until_given_up,
             due=("R8", "M2", "M3", "M6"), plan=LOST_ANSWER, answers=SILENT),
    Scenario(name="reversal of a void given up, and settled", script=void_given_up_and_settle,
             due=("R8", "M2", "M3", "M8", "S2"), plan=LOST_ANSWER, answers=SILENT),
    Scenario(name="reversal of a void given up, paid D+0", script=void_until_given_up,
             due=("R8", "M2", "M3", "M7"), plan=LOST_ANSWER, answers=SILENT,
             profile={"payout": "D+0"}),
    Scenario(name="reversal of a void lost three times and given up", script=void_until_given_up,
             due=("R8", "M2", "M3"),
             plan=LOST_ANSWER.also("rx host 0400 #1", Drop(), "R8")
             .also("rx host 0400 #2", Drop(), "R8").also("rx host 0400 #3", Drop(), "R8")),
    Scenario(name="reversal of a void with a number of its own given up",
             script=void_until_given_up, due=("R8", "M2", "M3", "W2"), plan=LOST_ANSWER,
             answers=SILENT, profile={"reversal_stan": "new"}),
    Scenario(name="reversal of a void kept and new sales blocked", script=void_until_given_up,
             due=("R8", "M2"), plan=LOST_ANSWER, answers=SILENT,
             profile={"reversal_exhausted": "keep_and_block"}),
    Scenario(name="paper out on the slip of a void", script=void_and_reprint,
             due=("R14", "L6", "L7", "M2"),
             plan=Plan().also("print terminal slip #3", PaperOut(keep=40), "R14")),
    cut("power cut when the void comes to the host", "rx host 0200 #2"),
    cut("power cut when the answer to the void has left", "tx host 0210 #2", PowerOff(keep=None)),
    cut("power cut when the answer to the void arrives", "rx terminal 0210 #2"),
    cut("power cut between the void's answer and the journal", "nv terminal journal #2"),
    cut("power cut within the journal's record of a void", "nv terminal journal #2",
        PowerOff(keep=300)),
    cut("power cut after the journal's record of a void", "nv terminal journal #2",
        PowerOff(keep=None)),
    cut("power cut before the slip of a void", "print terminal slip #3"),
)  # fmt: skip


@pytest.mark.parametrize("verdict", SCENARIOS, indirect=True, ids=str)
def test_void(verdict):
    verdict.require_pass()
