"""0400s of a request of which no byte left: it was stored, then power or line was lost.

A correct terminal stores the reversal before the request leaves.  After a power cut it does not
know whether a byte has left, and reverses it.  Such a 0400 names a number that no request on the
line has; it does not undo an older transaction that happens to be alike.
"""

from collections.abc import Iterable, Mapping, Sequence

from harness.check.calls import PRINTING
from harness.check.message import (
    FINANCIAL,
    REVERSAL,
    STAN_MAX,
    is_power_cut,
    is_seen_at_terminal,
    mti_of,
    number_of,
    stan_of,
)
from harness.check.observability import is_blind
from harness.check.view import between
from harness.history.record import History, Row

_QUIET = PRINTING | {"status", "enquire"}
Kinds = Mapping[str, Sequence[Row]]


def starts(kinds: Kinds, first: int, last: int) -> list[list[Row]]:
    """Return what may have begun a request between two rows: calls, dials, prompts for a card."""
    calls = between(kinds.get("invoke", ()), first, last)
    dials = between(kinds.get("connect", ()), first, last)
    prompts = between(kinds.get("show", ()), first, last)
    return [
        [row for row in calls if row.address not in _QUIET],
        [row for row in dials if row.actor == "terminal" and row.value == "dial"],
        [row for row in prompts if row.address == "PRESENT_CARD"],
    ]


def is_unsent(
    history: History, kinds: Kinds, reversal: Row, before: Sequence[Row], *, is_open: bool
) -> bool:
    """Tell whether a 0400 of an unknown number belongs to a request that never left.

    before: what the terminal had sent.  is_open: something alike waits for its reversal, so that
    the number may as well be wrong; only a record of that very number tells the two apart.
    """
    number = number_of(reversal, history.header.profile)
    if number is None:
        return False
    sent = (row.index for row in reversed(before) if mti_of(row) in FINANCIAL)
    first, last = next(sent, 0), reversal.index
    if "nv" in history.header.observes and not is_blind(history, "nv", first, last):
        writes = between(kinds.get("nv", ()), first, last)
        return any(_is_record(row, number) for row in writes)
    return not is_open and _is_next(number, before) and _is_lost(history, kinds, first, last)


def _is_record(write: Row, number: int) -> bool:
    is_stored = write.facts.get("state") != "clear"  # torn, it may be whole all the same
    return write.address == "reversal" and is_stored and stan_of(write) == number


def _is_next(number: int, before: Iterable[Row]) -> bool:
    """Tell whether a number is higher than the last that was seen on the line."""
    others = (stan_of(row) for row in reversed(list(before)) if mti_of(row) != REVERSAL)
    newest = next((stan for stan in others if stan is not None), None)
    return newest is None or 0 < (number - newest) % STAN_MAX <= STAN_MAX // 2


def _is_lost(history: History, kinds: Kinds, first: int, last: int) -> bool:
    """Tell whether a request may have been begun between two rows and brought no message.

    At the host's end the line may have lost it, and where nobody sees a start there may be one.
    """
    begun = starts(kinds, first, last)
    if {"till", "display"}.isdisjoint(history.header.observes):
        return True
    if not is_seen_at_terminal(history):
        return any(begun)
    cuts = list(filter(is_power_cut, between(kinds.get("power", ()), first, last)))
    is_cut_short = any(row.index < cuts[-1].index for rows in begun for row in rows if cuts)
    return is_cut_short or any(len(rows) > 1 for rows in begun)
