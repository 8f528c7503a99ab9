"""T1, second half: what must be reversed is reversed soon, once a transaction is started.

The time runs from the start of the call, or from the line's return if it was down then.
"""

from harness.check.calls import PRINTING, Call
from harness.check.exchange import SECOND_NS, Exchange, Line, seconds, tolerance_ns
from harness.check.message import (
    FINANCIAL,
    is_code_known,
    is_power_cut,
    is_reversible,
    mti_of,
    title,
)
from harness.check.tally import Tally
from harness.history.record import Row
from harness.profile.defaults import number

_QUIET = PRINTING | {"status", "enquire", "sign_in", "sign_out", "echo"}
_DOWN = "link_down"
_BREAKS = frozenset({"cut", "refuse_connect"})  # a new call of the line heals them


def judge_reversals_due(tally: Tally, line: Line) -> None:
    """Judge the first reversal of everything that must be reversed."""
    for exchange in line.exchanges:
        if is_reversible(exchange.request) and _is_pending(line, exchange):
            _judge(tally, line, exchange)


def _is_pending(line: Line, exchange: Exchange) -> bool:
    """Tell whether it has to be reversed, beyond doubt."""
    if exchange.doubt or exchange.repeats or exchange.request.facts.get("partial"):
        return False
    if exchange.taken is not None:
        return not is_code_known(exchange.taken, line.history.header.profile)
    is_cut = exchange.end is not None and exchange.end.kind == "power"
    is_near = line.history.header.host_wire_at == "terminal"
    return is_near or not (exchange.answers or exchange.faults or is_cut)


def _judge(tally: Tally, line: Line, exchange: Exchange) -> None:
    reversal = exchange.reversals[0] if exchange.reversals else None
    calls = _calls(line, exchange, reversal)
    limit_ns = number(line.history.header.profile, "reversal_due_s") * SECOND_NS
    for call in calls[-1:] if reversal else calls:
        until = reversal or _stop(line, call)
        since = _since(line, call, until)
        late_ns = until.time_ns - since.time_ns
        is_late = late_ns > limit_ns + tolerance_ns(line.history.header)
        if _is_down(line, until) or not (reversal or is_late):
            continue
        tally.require(
            not is_late,
            f"{title(exchange.request)} had to be reversed when {call.verb} was started",
            expected=f"a 0400 within {seconds(limit_ns)} of the start and of the line's return",
            seen=f"{'one' if reversal else 'none'} after {seconds(late_ns)}",
            at=(exchange.request, since, until),
        )


def _calls(line: Line, exchange: Exchange, reversal: Row | None) -> list[Call]:
    """Return the calls of on-line transactions between the giving up and the first reversal."""
    own = line.call_at(exchange.request.index)
    begin = own.end.index if own and own.end else exchange.request.index
    end = reversal.index if reversal else line.last + 1
    return [
        call
        for call in line.calls
        if begin < call.invoke.index < end and call.verb not in _QUIET and call is not own
    ]


def _stop(line: Line, call: Call) -> Row:
    """Return what ended the terminal's chance: no power, the call's end, another request in it."""
    begin = call.invoke.index
    others = (one.request for one in line.exchanges if one.request.index > begin)
    sent = next((row for row in others if mti_of(row) in FINANCIAL), None)
    dark = next((row for row in line.of("power") if row.index > begin and is_power_cut(row)), None)
    ends = [row for row in (sent, dark, call.end) if row] or [line.history.rows[-1]]
    return min(ends, key=lambda row: row.index)


def _since(line: Line, call: Call, until: Row) -> Row:
    """Return the start of the call, or the last moment in it at which the line was not there."""
    found = [call.invoke]
    for row in line.of("fault", "heal", "connect", "disconnect"):
        if call.invoke.index < row.index < until.index and _is_line_event(row):
            found.append(row)
    return max(found, key=lambda row: row.index)


def _is_line_event(row: Row) -> bool:
    if row.kind == "fault":
        return row.facts.get("action") in _BREAKS
    if row.kind == "heal":
        return row.facts.get("action") == _DOWN
    return row.actor == "terminal" and row.value in {"refused", "lost"}


def _is_down(line: Line, until: Row) -> bool:
    """Tell whether the line was down at a row: a fault there that had not healed."""
    down = {
        row.address
        for row in line.of("fault")
        if row.index < until.index and row.facts.get("action") == _DOWN
    }
    return bool(down - {row.address for row in line.of("heal") if row.index < until.index})
