"""Voids in the books: a whole sale back to its card, on its day and before it is settled."""

from dataclasses import replace
from typing import Literal

from harness.ledger.batch import is_settled
from harness.ledger.books import Books, Posting
from harness.ledger.reversal import (
    ALREADY_UNDONE,
    OTHER_AMOUNT,
    OTHER_CARD,
    OTHER_TERMINAL,
    UNKNOWN_ORIGINAL,
)
from harness.ledger.sale import is_named
from harness.ledger.transaction import (
    APPROVED,
    SALE,
    VOID,
    Decision,
    Request,
    Ruling,
    is_whole,
    original_of,
    posting,
    postings_of,
    turned,
)

NOT_VOIDABLE = "12"  # no approved sale, settled, or of another batch or day

VoidDay = Literal["clearing_date", "calendar", "batch_only"]


def rule_void(books: Books, request: Request, *, void_day: VoidDay = "clearing_date") -> Ruling:
    """Return whether the sale that the request names can be voided.

    `void_day`: by clearing date or calendar, both of which are the host's business date here, or
    by nothing but the batch.
    """
    named = request.original
    sale = original_of(postings_of(books, replace(request, batch=named.batch, stan=named.stan)))
    if sale is None or not is_named(sale, named):
        return Ruling(OTHER_TERMINAL if _is_elsewhere(books, request) else UNKNOWN_ORIGINAL)
    code = _mismatch(sale, request) or _too_late(books, sale, request, void_day)
    return Ruling(code) if code else Ruling(APPROVED, sale)


def _is_elsewhere(books: Books, request: Request) -> bool:
    """Tell whether the sale that the RRN names is there, but made by another terminal."""
    named = request.original
    found = books.find(name=SALE, rrn=named.rrn, merchant_id=request.merchant_id)
    return bool(named.rrn) and any(is_named(sale, named) for sale in found)


def _mismatch(sale: Posting, request: Request) -> str:
    if sale.name != SALE:
        return NOT_VOIDABLE
    if request.card != sale.card:
        return OTHER_CARD
    return "" if request.amount_minor == sale.amount_minor else OTHER_AMOUNT


def _too_late(books: Books, sale: Posting, request: Request, void_day: VoidDay) -> str:
    if not is_whole(books, sale):
        return ALREADY_UNDONE
    if sale.batch != request.batch or is_settled(books, request.terminal_id, request.batch):
        return NOT_VOIDABLE
    is_same_day = void_day == "batch_only" or sale.business_date == request.business_date
    return "" if is_same_day else NOT_VOIDABLE


def approve_void(request: Request, sale: Posting, approval_code: str) -> Decision:
    """Return the posting that gives the sale's amount back to its card."""
    void = replace(
        posting(VOID, request),
        approval_code=approval_code,
        original=sale.reference,
        entries=turned(sale),
    )
    return Decision(APPROVED, void, is_new=True)
