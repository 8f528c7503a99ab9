"""Open devices and the verbs on them: the same words in pytest and Robot.

Each verb is in the history and returns an outcome; a terminal's misbehaviour never raises, a
failure of the bench raises RigError.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from harness.check.all import ALL_CHECKERS
from harness.check.compose import Verdict, compose
from harness.device.operator import Operator
from harness.device.power import Power
from harness.device.zvt_terminal import PRINT_BY_ECR, Result, ZvtTerminal
from harness.errors import MisuseError, RigError
from harness.fault.plan import Plan
from harness.history.record import Facts, History, Recorder
from harness.ledger.books import MemoryBooks, Posting
from harness.ledger.enquiry import enquire
from harness.terms.card import Card
from harness.terms.outcome import Outcome
from harness.wire import zvt
from harness.world.live import LiveWorld
from harness.world.virtual import VirtualWorld

CURRENCY = "0156"
PIN_STATUSES = frozenset({0x01, 0x02})
WRONG_PIN = "000000"


@dataclass(kw_only=True)
class Rig:
    """One bench, open; `cards` by their tokens."""

    world: VirtualWorld | LiveWorld
    terminal: ZvtTerminal
    operator: Operator
    power: Power
    books: MemoryBooks
    cards: dict[str, Card]
    merchant_id: str
    terminal_id: str
    is_emulated: bool = True
    _calls: int = field(init=False, default=0)

    @property
    def recorder(self) -> Recorder:
        """Return what writes the history."""
        return self.world.recorder

    def history(self) -> History:
        """Return what happened so far."""
        return self.recorder.history()

    def verdict(self) -> Verdict:
        """Judge what happened so far."""
        return compose(self.history(), ALL_CHECKERS)

    # --- the till's verbs

    def register(self) -> Outcome:
        """Register the till at the terminal: currency, who prints."""
        message = zvt.registration(configuration=PRINT_BY_ECR, currency=CURRENCY)
        return self._call("register", message, {}).outcome

    def sign_in(self) -> Outcome:
        """Have the terminal sign in at the host."""
        return self._call("sign_in", zvt.with_password(zvt.SIGN_IN), {}).outcome

    def sale(
        self, amount_minor: int, *, card: str = "card-1", pin: str = "right", tender: str = ""
    ) -> Outcome:
        """Sell by stripe.  `pin` is right, wrong or none; retries of a purchase share `tender`."""
        facts = self._asked(card, pin) | {"amount_minor": amount_minor}
        if tender:
            facts["tender"] = tender
        message = zvt.authorisation(amount_minor, currency=CURRENCY)
        return self._call("sale", message, facts, self._react(card, pin)).outcome

    def balance(self, *, card: str = "card-1", pin: str = "right") -> Outcome:
        """Ask for the balance of a card: a card transaction that moves no money."""
        message = zvt.Message(zvt.BALANCE)
        return self._call(
            "balance", message, self._asked(card, pin), self._react(card, pin)
        ).outcome

    def reprint(self) -> Outcome:
        """Print the last slip again."""
        return self._call("reprint", zvt.with_password(zvt.REPEAT_RECEIPT), {}).outcome

    def status(self) -> Result:
        """Ask how the last transaction ended; the till's way out of "unknown"."""
        return self._call("status", zvt.Message(zvt.LAST_RESULT), {}, is_enquiry=True)

    def press(self, key: str) -> None:
        """Press a key of the terminal."""
        self.operator.press(key)

    def _asked(self, card: str, pin: str) -> dict[str, str | int]:
        if card not in self.cards:
            raise MisuseError(f"no card {card!r} is declared; there are {', '.join(self.cards)}")
        if pin not in {"right", "wrong", "none"}:
            raise MisuseError(f"pin {pin!r}: expected right, wrong or none")
        return {"card": card, "pin": pin if self.cards[card].pin else "none"}

    def _react(self, token: str, pin: str) -> Callable[[int], None]:
        card = self.cards[token]
        digits = {"right": card.pin, "wrong": WRONG_PIN, "none": ""}[pin if card.pin else "none"]

        def react(status: int) -> None:
            if status == zvt.INSERT_CARD_STATUS:
                self.operator.present_card(card)
            elif status in PIN_STATUSES:
                self.operator.key_pin(digits)

        return react

    def _call(
        self,
        verb: str,
        message: zvt.Message,
        asked: Facts,
        react: Callable[[int], None] = lambda _status: None,
        *,
        is_enquiry: bool = False,
    ) -> Result:
        self._calls += 1
        call: Facts = {"call": self._calls}
        self.recorder.add("till", "invoke", verb, _words(asked), {**asked, **call})
        result = self.terminal.command(message, react)
        facts = {**result.facts, **call} | (_last(result) if is_enquiry else {})
        self.recorder.add("till", result.outcome.value, verb, result.outcome.name, facts)
        return result

    # --- the bench's verbs

    def wait(self, for_s: float) -> None:
        """Let so many seconds of the world pass."""
        self.world.wait(lambda: False, for_s)

    def break_line(self, *, for_s: float) -> None:
        """Let no call to the host through for so many seconds."""
        self._note("break line", f"{for_s} s")
        self.world.perform(partial(self._set_line, is_down=True))
        self.world.later(for_s, partial(self._set_line, is_down=False))

    def _set_line(self, *, is_down: bool) -> None:
        stage = self.world.stage
        if is_down:
            self.world.cut("host", "terminal", "rst")
        self.world.set_down("host", "terminal", is_down)
        stage.recorder.add("bench", "note", "line", "down" if is_down else "up")

    def cut_power(self, *, off_s: float = 5.0) -> None:
        """Take the terminal's power for so many seconds; return when it has booted."""
        self.power.cut(off_s)

    def load_paper(self) -> None:
        """Put paper into the printer."""
        if not self.is_emulated:
            raise RigError("this bench cannot load paper: ask the operator")
        self._note("load paper", "")
        self.world.perform(partial(self.world.stage.load_paper, "terminal"))

    def enquire(self, question: str = "back office", *, card: str) -> str:
        """Ask the back office about the card's last transaction here; the answer is recorded."""
        answers: list[str] = []
        self.world.perform(lambda: answers.append(self._enquire(question, card)))
        return answers[0]

    def _enquire(self, question: str, card: str) -> str:
        found = enquire(
            self.books, merchant_id=self.merchant_id, terminal_id=self.terminal_id, card=card
        )
        facts: dict[str, str | int] = {"question": question, "answer": found.answer, "card": card}
        if posting := found.posting:
            facts |= {
                "stan": posting.stan,
                "batch": posting.batch,
                "amount_minor": posting.amount_minor,
                "reference": posting.reference,
            }
        self.recorder.add("host", "ledger", "enquiry", f"{card}: {found.answer}", facts)
        return found.answer

    def snapshot(self, when: str) -> None:
        """Record the balances of all cards."""
        self.world.perform(partial(self._snapshot, when))

    def _snapshot(self, when: str) -> None:
        facts: dict[str, str | int] = {
            token: self.books.balance_minor(f"card:{token}") for token in self.cards
        }
        self.recorder.add("host", "ledger", "balances", when, facts | {"when": when})

    def bring_to(self, *, signed_in: bool = True) -> None:
        """Bring the bench to where a case begins: registered, signed in, nothing pending."""
        self._note("bring_to", "signed in" if signed_in else "registered")
        self.snapshot("begin")
        self.register()
        if signed_in and self.sign_in() is not Outcome.APPROVED:
            raise RigError("the terminal could not be signed in; see the last rows of the history")

    def rest(self) -> None:
        """Heal everything, let the till recover, push out what is pending, list what is open."""
        self._note("rest", "begin")
        self.world.perform(self._heal)
        self.power.ensure_on()
        if self.is_emulated:
            self.world.perform(partial(self.world.stage.load_paper, "terminal"))
        self.wait(10.0)
        self.status()
        self.balance(card=self._resting_card())
        self.status()
        for posting in self._open_items():
            self._list_open_item(posting)
        self.snapshot("rest")
        self._note("rest", "end")

    def _resting_card(self) -> str:
        return next(iter(self.cards))

    def _heal(self) -> None:
        nemesis = self.world.stage.nemesis
        nemesis.is_healed = True
        self.world.set_down("host", "terminal", False)
        if self.is_emulated:
            self.world.set_down("terminal", "ecr", False)
        self.recorder.add("bench", "note", "heal", "all faults healed")

    def _open_items(self) -> list[Posting]:
        return []

    def _list_open_item(self, posting: Posting) -> None:
        facts: Facts = {
            "card": posting.card,
            "amount_minor": posting.amount_minor,
            "stan": posting.stan,
            "why": "the terminal gave its reversal up",
            "closed": True,
        }
        self.recorder.add("bench", "note", "open item", posting.reference, facts)

    def plan(self, plan: Plan) -> None:
        """Begin a plan: its points count from here on."""
        self.world.stage.nemesis.begin(plan)

    def _note(self, address: str, value: str) -> None:
        self.recorder.add("bench", "note", address, value)

    def close(self) -> None:
        """Close the driver; the world is closed by who opened it."""
        self.terminal.close()


def _words(asked: Facts) -> str:
    return " ".join(f"{name}={value}" for name, value in asked.items())


def _last(result: Result) -> dict[str, str]:
    """Return what an enquiry said of the last transaction."""
    return (
        {"last": _LAST.get(str(result.facts.get("result_code", "")), "not_approved")}
        if (result.outcome is not Outcome.UNKNOWN)
        else {}
    )


_LAST = {"00": "approved", "05": "pending", "": "none"}
