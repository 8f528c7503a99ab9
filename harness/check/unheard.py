"""Reversals that may have been given up unheard: lost before the host, and told where nobody looks.

The terminal says that it gives a reversal up, by slip, on its display or to the till.  A bench that
sits at the host and does not see all three cannot tell such a terminal from one that has lost the
reversal: what stands in the books then is a gap, until somebody lists it.
"""

from harness.check.message import CONCLUDING, FINANCIAL, is_reversible, mti_of
from harness.check.once import once
from harness.check.signs import GIVEN_UP_CHANNELS
from harness.check.view import View, view
from harness.check.wire_view import Attempt, attempts_in
from harness.history.record import History
from harness.profile.defaults import number


@once
def unheard(history: History) -> frozenset[int]:
    """Return the indices of the requests whose reversals may have been given up unheard."""
    if history.header.host_wire_at == "terminal":
        return frozenset()
    line = view(history)
    if all(map(line.observes, GIVEN_UP_CHANNELS)) or not _lost(line, 0, line.end):
        return frozenset()
    reversible = (one for one in attempts_in(line) if is_reversible(one.request))
    return frozenset(one.request.index for one in reversible if _may_be_given_up(line, one))


def _may_be_given_up(line: View, attempt: Attempt) -> bool:
    """Tell whether all attempts may have been made before the next request, none concluded."""
    begin, own = attempt.request.index, {row.index for row in attempt.repeats}
    later = (row for row in line.left if row.index > begin and row.index not in own)
    until = next((row.index for row in later if mti_of(row) in FINANCIAL), line.end)
    codes = {row.facts.get("response_code") for row in attempt.reversal_answers}
    sent = sum(row.index < until for row in attempt.reversals)
    is_spent = sent + _lost(line, begin, until) >= number(line.profile, "reversal_attempts_max")
    return is_spent and CONCLUDING.isdisjoint(codes)


def _lost(line: View, first: int, last: int) -> int:
    """Return how many reversals faults may have kept from the host between two rows."""
    return sum("0400" in row.address for row in line.line_faults(first, last))
