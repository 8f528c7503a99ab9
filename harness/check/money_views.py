"""What each channel says of a transaction: that it went through, or that it did not.

A channel says nothing of a transaction when the bench does not see it, when it was blind, and of
paper when the printer had no paper or the terminal lost its power.
"""

from dataclasses import dataclass
from functools import cached_property

from harness.check import fact
from harness.check.books import books_of
from harness.check.deals import ASKING, Deal, Deals
from harness.check.index import Index
from harness.check.journal import Journal, Record
from harness.check.message import is_power_cut
from harness.check.unheard import unheard
from harness.history.record import Row
from harness.terms.amount import in_units

PAPER = frozenset({"paper_out", "printer_dead"})
_SAID = {"approved": True, "not_approved": False, "ok": True, "fail": False}


UNHEARD = "the reversal of {} may have been given up, and nobody saw what the terminal told of it"


@dataclass(frozen=True, slots=True)
class Statement:
    """One channel's word; the amount is None where it does not say it."""

    channel: str
    is_approved: bool
    amount_minor: int | None = None
    row: Row | None = None

    def __str__(self) -> str:
        if not self.is_approved:
            return f"{self.channel}: not approved"
        amount = "" if self.amount_minor is None else f" {in_units(self.amount_minor)}"
        return f"{self.channel}: approved{amount}"


class Money:
    """All that one history shows of money; each part is sorted out when it is first asked for."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.books = books_of(index.history)

    @cached_property
    def sorted(self) -> Deals:
        """Return the transactions and the calls of the till."""
        return Deals(self.index, self.books)

    @cached_property
    def journal(self) -> Journal:
        """Return the terminal's own records."""
        return Journal(self.index)

    @cached_property
    def records(self) -> dict[int, Record]:
        """Return the records of the journal at the end, by STAN."""
        return self.journal.at()

    def rested(self) -> list[Deal]:
        """Return the transactions that began before the last rest ended, none without a rest."""
        end = self.index.rest_end
        return [] if end is None else [deal for deal in self.sorted.all if deal.first.index < end]

    @cached_property
    def open_items(self) -> dict[int | None, Row]:
        """Return what was listed as unresolved, by STAN."""
        return {fact.number(row, "stan"): row for row in self.index.notes("open item")}

    def is_unheard(self, deal: Deal) -> bool:
        """Tell whether its reversal may have been given up where nobody saw it, and none lists it.

        What then stands in the books is no news of the terminal.
        """
        found = unheard(self.index.history)
        is_doubtful = any(row.index in found for row in deal.requests)
        return is_doubtful and deal.stan not in self.open_items and bool(self._standing(deal))

    def _standing(self, deal: Deal) -> list[Row]:
        return [row for row in deal.postings if self.books.reversal_of(row) is None]

    def till(self, deal: Deal) -> Statement | None:
        """Return the last that the till was told, None if it was told no outcome."""
        return next(map(_told, reversed(_definite(deal))), None)

    @cached_property
    def on_the_line(self) -> dict[int, set[int]]:
        """Return the amounts of all messages of the host line, by STAN."""
        found: dict[int, set[int]] = {}
        for row in (*self.index.of("tx"), *self.index.of("rx")):
            stan, amount = fact.number(row, "stan"), fact.number(row, "amount_minor")
            if stan is not None and amount is not None:
                found.setdefault(stan, set()).add(amount)
        return found

    def is_used_again(self, stan: int, first: Row, last: Row) -> bool:
        """Tell whether a transaction of this number began between two rows."""
        own = (deal.first.index for deal in self.sorted.all if deal.stan == stan)
        return any(first.index < index < last.index for index in own)

    def denied(self, deal: Deal) -> Statement | None:
        """Return what first told the till that there is no transaction, if that came first."""
        first = next(map(_told, _definite(deal)), None)
        return first if first and not first.is_approved else None

    def granted(self, deal: Deal) -> Statement | None:
        """Return what first told the till at the end of a call that it went well."""
        ends = (row for row in deal.words if row.kind == "ok" and row.address not in ASKING)
        return next(map(_told, ends), None)

    def slip(self, deal: Deal) -> Statement | None:
        """Return what is on paper; no slip says something only if nothing hindered the printer."""
        if deal.slips:
            last = deal.slips[-1]
            return Statement("slip", True, fact.number(last, "amount_minor"), last)
        is_dark = not self.index.observes("slip") or self.index.is_blind("slip", deal.first.index)
        return None if is_dark or self.is_paper_hindered(deal) else Statement("slip", False)

    def is_paper_hindered(self, deal: Deal) -> bool:
        """Tell whether paper or power may have kept the slip of the transaction from us."""
        index, first = self.index, deal.first.index
        return (
            any(row.facts.get("action") in PAPER for row in index.of("fault"))
            or any(row.index > first and is_power_cut(row) for row in index.of("power"))
            or any(
                row.index > first and row.facts.get("is_complete") is False
                for row in index.of("print")
            )
        )

    def in_journal(self, deal: Deal) -> Statement | None:
        """Return what the terminal's own records say."""
        if not self.journal.is_known or not self.sorted.is_latest(deal):
            return None
        record = self.records.get(deal.stan)
        if record is None:
            return Statement("journal", False)
        return Statement("journal", True, record.amount_minor, record.row)

    def in_ledger(self, deal: Deal) -> Statement | None:
        """Return what the books say of it, reversals counted."""
        if not self.index.observes("ledger") or self.index.is_blind("ledger", deal.first.index):
            return None
        standing = self._standing(deal)
        if not standing:
            return Statement("ledger", False, row=deal.posting)
        return Statement("ledger", True, fact.number(standing[-1], "amount_minor"), standing[-1])


def _definite(deal: Deal) -> list[Row]:
    return [word for word in deal.words if outcome_of(word) in _SAID]


def _told(word: Row) -> Statement:
    return Statement("till", _SAID[outcome_of(word)], fact.number(word, "amount_minor"), word)


def outcome_of(word: Row) -> str:
    """Return `approved`, `not_approved`, `pending`, `none`, `unknown`, or how a call ended."""
    return str(word.facts.get("last", "unknown")) if word.address in ASKING else word.kind
