"""Where a transaction shows as approved, and where a reversal that was given up shows: slips, till.

A sign belongs to a transaction by its voucher number; where that is not known, by the call of the
till, or by the time until the terminal's next message.  A slip that ends before its number may be
that of an older transaction, unless it was printed in the very call: it is no sign.
"""

import re
from collections.abc import Sequence

from harness.check import fact
from harness.check.calls import Call
from harness.check.message import REVERSIBLE
from harness.check.once import once
from harness.check.view import View, between
from harness.check.wire_view import Attempt
from harness.history.record import History, Row

ASKING = frozenset({"status", "enquire"})
GIVEN_UP_CHANNELS = ("slip", "display", "till")
_REVERSAL = re.compile(r"冲正|revers", re.IGNORECASE)
_FAILED = re.compile(r"失败|不成功|人工|fail|\bnot\b|unsuccess|given up|gave up", re.IGNORECASE)


def call_of_attempt(made: Sequence[Call], attempt: Attempt) -> Call | None:
    """Return the last call that was running when the request left."""
    return next((call for call in reversed(made) if call.holds(attempt.request)), None)


def approvals(line: View, made: Sequence[Call], attempt: Attempt) -> list[Row]:
    """Return the rows that show the transaction as approved, in order."""
    prints = line.rows("print", attempt.request.index, attempt.reuse - 1)
    own = call_of_attempt(made, attempt)
    slips = [row for row in prints if _is_approval_slip(row, attempt, own)]
    slips = [row for row in slips if "voucher" in row.facts or _is_its(line, made, attempt, row)]
    ends = (call.end for call in made if _is_said(call, attempt, own))
    return sorted([*slips, *(row for row in ends if row)], key=lambda row: row.index)


def _is_approval_slip(row: Row, attempt: Attempt, own: Call | None) -> bool:
    if row.facts.get("says_approved") is not True:
        return False
    if attempt.stan is None:
        return own is not None and own.holds(row)
    voucher = fact.number(row, "voucher")
    if voucher is None:
        return row.index < attempt.until and not row.facts.get("is_duplicate")
    return voucher == attempt.stan and fact.agree(row, attempt.request, "batch")


def _is_its(line: View, made: Sequence[Call], attempt: Attempt, row: Row) -> bool:
    """Tell whether a slip without a number can be of no older transaction."""
    own = call_of_attempt(made, attempt)
    is_in_call = own is not None and own.holds(row)
    is_broken_off = row.facts.get("is_complete") is False
    return _may_be_its(line, made, attempt, row) and (is_in_call or not is_broken_off)


def _may_be_its(line: View, made: Sequence[Call], attempt: Attempt, row: Row) -> bool:
    """Tell whether nothing speaks against a slip without a number being of a transaction."""
    own = call_of_attempt(made, attempt)
    is_elsewhere = any(call is not own and call.holds(row) for call in made)
    is_after_boot = bool(line.power_cuts(attempt.request, row.index))
    is_like = fact.agree(row, attempt.request, "batch", "amount_minor", "card")
    return is_like and not is_elsewhere and not is_after_boot


def unclear_slip(line: View, made: Sequence[Call], attempt: Attempt) -> Row | None:
    """Return the first approval slip that ended before its number and may be that of it."""
    own = call_of_attempt(made, attempt)
    prints = line.rows("print", attempt.request.index, attempt.until)
    nameless = (row for row in prints if "voucher" not in row.facts)
    found = (row for row in nameless if _is_approval_slip(row, attempt, own))
    return next((row for row in found if _may_be_its(line, made, attempt, row)), None)


def _is_said(call: Call, attempt: Attempt, own: Call | None) -> bool:
    end = call.end
    if end is None or end.kind != "ok" or not attempt.request.index < end.index < attempt.reuse:
        return False
    voucher = fact.number(end, "voucher")
    if call.verb in ASKING:
        is_own = voucher is not None and voucher == attempt.stan
        return is_own and end.facts.get("last") == "approved"
    is_own = call is own if None in (voucher, attempt.stan) else voucher == attempt.stan
    return is_own and call.verb in REVERSIBLE


def listings(line: View, attempt: Attempt, first: int) -> list[Row]:
    """Return the printed lists of the terminal's transactions that hold it, from a row on."""
    prints = line.rows("print", first, attempt.reuse - 1)
    return [row for row in prints if attempt.stan is not None and attempt.stan in _listed(row)]


def _listed(row: Row) -> list[int]:
    vouchers = (text.partition("|")[0] for text in fact.words(row, "details"))
    return [int(voucher) for voucher in vouchers if voucher.isdecimal()]


def given_up(line: View, attempt: Attempt, first: int, last: int) -> Row | None:
    """Return the row that tells the operator that a reversal was given up."""
    told = between(_failures(line.history), first, last)
    return next((row for row in told if row.kind != "print" or _may_be_of(row, attempt)), None)


@once
def _failures(history: History) -> list[Row]:
    """Return all that tells the operator of a reversal that was given up, whichever it was."""
    return list(filter(_tells, history.rows))


def _tells(row: Row) -> bool:
    match row.kind:
        case "print":
            return row.facts.get("kind") == "fault"
        case "show":
            return row.address == "REVERSAL_FAILED" or _says(row.value)
        case "ok" | "fail" | "info" | "rx":
            return row.actor == "till" and _says(fact.text(row, "text"))
    return False


def _may_be_of(slip: Row, attempt: Attempt) -> bool:
    return fact.number(slip, "voucher") in (None, attempt.stan)


def _says(text: str | None) -> bool:
    return bool(text and _REVERSAL.search(text) and _FAILED.search(text))
