"""T1, first half: the terminal waits as long for an answer as it is configured to.

The first of these is taken as the moment of giving up: the terminal's end of the line, its next
message, its result on the till line, the end of the call at the till.  A wait that something else
ended (CANCEL, a lost line, a power cut, an answer to something else) is no time-out.  Times in
rows are world time; what a scaled live run may be off by is the bench fact `slack_ms`.
"""

from bisect import bisect_left

from harness.check.calls import Call
from harness.check.exchange import SECOND_NS, Exchange, Line, seconds, tolerance_ns
from harness.check.message import is_power_cut, mti_of, title
from harness.check.tally import Tally
from harness.check.till_frames import BUSY
from harness.history.record import Row
from harness.profile.defaults import number

_RESULTS = frozenset({"ecr/040F", "ecr/060F", "ecr/061E"})
_MANAGEMENT = frozenset({"0800", "0820"})
_TOLD = frozenset({"ok", "fail"})  # by the terminal; `info` is the till's own giving up


def judge_time_outs(tally: Tally, line: Line) -> None:
    """Judge every wait that only the clock can have ended."""
    limits = _Limits(line)
    results = [row for row in line.of("tx") if row.actor == "terminal" and row.address in _RESULTS]
    for place, exchange in enumerate(line.exchanges):
        if not exchange.taken and not exchange.is_overtaken and limits.is_silent(exchange):
            after = line.after(place)
            wait = _Wait(line, exchange, after.request if after else None)
            if not line.is_blind("host_wire", exchange.request.index, wait.until - 1):
                limits.judge(tally, wait, wait.giving_up(results))


class _Wait:
    """One exchange, the call that it is part of, and the terminal's next message."""

    def __init__(self, line: Line, exchange: Exchange, following: Row | None) -> None:
        self.exchange, self.following = exchange, following
        self.call: Call | None = line.call_at(exchange.request.index)
        self.until = following.index if following else line.last + 1
        self.is_near = line.history.header.host_wire_at == "terminal"
        begin = self.call.invoke.index if self.call else exchange.request.index
        self.is_again = any(
            begin < one.request.index < exchange.request.index and one.name == exchange.name
            for one in line.exchanges
        )

    def giving_up(self, results: list[Row]) -> Row | None:
        """Return the first row that shows that the terminal waits no more."""
        begin, end = self.exchange.request.index, self.call.end if self.call else None
        signs = [self.exchange.end, self.following]
        if not self._is_beside():
            signs += [end] if end and _is_told(end) else []
            signs += [row for row in results if begin < row.index < self.until]
        if not self.is_near:
            signs += [row for row in self.exchange.events if row.kind == "disconnect"]
        return min((row for row in signs if row), key=lambda row: row.index, default=None)

    def _is_beside(self) -> bool:
        """Tell whether it may go on beside the call: the host has asked for it."""
        if self.call is None or mti_of(self.exchange.request) not in _MANAGEMENT:
            return False
        return self.call.verb != self.exchange.name or self.is_again

    def is_seen_late(self, sign: Row) -> bool:
        """Tell whether the sign is the next message, of another call or of none."""
        end = self.call.end if self.call else None
        is_same_call = self.call is not None and (end is None or sign.index < end.index)
        return sign is self.following and not is_same_call


def _is_told(end: Row) -> bool:
    """Tell whether the terminal said how the call ended, and not only that it is busy with it."""
    return end.kind in _TOLD and end.facts.get("result_code") != BUSY


class _Limits:
    """How long a wait may be."""

    def __init__(self, line: Line) -> None:
        header = line.history.header
        self._limit_ns = number(header.profile, "answer_timeout_s") * SECOND_NS
        self._tolerance_ns = tolerance_ns(header)
        self._last_ns = line.history.rows[-1].time_ns if line.history.rows else 0
        self._rows = line.history.rows
        self._power = [row for row in line.of("power") if row.actor == "terminal"]
        self._are_keys_seen = "keys" in header.observes
        self._is_near = header.host_wire_at == "terminal"
        self._is_power_seen = "power" in header.observes

    def is_silent(self, exchange: Exchange) -> bool:
        """Tell whether nothing but the clock can have ended the wait before its time."""
        request, end = exchange.request, exchange.end
        is_cut = end is not None and (end.kind == "power" or end.value == "lost")
        if is_cut or request.facts.get("partial"):
            return False
        if not self._is_near and (exchange.faults or self._is_faulty(request)):
            return False  # the terminal's end of the line may have been lost
        if self._is_without_power(request):
            return False  # it left just before the cut, and was seen after it
        early_ns = request.time_ns + self._limit_ns - self._tolerance_ns
        causes = (row for row in exchange.events if row.kind not in {"fault", "disconnect"})
        return all(row.time_ns > early_ns for row in causes)

    def _is_faulty(self, request: Row) -> bool:
        """Tell whether the request came by a fault, which has its row just before it."""
        return request.index > 0 and self._rows[request.index - 1].kind == "fault"

    def _is_without_power(self, request: Row) -> bool:
        place = bisect_left(self._power, request.index, key=lambda row: row.index)
        return place > 0 and is_power_cut(self._power[place - 1])

    def _may_be_dead(self, wait: _Wait, sign: Row) -> bool:
        """Tell whether a line that was lost may be that of a terminal without power."""
        is_lost = sign.kind == "disconnect" and sign.value == "lost"
        return is_lost and wait.call is None and not self._is_power_seen

    def judge(self, tally: Tally, wait: _Wait, sign: Row | None) -> None:
        request = wait.exchange.request
        waited_ns = (sign.time_ns if sign else self._last_ns) - request.time_ns
        is_early = sign is not None and waited_ns < self._limit_ns - self._tolerance_ns
        is_late = waited_ns > self._limit_ns + self._tolerance_ns
        if sign is None and not (is_late and wait.call and wait.call.end is None):
            return  # nobody can tell whether it still waits
        if is_late and sign is not None and wait.is_seen_late(sign):
            return  # it gave up before, and nobody saw when
        if is_early and not (wait.call or self._are_keys_seen):
            return  # somebody may have pressed CANCEL unseen
        if is_late and sign and self._may_be_dead(wait, sign):
            tally.gap(f"the power may have been cut unseen before row {sign.index}")
            return
        tally.require(
            not is_early and not is_late,
            f"the terminal waited for the answer to {title(request)} ({mti_of(request)})",
            expected=f"{seconds(self._limit_ns)}, {seconds(self._tolerance_ns)} more or less",
            seen=seconds(waited_ns) + ("" if sign else ", and it still waits"),
            at=(request, sign),
        )
