"""Refunds: only where the provider has opened them, never above the original, never reversed."""

import pytest

from harness.campaign.scenario import Scenario
from harness.emulator.host.config import Override
from harness.fault.plan import Drop, Duplicate, Plan
from harness.rig.rig import Rig
from harness.terms.outcome import Outcome

OPEN = {"refund_enabled": True}
MONEY = ("M1", "M2", "M3", "M6")


def sell(rig: Rig, amount_minor: int = 1234) -> tuple[str, str]:
    """Sell, once more if something came between, and return reference number and date."""
    if rig.till.sale(amount_minor) is not Outcome.APPROVED:
        rig.till.sale(amount_minor)
    return rig.till.reference()


def sold(rig: Rig, amount_minor: int = 1234) -> tuple[str, str]:
    """Sell, settle, and return reference number and date of the sale, on the next day."""
    original = sell(rig, amount_minor)
    rig.till.settle()
    rig.office.next_day()
    rig.till.sign_in()
    return original


def refund(rig: Rig, *amounts_minor: int, card: str = "card-1", open_it: bool = True):
    """Sell, settle, and refund amounts on the next day."""
    if open_it:
        rig.office.open_refunds()
    rrn, date = sold(rig)
    for amount_minor in amounts_minor:
        rig.till.refund(amount_minor, rrn=rrn, date=date, card=card)


def refund_all(rig: Rig):
    """Refund the whole sale."""
    refund(rig, 1234)


def refund_in_parts(rig: Rig):
    """Refund in two parts, and try a third one that exceeds the sale."""
    refund(rig, 1000, 234, 1)


def refund_too_much(rig: Rig):
    """Try to refund more than was paid."""
    refund(rig, 1235)


def refund_to_other_card(rig: Rig):
    """Try to refund to another card."""
    refund(rig, 1234, card="card-2")


def refund_and_settle(rig: Rig):
    """Refund, sell, and settle the batch with the credit in it."""
    refund(rig, 1000)
    rig.till.sale(5000, card="card-2")
    rig.till.settle()


def refund_before_and_after_it_is_opened(rig: Rig):
    """Try to refund, have the provider open the function, and refund the same sale."""
    rrn, date = sold(rig)
    rig.till.refund(1234, rrn=rrn, date=date)
    rig.office.open_refunds()
    rig.till.refund(1234, rrn=rrn, date=date)


def refund_while_it_is_closed(rig: Rig):
    """Have the provider close refunds, try one, have them opened, and refund the same sale."""
    rig.office.close_refunds()
    refund_before_and_after_it_is_opened(rig)


def refund_of_no_sale(rig: Rig):
    """Try to refund a sale that nobody knows, then one that there is."""
    rig.office.open_refunds()
    rrn, date = sold(rig)
    rig.till.refund(1234, rrn="999999999999", date=date)
    rig.till.refund(1234, rrn=rrn, date=date)


def owe_and_sell_on(rig: Rig):
    """Be paid for a sale, refund it, so that the next batch is below zero, and sell on a third
    day: what is owed lessens the next payout.
    """
    refund(rig, 1234)
    rig.till.settle()
    rig.office.next_day()
    rig.till.sign_in()
    rig.till.sale(5000, card="card-2")
    rig.till.settle()
    rig.office.next_day()


def refund_of_a_voided_sale(rig: Rig):
    """Void a sale, and try to refund it on the next day."""
    rig.office.open_refunds()
    rrn, date = sell(rig)
    rig.till.void(rig.till.voucher)
    rig.office.next_day()
    rig.till.refund(1234, rrn=rrn, date=date)


def refund_in_the_same_batch(rig: Rig):
    """Try to refund a sale of the running batch."""
    rig.office.open_refunds()
    rrn, date = sell(rig)
    rig.till.refund(1234, rrn=rrn, date=date)


def refund_and_sell(rig: Rig):
    """Refund, ask how it ended, and sell to somebody else."""
    refund(rig, 1000)
    rig.till.status()
    rig.till.sale(500, card="card-2")


LOST = Plan().also("tx host 0230 #1", Drop(), "F3")
SCENARIOS = (
    Scenario(name="refund gives the money back", script=refund_all, profile=OPEN,
             due=("F2", "F5", *MONEY, "L1", "L2", "L3")),
    Scenario(name="refund in parts, not above the sale", script=refund_in_parts, profile=OPEN,
             due=("F2", "M2")),
    Scenario(name="refund above the sale is refused", script=refund_too_much, profile=OPEN,
             due=("F2", "M2")),
    Scenario(name="refund to another card is refused", script=refund_to_other_card, profile=OPEN,
             due=("F5", "M2", "M3")),
    Scenario(name="refund is not opened", script=lambda rig: refund(rig, 1234, open_it=False),
             due=("F1", "M2")),
    Scenario(name="provider opens the refund function", profile=OPEN,
             script=refund_before_and_after_it_is_opened, due=("F1", "F2", "M2")),
    Scenario(name="refund while the provider has closed it", profile=OPEN,
             script=refund_while_it_is_closed, due=("F1", "F2", "M2")),
    Scenario(name="refund of a sale that nobody knows is refused", profile=OPEN,
             script=refund_of_no_sale, due=("F2", "M2")),
    Scenario(name="batch below zero lessens the next payout", profile=OPEN,
             script=owe_and_sell_on, due=("M7", "F5", "M2")),
    Scenario(name="refund of a voided sale is refused", script=refund_of_a_voided_sale,
             profile=OPEN, due=("F4", "M2")),
    Scenario(name="refund in the same batch is refused", script=refund_in_the_same_batch,
             profile=OPEN, due=("F4", "M2")),
    Scenario(name="refund above the terminal's limit", script=refund_all,
             profile=OPEN | {"refund_amount_max": 1000}, due=("F2", "M2")),
    Scenario(name="settlement with a refund", script=refund_and_settle, profile=OPEN,
             due=("F5", "S2", "S3", "M2", "M7")),
    Scenario(name="answer to a refund lost, an open item", script=refund_and_sell, profile=OPEN,
             plan=LOST, due=("F3", "M2")),
    Scenario(name="refund comes twice", script=refund_and_sell, profile=OPEN,
             due=("F2", "M2", "M4", "M6"),
             plan=Plan().also("rx host 0220 #1", Duplicate(), "M4")),
    Scenario(name="refund declined", script=refund_and_sell, profile=OPEN,
             due=("F5", "M2", "L1"), answers={("0220", 1): Override(response_code="91")}),
)  # fmt: skip


@pytest.mark.parametrize("verdict", SCENARIOS, indirect=True, ids=str)
def test_refund(verdict):
    verdict.require_pass()
