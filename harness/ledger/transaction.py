"""What the books know of one request, and where its postings are.

A request is known by terminal, merchant, batch and STAN, a reversal by those of its original.
Amounts move between two accounts: the card's, and what is owed to the merchant.

Names of postings: `sale` and `inquiry` are approved, `decline` is neither, these three are card
transactions.  `reversal` and `manual_return` undo a sale.  `refusal` remembers a reversal that
undid nothing, or a late original; `block` an enquiry that was told "not succeeded".
"""

from dataclasses import dataclass

from harness.ledger.books import Books, Entry, Posting

APPROVED = "00"
SALE, INQUIRY, DECLINE, REFUSAL = "sale", "inquiry", "decline", "refusal"
REVERSAL, MANUAL_RETURN, BLOCK = "reversal", "manual_return", "block"
CARD_TRANSACTIONS = frozenset({SALE, INQUIRY, DECLINE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a terminal asks for; `card` is a token, "" for an unknown card, None for none named.

    `approval_code` is that of the request (a reversal may have it), `rrn` what the host gave.
    """

    terminal_id: str
    merchant_id: str
    batch: str
    stan: int
    business_date: str
    amount_minor: int = 0
    card: str | None = None
    approval_code: str = ""
    rrn: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the terminal is told; `posting` stands for it in the books, or is to be posted now."""

    response_code: str
    posting: Posting | None = None
    is_new: bool = False


def card_account(token: str) -> str:
    """Return the name of a card's account."""
    return f"card:{token}"


def merchant_account(merchant_id: str) -> str:
    """Return the name of the account of what is owed to a merchant."""
    return f"merchant:{merchant_id}"


def transfer(card: str, merchant_id: str, amount_minor: int) -> tuple[Entry, Entry]:
    """Return the entries that take an amount from the card for the merchant, or give it back."""
    return (
        Entry(card_account(card), -amount_minor),
        Entry(merchant_account(merchant_id), amount_minor),
    )


def reference(name: str, request: Request, suffix: str = "") -> str:
    """Return the reference of a posting of this name for the request."""
    words = (name, request.terminal_id, request.batch, f"{request.stan:06}", suffix)
    return " ".join(words).rstrip()


def posting(
    name: str, request: Request, response_code: str = APPROVED, *, suffix: str = ""
) -> Posting:
    """Return a posting for the request, without entries."""
    return Posting(
        reference=reference(name, request, suffix),
        name=name,
        card=request.card or "",
        amount_minor=request.amount_minor,
        terminal_id=request.terminal_id,
        merchant_id=request.merchant_id,
        batch=request.batch,
        stan=request.stan,
        rrn=request.rrn,
        response_code=response_code,
        business_date=request.business_date,
    )


def postings_of(books: Books, request: Request) -> list[Posting]:
    """Return all postings of the request's terminal, merchant, batch and STAN, oldest first."""
    return books.find(
        stan=request.stan,
        terminal_id=request.terminal_id,
        merchant_id=request.merchant_id,
        batch=request.batch,
    )


def original_of(known: list[Posting]) -> Posting | None:
    """Return the card transaction among the postings of one STAN."""
    return next((one for one in known if one.name in CARD_TRANSACTIONS), None)


def undoing(books: Books, sale: Posting) -> Posting | None:
    """Return what has undone a sale."""
    return next(iter(books.find(original=sale.reference)), None)
