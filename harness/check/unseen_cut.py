"""Power cuts that nobody saw, on a bench that neither cuts the power nor is told of it.

A person may switch the terminal off.  If that falls between an answer and the write that notes it,
the terminal has not had the answer, whatever the line shows.
"""

from collections.abc import Sequence

from harness.check.calls import Call
from harness.check.message import FINANCIAL, mti_of
from harness.check.view import View, between
from harness.history.record import Row

_TOLD = frozenset({"ok", "fail"})  # by the terminal; `info` is the till's own giving up


def may_forget(line: View, calls: Sequence[Call], answer: Row, until: int) -> bool:
    """Tell whether an unseen power cut may have made the terminal forget an answer before a row.

    Not if it went on in between: it told the till or the display, or began something new.
    """
    if line.observes("power"):
        return False
    first, last = answer.index + 1, until - 1
    began = any(mti_of(row) in FINANCIAL for row in between(line.left, first, last))
    showed = any(row.address == "RESULT" for row in line.rows("show", first, last))
    ends = [call.end for call in calls if call.holds(answer) and _is_told(call)]
    return not (began or showed or any(end and end.index < until for end in ends))


def may_be_cut(line: View, calls: Sequence[Call], first: int, last: int) -> bool:
    """Tell whether the power may have gone unseen between two rows: no call of the till tells."""
    if line.observes("power"):
        return False
    during = [call for call in calls if first < call.invoke.index < last]
    return not line.observes("till") or not all(map(_is_told, during))


def _is_told(call: Call) -> bool:
    return call.end is not None and call.end.kind in _TOLD
