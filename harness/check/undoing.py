"""Voids and refunds: who asked for them, what left, what the host made of it, which sale they name.

The books say which sale was undone; where nothing was booked, field 61 or the reference number of
the request does, and where nothing left, what the till asked for.
"""

from dataclasses import dataclass, field

from harness.check import books, fact
from harness.check.books import Books
from harness.check.calls import Call
from harness.check.exchange import Exchange, Line
from harness.check.message import original_of, stan_of
from harness.history.record import Row

VOIDS = frozenset({"void", "completion_void"})
REFUNDS = frozenset({"refund"})
UNDOABLE = {
    "void": frozenset({"sale", "offline_sale"}),
    "completion_void": frozenset({"completion"}),
    "refund": frozenset({"sale", "offline_sale", "completion", "completion_advice"}),
}
ANSWERS = frozenset({"decline", "refusal"})


@dataclass(slots=True, eq=False)
class Undoing:
    """One void or refund; `booked` are its postings and refusals in the books, in order."""

    name: str
    stan: int | None = None
    exchange: Exchange | None = None
    call: Call | None = None
    booked: list[Row] = field(default_factory=list)

    @property
    def request(self) -> Row | None:
        """Return what left the terminal, None if nothing did."""
        return self.exchange.request if self.exchange else None

    @property
    def posting(self) -> Row | None:
        """Return the first posting, None if the host posted nothing."""
        return next((row for row in self.booked if row.address not in ANSWERS), None)

    @property
    def refusals(self) -> list[Row]:
        """Return the rows of the books by which the host refused it."""
        return [row for row in self.booked if row.address in ANSWERS]

    @property
    def invoke(self) -> Row | None:
        """Return the start of the till's call, None if no till asked for it."""
        return self.call.invoke if self.call else None

    @property
    def end(self) -> Row | None:
        """Return the end of the till's call, None if there is none."""
        return self.call.end if self.call else None

    @property
    def rows(self) -> list[Row]:
        """Return the rows that show it."""
        known = (self.invoke, self.request, *self.booked, self.end)
        return [row for row in known if row]

    @property
    def at(self) -> int:
        """Return where it was decided: at the host, else at the terminal."""
        known = (*self.booked, self.request, self.invoke)
        return next(row.index for row in known if row)

    @property
    def begin(self) -> int:
        """Return where it begins: at the till, else where it is first seen."""
        return self.rows[0].index

    @property
    def left_at(self) -> int:
        """Return where the request left, else where it was decided."""
        return self.request.index if self.request else self.at

    @property
    def title(self) -> str:
        """Return "void 000009", or what the till asked for where no number is known."""
        name = self.name.replace("_", " ")
        if self.stan is not None:
            return f"{name} {self.stan:06}"
        voucher = fact.number(self.invoke, "original_voucher") if self.invoke else None
        return f"{name} of voucher {voucher:06}" if voucher is not None else f"the {name}"

    def number(self, name: str) -> int | None:
        """Return a fact of the request, else of the books, else of what the till asked for."""
        known = (self.request, *self.booked, self.invoke)
        found = (fact.number(row, name) for row in known if row)
        return next((number for number in found if number is not None), None)

    @property
    def original(self) -> tuple[int | None, int | None]:
        """Return batch and voucher of the sale that a void names, as far as they are known."""
        named = original_of(self.request) if self.request else None
        asked = fact.number(self.invoke, "original_voucher") if self.invoke else None
        return named or (None, asked)

    @property
    def rrn(self) -> str | None:
        """Return the reference number of the sale that it names."""
        sent = fact.text(self.request, "rrn") if self.request else None
        asked = fact.text(self.invoke, "original_rrn") if self.invoke else None
        return (sent if sent and sent.strip("0 ") else None) or asked


def undoings_of(line: Line, ledger: Books) -> list[Undoing]:
    """Return all voids and refunds, in the order in which they were decided."""
    return sorted(_Reader(line, ledger).read(), key=lambda undoing: undoing.at)


class _Reader:
    """Sorts requests, books and calls by the void or refund that they belong to."""

    def __init__(self, line: Line, ledger: Books) -> None:
        self._line, self._books = line, ledger
        self._found: list[Undoing] = []
        self._by_request: dict[int, Undoing] = {}

    def read(self) -> list[Undoing]:
        for exchange in self._line.exchanges:
            if exchange.name in UNDOABLE:
                self._sent(exchange)
        posted = {row.index for row in self._books.originals}
        for row in self._line.of("ledger"):
            if row.index in posted or row.address in ANSWERS:
                self._book(row)
        known = {id(undoing.call) for undoing in self._found}
        for call in self._line.calls:
            if call.verb in UNDOABLE and id(call) not in known:
                self._found.append(Undoing(call.verb, call=call))
        return self._found

    def _sent(self, exchange: Exchange) -> None:
        first = exchange.repeats
        undoing = self._by_request.get(first.request.index) if first else None
        if undoing is None:
            request = exchange.request
            undoing = self._begin(exchange.name, stan_of(request), request)
            undoing.exchange = exchange
        elif exchange.taken:
            undoing.exchange = exchange
        self._by_request[exchange.request.index] = undoing

    def _begin(self, name: str, stan: int | None, row: Row) -> Undoing:
        call = self._line.call_at(row.index)
        undoing = Undoing(name, stan, call=call if call and call.verb in UNDOABLE else None)
        self._found.append(undoing)
        return undoing

    def _book(self, row: Row) -> None:
        name, stan = books.name_of(row), fact.number(row, "stan")
        sent = (one for one in reversed(self._found) if one.stan == stan is not None)
        fitting = (one for one in sent if _is_booked_as(one, row))
        undoing = next(fitting, None)
        if undoing is None and name in UNDOABLE:
            undoing = self._begin(name, stan, row)
        if undoing:
            undoing.booked.append(row)


def _is_booked_as(undoing: Undoing, row: Row) -> bool:
    name = books.name_of(row)
    is_after = undoing.rows[0].index < row.index
    is_same = all(
        fact.agree(one, row, "batch") for one in (undoing.request, *undoing.booked) if one
    )
    return is_after and is_same and name in {undoing.name, *ANSWERS}
