"""Refunds in the books: a part of a sale, or all of it, back to its card after its batch.

A refund stands on its own: nothing is undone by it, and no reversal takes it back.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from harness.ledger.books import Books, Posting
from harness.ledger.reversal import ALREADY_UNDONE, OTHER_AMOUNT, OTHER_CARD, UNKNOWN_ORIGINAL
from harness.ledger.sale import is_named
from harness.ledger.transaction import (
    APPROVED,
    REFUND,
    SALE,
    Decision,
    Request,
    Ruling,
    posting,
    refunds,
    transfer,
    undoing,
)

NOT_APPROVED = "12"
TOO_OLD = "22"
VOID_INSTEAD = "22"  # the sale is in the batch that is open: the operation is the wrong one
INVALID_AMOUNT, ABOVE_LIMIT = "13", "61"

SameBatch = Literal["refused", "allowed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRules:
    """What the sources leave to the acquirer: parameters of the profile; a limit of 0 is none."""

    refund_days: int = 30
    refund_amount_max: int = 0
    refund_same_batch: SameBatch = "refused"


def rule_refund(books: Books, request: Request, rules: RefundRules) -> Ruling:
    """Return whether the amount may be given back, of the sale that RRN and date name.

    Any terminal of the merchant may do it.
    """
    sale = _sale(books, request)
    if sale is None:
        return Ruling(UNKNOWN_ORIGINAL)
    code = (
        _mismatch(sale, request)
        or _too_late(books, sale, request, rules)
        or _amount_code(books, sale, request.amount_minor, rules.refund_amount_max)
    )
    return Ruling(code) if code else Ruling(APPROVED, sale)


def _sale(books: Books, request: Request) -> Posting | None:
    """Return the first posting with the RRN: what undoes it has the same one."""
    if not (request.original.rrn and request.original.date):
        return None
    known = books.find(rrn=request.original.rrn, merchant_id=request.merchant_id)
    return next((one for one in known if is_named(one, request.original)), None)


def _mismatch(sale: Posting, request: Request) -> str:
    if sale.name != SALE:
        return NOT_APPROVED
    return "" if request.card == sale.card else OTHER_CARD


def _too_late(books: Books, sale: Posting, request: Request, rules: RefundRules) -> str:
    if undoing(books, sale):
        return ALREADY_UNDONE
    if _age_days(sale.business_date, request.business_date) > rules.refund_days:
        return TOO_OLD
    is_same_batch = (sale.terminal_id, sale.batch) == (request.terminal_id, request.batch)
    return VOID_INSTEAD if is_same_batch and rules.refund_same_batch == "refused" else ""


def _age_days(business_date: str, today: str) -> int:
    return (date.fromisoformat(today) - date.fromisoformat(business_date)).days


def _amount_code(books: Books, sale: Posting, amount_minor: int, limit_minor: int) -> str:
    if amount_minor == 0:
        return INVALID_AMOUNT
    if 0 < limit_minor < amount_minor:
        return ABOVE_LIMIT
    given_minor = sum(one.amount_minor for one in refunds(books, sale))
    return OTHER_AMOUNT if given_minor + amount_minor > sale.amount_minor else ""


def approve_refund(request: Request, sale: Posting) -> Decision:
    """Return the posting that gives the amount to the card of the sale, at the merchant's cost."""
    refund = replace(
        posting(REFUND, request),
        original=sale.reference,
        entries=transfer(sale.card, request.merchant_id, -request.amount_minor),
    )
    return Decision(APPROVED, refund, is_new=True)
