"""The terminal's journal as a detail list prints it: what a bench sees that sees no records.

A list speaks for the journal from where it was printed to the terminal's next transaction.
"""

from dataclasses import dataclass

from harness.check import fact
from harness.check.exchange import Line
from harness.check.message import FINANCIAL, SETTLEMENT, mti_of
from harness.history.record import Row

_CHANGING = FINANCIAL | {SETTLEMENT}
_PARTS = 5  # voucher, type, amount, approval code, card


@dataclass(frozen=True, slots=True)
class Listed:
    """One transaction of a detail list."""

    stan: int
    name: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class DetailList:
    """The list, and the slip that has it."""

    row: Row
    items: tuple[Listed, ...]


def list_before(line: Line, index: int) -> DetailList | None:
    """Return the list that tells what the journal held before a row, None if there is none.

    One that did not end whole, or that has a row which cannot be read, tells nothing.
    """
    lists = (row for row in line.of("print") if row.facts.get("kind") == "details")
    found = [row for row in lists if row.index < index and "details" in row.facts]
    if not found or found[-1].facts.get("is_complete") is not True:
        return None
    sent = (one.request for one in line.exchanges if mti_of(one.request) in _CHANGING)
    if any(found[-1].index < row.index < index for row in sent):
        return None
    parts = [text.split("|") for text in fact.words(found[-1], "details")]
    items = tuple(_listed(part) for part in parts if _is_readable(part))
    return DetailList(found[-1], items) if len(items) == len(parts) else None


def _listed(part: list[str]) -> Listed:
    return Listed(int(part[0]), part[1], int(part[2]))


def _is_readable(part: list[str]) -> bool:
    return len(part) == _PARTS and part[0].isdecimal() and part[2].isdecimal()
