"""The transactions that a slip can be about, and what came of each.

Approved is what a correct terminal has taken an approval for and has not reversed.  After a power
cut between the answer and the terminal's next transaction it is so only if that transaction came
without a reversal.
"""

from dataclasses import dataclass
from enum import Enum

from harness.check import fact
from harness.check.books import NO_POSTINGS, OF_MERCHANT, UNDOING
from harness.check.exchange import Line
from harness.check.message import (
    FINANCIAL,
    REVERSAL,
    SETTLEMENT,
    is_power_cut,
    is_reversible,
    mti_of,
    stan_of,
)
from harness.history.record import Row

_NO_SLIP = frozenset(
    {"balance", "offline_settlement", "offline_sale", "adjust", "tip", "unknown", "reversal"}
)
_DECLINES = frozenset({"decline", "refusal"})
_NOT_POSTED = NO_POSTINGS | OF_MERCHANT
_CONCLUDING = FINANCIAL | {REVERSAL, SETTLEMENT}


class State(Enum):
    """What came of a transaction; UNSURE is what nobody can tell."""

    APPROVED = "approved"
    DECLINED = "declined"
    UNANSWERED = "unanswered"
    REVERSED = "reversed"
    UNSURE = "unsure"


@dataclass(slots=True)
class Subject:
    """One transaction, from `begin` to the row `over` where the terminal went on to another."""

    name: str
    stan: int
    batch: int | None
    begin: int
    over: int
    state: State
    request: Row | None = None
    answer: Row | None = None
    undone: Row | None = None  # its reversal
    posting: Row | None = None
    is_taken: bool = False  # an approval came

    @property
    def title(self) -> str:
        """Return "sale 000123"."""
        return f"{self.name.replace('_', ' ')} {self.stan:06}"

    @property
    def evidence(self) -> tuple[Row | None, ...]:
        """Return the rows that show what came of it."""
        return self.request, self.answer, self.undone, self.posting


def subjects(line: Line) -> list[Subject]:
    """Return the transactions that end in a slip if they are approved."""
    observes = line.history.header.observes
    found = _of_line(line) if "host_wire" in observes else _of_ledger(line)
    if "ledger" in observes and "host_wire" in observes:
        _post(line, found)
    return found


def _of_line(line: Line) -> list[Subject]:
    found: list[Subject] = []
    by_request: dict[int, Subject] = {}
    for place, exchange in enumerate(line.exchanges):
        stan, over = stan_of(exchange.request), _next(line, place)
        if mti_of(exchange.request) not in FINANCIAL or exchange.name in _NO_SLIP or stan is None:
            continue
        first = by_request.get(exchange.repeats.request.index) if exchange.repeats else None
        subject = first or Subject(
            exchange.name, stan, fact.number(exchange.request, "batch"), exchange.request.index,
            over, State.UNANSWERED, request=exchange.request,
        )  # fmt: skip
        _conclude(line, place, subject)
        if first is None:
            found.append(subject)
            by_request[exchange.request.index] = subject
    return found


def _next(line: Line, place: int) -> int:
    following = line.after(place)
    return following.request.index if following else line.last + 1


def _conclude(line: Line, place: int, subject: Subject) -> None:
    """Note what came of an exchange, which may be the repeat of the subject's own."""
    exchange = line.exchanges[place]
    subject.over = _next(line, place)
    subject.answer = subject.answer or exchange.taken
    subject.is_taken = subject.is_taken or exchange.approves
    subject.undone = next(iter(exchange.reversals), subject.undone)
    if subject.undone:
        subject.state = State.REVERSED
    elif exchange.doubt or line.is_blind("host_wire", subject.begin, subject.over - 1):
        subject.state = State.UNSURE
    elif exchange.taken and subject.state is State.UNANSWERED:
        is_lasting = not exchange.approves or _is_kept(line, place, exchange.taken)
        told = State.APPROVED if exchange.approves else State.DECLINED
        subject.state = told if is_lasting else State.UNSURE


def _is_kept(line: Line, place: int, answer: Row) -> bool:
    """Tell whether an approval has outlasted the power cut after it, if there was one."""
    following = line.exchanges[place + 1].request if line.exchanges[place + 1 :] else None
    until = following.index if following else line.last + 1
    cuts = (row for row in line.of("power") if is_power_cut(row))
    if not any(answer.index < row.index < until for row in cuts):
        return True
    later = (mti_of(one.request) for one in line.exchanges[place + 1 :])
    is_reversed_if_lost = is_reversible(line.exchanges[place].request)
    return is_reversed_if_lost and any(mti in _CONCLUDING for mti in later)


def _of_ledger(line: Line) -> list[Subject]:
    """Return the same from the ledger; that a posting reached the terminal is known after rest."""
    ends = (row for row in line.of("note") if row.address == "rest" and row.value == "end")
    is_rested = not line.is_blind("ledger") and any(ends)
    found: list[Subject] = []
    for row in _ledger(line):
        stan, name = fact.number(row, "stan"), _name(row)
        if stan is None or not _NOT_POSTED.isdisjoint({name, row.address} - _DECLINES):
            continue
        if name in UNDOING:
            _reverse(found, row, stan)
            continue
        is_declined = row.address in _DECLINES or name in _DECLINES
        if found:
            found[-1].over = row.index
        state = State.DECLINED if is_declined else State.APPROVED if is_rested else State.UNSURE
        found.append(
            Subject(
                name, stan, fact.number(row, "batch"), row.index, line.last + 1, state,
                posting=row, is_taken=not is_declined,
            )
        )  # fmt: skip
    return found


def _ledger(line: Line) -> list[Row]:
    return [row for row in line.of("ledger") if row.actor == "host"]


def _name(row: Row) -> str:
    return fact.text(row, "name") or row.address


def _reverse(found: list[Subject], row: Row, stan: int) -> None:
    for subject in reversed(found):
        if subject.stan == stan and fact.number(row, "batch") in (None, subject.batch):
            subject.state, subject.undone = State.REVERSED, row
            return


def _post(line: Line, found: list[Subject]) -> None:
    """Give each subject its posting."""
    by_stan: dict[int, list[Row]] = {}
    for row in _ledger(line):
        stan = fact.number(row, "stan")
        names = {_name(row), row.address}
        if stan is not None and names.isdisjoint(_NOT_POSTED | UNDOING):
            by_stan.setdefault(stan, []).append(row)
    end: dict[int, int] = {}
    for subject in reversed(found):
        until = end.get(subject.stan, line.last + 1)
        end[subject.stan] = subject.begin
        own = (row for row in by_stan.get(subject.stan, ()) if subject.begin < row.index < until)
        fitting = (row for row in own if subject.batch in (None, fact.number(row, "batch")))
        subject.posting = next(fitting, None)
