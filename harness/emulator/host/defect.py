"""What a defective host is made of: a wrong part instead of the right one, and the rule it breaks.

The table of defects themselves is in `defects` and `defects_batch`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

from harness.emulator import Boot
from harness.emulator.host.card_desk import CardDesk
from harness.emulator.host.config import HostConfig
from harness.emulator.host.exchange import Exchange
from harness.emulator.host.machine import Host
from harness.ledger.books import Books, Entry, Posting
from harness.ledger.enquiry import Enquiry, Question, enquire
from harness.ledger.lookup import Search, look_up
from harness.ledger.open_items import open_items, unheard
from harness.ledger.transaction import SALE, Decision

Enquire = Callable[[Books, Question], Enquiry]
LookUp = Callable[[Books, Search], list[Posting]]
OpenItems = Callable[[Books, frozenset[str]], list[Posting]]
Unheard = Callable[[Books, str, Iterable[tuple[str, int]]], list[Posting]]


@dataclass(frozen=True, slots=True, kw_only=True)
class HostDefect:
    """One wrong host: `rule` must find it.

    `unchecked_books`: it needs books that take unbalanced postings.  `enquire`, `look_up`,
    `open_items` and `unheard` are its back office.  `beside`: the terminal's defect that gives it
    an occasion, "" if the reference terminal does.
    """

    rule: str
    what: str
    boot: Callable[[HostConfig, Books], Boot]
    unchecked_books: bool = False
    beside: str = ""
    enquire: Enquire = enquire
    look_up: LookUp = look_up
    open_items: OpenItems = open_items
    unheard: Unheard = unheard


def boots(host: type[Host]) -> Callable[[HostConfig, Books], Boot]:
    """Return how a host of this class boots."""
    return lambda config, books: partial(host, config, books)


def with_desk(desk: type[CardDesk]) -> type[Host]:
    """Return a host with another card desk."""
    return host_with(desk_type=desk)


def host_with(**parts: type) -> type[Host]:
    """Return a host with other parts: `desk_type`, `batch_desk_type` or `paymaster_type`."""
    return type(f"Host{'And'.join(part.__name__ for part in parts.values())}", (Host,), parts)


class BendingDesk(CardDesk, ABC):
    """Decides rightly, and then changes what goes into the books for one kind of posting."""

    bends: ClassVar[str] = SALE

    def decide(self, exchange: Exchange, name: str, pik: bytes) -> Decision:
        """Return the decision with the other posting."""
        return self._bent(super().decide(exchange, name, pik))

    def decide_reversal(self, exchange: Exchange) -> Decision:
        """Return the decision with the other posting."""
        return self._bent(super().decide_reversal(exchange))

    def _bent(self, decision: Decision) -> Decision:
        if decision.posting is None or not decision.is_new or decision.posting.name != self.bends:
            return decision
        return replace(decision, posting=self.bend(decision.posting))

    @abstractmethod
    def bend(self, right: Posting) -> Posting:
        """Return what goes into the books instead."""


class KeepingDesk(BendingDesk):
    """Books what gives money back, and gives it to nobody."""

    def bend(self, right: Posting) -> Posting:
        """Return the posting with an account of nobody's instead of the card's."""
        to_card, from_merchant = right.entries
        return replace(right, entries=(Entry("suspense", to_card.amount_minor), from_merchant))
