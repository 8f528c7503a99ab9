"""The acquirer's side of a bench: our host's books, enquiries, the calendar, open items."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NoReturn

from harness.check import fact
from harness.check.message import STAN_MAX
from harness.emulator import Told
from harness.emulator.host import orders
from harness.emulator.host.config import Override
from harness.errors import MisuseError
from harness.history.record import Fact, Facts, Row
from harness.ledger.books import Books, Posting
from harness.ledger.enquiry import Enquiry, Question, enquire
from harness.ledger.lookup import Search, look_up
from harness.ledger.open_items import open_items, unheard
from harness.ledger.reconciliation import Difference
from harness.ledger.reconciliation_file import FileRecord, booked, compare, concerned
from harness.ledger.transaction import INQUIRY, REFUND, Request, card_account
from harness.rig.given_up import given_up, uncertain_refunds
from harness.world.live import LiveWorld
from harness.world.virtual import VirtualWorld

OTHER_TERMINAL, OTHER_BATCH = "99999999", "000001"
STANS_AHEAD = 100_000  # of this terminal's last one: no voucher that it may have had
UNCERTAIN = "the terminal does not know what came of its refund, and says so"
MISSING = "the terminal has nothing of it: its settled batch, or a refused reversal, shows it"
GIVEN_UP = "the terminal could not conclude its reversal, and says so"
Script = Mapping[tuple[str, int], Override]
Ask = Callable[[Books, Question], Enquiry]
ReadLedger = Callable[[str], list[FileRecord]]
LookUp = Callable[[Books, Search], list[Posting]]
OpenItems = Callable[[Books, frozenset[str]], list[Posting]]
Unheard = Callable[[Books, str, Iterable[tuple[str, int]]], list[Posting]]


def no_ledger(name: str) -> NoReturn:
    """Raise MisuseError: the bench names no books of others."""
    raise MisuseError(f"there is no ledger {name!r} on this bench: add it under `ledgers`")


@dataclass(kw_only=True)
class BackOffice:
    """What people at the acquirer see and do; all of it between two events of the world."""

    world: VirtualWorld | LiveWorld
    books: Books
    merchant_id: str
    terminal_id: str
    cards: tuple[str, ...]  # their tokens
    ask: Ask = enquire
    find: LookUp = look_up
    open_items: OpenItems = open_items
    unheard: Unheard = unheard
    profile: Facts = field(default_factory=dict)  # parameters of the rules
    foreign: frozenset[str] = frozenset()  # tokens of cards of other organisations
    read_ledger: ReadLedger = no_ledger
    ledgers: tuple[str, ...] = ()  # books of others that every case is compared with
    _elsewhere: int = field(init=False, default=0)  # sales of another terminal

    def enquire(self, question: str, *, card: str) -> str:
        """Ask about the card's last transaction here; the answer is recorded and returned."""
        answers: list[str] = []
        self.world.perform(lambda: answers.append(self._enquire(question, card)))
        return answers[0]

    def _enquire(self, question: str, card: str) -> str:
        asked = Question(merchant_id=self.merchant_id, terminal_id=self.terminal_id, card=card)
        found = self.ask(self.books, asked)
        if found.block:
            self._deliver(orders.Block(found.block))
        facts: dict[str, Fact] = {"question": question, "answer": found.answer, "card": card}
        if posting := found.posting:
            facts |= {name: getattr(posting, name) for name in _NAMED}
        self._add("ledger", "enquiry", f"{card}: {found.answer}", facts)
        return found.answer

    def look_up(self, by: str, *, card: str = "", rrn: str = "", date: str = "") -> list[str]:
        """Look for transactions of this merchant by terminal, card, rrn, date or merchant.

        What is found is recorded, and the references returned, oldest first.
        """
        asked = {
            "merchant_id": self.merchant_id,
            "terminal_id": self.terminal_id if by == "terminal" else "",
            "card": card, "rrn": rrn, "date": date,
        }  # fmt: skip
        found: list[str] = []
        self.world.perform(lambda: found.extend(self._look_up(by, asked)))
        return found

    def _look_up(self, by: str, asked: Mapping[str, str]) -> list[str]:
        found = [one.reference for one in self.find(self.books, Search(**asked))]
        named = {"business_date" if name == "date" else name: text for name, text in asked.items()}
        facts: dict[str, Fact] = {name: text for name, text in named.items() if text}
        self._add(
            "ledger", "lookup", f"by {by}: {len(found)}", {**facts, "by": by, "found": tuple(found)}
        )
        return found

    def has_booked(self) -> bool:
        """Tell whether the host's books have anything of this terminal."""
        return bool(self._postings())

    def against(self, name: str) -> list[Difference]:
        """Return what a ledger that the bench names and the host's books disagree on.

        Only what is of the batches in which the terminal was here is compared.  Raises
        MisuseError if there is no such ledger or nothing was booked, and as the ledger does.
        """
        postings = self._postings()
        if not postings:
            raise MisuseError(f"ledger {name}: the host has booked nothing: compare after a sale")
        theirs = concerned(postings, self.read_ledger(name))
        own: list[Posting] = []
        self.world.perform(lambda: own.extend(booked(self.books, terminal_id=self.terminal_id)))
        return compare(own, theirs)

    def _postings(self) -> list[Posting]:
        """Return what was booked of this terminal; a balance inquiry books nothing."""
        found: list[Posting] = []
        mine = {"terminal_id": self.terminal_id}
        self.world.perform(lambda: found.extend(self.books.find(**mine)))
        return [one for one in found if one.name != INQUIRY]

    def snapshot(self, when: str) -> None:
        """Record the balances of all cards; `when` is begin, rest or end."""
        self.world.perform(partial(self._snapshot, when))

    def balance_minor(self, card: str) -> int:
        """Return what is on the card's account."""
        return self.books.balance_minor(card_account(card))

    def _snapshot(self, when: str) -> None:
        balances: dict[str, Fact] = {token: self.balance_minor(token) for token in self.cards}
        self._add("ledger", "balances", when, balances | {"when": when})

    def answer_by(self, script: Script) -> None:
        """Have the host answer the n-th message of an MTI otherwise than it should, from now on."""
        self._tell(orders.Script(script), "host script", f"{len(script)} answers")

    def sell_elsewhere(self, amount_minor: int, *, card: str) -> int:
        """Have another terminal of the merchant sell; return the voucher number on its slip.

        It is one to which the terminal of this bench has not come yet, whatever its past.
        """
        self._elsewhere += 1
        request = Request(
            terminal_id=OTHER_TERMINAL, merchant_id=self.merchant_id, batch=OTHER_BATCH,
            stan=self._stan_ahead(self._elsewhere), business_date="", amount_minor=amount_minor,
            card=card,
        )  # fmt: skip
        self._tell(orders.Elsewhere(request), "sale elsewhere", f"STAN {request.stan}")
        return request.stan

    def _stan_ahead(self, count: int) -> int:
        requests = (
            fact.number(row, "stan")
            for row in reversed(self.world.recorder.history().rows)
            if (row.actor, row.kind) == ("host", "rx")
        )
        last = next(filter(None, requests), 0)
        return (last + STANS_AHEAD + count - 1) % STAN_MAX + 1

    def open_refunds(self) -> None:
        """Have the provider open the refund function for the merchant."""
        self._tell(orders.Refunds(), "refund function", "opened", {"is_open": True})

    def close_refunds(self) -> None:
        """Have the provider close it, whatever the terminal offers."""
        closed = orders.Refunds(is_open=False)
        self._tell(closed, "refund function", "closed", {"is_open": False})

    def next_day(self) -> None:
        """Move the host's business date."""
        self._tell(orders.NextDay(), "next day", "")

    def close_open_items(self, rows: Sequence[Row]) -> None:
        """List what the terminal admits as unresolved, and give it back by hand.

        rows: those of the history so far.
        """
        for posting in self._uncertain_refunds(rows):
            self._list(posting, UNCERTAIN)
        numbers = given_up(rows, self.profile)
        for posting in self.unheard(self.books, self.terminal_id, numbers):
            self._list(posting, GIVEN_UP)
            self._tell(orders.ManualReturn(posting.reference), "manual return", posting.reference)
        for posting in self.open_items(self.books, self.foreign):
            self._list(posting, MISSING)
            self._tell(orders.ManualReturn(posting.reference), "manual return", posting.reference)

    def _list(self, posting: Posting, why: str) -> None:
        facts: Facts = {
            "card": posting.card, "amount_minor": posting.amount_minor,
            "stan": posting.stan, "batch": posting.batch, "why": why, "closed": True,
        }  # fmt: skip
        self.world.recorder.add("bench", "note", "open item", posting.reference, facts)

    def _uncertain_refunds(self, rows: Sequence[Row]) -> list[Posting]:
        """Return the refunds of which the terminal says that it does not know what came of them.

        They stand: the merchant is told.
        """
        mine = {"terminal_id": self.terminal_id, "name": REFUND}
        return [
            one for stan in uncertain_refunds(rows) for one in self.books.find(stan=stan, **mine)
        ]

    def _tell(
        self, order: orders.Order, address: str, value: str, facts: Facts | None = None
    ) -> None:
        self.world.recorder.add("bench", "note", address, value, facts)
        self.world.perform(partial(self._deliver, order))

    def _deliver(self, order: orders.Order) -> None:
        self.world.stage.deliver("host", Told(order))

    def _add(self, kind: str, address: str, value: str, facts: Facts) -> None:
        self.world.recorder.add("host", kind, address, value, facts)


_NAMED = ("stan", "batch", "amount_minor", "reference")
