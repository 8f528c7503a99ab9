"""Reversals in the books: what a 0400 undoes, and what it is told when it undoes nothing.

A sale is reversed or a void, and a void that is reversed leaves its sale as it was before it.
"""

from dataclasses import replace
from typing import Literal

from harness.ledger.books import Books, Posting
from harness.ledger.transaction import (
    APPROVED,
    REFUSAL,
    REVERSAL,
    SALE,
    VOID,
    Decision,
    Request,
    original_of,
    posting,
    postings_of,
    refunds,
    turned,
    undoing,
)

UNKNOWN_ORIGINAL = "25"
NOT_REVERSIBLE = "12"  # declined, of another day, or returned by hand
ALREADY_UNDONE = "22"  # voided or refunded
OTHER_AMOUNT, OTHER_CARD, OTHER_TERMINAL = "64", "14", "58"
REVERSIBLE = frozenset({SALE, VOID})

OnRepeat = Literal["ok", "22"]


def decide_reversal(
    books: Books, request: Request, *, of: str = SALE, on_repeat: OnRepeat = "ok"
) -> Decision:
    """Return the posting that undoes the original, or why there is none; a repeat is posted once.

    `of` names what the terminal says it reverses.  A refused reversal is remembered: an original
    that arrives after it will be refused too.
    """
    original = _original(books, request, of)
    if original is None:
        code = OTHER_TERMINAL if _is_elsewhere(books, request, of) else UNKNOWN_ORIGINAL
        return _refuse(books, request, code)
    undone = undoing(books, original)
    is_repeat = undone is not None and undone.name == REVERSAL
    code = _mismatch(original, request, of)
    if not (code or is_repeat):
        code = _too_late(books, original, undone, request)
    if code:
        return _refuse(books, request, code)
    if is_repeat:
        return Decision(APPROVED if on_repeat == "ok" else on_repeat, undone)
    return Decision(APPROVED, reversal_of(original, request), is_new=True)


def _original(books: Books, request: Request, of: str) -> Posting | None:
    """Return what has the request's number, unless it is another thing that can be reversed."""
    found = original_of(postings_of(books, request)) if of in REVERSIBLE else None
    return None if found is not None and found.name in REVERSIBLE - {of} else found


def _mismatch(original: Posting, request: Request, of: str) -> str:
    if original.name != of:
        return NOT_REVERSIBLE
    if original.amount_minor != request.amount_minor:
        return OTHER_AMOUNT
    return OTHER_CARD if request.card not in (None, original.card) else ""


def _too_late(books: Books, original: Posting, undone: Posting | None, request: Request) -> str:
    if refunds(books, original) or (undone is not None and undone.name == VOID):
        return ALREADY_UNDONE
    is_other_day = original.business_date != request.business_date
    return NOT_REVERSIBLE if undone or is_other_day else ""


def _is_elsewhere(books: Books, request: Request, of: str) -> bool:
    """Tell whether another terminal made the original: STANs repeat, approval codes tell."""
    return bool(request.approval_code) and any(
        books.find(
            name=of,
            stan=request.stan,
            merchant_id=request.merchant_id,
            batch=request.batch,
            approval_code=request.approval_code,
            amount_minor=request.amount_minor,
        )
    )


def _refuse(books: Books, request: Request, code: str) -> Decision:
    refusal = posting(REFUSAL, request, code, suffix=code)
    return Decision(code, refusal, is_new=books.get(refusal.reference) is None)


def reversal_of(original: Posting, request: Request) -> Posting:
    """Return the posting that undoes a sale or a void whole."""
    return replace(
        posting(REVERSAL, request),
        card=original.card,
        rrn=original.rrn,
        original=original.reference,
        entries=turned(original),
    )
