"""The till and whoever stands at it: the verbs of a cashier, each in the history.

A verb returns how it ended; a terminal's misbehaviour never raises.  What is asked of the operator
while a verb runs (present the card, key the PIN) is asked once a verb, however often a terminal
repeats its message.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from harness.device.operator import Operator
from harness.device.zvt_terminal import PRINT_BY_TILL, Result, ZvtTerminal
from harness.errors import MisuseError
from harness.history.record import Fact, Facts, Recorder
from harness.terms.card import Card
from harness.terms.outcome import Outcome
from harness.wire import zvt
from harness.wire.zvt_bitmaps import Value
from harness.wire.zvt_codes import INSERT_CARD

PIN_STATUSES = frozenset({0x01, 0x02})
WRONG_PIN = "000000"
PINS = frozenset({"right", "wrong", "none"})
PASSWORDS = frozenset({"right", "wrong"})
TENDER_TRIES = 3
ASK_TRIES = 3
ASK_PAUSE_S = 10.0  # a terminal that boots, or is busy, needs a moment
STILL_OPEN = f"{zvt.BUSY:02X}"  # result of an enquiry: its reversal is still pending
SETTLE_FIRST, NOT_REGISTERED = "F0", "6B"
IS_BUSY = f"{zvt.REFUSE | zvt.BUSY:04X}"


@dataclass(frozen=True, slots=True)
class TillDefect:
    """A till that is wrong in one way, and the rule that must name it."""

    rule: str
    what: str
    asks_first: bool = True  # before it tries a payment again
    knows_unknown: bool = True  # and does not take it for paid
    restarts_timer: bool = True  # whenever the terminal says that it works
    resends: bool = False  # a command of which it did not learn the end


TILL_DEFECTS: Mapping[str, TillDefect] = {
    "till-retries-without-asking": TillDefect(
        "M9", "After an unknown outcome the till sells again at once.", asks_first=False
    ),
    "till-takes-unknown-for-paid": TillDefect(
        "M3", "The till books a payment whose outcome it never learnt.", knows_unknown=False
    ),
    "till-counts-from-the-command": TillDefect(
        "E3", "The till gives up 180 s after its command, whatever the terminal says meanwhile.",
        restarts_timer=False,
    ),
    "till-sends-again": TillDefect(
        "E5", "The till sends a command again of which it did not learn the end.", resends=True
    ),
}  # fmt: skip
SOUND = TillDefect("", "")


@dataclass(kw_only=True)
class Till:
    """One till; `kind` says what is wrong with it, if anything.

    guard: looks at what has happened before each verb, and raises RigError if none may follow.
    """

    recorder: Recorder
    terminal: ZvtTerminal
    operator: Operator
    cards: Mapping[str, Card]
    kind: TillDefect = SOUND
    guard: Callable[[], None] = lambda: None
    prints: bool = False  # receipts, for a terminal that has no printer of its own
    password: str = field(default=zvt.PASSWORD, repr=False)  # the supervisor's, six digits
    voucher: int = field(init=False, default=0)  # of the last payment that had one
    code: str = field(init=False, default="")  # that the last verb ended with, hexadecimal
    _second: zvt.Message | None = field(init=False, default=None)  # while a card is waited for
    _calls: int = field(init=False, default=0)
    _tenders: int = field(init=False, default=0)

    def register(self, *, prints: bool = False) -> Outcome:
        """Register the till: currency, and whether it prints receipts too."""
        configuration = PRINT_BY_TILL if prints or self.prints else 0
        return self._call("register", zvt.registration(configuration), {}).outcome

    def sign_in(self) -> Outcome:
        """Have the terminal sign in at the host."""
        return self._call("sign_in", self._with_password(zvt.SIGN_IN), {}).outcome

    def sign_out(self) -> Outcome:
        """Have the terminal sign out."""
        return self._call("sign_out", self._with_password(zvt.SIGN_OUT), {}).outcome

    def sale(
        self, amount_minor: int, *, card: str = "card-1", pin: str = "right", tender: str = ""
    ) -> Outcome:
        """Sell by stripe.  `pin` is right, wrong or none; retries of a purchase share `tender`."""
        facts = self._asked(card, pin) | {"amount_minor": amount_minor}
        if tender:
            facts["tender"] = tender
        message = zvt.authorisation(amount_minor, currency=zvt.CURRENCY_CNY)
        return self._call("sale", message, facts, self._react(card, pin)).outcome

    def tender(self, amount_minor: int, *, card: str = "card-1") -> Outcome:
        """Sell as a cashier does who will be paid: after "unknown" ask, then try again.

        As long as nobody says that the payment did not succeed, it is not tried again.
        """
        self._tenders += 1
        name, outcome = f"tender-{self._tenders}", Outcome.NOT_APPROVED
        for _ in range(TENDER_TRIES):
            outcome = self.sale(amount_minor, card=card, tender=name)
            if not self.kind.asks_first:
                outcome = _taken_for_failed(outcome)
            elif outcome is Outcome.UNKNOWN:
                outcome = self._ask()
            if outcome is not Outcome.NOT_APPROVED:
                break
        return outcome

    def _ask(self) -> Outcome:
        """Ask how the last payment ended, until the terminal tells."""
        for _ in range(ASK_TRIES):
            outcome = _outcome_of(self.status())
            if outcome is not Outcome.UNKNOWN:
                return outcome
            self.terminal.clock.wait(lambda: False, ASK_PAUSE_S)
        return Outcome.UNKNOWN

    def balance(self, *, card: str = "card-1", pin: str = "right") -> Outcome:
        """Ask for the balance of a card: a card transaction that moves no money."""
        asked = self._asked(card, pin)
        return self._call(
            "balance", zvt.Message(zvt.BALANCE), asked, self._react(card, pin)
        ).outcome

    def void(
        self,
        voucher: int,
        *,
        card: str = "card-1",
        pin: str = "right",
        password: str = "right",
        amount_minor: int | None = None,
    ) -> Outcome:
        """Void the sale of a voucher number; an amount is asked for only to see it refused."""
        asked = self._asked(card, pin) | {"original_voucher": voucher, "password": password}
        fields: dict[str, Value] = {"voucher": f"{voucher:06}"}
        if amount_minor is not None:
            asked["amount_minor"] = fields["amount_minor"] = amount_minor
        message = self._with_password(zvt.REVERSAL, password, **fields)
        return self._call("void", message, asked, self._react(card, pin)).outcome

    def refund(
        self,
        amount_minor: int,
        *,
        rrn: str,
        date: str,
        card: str = "card-1",
        password: str = "right",
    ) -> Outcome:
        """Refund a sale of another day, known by its reference number and date (MMDD)."""
        asked = self._asked(card, "none") | {"amount_minor": amount_minor, "password": password}
        asked |= {"original_rrn": rrn, "original_date": date}
        original = f"RRN {rrn} DATE {date}"
        message = self._with_password(
            zvt.REFUND, password, amount_minor=amount_minor, additional_text=original
        )
        result = self._call("refund", message, asked, self._react(card, "none"), said=_refunded)
        return _refunded(result)[0]

    def settle(self, *, password: str = "right") -> Outcome:
        """Settle the batch: totals to the host, the journal emptied."""
        message = self._with_password(zvt.END_OF_DAY, password)
        return self._call("settle", message, {"password": password}).outcome

    def reprint(self, voucher: int | None = None) -> Outcome:
        """Print the last slip again, or that of a voucher number."""
        if voucher is None:
            return self._call("reprint", self._with_password(zvt.REPEAT_RECEIPT), {}).outcome
        message = self._with_password(zvt.REPEAT_VOUCHER, voucher=f"{voucher:06}")
        return self._call("reprint", message, {"original_voucher": voucher}).outcome

    def reprint_settlement(self) -> Outcome:
        """Print the last settlement slip again."""
        message = self._with_password(zvt.REPEAT_SETTLEMENT)
        return self._call("reprint_settlement", message, {}).outcome

    def reference(self) -> tuple[str, str]:
        """Return reference number and date (MMDD) of the last approved sale, as its slip says."""
        rows = reversed(self.recorder.history().rows)
        slip = next((row for row in rows if row.kind == "print" and row.facts.get("rrn")), None)
        if slip is None:
            raise MisuseError("no slip with a reference number was seen: nothing can be refunded")
        return str(slip.facts["rrn"]), str(slip.facts["date"])[5:].replace("/", "")

    def details(self) -> Outcome:
        """Print the list of all transactions of the batch."""
        return self._call("details", self._with_password(zvt.DETAILS), {}).outcome

    def totals(self) -> Outcome:
        """Print the totals of the batch so far, which changes nothing."""
        return self._call("totals", self._with_password(zvt.TOTALS), {}).outcome

    def status(self) -> Result:
        """Ask how the last payment ended: the till's way out of "unknown"."""
        return self._call("status", zvt.Message(zvt.LAST_RESULT), {}, said=_last)

    def abort(self) -> None:
        """Have the till abort what runs."""
        self.terminal.interrupt(zvt.Message(zvt.ECR_ABORT))

    def ask_meanwhile(self) -> None:
        """Have the till ask for a balance while its next command waits for a card."""
        self._second = zvt.Message(zvt.BALANCE)

    def press(self, key: str) -> None:
        """Press a key of the terminal."""
        self.operator.press(key)

    def card(self, token: str) -> Card:
        """Return a declared card.  Raises MisuseError for any other."""
        if token not in self.cards:
            raise MisuseError(f"no card {token!r} is declared; there are {', '.join(self.cards)}")
        return self.cards[token]

    def _with_password(self, command: int, password: str = "right", **fields: Value) -> zvt.Message:
        if password not in PASSWORDS:
            raise MisuseError(f"password {password!r}: expected right or wrong")
        digits = self.password if password == "right" else _wrong(self.password)
        return zvt.with_password(command, password=digits, **fields)

    def _asked(self, token: str, pin: str) -> dict[str, Fact]:
        card = self.card(token)
        if pin not in PINS:
            raise MisuseError(f"pin {pin!r}: expected right, wrong or none")
        return {"card": token, "pin": pin if card.pin else "none"}

    def _react(self, token: str, pin: str) -> Callable[[int], None]:
        card, done = self.card(token), set[str]()
        kind = pin if card.pin else "none"
        digits = {"right": card.pin, "wrong": WRONG_PIN, "none": ""}[kind]

        def react(status: int) -> None:
            if status == INSERT_CARD and "card" not in done:
                done.add("card")
                self._interrupt()
                self.operator.present_card(card)
            elif status in PIN_STATUSES and "pin" not in done:
                done.add("pin")
                self.operator.key_pin(digits, kind)

        return react

    def _interrupt(self) -> None:
        second, self._second = self._second, None
        if second:
            self.terminal.interrupt(second)

    def _call(
        self,
        verb: str,
        message: zvt.Message,
        asked: Facts,
        react: Callable[[int], None] = lambda _status: None,
        said: Callable[[Result], tuple[Outcome, Facts]] = lambda r: (r.outcome, r.facts),
    ) -> Result:
        self.guard()
        self._calls += 1
        call: Facts = {"call": self._calls}
        self.recorder.add("till", "invoke", verb, _words(asked), {**asked, **call})
        result = self.terminal.command(message, react)
        outcome, facts = said(result)
        self.voucher = int(str(facts.get("voucher", self.voucher)))
        self.code = str(facts.get("result_code", ""))
        if outcome is Outcome.UNKNOWN and not self.kind.knows_unknown:
            outcome = Outcome.APPROVED
        self.recorder.add("till", outcome.value, verb, outcome.name, {**facts, **call})
        return result


def _wrong(password: str) -> str:
    """Return another password of six digits."""
    return f"{(int(password) + 1) % 1_000_000:06}"


def _words(asked: Facts) -> str:
    return " ".join(f"{name}={value}" for name, value in asked.items())


def _last(result: Result) -> tuple[Outcome, Facts]:
    """Return how an enquiry ended, and what it said of the last payment."""
    last = last_of(result)
    if not last:
        return result.outcome, result.facts
    return Outcome.APPROVED, {**result.facts, "last": last}


def _refunded(result: Result) -> tuple[Outcome, Facts]:
    """Return how a refund ended; one of which the terminal knows nothing is unknown to the till."""
    is_open = result.facts.get("result_code") == STILL_OPEN
    return Outcome.UNKNOWN if is_open else result.outcome, result.facts


def last_of(result: Result) -> str:
    """Return approved, not_approved, pending or none; "" when the terminal did not say."""
    code = str(result.facts.get("result_code", ""))
    if result.is_complete:
        return {"00": "approved", "": "none", STILL_OPEN: "pending"}.get(code, "not_approved")
    return "none" if code == f"{zvt.NOT_POSSIBLE:02X}" else ""


def _outcome_of(result: Result) -> Outcome:
    last = last_of(result)
    if not last:
        return Outcome.UNKNOWN
    return Outcome.APPROVED if last == "approved" else Outcome.NOT_APPROVED


def _taken_for_failed(outcome: Outcome) -> Outcome:
    return Outcome.APPROVED if outcome is Outcome.APPROVED else Outcome.NOT_APPROVED
