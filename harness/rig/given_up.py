"""What a terminal left open, by its own word: people have to look into it."""

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


def uncertain_refunds(rows: Sequence[Row]) -> list[int]:
    """Return the STANs of refunds of which the terminal says that it does not know what came of
    them: on its display, or to the till by a result code that is neither yes nor no.
    """
    asked = [row for row in rows if row.kind == "rx" and row.facts.get("name") == "refund"]
    last = (_last_stan(asked, row) for row in rows if _is_uncertain(row))
    return list(dict.fromkeys(stan for stan in last if stan is not None))


def _is_uncertain(row: Row) -> bool:
    is_told = (row.actor, row.kind, row.address) == ("till", "info", "refund")
    is_shown = (row.kind, row.address) == ("show", "REFUND_UNCERTAIN")
    return is_shown or (is_told and "result_code" in row.facts)


def _last_stan(asked: Sequence[Row], end: Row) -> int | None:
    """Return the STAN of the last request before a row."""
    return next((stan_of(row) for row in reversed(asked) if row.index < end.index), None)


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
