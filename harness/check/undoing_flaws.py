"""Why a sale can be voided or refunded at a moment, or not, by the books and date of the host."""

from datetime import date
from enum import Enum

from harness.check import books, fact
from harness.check.undoing import REFUNDS, UNDOABLE, Undoing
from harness.check.undoing_scene import Scene
from harness.history.record import Row
from harness.profile.defaults import parameter


class Flaw(Enum):
    """What is in the way; the value is how findings say it."""

    NONE = ""
    UNKNOWN = "no such transaction in the books"
    KIND = "a transaction of another kind"
    REVERSED = "a transaction that is reversed"
    VOIDED = "a sale that is voided"
    SETTLED = "a sale of a batch that is settled"
    TERMINAL = "a sale of another terminal"
    BATCH = "a sale of another batch"
    DAY = "a sale of another day"


def flaw_of(scene: Scene, undoing: Undoing, sale: Row | None, at: int) -> Flaw:
    """Return what forbids to undo a sale, the books being as they were just before a row."""
    if sale is None:
        return Flaw.UNKNOWN
    if books.name_of(sale) not in UNDOABLE[undoing.name]:
        return Flaw.KIND
    if not scene.stood(sale, at):
        return Flaw.REVERSED
    if scene.void_before(sale, at, undoing.posting):
        return Flaw.VOIDED
    return Flaw.NONE if undoing.name in REFUNDS else _place(scene, undoing, sale, at)


def _place(scene: Scene, undoing: Undoing, sale: Row, at: int) -> Flaw:
    """Return what is wrong with terminal, batch or day of a sale that is to be voided."""
    if scene.closing_of(fact.number(sale, "batch"), at):
        return Flaw.SETTLED
    if not all(fact.agree(row, sale, "terminal_id") for row in undoing.rows):
        return Flaw.TERMINAL
    if undoing.number("batch") not in (None, fact.number(sale, "batch")):
        return Flaw.BATCH
    is_bound = parameter(scene.profile, "void_day") != "batch_only"
    return Flaw.DAY if is_bound and days_between(scene, undoing, sale, at) else Flaw.NONE


def days_between(scene: Scene, undoing: Undoing, sale: Row, at: int) -> int:
    """Return how many days of the host lie between a sale and what undoes it.

    Where the books do not tell the days, one for each time that the next day was begun.
    """
    before = _day(sale)
    after = next((day for row in undoing.booked if (day := _day(row))), None)
    if before and after:
        return (after - before).days
    notes = (row for row in scene.line.of("note") if row.address == "next day")
    return sum(sale.index < row.index < at for row in notes)


def _day(row: Row) -> date | None:
    digits = str(row.facts.get("business_date", ""))
    try:
        return date.fromisoformat(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}")
    except ValueError:
        return None
