"""Power cuts of the terminal, and the time in which it has to show that it forgot nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.check.index import Index
from harness.check.message import is_card_transaction, is_power_cut
from harness.history.record import Row


@dataclass(frozen=True, slots=True)
class Boot:
    """One or several cuts without a card transaction between them, and what came of them.

    `on` is the last boot, None if the terminal never came back; `request` is its first card
    transaction after the cuts, and `until` the index of it, or of the end of the history.
    """

    cut: Row
    on: Row | None
    request: Row | None
    until: int


def boots(index: Index, left: Sequence[Row]) -> list[Boot]:
    """Return the power cuts in order; `left` are the messages that left the terminal."""
    power = [row for row in index.of("power") if row.actor == "terminal"]
    sends = [row for row in left if is_card_transaction(row)]
    found: list[Boot] = []
    for cut in filter(is_power_cut, power):
        if not found or cut.index > found[-1].until:
            found.append(_boot(cut, power, sends, index.size))
    return found


def _boot(cut: Row, power: list[Row], sends: list[Row], size: int) -> Boot:
    request = next((row for row in sends if row.index > cut.index), None)
    until = request.index if request else size
    last = [row for row in power if cut.index <= row.index < until][-1]
    return Boot(cut, last if last.value == "on" else None, request, until)
