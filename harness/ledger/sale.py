"""Sales and inquiries in the books: new, repeated, or too late."""

from dataclasses import replace

from harness.ledger.books import Books, Posting
from harness.ledger.transaction import (
    APPROVED,
    DECLINE,
    INQUIRY,
    REFUSAL,
    SALE,
    Decision,
    Original,
    Request,
    original_of,
    posting,
    postings_of,
    transfer,
    undoing,
)

TOO_LATE = "12"  # a reversal or an enquiry came before it, or it is undone
DUPLICATE = "94"  # the STAN is that of another transaction


def recall(books: Books, request: Request, name: str = SALE) -> Decision | None:
    """Return what a request that is known is answered, None if it is new.

    A repeat of the same content is answered as before.  An original whose reversal or enquiry
    came first is refused, and so is the repeat of one that is undone.
    """
    known = postings_of(books, request)
    if not known:
        return None
    original = original_of(known)
    if original is None:
        return _refuse_late(books, request)
    if not (_is_same(original, request, name) and _is_about_same(books, original, request)):
        return Decision(DUPLICATE)
    if undoing(books, original):
        return Decision(TOO_LATE)
    return Decision(original.response_code, original)


def _refuse_late(books: Books, request: Request) -> Decision:
    refusal = posting(REFUSAL, request, TOO_LATE, suffix="late")
    return Decision(TOO_LATE, refusal, is_new=books.get(refusal.reference) is None)


def _is_same(original: Posting, request: Request, name: str) -> bool:
    has_same_name = original.name in (name, DECLINE)
    has_same_card = original.card == (request.card or "")
    return has_same_name and has_same_card and original.amount_minor == request.amount_minor


def _is_about_same(books: Books, known: Posting, request: Request) -> bool:
    """Tell whether a void or a refund names the sale that the known one is about."""
    sale = books.get(known.original) if known.original else None
    return sale is None or is_named(sale, request.original)


def is_named(sale: Posting, original: Original) -> bool:
    """Tell whether what is said of an original is true of a sale."""
    return (
        original.batch in ("", sale.batch)
        and original.stan in (0, sale.stan)
        and original.rrn in ("", sale.rrn)
        and original.date in ("", sale.business_date[4:])
    )


def approve_sale(request: Request, approval_code: str) -> Decision:
    """Return the debit of a card that the request names."""
    sale = replace(
        posting(SALE, request),
        approval_code=approval_code,
        entries=transfer(request.card or "", request.merchant_id, request.amount_minor),
    )
    return Decision(APPROVED, sale, is_new=True)


def approve_inquiry(request: Request) -> Decision:
    """Return the record of an inquiry, which moves nothing.

    It is kept because a card transaction tells that no reversal is pending behind it.
    """
    return Decision(APPROVED, posting(INQUIRY, request), is_new=True)


def decline(request: Request, response_code: str) -> Decision:
    """Return the record of a request that was declined."""
    return Decision(response_code, posting(DECLINE, request, response_code), is_new=True)
