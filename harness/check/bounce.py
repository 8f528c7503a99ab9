"""D3: power that bounces or sags does no more harm than one clean cut.

After it the next card transaction has a number and batch as after one cut, and what had no answer
is reversed before it.
"""

from dataclasses import dataclass

from harness.check import Judgement, fact
from harness.check.exchange import SECOND_NS, Exchange, Line, tolerance_ns
from harness.check.message import (
    CONCLUDING,
    FINANCIAL,
    has_left,
    is_card_transaction,
    is_power_cut,
    is_reversible,
    mti_of,
    stan_of,
    title,
    value_of,
)
from harness.check.tally import Tally
from harness.history.record import Row
from harness.profile.defaults import number

SAGS = frozenset({"brown_out", "bounce"})
_APART_NS = 2 * SECOND_NS  # between two cuts of one bounce
_SETTLING = frozenset({"host/0500", "terminal/0500", "settlement"})


@dataclass(frozen=True, slots=True)
class _Trouble:
    """One bounce or brown-out, from its first row to its last."""

    first: Row
    last: Row


def judge_bounces(line: Line) -> Judgement:
    """Judge every bounce and brown-out by the first card transaction after it."""
    tally = Tally("D3")
    for trouble in _troubles(line):
        later = (one for one in line.exchanges if one.request.index > trouble.last.index)
        cards = (one for one in later if is_card_transaction(one.request) and not one.is_overtaken)
        following = next(cards, None)
        if line.is_blind("host_wire"):
            tally.gap("host_wire was blind: what came of the power's bouncing is not certain")
        elif following:
            _judge(tally, line, trouble, following.request)
    return tally.judgement()


def _troubles(line: Line) -> list[_Trouble]:
    faults = (row for row in line.of("fault") if row.facts.get("action") in SAGS)
    found = [_Trouble(row, row) for row in faults]
    cuts = [row for row in line.of("power") if is_power_cut(row)]
    apart_ns = _APART_NS + tolerance_ns(line.history.header)
    begin = 0
    for place, cut in enumerate(cuts):
        is_last = place + 1 == len(cuts) or cuts[place + 1].time_ns - cut.time_ns > apart_ns
        if is_last and place > begin:
            found.append(_Trouble(cuts[begin], cut))
        begin = place + 1 if is_last else begin
    return found


def _judge(tally: Tally, line: Line, trouble: _Trouble, request: Row) -> None:
    before = [one for one in line.exchanges if one.request.index < trouble.last.index]
    wrong = [
        *_number(before, request),
        *_batch(line, before, request),
        *_reversed(line, before, trouble, request),
    ]
    tally.require(
        not wrong,
        f"the power bounced or sagged, then {title(request)} left",
        expected="what is right after one clean cut",
        seen=", ".join(wrong),
        at=(trouble.first, trouble.last, *(one.request for one in before[-1:]), request),
    )


def _number(before: list[Exchange], request: Row) -> list[str]:
    own = [one.request for one in before if mti_of(one.request) in FINANCIAL]
    used = {stan_of(row) for row in own if fact.agree(row, request, "batch")} - {None}
    is_advice = mti_of(request) == "0220"
    return ["a number used before"] if stan_of(request) in used and not is_advice else []


def _batch(line: Line, before: list[Exchange], request: Row) -> list[str]:
    known = [one.request for one in before if fact.number(one.request, "batch") is not None]
    if not known or "batch" not in request.facts or fact.agree(known[-1], request, "batch"):
        return []
    rows = line.history.rows[known[-1].index : request.index]
    is_given = any(
        row.address in _SETTLING or (mti_of(row) == "0810" and fact.agree(row, request, "batch"))
        for row in rows
    )
    return [] if is_given else ["another batch"]


def _reversed(line: Line, before: list[Exchange], trouble: _Trouble, request: Row) -> list[str]:
    """Judge that what had no answer was reversed before the next card transaction."""
    cards = [one for one in before if mti_of(one.request) in FINANCIAL and not one.is_overtaken]
    last = cards[-1] if cards else None
    if last is None or last.taken or not is_reversible(last.request) or not has_left(last.request):
        return []
    attempts_max = number(line.history.header.profile, "reversal_attempts_max")
    early = [row for row in last.reversals if row.index < trouble.first.index]
    undone = [one for one in line.exchanges if one.undoes is last and one.taken]
    is_over = any(
        value_of(one.taken, "F39") in CONCLUDING and one.taken.index < trouble.first.index
        for one in undone
        if one.taken
    )
    again = any(trouble.first.index < row.index < request.index for row in last.reversals)
    is_right = is_over or again or len(early) >= attempts_max
    return [] if is_right else [f"no reversal of {title(last.request)}"]
