"""W2: system trace audit numbers.

They rise strictly, 999999 is followed by 1.  One is left out only where a request was started and
lost: a call or a dial that brought no message, a power cut, a line that was lost after an answer,
a message that could not be read, a reversal.  One is used again only by the reversal or an
identical repeat of its own original.  What was approved or sent off line has its number from when
it happened.
"""

from dataclasses import dataclass

from harness.check import Judgement
from harness.check.calls import PRINTING
from harness.check.exchange import Exchange, Line
from harness.check.kept_back import is_moving
from harness.check.message import (
    FINANCIAL,
    OFFLINE,
    REVERSAL,
    STAN_MAX,
    is_power_cut,
    mti_of,
    name_of,
    stan_of,
    title,
)
from harness.check.tally import Tally
from harness.history.record import Row

_ADVICES = frozenset({"0220", "0320", "0500", "0620"})  # repeated until they are accepted
_UPLOAD = "0320"
_OWN_NUMBER = frozenset({"201", "202", "207"})  # several records, and the end of an upload
_ASKING_ONLY = PRINTING | {"status", "enquire"}
_SAME = ("batch", "F3", "amount_minor", "type_code", "card", "rrn", "F48", "F60", "F61")
_ALIKE = ("F3", "amount_minor", "type_code")


@dataclass(slots=True)
class _Starts:
    """What was started since the last new number."""

    calls: int = 0
    dials: int = 0
    prompts: int = 0
    losses: int = 0
    cuts: int = 0

    @property
    def lost(self) -> int:
        """Return how many numbers may be left out: one of the starts has brought the message."""
        return self.losses + self.cuts + max(self.calls - 1, self.dials - 1, self.prompts - 1, 0)


def judge_numbers(line: Line) -> Judgement:
    """Judge the number of every message that has one."""
    return _Numbers(line).judge()


class _Numbers:
    def __init__(self, line: Line) -> None:
        self._line, self._tally = line, Tally("W2")
        header = line.history.header
        self._sees_starts = not {"till", "display"}.isdisjoint(header.observes)
        self._is_at_terminal = header.host_wire_at == "terminal"
        self._starts = _Starts()
        self._known: dict[int, Exchange] = {}
        self._last: Row | None = None  # the message with the last new number
        self._latest: Exchange | None = None  # the last message, whatever its number
        self._breaks_at: dict[int, int] = {}  # by number: how many there were when it was used
        self._breaks = 0  # calls and power cuts
        self._moved: set[str] = set()  # words of the points where the bench kept messages back

    def judge(self) -> Judgement:
        line = self._line
        by_index = {one.request.index: one for one in line.exchanges}
        rows = line.of("invoke", "connect", "disconnect", "show", "power", "fault") + [
            one.request for one in line.exchanges
        ]
        for row in sorted(rows, key=lambda row: row.index):
            exchange = by_index.get(row.index)
            if exchange:
                self._message(exchange)
            else:
                self._start(row)
        if line.is_blind("host_wire"):
            self._tally.gap("host_wire was blind: numbers may have been used unseen")
        return self._tally.judgement()

    def _start(self, row: Row) -> None:
        starts = self._starts
        if row.kind == "invoke" and row.address not in _ASKING_ONLY:
            starts.calls += 1
            self._breaks += 1
        elif row.kind == "connect" and row.actor == "terminal" and row.value == "dial":
            starts.dials += 1
        elif row.kind == "show" and row.address == "PRESENT_CARD":
            starts.prompts += 1
        elif row.kind == "disconnect":
            starts.losses += self._is_next_lost(row)
        elif is_power_cut(row):
            starts.cuts += 1
            self._breaks += 1
        elif row.kind == "fault" and (not self._is_at_terminal or is_moving(row)):
            starts.losses += 1  # what it kept from the host, or until the line was gone, has no row
            self._moved |= set(row.address.split()) if is_moving(row) else set()

    def _is_next_lost(self, row: Row) -> bool:
        """Tell whether the line was lost when the terminal had its answer and might go on."""
        is_own = row.actor == "terminal" and row.value == "lost"
        answer = self._latest.taken if self._latest else None
        return is_own and answer is not None and answer.index < row.index

    def _message(self, exchange: Exchange) -> None:
        row, self._latest = exchange.request, exchange
        stan = stan_of(row)
        if exchange.is_overtaken or self._is_held(row):
            return  # it was sent before, and nobody saw when
        if mti_of(row) == _UPLOAD and row.facts.get("network") not in _OWN_NUMBER:
            self._tally.right()  # a record of the batch, under the number of its transaction
            return
        if stan is None:
            self._starts.losses += not _is_readable(row)
            return
        known = self._known.get(stan)
        if mti_of(row) == REVERSAL and known:
            self._starts.losses += 1
            self._reuse(row, known, is_right=_is_like(row, known.request))
        elif stan and (self._last is None or self._is_new(stan)):
            self._new(exchange, stan)
        else:
            self._old(exchange, stan, known)

    def _is_held(self, row: Row) -> bool:
        """Tell whether a fault kept it back before it was seen: its row stands just before."""
        before = self._line.history.rows[row.index - 1] if row.index else row
        is_late = before.kind == "fault" and before.facts.get("action") == "hold"
        return is_late and not self._is_at_terminal

    def _is_new(self, stan: int) -> bool:
        return 0 < self._step(stan) <= STAN_MAX // 2

    def _step(self, stan: int) -> int:
        last = stan_of(self._last) if self._last else None
        return (stan - (last or 0)) % STAN_MAX

    def _new(self, exchange: Exchange, stan: int) -> None:
        row, last = exchange.request, self._last
        if last is not None:
            self._gap(row, last, left_out=self._step(stan) - 1)
        self._known[stan], self._last = exchange, row
        self._breaks_at[stan] = self._breaks
        self._starts = _Starts()

    def _gap(self, row: Row, last: Row, *, left_out: int) -> None:
        """Judge whether as many numbers were left out as requests were lost."""
        lost = self._starts.lost
        if left_out > lost and self._line.is_blind("host_wire", last.index, row.index):
            return  # said at the end
        if left_out > lost and not self._sees_starts:
            self._tally.gap("numbers were left out, and nobody saw what was started in between")
            return
        self._tally.require(
            left_out <= lost,
            f"{title(row)} follows {title(last)}",
            expected=f"the next number, or at most {lost} left out for requests that were lost",
            seen=f"{left_out} left out",
            at=(last, row),
        )

    def _old(self, exchange: Exchange, stan: int, known: Exchange | None) -> None:
        row = exchange.request
        if name_of(row) in OFFLINE and known is None:
            self._known[stan] = exchange
            self._tally.right()
        elif known is None:
            self._back(row)
        else:
            is_same = mti_of(row) == mti_of(known.request) and _is_same(row, known.request, _SAME)
            is_open = mti_of(row) in _ADVICES or self._is_unanswered(row, stan, known)
            self._reuse(row, known, is_right=is_same and is_open)
            self._known[stan] = exchange

    def _is_unanswered(self, row: Row, stan: int, known: Exchange) -> bool:
        """Tell whether it may be repeated: unanswered, and of card transactions only at once."""
        if known.taken is not None and not known.doubt:
            return False
        return mti_of(row) not in FINANCIAL or self._breaks_at.get(stan) == self._breaks

    def _back(self, row: Row) -> None:
        last = self._last
        if mti_of(row) == REVERSAL or mti_of(row) in self._moved:
            return  # of a transaction before this history; or it was sent long before
        self._tally.wrong(
            f"the number of {title(row)} went back",
            expected=f"one after that of {title(last)}" if last else "one from 000001 on",
            seen=f"{stan_of(row) or 0:06}",
            at=(last, row),
        )

    def _reuse(self, row: Row, known: Exchange, *, is_right: bool) -> None:
        self._tally.require(
            is_right,
            f"{title(row)} ({mti_of(row)}) has the number of {title(known.request)}",
            expected="a number used again only by the reversal or a repeat of the same request",
            seen="another transaction under the same number",
            at=(known.request, row),
        )


def _is_readable(row: Row) -> bool:
    """Tell whether the message came whole, so that a number that it lacks is not there at all."""
    return not (row.facts.get("partial") or row.facts.get("malformed"))


def _is_like(reversal: Row, request: Row) -> bool:
    """Tell whether the one undoes the other, as far as what came of them says."""
    is_whole = _is_readable(reversal) and _is_readable(request)
    return not is_whole or _is_same(reversal, request, _ALIKE)


def _is_same(row: Row, other: Row, names: tuple[str, ...]) -> bool:
    return all(row.facts.get(name) == other.facts.get(name) for name in names)
