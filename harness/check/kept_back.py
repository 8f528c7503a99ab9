"""Requests that a fault of the bench kept back until their own reversal was seen.

The terminal has given such a request up: it is not pending, and nothing new begins with it.
"""

from collections.abc import Iterable, Sequence

from harness.check import fact
from harness.check.message import FINANCIAL, REVERSAL, mti_of, number_of, stan_of
from harness.history.record import Facts, Row

_MOVING = frozenset({"hold", "delay"})
_ALIKE = ("F3", "amount_minor", "type_code", "card")


def is_moving(fault: Row) -> bool:
    """Tell whether a fault kept a message back, so that it is seen later than it was sent."""
    return fault.facts.get("action") in _MOVING


def is_undone_by(request: Row, reversal: Row) -> bool:
    """Tell whether a 0400 of the number of a later request undoes just that request."""
    return fact.agree(request, reversal, *_ALIKE)


def kept_back_in(sent: Sequence[Row], faults: Iterable[Row], profile: Facts) -> dict[int, Row]:
    """Return the requests that came after their own 0400, by the index of each of these."""
    moved = next(filter(is_moving, faults), None)
    return _Search(profile, moved).among(sent) if moved else {}


class _Search:
    """Walks once through what was sent."""

    def __init__(self, profile: Facts, moved: Row) -> None:
        self._profile, self._moved = profile, moved
        self._used: set[int] = set()
        self._reversals: dict[int, list[Row]] = {}  # by the number of a request not seen
        self._found: dict[int, Row] = {}

    def among(self, sent: Iterable[Row]) -> dict[int, Row]:
        for row in sent:
            if mti_of(row) == REVERSAL:
                self._reversal(row)
            elif mti_of(row) in FINANCIAL:
                self._request(row)
        return self._found

    def _reversal(self, row: Row) -> None:
        number = number_of(row, self._profile)
        if number is not None and number not in self._used:
            self._reversals.setdefault(number, []).append(row)

    def _request(self, row: Row) -> None:
        number = stan_of(row)
        if number is None:
            return
        own = self._reversals.pop(number, [])
        if own and self._moved.index < row.index and is_undone_by(row, own[0]):
            self._found |= dict.fromkeys((one.index for one in own), row)
        self._used.add(number)
