"""T2: every flow ends, and nothing is tried for ever.

A call of the till ends within `liveness_s` of its start, or of the last fault or act of a person
before its end.  A message is repeated at most as often as the profile allows: a reversal
`reversal_attempts_max` times in all, anything else `offline_resends` times beside the first; and
as many messages of one kind may go unanswered in a row while nobody asks for anything.
"""

from harness.check import Judgement
from harness.check.exchange import SECOND_NS, Exchange, Line, seconds, tolerance_ns
from harness.check.message import REVERSAL, mti_of, stan_of, title
from harness.check.tally import Tally
from harness.history.record import Row
from harness.profile.defaults import number

_POLLS = frozenset({"echo"})  # a sign of life may go on
_ASKS = frozenset({"invoke", "act", "power"})


def judge_liveness(line: Line) -> Judgement:
    """Judge every call and every repeated message."""
    tally = Tally("T2")
    _calls(tally, line)
    _repeats(tally, line)
    _storms(tally, line)
    for channel in ("till", "host_wire"):
        if channel in line.history.header.observes and line.is_blind(channel):
            tally.gap(f"{channel} was blind: what never ends may have gone unseen")
    return tally.judgement()


def _calls(tally: Tally, line: Line) -> None:
    header = line.history.header
    limit_ns = number(header.profile, "liveness_s") * SECOND_NS
    shocks = sorted(line.of("fault", "heal", "power", "act"), key=lambda row: row.index)
    for call in line.calls:
        end = call.end or line.history.rows[-1]
        during = [row for row in shocks if call.invoke.index < row.index < end.index]
        since = during[-1] if during else call.invoke
        took_ns = end.time_ns - since.time_ns
        is_late = took_ns > limit_ns + tolerance_ns(header)
        if call.end is None and not is_late:
            tally.gap(f"the history ends before the {call.verb} of row {call.invoke.index} does")
            continue
        tally.require(
            not is_late,
            f"the {call.verb} took too long after all faults were healed",
            expected=f"an end within {seconds(limit_ns)}",
            seen=f"{'one' if call.end else 'none'} after {seconds(took_ns)}",
            at=(call.invoke, since, end),
        )


def _sends_max(line: Line, mti: str) -> int:
    profile = line.history.header.profile
    if mti == REVERSAL:
        return number(profile, "reversal_attempts_max")
    return 1 + number(profile, "offline_resends")


def _identity(exchange: Exchange) -> tuple[object, ...]:
    row = exchange.request
    if exchange.undoes is not None:
        return REVERSAL, exchange.undoes.request.index
    names = ("batch", "F3", "amount_minor", "F48", "F60")
    return (mti_of(row), stan_of(row), *(row.facts.get(name) for name in names))


def _repeats(tally: Tally, line: Line) -> None:
    sends: dict[tuple[object, ...], list[Row]] = {}
    for exchange in line.exchanges:
        if stan_of(exchange.request) is not None:
            sends.setdefault(_identity(exchange), []).append(exchange.request)
    for rows in sends.values():
        most = _sends_max(line, mti_of(rows[0]))
        if len(rows) > 1:
            _judge(tally, rows, most, f"{title(rows[0])} ({mti_of(rows[0])}) is sent again")


def _storms(tally: Tally, line: Line) -> None:
    """Judge runs of one kind of message, each with a number of its own."""
    for run in _runs(line):
        rows = list({stan_of(row): row for row in run}.values())
        if len(rows) > 1:
            most = _sends_max(line, mti_of(rows[0]))
            what = f"{mti_of(rows[0])} goes unanswered and is sent anew, and nobody asked for it"
            _judge(tally, rows, most, what)


def _runs(line: Line) -> list[list[Row]]:
    """Return unanswered messages of one kind in a row, without anybody's doing in between."""
    by_index = {one.request.index: one for one in line.exchanges}
    rows = line.of(*_ASKS) + [one.request for one in line.exchanges]
    runs: list[list[Row]] = []
    kind = ""
    for row in sorted(rows, key=lambda row: row.index):
        exchange = by_index.get(row.index)
        if exchange is None or exchange.name in _POLLS:
            kind = "" if exchange is None else kind
            continue
        is_answered = exchange.taken is not None
        if kind == f"{mti_of(row)} {exchange.name}":
            runs[-1].append(row)
        else:
            runs.append([row])
        kind = "" if is_answered else f"{mti_of(row)} {exchange.name}"
    return runs


def _judge(tally: Tally, rows: list[Row], most: int, what: str) -> None:
    tally.require(
        len(rows) <= most,
        what,
        expected=f"at most {most} sends",
        seen=f"{len(rows)}",
        at=rows,
    )
