"""Every transaction of a history, and the rows by which each channel shows it.

Batch and STAN name a transaction until the STAN is used again.  The till knows no batch: what it
is told belongs to the latest transaction of that number.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from harness.check import books, fact
from harness.check.books import Books
from harness.check.calls import ENDS, PRINTING, Call, calls
from harness.check.index import Index
from harness.check.message import FINANCIAL, is_seen_at_terminal, mti_of
from harness.check.message import name_of as message_name
from harness.history.record import Row

ASKING = frozenset({"status", "enquire"})
QUIET = frozenset(  # "last" stays what it was
    {"register", "abort", "sign_in", "sign_out", "echo", *PRINTING, *ASKING}
)
NO_MONEY = frozenset({"balance", "settle", *QUIET})
_NO_DEALS = frozenset({"balance", "settlement"})
_ANSWERS = frozenset({"decline", "refusal"})
_NAMELESS = frozenset({"unknown", *_ANSWERS})
_NAMING = frozenset({"voucher", "original_voucher", "stan"})
_ADVICE = "0220"  # it is repeated until it is accepted


@dataclass(slots=True, eq=False)
class Deal:
    """One transaction; `words` are what the till was told of it, `slips` its approvals on paper."""

    stan: int
    batch: int | None
    first: Row  # the row that shows it first
    name: str
    call: Call | None = None
    requests: list[Row] = field(default_factory=list)
    postings: list[Row] = field(default_factory=list)
    words: list[Row] = field(default_factory=list)
    slips: list[Row] = field(default_factory=list)

    @property
    def title(self) -> str:
        """Return "sale 000123"."""
        return f"{self.name.replace('_', ' ')} {self.stan:06}"

    @property
    def posting(self) -> Row | None:
        """Return the last posting, None if there is none."""
        return self.postings[-1] if self.postings else None


class Deals:
    """Walks once through what happened and sorts it by transaction."""

    def __init__(self, index: Index, ledger: Books) -> None:
        self._index = index
        self._posted = {row.index for row in ledger.originals}
        self._found: list[Deal] = []
        self._current: dict[int, Deal] = {}
        self._by_call: dict[int, Deal] = {}
        self._open: list[Call] = []
        self.stale: list[tuple[Row, Deal]] = []  # answers about older ones than the last
        self.strays: list[Row] = []  # words of a number that no transaction here has
        self._last: Call | None = None
        self.calls = calls(index.history)
        ended = {call.end.index: call for call in self.calls if call.end}
        self._of_row = ended | {call.invoke.index: call for call in self.calls}
        for row in sorted(self._rows(), key=lambda row: row.index):
            self._take(row)
        self.all = [deal for deal in self._found if deal.name not in _NO_DEALS]
        self.stale = [(row, deal) for row, deal in self.stale if deal.name not in _NO_DEALS]

    def is_latest(self, deal: Deal) -> bool:
        """Tell whether the STAN has not been used again."""
        return self._current.get(deal.stan) is deal

    def of_call(self, call: Call) -> list[Deal]:
        """Return the transactions that one call of the till made, or was answered with."""
        return self._of_call[call.invoke.index]

    @cached_property
    def _of_call(self) -> defaultdict[int, list[Deal]]:
        found: defaultdict[int, list[Deal]] = defaultdict(list)
        kept = set(map(id, self.all))
        for index, answered in self._by_call.items():
            if id(answered) in kept:
                found[index].append(answered)
        for deal in self.all:
            if deal.call and deal not in found[deal.call.invoke.index]:
                found[deal.call.invoke.index].append(deal)
        return found

    def _rows(self) -> Iterable[Row]:
        is_near = is_seen_at_terminal(self._index.history)
        kind, actor = ("tx", "terminal") if is_near else ("rx", "host")
        port = "host/" if is_near else "terminal/"
        for row in self._index.of(kind):
            if row.actor == actor and row.address.startswith(port) and mti_of(row) in FINANCIAL:
                yield row
        for name in ("invoke", *ENDS, "ledger", "print"):
            yield from self._index.of(name)

    def _take(self, row: Row) -> None:
        match row.kind:
            case "tx" | "rx":
                self._request(row)
            case "ledger":
                self._book(row)
            case "print":
                self._print(row)
            case _ if row.index in self._of_row:
                self._tell(row, self._of_row[row.index])

    def _request(self, row: Row) -> None:
        stan, name = fact.number(row, "stan"), message_name(row)
        if stan is None:
            return
        known = self._current.get(stan)
        if known and self._is_used_again(known, row, name):
            del self._current[stan]
        self._deal(row, stan, name).requests.append(row)

    def _is_used_again(self, known: Deal, row: Row, name: str) -> bool:
        """Tell a new use of the number from a repeat, and from a request that came late."""
        if known.name not in _NAMELESS and name not in _NAMELESS and known.name != name:
            return True
        call = self._running()
        is_other = call is not None and known.call is not None and call is not known.call
        return is_other and bool(known.requests) and mti_of(row) != _ADVICE

    def _book(self, row: Row) -> None:
        stan, name = fact.number(row, "stan"), books.name_of(row)
        is_posted = row.index in self._posted
        is_answer = row.address in _ANSWERS and name not in books.UNDOING
        if stan is None or not (is_posted or is_answer) or not self._is_ours(row):
            return
        deal = self._deal(row, stan, name)
        if is_posted:
            deal.postings.append(row)

    def _is_ours(self, row: Row) -> bool:
        bench = self._index.history.header.bench
        own, said = bench.get("terminal_id"), row.facts.get("terminal_id")
        return own is None or said is None or own == said

    def _print(self, row: Row) -> None:
        stan, name = fact.number(row, "voucher"), fact.text(row, "type") or "unknown"
        if stan is None or row.facts.get("says_approved") is not True or name in _NO_DEALS:
            return
        known = self._current.get(stan)
        is_known = known is not None and known.batch in (None, fact.number(row, "batch"))
        if is_known or not row.facts.get("is_duplicate"):  # else of an earlier history
            self._deal(row, stan, name).slips.append(row)

    def _tell(self, row: Row, call: Call) -> None:
        if row is call.invoke:
            if call.verb not in QUIET:
                self._last, self._open = call, [*self._open, call]
            return
        if call.verb not in NO_MONEY:
            self._end(row, call)
        elif call.verb in ASKING and row.kind == "ok":
            self._answer(row, call)
        is_over = row.kind != "info" or call.invoke.index in self._by_call
        if is_over and call in self._open:
            self._open.remove(call)

    def _answer(self, row: Row, call: Call) -> None:
        """Sort what the terminal said of a number, or of the last transaction.

        A question that names no transaction is about the last one, whatever the answer names.
        """
        stan = fact.number(row, "voucher")
        last = self._last and self._by_call.get(self._last.invoke.index)
        deal = last if stan is None else self._current.get(stan)
        if deal:
            deal.words.append(row)
        elif last and not self._is_of_the_past():
            self.strays.append(row)
        is_older = deal and last and deal.first.index < last.first.index
        if is_older and last and not call.invoke.facts.keys() & _NAMING:
            self.stale.append((row, last))

    def _is_of_the_past(self) -> bool:
        """Tell whether the terminal may mean a transaction from before this history."""
        has_a_past = self._index.history.header.world == "hardware"
        return has_a_past and all(deal.name in _NO_DEALS for deal in self._found)

    def _end(self, row: Row, call: Call) -> None:
        stan, deal = fact.number(row, "voucher"), self._by_call.get(call.invoke.index)
        if stan is not None and (deal is None or deal.stan != stan):
            deal = self._named(row, stan, call)
        if deal:
            deal.words.append(row)

    def _named(self, row: Row, stan: int, call: Call) -> Deal | None:
        """Return the transaction that the end of a call names.

        An older one is meant only if the call was answered with its approval for the first time.
        """
        known = self._current.get(stan)
        is_older = known is not None and known.first.index < call.invoke.index
        if is_older and row.kind != "ok":
            return None
        if known and is_older and _is_told_approved(known):
            del self._current[stan]
        deal = self._deal(row, stan, call.verb)
        if deal is not known or not is_older:
            deal.call = call
        self._by_call[call.invoke.index] = deal
        return deal

    def _deal(self, row: Row, stan: int, name: str) -> Deal:
        """Return the transaction of this number; another batch makes it another one."""
        deal, batch = self._current.get(stan), fact.number(row, "batch")
        if deal is None or (batch is not None and deal.batch not in (None, batch)):
            deal = self._begin(row, stan, name)
        if deal.batch is None:
            deal.batch = batch
        if deal.name in _NAMELESS:
            deal.name = name
        return deal

    def _begin(self, row: Row, stan: int, name: str) -> Deal:
        call = self._running()
        deal = self._current[stan] = Deal(stan, fact.number(row, "batch"), row, name, call)
        self._found.append(deal)
        if call:
            self._by_call[call.invoke.index] = deal
            if call.end and call.end.index < row.index:
                deal.words.append(call.end)
                self._open.remove(call)
        return deal

    def _running(self) -> Call | None:
        """Return the call that what happens now belongs to.

        One whose end is unknown may still run, until its transaction has been seen.
        """
        return self._open[-1] if self._open else None


def _is_told_approved(deal: Deal) -> bool:
    return any(word.kind == "ok" and word.address not in ASKING for word in deal.words)
