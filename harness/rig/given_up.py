"""Which reversals a terminal gave up, by its own word: people have to look into them."""

from collections.abc import Sequence

from harness.check import fact
from harness.check.message import REVERSAL, mti_of, number_of, stan_of
from harness.history.record import Facts, Row

ENDS = {"host": "rx", "terminal": "tx"}  # where a 0400 is seen


def given_up(rows: Sequence[Row], profile: Facts) -> list[tuple[str, int]]:
    """Return batch and STAN of all that reversals and fault slips name, sorted.

    Nothing at all while the terminal has not said that it could not conclude a reversal: by a
    fault slip, on its display, or to the till (A4: stored transactions could not be sent).
    """
    if not any(map(_admits, rows)):
        return []
    named = {(fact.text(row, "batch"), _number(row, profile)) for row in rows if _names(row)}
    return sorted((batch, stan) for batch, stan in named if batch and stan)


def _names(row: Row) -> bool:
    return _is_reversal(row) or _is_fault_slip(row)


def _is_reversal(row: Row) -> bool:
    return ENDS.get(row.actor) == row.kind and mti_of(row) == REVERSAL


def _is_fault_slip(row: Row) -> bool:
    return row.kind == "print" and row.facts.get("kind") == "fault"


def _number(row: Row, profile: Facts) -> int | None:
    """Return the number of what was to be reversed; of a 0400 its own where it names none."""
    if _is_fault_slip(row):
        return fact.number(row, "voucher")
    return number_of(row, profile) or stan_of(row)


def _admits(row: Row) -> bool:
    if row.kind == "show":
        return row.address == "REVERSAL_FAILED"
    is_told = row.actor == "till" and row.facts.get("result_code") == "A4"
    return is_told or _is_fault_slip(row)
