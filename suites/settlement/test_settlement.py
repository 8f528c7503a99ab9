"""Settlements: balanced and not, interrupted at every stage, and what remains afterwards."""

import pytest

from harness.campaign.scenario import Scenario
from harness.emulator.host.config import Override
from harness.fault.plan import (
    Cut,
    Delay,
    Drop,
    Duplicate,
    PaperOut,
    Plan,
    PowerOff,
    Press,
    RefuseConnect,
)  # fmt: skip
from harness.rig.rig import Rig
from harness.terms.outcome import Outcome

TOTALS = ("S2", "S3", "S4", "S7")
GOOD = ("S1", *TOTALS, "S6", "L5", "L8", "M1", "M2", "M7")
RESUMED = ("S7", "S8", "M2")
SILENT = {("0400", nth): Override(silent=True) for nth in (1, 2, 3)}


def trade(rig: Rig):
    """Sell three times and void one of them."""
    rig.till.sale(10_000)
    rig.till.sale(10_000, card="card-2")
    voucher = rig.till.voucher
    rig.till.sale(10_000, card="card-3")
    rig.till.void(voucher, card="card-2")


def settle(rig: Rig):
    """Trade and settle."""
    trade(rig)
    rig.till.settle()


def settle_twice(rig: Rig):
    """Trade, settle, trade in the new batch, and settle it too."""
    settle(rig)
    if rig.till.sale(100) is not Outcome.APPROVED:
        rig.till.sign_in()
    trade(rig)
    rig.till.settle()


def settle_until_done(rig: Rig):
    """Trade and settle; if that was interrupted, wait, try to sell, and settle again."""
    trade(rig)
    rig.till.settle()
    rig.wait(10)
    rig.till.sale(500)
    rig.till.settle()
    rig.till.sign_in()
    rig.till.sale(700)


def settle_and_look_back(rig: Rig):
    """Settle, then try all that needs a journal, and print the settlement slip again."""
    rig.till.sale(1234)
    voucher = rig.till.voucher
    rig.till.details()
    rig.till.totals()
    rig.till.settle()
    rig.till.sign_in()
    rig.till.reprint()
    rig.till.reprint(voucher)
    rig.till.details()
    rig.till.void(voucher)
    rig.till.reprint_settlement()


def settle_nothing(rig: Rig):
    """Settle a batch without a transaction."""
    rig.till.settle()


def settle_after_a_given_up_reversal(rig: Rig):
    """Sell without an answer until the reversal is given up, sell again, and settle."""
    rig.till.sale(1234)
    for _ in range(3):
        rig.till.sale(500, card="card-2")
    rig.till.sale(700)
    rig.till.settle()


def settle_foreign_cards(rig: Rig):
    """Sell to cards of both groups, void one sale of each, and settle."""
    for card, amount_minor in (("card-foreign", 700), ("card-1", 500)):
        rig.till.sale(10_000, card=card)
        rig.till.sale(amount_minor, card=card)
        rig.till.void(rig.till.voucher, card=card)
    rig.till.settle()


def settle_twice_in_vain(rig: Rig):
    """Sell without an answer, try to settle, settle again when calls are answered, and sell."""
    rig.till.sale(700, card="card-2")
    rig.till.sale(1234)
    rig.till.settle()
    rig.till.settle()
    if rig.till.sale(500) is not Outcome.APPROVED:
        rig.till.sign_in()
        rig.till.sale(500)


def sell_across_a_limit(rig: Rig):
    """Sell until the batch holds more than 10,000.00, sell on, and settle."""
    for _ in range(2):
        rig.till.sale(600_000)
    rig.till.sale(500, card="card-2")
    rig.till.settle()


def settle_without_paper_and_again(rig: Rig):
    """Settle without paper for the slip, try to settle again, load paper, sign in and sell."""
    trade(rig)
    rig.till.settle()
    rig.till.settle()
    settle_later(rig)


def settle_later(rig: Rig):
    """Load paper, sign in, and sell."""
    rig.load_paper()
    rig.wait(10)
    rig.till.sign_in()
    rig.till.sale(700)


def settle_over_midnight(rig: Rig):
    """Sell on two days, and settle."""
    rig.till.sale(1234)
    rig.office.next_day()
    rig.till.sale(500, card="card-2")
    rig.till.settle()


def settle_with_a_wrong_password(rig: Rig):
    """Trade, and try to settle without the supervisor."""
    trade(rig)
    rig.till.settle(password="wrong")
    rig.till.settle()


def sell_until_full(rig: Rig):
    """Sell until the journal is full, once more, settle, and sell again."""
    for _ in range(3):
        rig.till.sale(500)
    rig.till.settle()
    rig.till.sign_in()
    rig.till.sale(700)


def settle_and_load_paper(rig: Rig):
    """Settle, load paper, and print the settlement slip again."""
    trade(rig)
    rig.till.settle()
    rig.load_paper()
    rig.wait(10)
    rig.till.sign_in()
    rig.till.reprint_settlement()


def look_back(rig: Rig):
    """Settle, and have the back office look for the batch in each way."""
    trade(rig)
    rrn, date = rig.till.reference()
    rig.till.settle()
    for by in ("terminal", "merchant"):
        rig.office.look_up(by)
    rig.office.look_up("card", card="card-1")
    rig.office.look_up("rrn", rrn=rrn)
    rig.office.look_up("date", date=f"2026{date}")


def asked_to_sign_in(rig: Rig):
    """Sell while the host asks for another sign-in, and sell again."""
    rig.till.sale(1234)
    rig.wait(10)
    rig.till.sale(500, card="card-2")


def sign_out_and_in(rig: Rig):
    """Sign out, try to sell, sign in, and sell."""
    rig.till.sign_out()
    rig.till.sale(500)
    rig.till.sign_in()
    rig.till.sale(500)


def interrupted(
    name: str, point: str, action: PowerOff | Drop | Cut, *, due: tuple[str, ...] = RESUMED, **more
) -> Scenario:
    """Return a settlement that is interrupted at a point and gone on with."""
    plan = Plan().also(point, action, *due)
    return Scenario(name=name, script=settle_until_done, due=due, plan=plan, **more)


UNTAKEN = {("0320", nth): Override(silent=True) for nth in (1, 2, 3, 4)}
UNBALANCED = {("0500", 1): Override(results=(2, 1))}
SCENARIOS = (
    Scenario(name="settlement that balances", script=settle, due=GOOD),
    Scenario(name="two batches in a row", script=settle_twice, due=GOOD),
    Scenario(name="settlement paid at once", script=settle, due=("M7",), profile={"payout": "D+0"}),
    Scenario(name="settlement empties the terminal", script=settle_and_look_back,
             due=("S5", "L8", "L9")),
    Scenario(name="settlement of an empty batch", script=settle_nothing, due=("S10",)),
    Scenario(name="settlement of an empty batch is sent", script=settle_nothing,
             due=("S7", "S10"), profile={"empty_settlement": "empty_0500"}),
    Scenario(name="settlement that is out of balance", script=settle,
             due=("S4", "S7", "S8"), answers=UNBALANCED),
    Scenario(name="settlement out of balance uploads all", script=settle,
             due=("S4", "S7"), answers=UNBALANCED, profile={"upload_on_mismatch": "all"}),
    Scenario(name="settlement of both card groups", script=settle_foreign_cards,
             due=(*TOTALS, "S6", "M2")),
    Scenario(name="settlement out of balance in foreign cards", script=settle_foreign_cards,
             due=("S3", "S4", "S7"), answers={("0500", 1): Override(results=(1, 2))}),
    Scenario(name="settlement out of balance in both card groups", script=settle_foreign_cards,
             due=("S3", "S4", "S7"), answers={("0500", 1): Override(results=(2, 2))}),
    Scenario(name="settlement that the host finds wrong", script=settle_foreign_cards,
             due=("S3", "S4", "S7"), answers={("0500", 1): Override(results=(3, 1))}),
    Scenario(name="records that the host never answers for", script=settle,
             due=("S4", "S7", "T2"), answers=UNBALANCED | UNTAKEN,
             profile={"answer_timeout_s": 55}),  # three of 60 s would end as the till's patience
    Scenario(name="sale that the terminal does not know is found", due=("S4", "M8", "M5"),
             script=settle_after_a_given_up_reversal, answers=SILENT,
             plan=Plan().also("tx host 0210 #1", Drop(), "M8")),
    Scenario(name="settlement with a pending reversal", script=settle_until_done,
             due=("S1", "R5", "M2"),
             plan=Plan().also("tx host 0210 #4", Drop(), "R5")),
    Scenario(name="settlement refused for want of a line keeps the reversal",
             script=settle_twice_in_vain, due=("R5", "S1", "M2", "M5"),
             plan=Plan().also("tx host 0210 #2", Drop(), "R5")
             .also("connect terminal host #3", RefuseConnect(), "R8")),
    Scenario(name="batch that grows beyond a limit", script=sell_across_a_limit,
             due=("L1", "M2", "M3", "S7")),
    Scenario(name="batch over midnight", script=settle_over_midnight, due=("S12", "S7")),
    Scenario(name="settlement without the supervisor", script=settle_with_a_wrong_password,
             due=("V7", "S7")),
    Scenario(name="journal full, settle first", script=sell_until_full, due=("S9", "S7"),
             profile={"journal_size_max": 2}),
    Scenario(name="paper out on the settlement slip", script=settle_and_load_paper,
             due=("S11", "S7"),
             plan=Plan().also("print terminal slip #9", PaperOut(keep=60), "S11")),
    Scenario(name="paper out on the settlement slip, settled once",
             script=settle_without_paper_and_again, due=("S7", "S11", "M2"),
             plan=Plan().also("print terminal slip #9", PaperOut(keep=60), "S11")),
    Scenario(name="CANCEL before the settlement is sent", script=settle_until_done,
             due=("S13", "S7"),
             plan=Plan().also("connect terminal host #5", Press(key="CANCEL"), "S13")),
    Scenario(name="CANCEL after the settlement is sent", script=settle_until_done,
             due=("S13", "S7"),
             plan=Plan().also("rx host 0500 #1", Press(key="CANCEL"), "S13").also(
                 "tx host 0510 #1", Delay(for_s=1), "S13")),
    Scenario(name="no connection for the settlement", script=settle_until_done,
             due=("S7", "M2"),
             plan=Plan().also("connect terminal host #5", RefuseConnect(), "S7")),
    Scenario(name="settlement request comes twice", script=settle, due=("S7", "M2"),
             plan=Plan().also("rx host 0500 #1", Duplicate(), "S7")),
    interrupted("settlement request lost", "rx host 0500 #1", Drop(), due_outside=("S7", "M2")),
    interrupted("answer to the settlement lost", "tx host 0510 #1", Drop()),
    interrupted("line cut in the answer to the settlement", "tx host 0510 #1", Cut(keep=20)),
    interrupted("end of the upload lost", "rx host 0320 #1", Drop()),
    interrupted("answer to the end of the upload lost", "tx host 0330 #1", Drop()),
    interrupted("answer to an uploaded group lost", "tx host 0330 #1", Drop(), answers=UNBALANCED),
    interrupted("power cut before the settlement", "tx terminal 0500 #1", PowerOff(),
                due=("S7", "M2")),
    interrupted("power cut when the settlement is sent", "tx terminal 0500 #1",
                PowerOff(keep=None)),
    interrupted("power cut when the settlement is answered", "rx terminal 0510 #1", PowerOff()),
    interrupted("power cut before the end of the upload", "tx terminal 0320 #1", PowerOff()),
    interrupted("power cut when the end of the upload is answered", "rx terminal 0330 #1",
                PowerOff()),
    interrupted("power cut between two uploads", "tx terminal 0320 #2", PowerOff(),
                answers=UNBALANCED),
    interrupted("power cut before the settlement slip", "print terminal slip #9", PowerOff(),
                due=("S7", "M2")),
    interrupted("power cut in the settlement slip", "print terminal slip #9", PowerOff(keep=60),
                due=("S7", "M2")),
    interrupted("power cut when the journal is being emptied", "nv terminal journal #5",
                PowerOff(), due=("S7", "M2")),
    interrupted("power cut when the journal is empty", "nv terminal journal #5",
                PowerOff(keep=None), due=("S7", "M2")),
    Scenario(name="two batches without a sign-in between", script=settle_twice, due=GOOD,
             profile={"auto_sign_out": False}),
    Scenario(name="back office finds the settled batch", script=look_back, due=("S6",)),
    Scenario(name="host asks for a sign-in beside an answer", script=asked_to_sign_in,
             due=("W5", "M2"), answers={("0200", 1): Override(requirement="3")}),
    Scenario(name="sign-out and sign-in", script=sign_out_and_in, due=("K1",)),
)  # fmt: skip


@pytest.mark.parametrize("verdict", SCENARIOS, indirect=True, ids=str)
def test_settlement(verdict):
    verdict.require_pass()
