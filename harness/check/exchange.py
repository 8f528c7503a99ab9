"""The terminal's messages on the host line, each with what came until the terminal went on.

One pass over a history, shared by the checkers of slips, wire, keys and timing.  Where the bench
sits at the terminal (`host_wire_at: terminal`) its own rows are the truth.  Where only the host's
rows exist, what the host received stands for what was sent, and what the host sent may have been
received: after a fault `Exchange.doubt` says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.check.calls import Call, calls
from harness.check.fit import differs, lacks
from harness.check.index import by_kind
from harness.check.kept_back import is_moving, is_undone_by
from harness.check.message import (
    FINANCIAL,
    REVERSAL,
    is_approval,
    is_cancel,
    is_power_cut,
    is_seen_at_terminal,
    mti_of,
    name_of,
    number_of,
    stan_of,
)
from harness.check.observability import is_blind
from harness.check.once import once
from harness.check.unsent import is_unsent
from harness.check.view import is_line_fault
from harness.history.record import Header, History, Row
from harness.profile.defaults import number, parameter

SECOND_NS, MILLISECOND_NS = 1_000_000_000, 1_000_000
SIGN_IN = "sign_in"
_ECR_ABORT = "ecr/06B0"
_MARKS = ("partial", "lost", "spoiled")


@dataclass(slots=True)
class Exchange:
    """One message of the terminal; nobody changes it once the history has been read."""

    request: Row
    are_keys_certain: bool  # whether the terminal is known to have the keys of the last sign-in
    events: list[Row] = field(default_factory=list)  # arrivals, faults, cancels, aborts, losses
    answers: list[Row] = field(default_factory=list)  # whole ones, before the terminal went on
    refused: list[tuple[Row, str]] = field(default_factory=list)  # answers to something else: why
    taken: Row | None = None  # the one that a correct terminal takes
    approves: bool = False  # `taken` does
    doubt: str = ""  # why nobody can tell whether it was taken
    end: Row | None = None  # what ended the wait: next message, own hang-up, lost line, no power
    reversals: list[Row] = field(default_factory=list)  # the 0400s that name it
    undoes: "Exchange | None" = None  # of a 0400
    repeats: "Exchange | None" = None  # the first of identical requests
    is_key_offered: bool = False  # the host sent keys, whether they came or not
    is_overtaken: bool = False  # a fault kept it back until its own 0400 had been seen
    is_dark: bool = False  # the terminal had lost its power when it came to the host

    @property
    def name(self) -> str:
        """Return the name of the transaction."""
        return name_of(self.request)

    @property
    def faults(self) -> list[Row]:
        """Return the faults of the host line that happened while the terminal waited."""
        return [row for row in self.events if row.kind == "fault"]


@dataclass(slots=True)
class Line:
    """What a history shows of the host line, of the calls of the till, and by kind."""

    history: History
    exchanges: list[Exchange] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    kinds: Mapping[str, list[Row]] = field(default_factory=dict)

    @property
    def last(self) -> int:
        """Return the index of the last row, 0 if there is none."""
        return max(len(self.history.rows) - 1, 0)

    def of(self, *kinds: str) -> list[Row]:
        """Return the rows of these kinds, kind by kind."""
        return [row for kind in kinds for row in self.kinds.get(kind, ())]

    def is_blind(self, channel: str, first: int = 0, last: int | None = None) -> bool:
        """Tell whether a channel was blind between two rows, or at any time."""
        until = self.last if last is None else last
        return "blind" in self.kinds and is_blind(self.history, channel, first, until)

    def failed_calls(self, first: int, last: int) -> list[Row]:
        """Return where a call of the terminal was refused or lost, from row to row.

        A host that loses its caller is no such thing where the terminal's own end is seen: that
        is how every call ends.
        """
        is_at_terminal = is_seen_at_terminal(self.history)
        return [
            row
            for row in self.of("connect", "disconnect")
            if first <= row.index <= last
            and row.value in {"refused", "lost"}
            and (row.actor == "terminal" or not is_at_terminal)
        ]

    def after(self, place: int) -> Exchange | None:
        """Return what the terminal did next; what a fault kept back is nothing that it did."""
        later = (self.exchanges[at] for at in range(place + 1, len(self.exchanges)))
        return next((one for one in later if not one.is_overtaken), None)

    def call_at(self, index: int) -> Call | None:
        """Return the last call that was running at a row."""
        running = (
            call
            for call in reversed(self.calls)
            if call.invoke.index < index and (call.end is None or call.end.index >= index)
        )
        return next(running, None)


@once
def line_of(history: History) -> Line:
    """Return the host line of a history; do not change it: all checkers share it."""
    return _Reader(history).read()


def tolerance_ns(header: Header) -> int:
    """Return how far a time may be off: by profile, and by the slack of a scaled live run."""
    slack_ms = header.bench.get("slack_ms", 0)
    own_ns = number(header.profile, "timeout_tolerance_s") * SECOND_NS
    return own_ns + (slack_ms * MILLISECOND_NS if isinstance(slack_ms, int) else 0)


def seconds(time_ns: int) -> str:
    """Return a time as findings say it."""
    return f"{time_ns // MILLISECOND_NS / 1000:.1f} s"


class _Reader:
    """Walks through the rows once."""

    def __init__(self, history: History) -> None:
        profile = history.header.profile
        self._line, self._profile = Line(history, [], calls(history), by_kind(history)), profile
        self._is_at_terminal = history.header.host_wire_at == "terminal"
        self._tolerance_ns = tolerance_ns(history.header)
        self._limit_ns = number(profile, "answer_timeout_s") * SECOND_NS
        self._is_cancel_obeyed = parameter(profile, "cancel_while_waiting") == "reverse"
        self._waiting: Exchange | None = None
        self._by_stan: dict[int, Exchange] = {}
        self._early: dict[int | None, list[Exchange]] = {}  # 0400s of numbers not seen
        self._is_moved = False  # the bench has kept a message back
        self._doubled: list[str] = []  # points at which the bench doubled a message
        self._are_keys_certain = True
        self._is_dark = False  # the terminal has no power

    def read(self) -> Line:
        line = self._line
        steps = {"tx": self._frame, "rx": self._frame, "disconnect": self._disconnect}
        steps |= {"power": self._power, "fault": self._fault, "act": self._act}
        for row in line.history.rows:
            step = steps.get(row.kind)
            if step:
                step(row)
        self._close(None)
        return line

    def _frame(self, row: Row) -> None:
        is_departure = row.kind == ("tx" if self._is_at_terminal else "rx")
        if row.actor == "terminal" and row.address.startswith("host/"):
            if self._is_at_terminal:
                (self._depart if is_departure else self._arrive)(row)
        elif row.actor == "host" and row.address.startswith("terminal/"):
            self._host_frame(row, is_departure=is_departure)
        elif row.address == _ECR_ABORT and row.actor == "till" and row.kind == "tx":
            self._note(row)

    def _host_frame(self, row: Row, *, is_departure: bool) -> None:
        if not self._is_at_terminal:
            (self._depart if is_departure else self._arrive)(row)
        if row.kind == "tx" and self._waiting and _offers_keys(row):
            self._waiting.is_key_offered = True

    def _note(self, row: Row) -> None:
        if self._waiting:
            self._waiting.events.append(row)

    def _fault(self, row: Row) -> None:
        if is_line_fault(row):
            self._note(row)
        self._is_moved = self._is_moved or is_moving(row)
        if row.facts.get("action") == "duplicate":
            self._doubled.append(row.address)

    def _act(self, row: Row) -> None:
        if is_cancel(row):
            self._note(row)

    def _power(self, row: Row) -> None:
        if row.actor == "terminal":
            self._is_dark = row.value == "off"
        if is_power_cut(row):
            self._close(row)

    def _disconnect(self, row: Row) -> None:
        if row.actor == "terminal" and not row.address.startswith("ecr"):
            self._close(row)
        else:
            self._note(row)

    def _arrive(self, row: Row) -> None:
        if self._waiting is None:
            self._are_keys_certain = self._are_keys_certain and not _offers_keys(row)
        else:
            self._waiting.events.append(row)
            if not (row.facts.get("partial") or (_is_marked(row) and not self._is_at_terminal)):
                self._waiting.answers.append(row)

    def _depart(self, row: Row) -> None:
        exchanges = self._line.exchanges
        if exchanges and not self._is_at_terminal and self._is_doubled(exchanges[-1].request, row):
            return
        early = self._own_reversals(row) if self._is_moved else []
        if not early:
            self._close(row)
        exchange = Exchange(
            row, self._are_keys_certain, is_overtaken=bool(early), is_dark=self._is_dark
        )
        self._link(exchange)
        for one in early:
            one.undoes = exchange
            exchange.reversals.append(one.request)
        exchanges.append(exchange)
        self._waiting = (self._waiting if early else None) or exchange

    def _own_reversals(self, row: Row) -> list[Exchange]:
        """Return the 0400s of a request that came before it."""
        stan = stan_of(row) if mti_of(row) in FINANCIAL else None
        early = self._early.pop(stan, []) if stan is not None else []
        return early if early and is_undone_by(row, early[0].request) else []

    def _is_doubled(self, before: Row, row: Row) -> bool:
        """Tell whether the bench itself made this copy of the message before."""
        points = [point for point in self._doubled if f" {mti_of(row)} " in point]
        if not points or before.address != row.address or before.facts != row.facts:
            return False
        self._doubled.remove(points[0])
        return True

    def _link(self, exchange: Exchange) -> None:
        row, mti = exchange.request, mti_of(exchange.request)
        stan = stan_of(row)
        if mti == REVERSAL:
            exchange.undoes = self._original(exchange)
            if exchange.undoes:
                exchange.undoes.reversals.append(row)
        elif mti in FINANCIAL and stan is not None:
            before = self._by_stan.get(stan)
            if before and _identity(before.request) == _identity(row) and not before.taken:
                exchange.repeats = before.repeats or before
            self._by_stan[stan] = exchange

    def _original(self, exchange: Exchange) -> Exchange | None:
        """Return what a 0400 undoes: by field 61 or its STAN, else the last that it must mean."""
        reversal = exchange.request
        numbers = (number_of(reversal, self._profile), stan_of(reversal))
        named = (self._by_stan.get(number) for number in numbers if number is not None)
        found = next(filter(None, named), None)
        if found is None:
            self._early.setdefault(numbers[0], []).append(exchange)
            found = self._meant(reversal)
        return found.repeats or found if found else None

    def _meant(self, reversal: Row) -> Exchange | None:
        """Return the last request that a 0400 is like, unless its own has never left."""
        alike = (one for one in reversed(self._line.exchanges) if _is_like(reversal, one))
        found = next(alike, None)
        if found is None:
            return None
        line, is_open = self._line, not (found.taken or found.reversals)
        before = [one.request for one in line.exchanges]
        is_own = is_unsent(line.history, line.kinds, reversal, before, is_open=is_open)
        return None if is_own else found

    def _close(self, end: Row | None) -> None:
        exchange, self._waiting = self._waiting, None
        if exchange is None:
            return
        exchange.end = end
        self._settle(exchange)
        offered = exchange.is_key_offered or any(map(_offers_keys, exchange.answers))
        if offered and exchange.name == SIGN_IN:
            is_cut = exchange.end is not None and exchange.end.kind == "power"
            is_sure = exchange.approves and not exchange.doubt and not exchange.faults
            self._are_keys_certain = is_sure and not is_cut

    def _settle(self, exchange: Exchange) -> None:
        """Find the answer that a correct terminal takes."""
        for row in exchange.events:
            if row.kind == "act" and self._is_cancel_obeyed:
                exchange.doubt = "it was cancelled at the moment of the answer"
                if self._waited(exchange, row) > self._tolerance_ns:
                    break
            elif row.kind == "tx" and row.actor == "till":
                exchange.doubt = "the till had aborted before the answer came"
            elif row in exchange.answers and self._take(exchange, row):
                return
        exchange.doubt = ""

    def _waited(self, exchange: Exchange, cancel: Row) -> int:
        """Return how long after CANCEL the next answer came, endless if none did."""
        later = (row.time_ns for row in exchange.answers if row.index > cancel.index)
        return next(later, cancel.time_ns + self._limit_ns + self._tolerance_ns) - cancel.time_ns

    def _take(self, exchange: Exchange, answer: Row) -> bool:
        request = exchange.request
        why = differs(request, answer, self._profile)
        if why:
            exchange.refused.append((answer, why))
            return False
        waited_ns = answer.time_ns - request.time_ns
        if waited_ns > self._limit_ns + self._tolerance_ns:
            return False
        if waited_ns >= self._limit_ns - self._tolerance_ns:
            exchange.doubt = "the answer came within the tolerance of the time-out"
        exchange.taken = answer
        exchange.approves = is_approval(answer, self._profile)
        exchange.doubt = (
            exchange.doubt or lacks(request, answer, self._profile) or self._doubt(exchange, answer)
        )
        return True

    def _doubt(self, exchange: Exchange, answer: Row) -> str:
        if not exchange.are_keys_certain and answer.facts.get("mac") == "present":
            return "the keys of the last sign-in may not have arrived"
        is_cut = exchange.end is not None and exchange.end.kind == "power"
        if not self._is_at_terminal and (exchange.faults or exchange.is_dark or is_cut):
            return "the host's answer may not have arrived"
        return ""


def _offers_keys(row: Row) -> bool:
    return mti_of(row) == "0810" and row.facts.get("response_code") == "00"


def _is_marked(row: Row) -> bool:
    return any(row.facts.get(mark) for mark in _MARKS)


def _identity(row: Row) -> tuple[object, ...]:
    names = ("batch", "F3", "amount_minor", "card", "type_code")
    return (mti_of(row), *(row.facts.get(name) for name in names))


def _is_like(reversal: Row, exchange: Exchange) -> bool:
    request = exchange.request
    if mti_of(request) not in FINANCIAL or "F3" not in reversal.facts:
        return False
    alike = ("F3", "amount_minor", "type_code")
    return all(reversal.facts.get(name) == request.facts.get(name) for name in alike)
