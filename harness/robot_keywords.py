"""Keywords of the Robot door: the verbs of till, bench and author on the open rig.

Amounts are written in units and cents, as in `Sale    12.34`; outcomes are APPROVED, NOT_APPROVED
and UNKNOWN.
"""

from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import Any

from robot.api.deco import keyword

from harness.campaign.cashier import work
from harness.campaign.day import Size
from harness.errors import MisuseError
from harness.rig.rig import Rig

Value = str | int | float


class RigKeywords:
    """What all keywords work on."""

    def open_rig(self) -> Rig:
        """Return the rig of the case that runs.  Raises MisuseError when no bench is open."""
        raise NotImplementedError

    def met(self, is_met: bool) -> None:  # noqa: FBT001
        """Fail the case's step unless what it expects was so; the finding is noted already."""
        raise NotImplementedError


class TillKeywords(RigKeywords):
    """The verbs of the till."""

    @keyword
    def sign_in(self) -> str:
        """Have the terminal sign in."""
        return self.open_rig().till.sign_in().name

    @keyword
    def sale(self, amount: str, card: str = "card-1", pin: str = "right") -> str:
        """Sell, as in `Sale    12.34    card=card-2    pin=wrong`; return the outcome."""
        return self.open_rig().till.sale(minor(amount), card=card, pin=pin).name

    @keyword
    def tender(self, amount: str, card: str = "card-1") -> str:
        """Sell as a cashier does who will be paid: after "unknown" ask, then try again."""
        return self.open_rig().till.tender(minor(amount), card=card).name

    @keyword
    def balance_inquiry(self, card: str = "card-1", pin: str = "right") -> str:
        """Ask for the balance of a card."""
        return self.open_rig().till.balance(card=card, pin=pin).name

    @keyword
    def sign_out(self) -> str:
        """Have the terminal sign out."""
        return self.open_rig().till.sign_out().name

    @keyword
    def last_voucher(self) -> int:
        """Return the voucher number of the last payment that had one."""
        return self.open_rig().till.voucher

    @keyword
    def last_reference(self) -> tuple[str, str]:
        """Return reference number and date (MMDD) on the last slip, for a refund."""
        return self.open_rig().till.reference()

    @keyword
    def void(
        self,
        voucher: int,
        card: str = "card-1",
        pin: str = "right",
        password: str = "right",
        amount: str = "",
    ) -> str:
        """Void the sale of a voucher; an amount is asked for only to see it refused."""
        till, asked = self.open_rig().till, minor(amount) if amount else None
        return till.void(voucher, card=card, pin=pin, password=password, amount_minor=asked).name

    @keyword
    def refund(
        self, amount: str, rrn: str, date: str, card: str = "card-1", password: str = "right"
    ) -> str:
        """Refund a sale known by its reference number and date (MMDD)."""
        till = self.open_rig().till
        return till.refund(minor(amount), rrn=rrn, date=date, card=card, password=password).name

    @keyword
    def settle(self, password: str = "right") -> str:
        """Settle the batch."""
        return self.open_rig().till.settle(password=password).name

    @keyword
    def reprint(self) -> str:
        """Print the last slip again."""
        return self.open_rig().till.reprint().name

    @keyword
    def reprint_voucher(self, voucher: int) -> str:
        """Print the slip of a voucher number again."""
        return self.open_rig().till.reprint(voucher).name

    @keyword
    def reprint_settlement_slip(self) -> str:
        """Print the last settlement slip again."""
        return self.open_rig().till.reprint_settlement().name

    @keyword
    def print_detail_list(self) -> str:
        """Print the list of all transactions of the batch."""
        return self.open_rig().till.details().name

    @keyword
    def print_totals(self) -> str:
        """Print the totals of the batch so far."""
        return self.open_rig().till.totals().name

    @keyword
    def ask_meanwhile(self) -> None:
        """Have the till ask for a balance while its next command waits for a card."""
        self.open_rig().till.ask_meanwhile()

    @keyword
    def last_result(self) -> str:
        """Ask the terminal how the last payment ended."""
        return self.open_rig().till.status().outcome.name


class BenchKeywords(RigKeywords):
    """What somebody at the bench or at the acquirer does."""

    @keyword
    def wait(self, seconds: float) -> None:
        """Let so many seconds of the world pass; never use Sleep, which knows real time only."""
        self.open_rig().wait(seconds)

    @keyword
    def break_line(self, seconds: float) -> None:
        """Let no call to the host through for so many seconds."""
        self.open_rig().break_line(for_s=seconds)

    @keyword
    def cut_power(self, seconds: float = 5.0) -> None:
        """Take the terminal's power for so many seconds."""
        self.open_rig().cut_power(off_s=seconds)

    @keyword
    def load_paper(self) -> None:
        """Put paper into the printer."""
        self.open_rig().load_paper()

    @keyword
    def press(self, key: str) -> None:
        """Press a key of the terminal."""
        self.open_rig().till.press(key)

    @keyword
    def next_day(self) -> None:
        """Move the host's business date to the next day."""
        self.open_rig().office.next_day()

    @keyword
    def look_up(self, by: str, card: str = "", rrn: str = "", date: str = "") -> list[str]:
        """Look in the back office by terminal, merchant, card, rrn or date; return references."""
        return self.open_rig().office.look_up(by, card=card, rrn=rrn, date=date)

    @keyword
    def work_a_day(self, seed: int, transactions: int = 200, faults: int = 40) -> None:
        """Have a cashier work through the day of a seed: mixed transactions, faults among them.

        There are refunds in it where the profile has `refund_enabled`.
        """
        rig = self.open_rig()
        has_refunds = rig.history().header.profile.get("refund_enabled") is True
        work(rig, seed, Size(transactions, faults), has_refunds=has_refunds)

    @keyword
    def rest(self) -> None:
        """Heal everything, push out what is pending, list what is open, go on to the next day.

        It is done at the end of a case anyway; say it before what is expected after it.
        """
        self.open_rig().rest()

    @keyword
    def sell_elsewhere(self, amount: str, card: str = "card-1") -> int:
        """Have another terminal of the merchant sell; return the voucher number on its slip."""
        return self.open_rig().office.sell_elsewhere(minor(amount), card=card)

    @keyword
    def open_refunds(self) -> None:
        """Have the provider open the refund function."""
        self.open_rig().office.open_refunds()

    @keyword
    def close_refunds(self) -> None:
        """Have the provider close the refund function."""
        self.open_rig().office.close_refunds()

    @keyword
    def enquire(self, card: str = "card-1", question: str = "back office") -> str:
        """Ask the back office about the card's last transaction; return its answer."""
        return self.open_rig().office.enquire(question, card=card)


class ExpectKeywords(RigKeywords):
    """What the author of a case expects at a place in it."""

    @keyword
    def expect_outcome(self, expected: str) -> None:
        """Expect the last verb to have ended so: approved, not_approved or unknown."""
        self.met(self.open_rig().expect.outcome(expected.lower()))

    @keyword
    def expect_slip(self, amount: str = "", **facts: Value) -> None:
        """Expect the last slip to have these facts, as in `Expect Slip    12.34    type=sale`."""
        wanted: dict[str, Any] = {name: _fact(value) for name, value in facts.items()}
        wanted |= {"amount_minor": minor(amount)} if amount else {}
        self.met(self.open_rig().expect.slip(**wanted))

    @keyword
    def expect_slip_row(self, group: str, kind: str, count: int, amount: str) -> None:
        """Expect a row of the last slip, as in `Expect Slip Row    domestic    sale    2    9`."""
        self.met(self.open_rig().expect.slip_row(group, kind, count, minor(amount)))

    @keyword
    def expect_no_approval_slip(self) -> None:
        """Expect that nothing was printed that says approved."""
        self.met(self.open_rig().expect.no_approval_slip())

    @keyword
    def expect_balance_change(self, card: str, amount: str) -> None:
        """Expect the card's balance to have changed by this much since the case began."""
        self.met(self.open_rig().expect.net(card, minor(amount)))

    @keyword
    def expect_paid(self, amount: str) -> None:
        """Expect the merchant to have been paid this much since the case began."""
        self.met(self.open_rig().expect.paid(minor(amount)))

    @keyword
    def reconcile_slips_with_ledger(self, day: str = "") -> None:
        """Expect slips and the host's books to show the same transactions (of a day, YYYYMMDD)."""
        self.met(self.open_rig().expect.agreement("slips", "ledger", day=day))

    @keyword
    def reconcile_till_with_slips(self, day: str = "") -> None:
        """Expect the till and the slips to show the same transactions (of a day, YYYYMMDD)."""
        self.met(self.open_rig().expect.agreement("till", "slips", day=day))

    @keyword
    def reconcile_till_with_ledger(self, day: str = "") -> None:
        """Expect the till and the host's books to show the same transactions."""
        self.met(self.open_rig().expect.agreement("till", "ledger", day=day))

    @keyword
    def reconcile_journal_with_ledger(self, day: str = "") -> None:
        """Expect the terminal's records and the host's books to show the same transactions."""
        self.met(self.open_rig().expect.agreement("journal", "ledger", day=day))

    @keyword
    def reconcile_books_with(self, ledger: str) -> None:
        """Expect a ledger of the bench, by its name, to have what the host booked.

        Each row that is missing, extra or altered is a finding.
        """
        self.met(self.open_rig().expect.ledger(ledger))

    @keyword
    def reconcile_totals_with_ledger(self, day: str = "") -> None:
        """Expect the rows of settlement slips to be the net of the host's batches."""
        self.met(self.open_rig().expect.settled_totals(day=day))

    @keyword
    def reconcile_sums(self, day: str = "") -> None:
        """Expect all views, and the merchant's account, to come to the books' sums to the cent."""
        self.met(self.open_rig().expect.sums(day=day))

    @keyword
    def reconcile_everything(self, day: str = "") -> None:
        """Expect all that the bench sees to agree with the books, transactions, totals and sums."""
        self.met(self.open_rig().expect.reconciled(day=day))


def minor(amount: str) -> int:
    """Return an amount such as 12.34 in minor units.  Raises MisuseError for any other text."""
    with suppress(InvalidOperation):
        cents = Decimal(str(amount)) * 100
        if cents.is_finite() and cents == cents.to_integral_value():
            return int(cents)
    raise MisuseError(f"{amount!r} is no amount: expected units and cents, such as 12.34")


def _fact(value: Value) -> Value:
    if isinstance(value, str) and value in {"yes", "no"}:
        return value == "yes"
    return value
