"""Attempts at a reversal that are spent: what was seen of them, and what a cut swallowed.

A terminal may note an attempt before it sends it, so that none is sent too often.  If its power is
cut in between, or its line is lost, that attempt counts and never leaves.  One cut swallows one
attempt; a call that is refused swallows none, as nothing may be noted for it.
"""

from harness.check import fact
from harness.check.message import stan_of
from harness.check.unsent import starts
from harness.check.view import INDEX, View
from harness.check.wire_view import Attempt
from harness.history.record import Row
from harness.profile.defaults import number, parameter


def are_spent(line: View, attempt: Attempt, until: int, *, is_told: bool) -> bool:
    """Tell whether as many attempts as allowed were made before a row, whole or cut short.

    What was swallowed counts only where the terminal says that it gives the reversal up.
    """
    attempts_max = number(line.profile, "reversal_attempts_max")
    seen = sum(row.index < until for row in attempt.reversals)
    if seen >= attempts_max:
        return True
    return is_told and seen + _swallowed(line, attempt, until) >= attempts_max


def _swallowed(line: View, attempt: Attempt, until: int) -> int:
    """Return how many attempts before a row were noted, perhaps, and cut before they left."""
    count, begin = 0, attempt.request.index
    for cut in _cuts(line, attempt, until):
        sent = (row.index for row in attempt.reversals if row.index < cut.index)
        count += _is_noted(line, attempt, max([begin, *sent]), cut)
        begin = cut.index
    return count


def _cuts(line: View, attempt: Attempt, until: int) -> list[Row]:
    """Return what may have kept an attempt from leaving: no power, or a line that was lost."""
    lost = line.rows("disconnect", attempt.request.index, until)
    own = [row for row in lost if row.actor == "terminal" and row.value == "lost"]
    ends = [row for row in own if row.address.startswith("host")]
    return sorted([*line.power_cuts(attempt.request, until), *ends], key=INDEX)


def _is_noted(line: View, attempt: Attempt, begin: int, cut: Row) -> bool:
    """Tell whether an attempt may have begun between a row and a cut."""
    if line.observes("nv") and not line.is_blind("nv", begin, cut.index):
        sent = sum(row.index <= begin for row in attempt.reversals)
        return any(_is_note(row, attempt, sent) for row in line.rows("nv", begin + 1, cut.index))
    if cut.kind == "disconnect":
        calls = line.rows("connect", begin + 1, cut.index)
        return any(row.value == "connected" for row in calls)
    if {"till", "display"}.isdisjoint(line.history.header.observes):
        return True
    boots = [row for row in line.rows("power", begin + 1, cut.index) if row.value == "on"]
    is_at_once = parameter(line.profile, "reversal_at_once") is True
    return is_at_once or bool(boots) or any(starts(line.kinds, begin + 1, cut.index))


def _is_note(write: Row, attempt: Attempt, sent: int) -> bool:
    """Tell whether a write, whole or torn, counts one attempt more than were sent."""
    is_own = write.address == "reversal" and stan_of(write) == attempt.stan
    attempts = fact.number(write, "attempts")
    is_more = attempts > sent if attempts is not None else write.facts.get("state") != "clear"
    return is_own and is_more
