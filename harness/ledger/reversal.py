"""Reversals in the books: what a 0400 undoes, and what it is told when it undoes nothing."""

from dataclasses import replace
from typing import Literal

from harness.ledger.books import Books, Entry, Posting
from harness.ledger.transaction import (
    APPROVED,
    REFUSAL,
    REVERSAL,
    SALE,
    Decision,
    Request,
    original_of,
    posting,
    postings_of,
    undoing,
)

UNKNOWN_ORIGINAL = "25"
NOT_REVERSIBLE = "12"  # declined, of another day, or returned by hand
OTHER_AMOUNT, OTHER_CARD, OTHER_TERMINAL = "64", "14", "58"

OnRepeat = Literal["ok", "22"]


def decide_reversal(
    books: Books, request: Request, *, of: str = SALE, on_repeat: OnRepeat = "ok"
) -> Decision:
    """Return the return of the amount, or why there is none; a repeat is posted once.

    `of` names what the terminal says it reverses; only sales are known here.  A refused reversal
    is remembered: an original that arrives after it will be refused too.
    """
    original = original_of(postings_of(books, request)) if of == SALE else None
    if original is None:
        code = OTHER_TERMINAL if _is_elsewhere(books, request) else UNKNOWN_ORIGINAL
        return _refuse(books, request, code)
    undone = undoing(books, original)
    is_repeat = undone is not None and undone.name == REVERSAL
    code = _mismatch(original, request)
    if not (code or is_repeat) and (undone or original.business_date != request.business_date):
        code = NOT_REVERSIBLE
    if code:
        return _refuse(books, request, code)
    if is_repeat:
        return Decision(APPROVED if on_repeat == "ok" else on_repeat, undone)
    return Decision(APPROVED, reversal_of(original, request), is_new=True)


def _mismatch(original: Posting, request: Request) -> str:
    if original.name != SALE:
        return NOT_REVERSIBLE
    if original.amount_minor != request.amount_minor:
        return OTHER_AMOUNT
    return OTHER_CARD if request.card not in (None, original.card) else ""


def _is_elsewhere(books: Books, request: Request) -> bool:
    """Tell whether another terminal made the sale: STANs repeat, approval codes tell."""
    return bool(request.approval_code) and any(
        books.find(
            name=SALE,
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


def reversal_of(sale: Posting, request: Request) -> Posting:
    """Return the posting that undoes a sale whole."""
    return replace(
        posting(REVERSAL, request),
        card=sale.card,
        rrn=sale.rrn,
        original=sale.reference,
        entries=returned(sale),
    )


def returned(sale: Posting) -> tuple[Entry, ...]:
    """Return the entries of a sale with their signs turned."""
    return tuple(Entry(entry.account, -entry.amount_minor) for entry in sale.entries)
