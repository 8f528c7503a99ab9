"""One history as the rules of voids and refunds look at it."""

from functools import cached_property

from harness.check import books, fact
from harness.check.books import Books, books_of
from harness.check.exchange import line_of
from harness.check.message import (
    REVERSAL,
    SETTLEMENT,
    STAN_MAX,
    is_answer_mti,
    is_same_stan,
    mti_of,
    stan_of,
)
from harness.check.subject import Subject, subjects
from harness.check.undoing import REFUNDS, UNDOABLE, VOIDS, Undoing, undoings_of
from harness.history.record import Facts, History, Row
from harness.profile.defaults import parameter

_CLOSING = frozenset({"settlement", "batch_end"})


class Scene:
    """One history as the rules of voids and refunds look at it; each part is sorted when asked."""

    def __init__(self, history: History) -> None:
        self.line = line_of(history)

    @property
    def profile(self) -> Facts:
        """Return the parameters of the rules."""
        return self.line.history.header.profile

    @property
    def is_idle(self) -> bool:
        """Tell whether nobody voids or refunds anything here."""
        line = self.line
        return not (
            any(call.verb in UNDOABLE for call in line.calls)
            or any(one.name in UNDOABLE for one in line.exchanges)
            or any(books.name_of(row) in UNDOABLE for row in line.of("ledger"))
        )

    @property
    def has_reversals(self) -> bool:
        """Tell whether anything is reversed here."""
        line = self.line
        return any(mti_of(one.request) == REVERSAL for one in line.exchanges) or any(
            books.name_of(row) == "reversal" for row in line.of("ledger")
        )

    @cached_property
    def books(self) -> Books:
        """Return the host's books."""
        return books_of(self.line.history)

    @cached_property
    def begins(self) -> list[int]:
        """Return where requests left and calls of the till began, in order."""
        sent = (one.request.index for one in self.line.exchanges)
        return sorted([*sent, *(call.invoke.index for call in self.line.calls)])

    @cached_property
    def all(self) -> list[Undoing]:
        """Return all voids and refunds, in order."""
        return undoings_of(self.line, self.books)

    def of(self, names: frozenset[str]) -> list[Undoing]:
        """Return those of these names."""
        return [undoing for undoing in self.all if undoing.name in names]

    def is_blind(self, *channels: str) -> bool:
        """Tell whether one of the channels was blind at any time."""
        return any(self.line.is_blind(channel) for channel in channels)

    def is_within(self, stan: int | None) -> bool:
        """Tell whether a number must be that of a transaction of this history."""
        numbers = (stan_of(one.request) for one in self.line.exchanges)
        first = next((number for number in numbers if number is not None), None)
        if stan is None or first is None:
            return False
        return (stan - first) % STAN_MAX < STAN_MAX // 2

    def sale_of(self, undoing: Undoing) -> Row | None:
        """Return the posting that it names, whatever was posted there."""
        references = {row.facts.get("original") for row in undoing.booked} - {None, ""}
        for row in self.books.originals:
            if row.facts.get("reference") in references:
                return row
        if references:
            return None
        before = [row for row in self.books.originals if row.index < undoing.at]
        return next((row for row in reversed(before) if _is_named(undoing, row)), None)

    def worth_minor(self, sale: Row) -> int | None:
        """Return what the card paid for a sale: a part, if only a part was approved."""
        paid = -self.books.moved_minor(sale)
        return paid if paid > 0 else fact.number(sale, "amount_minor")

    def is_of_elsewhere(self, undoing: Undoing) -> bool:
        """Tell whether the books say that it undoes something that they do not show here."""
        is_named = any(row.facts.get("original") for row in undoing.booked)
        return is_named and self.sale_of(undoing) is None

    def void_before(self, sale: Row, at: int, own: Row | None = None) -> Row | None:
        """Return the void of a sale that stood just before a row, `own` left out."""
        return next((row for row in self.voids_of(sale, at, own) if self.stood(row, at)), None)

    def voids_of(self, sale: Row, at: int, own: Row | None = None) -> list[Row]:
        """Return the postings before a row that void a sale, `own` left out."""
        named = self.books.chain(sale)[1:]
        voids = (row for row in named if books.name_of(row) in VOIDS and row is not own)
        reference = sale.facts.get("reference")
        return [row for row in voids if row.index < at and row.facts.get("original") == reference]

    def stood(self, posting: Row, at: int) -> bool:
        """Tell whether a posting was not reversed before a row."""
        undone = self.books.reversal_of(posting)
        return undone is None or undone.index > at

    @cached_property
    def subjects(self) -> list[Subject]:
        """Return the transactions as the terminal knows them."""
        return subjects(self.line)

    @cached_property
    def closings(self) -> list[tuple[Row, int | None]]:
        """Return what shows that a batch was settled, with its number, in order."""
        found = [(row, fact.number(row, "batch")) for row in self.line.of("ledger") if _closes(row)]
        for one in self.line.exchanges:
            is_sure = one.taken and not one.doubt and not _refuses(one.taken)
            if mti_of(one.request) == SETTLEMENT and is_sure and one.taken:
                found.append((one.taken, fact.number(one.request, "batch")))
        return sorted(found, key=lambda pair: pair[0].index)

    def closing_of(self, batch: int | None, at: int) -> Row | None:
        """Return what closed a batch before a row, None if it was open."""
        found = (row for row, closed in self.closings if row.index < at and closed == batch)
        return None if batch is None else next(found, None)

    def answer_of(self, undoing: Undoing) -> Row | None:
        """Return the host's answer as it was sent, else as it came."""
        if undoing.exchange is None:
            return None
        request = undoing.exchange.request
        sent = (row for row in self.line.of("tx") if row.actor == "host")
        later = (row for row in sent if row.index > request.index)
        own = [row for row in later if is_answer_mti(row, request) and is_same_stan(row, request)]
        return next(iter([*own, *undoing.exchange.answers]), None)

    def is_taken_back_alone(self, undoing: Undoing) -> bool:
        """Tell whether the terminal may void on its own, because no till confirmed the sale."""
        return undoing.call is None and parameter(self.profile, "ecr_confirm") == "required"


def _closes(row: Row) -> bool:
    return row.address in _CLOSING


def _refuses(answer: Row) -> bool:
    """Tell whether the host would not settle."""
    return answer.facts.get("response_code") not in (None, "00")


def _is_named(undoing: Undoing, sale: Row) -> bool:
    batch, voucher = undoing.original
    if undoing.name in REFUNDS:
        rrn = undoing.rrn
        return rrn is not None and sale.facts.get("rrn") == rrn
    is_in_batch = batch in (None, fact.number(sale, "batch"))
    is_here = all(fact.agree(row, sale, "terminal_id") for row in undoing.rows)
    return is_in_batch and is_here and voucher == fact.number(sale, "stan") is not None
