"""What the books know of one request, and where its postings are.

A request is known by terminal, merchant, batch and STAN, a reversal by those of its original.
Amounts move between two accounts: the card's, and what is owed to the merchant.

Names of postings: `sale`, `void`, `refund` and `inquiry` are approved, `decline` is none of them:
these are card transactions.  `void` undoes a sale, `reversal` a sale or a void, `manual_return`
either by hand; a `refund` gives a part of a sale back, and undoes nothing.  `refusal` remembers a
reversal that undid nothing, or a late original; `block` an enquiry that was told "not succeeded".
The rest speaks of batches (`settlement`, `upload`, `batch_end`) and of what the merchant is paid
(`payout`, `clawback`).
"""

from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass

from harness.ledger.books import Books, Entry, Posting
from harness.terms.immutable import immutable

APPROVED = "00"
SALE, INQUIRY, DECLINE, REFUSAL = "sale", "inquiry", "decline", "refusal"
VOID, REFUND = "void", "refund"
REVERSAL, MANUAL_RETURN, BLOCK = "reversal", "manual_return", "block"
CARD_TRANSACTIONS = frozenset({SALE, VOID, REFUND, INQUIRY, DECLINE})
TAKEN_BACK = frozenset({REVERSAL, MANUAL_RETURN})  # as if it had never been
UNDOING = TAKEN_BACK | {VOID}
FORMAT_ERROR = "30"


@immutable
class Original:
    """The sale that a void or a refund names; 0 and "" stand for what it does not say.

    `date` is MMDD.
    """

    _: KW_ONLY
    batch: str = ""
    stan: int = 0
    rrn: str = ""
    date: str = ""


@immutable
class Request:
    """What a terminal asks for; `card` is a token, "" for an unknown card, None for none named.

    `approval_code` is that of the request (a reversal may have it), `rrn` what the host gave.
    """

    _: KW_ONLY
    terminal_id: str
    merchant_id: str
    batch: str
    stan: int
    business_date: str
    amount_minor: int = 0
    card: str | None = None
    approval_code: str = ""
    rrn: str = ""
    original: Original = Original()


@immutable
class Decision:
    """What the terminal is told; `posting` stands for it in the books, or is to be posted now."""

    response_code: str
    posting: Posting | None = None
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether a void or a refund may be: its code, and the sale that it is about if it may."""

    response_code: str
    sale: Posting | None = None


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


def turned(posting: Posting) -> tuple[Entry, ...]:
    """Return the entries of a posting with their signs turned."""
    return tuple(Entry(entry.account, -entry.amount_minor) for entry in posting.entries)


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


def undoing(books: Books, one: Posting) -> Posting | None:
    """Return what has undone a posting and still stands: a void that was undone does not."""
    return next((each for each in _undoings(books, one) if not undoing(books, each)), None)


def _undoings(books: Books, one: Posting) -> Iterator[Posting]:
    return (each for each in books.find(original=one.reference) if each.name in UNDOING)


def is_taken_back(books: Books, one: Posting) -> bool:
    """Tell whether a posting counts for nothing: reversed or returned by hand, and not voided."""
    return any(each.name in TAKEN_BACK for each in _undoings(books, one))


def refunds(books: Books, sale: Posting) -> list[Posting]:
    """Return the refunds of a sale, oldest first."""
    return books.find(name=REFUND, original=sale.reference)


def is_whole(books: Books, one: Posting) -> bool:
    """Tell whether a posting stands as it was made: nothing has undone or refunded it."""
    return undoing(books, one) is None and not refunds(books, one)


def sale_behind(books: Books, one: Posting) -> Posting:
    """Return what a posting undoes in the end; one that undoes nothing is its own."""
    before = books.get(one.original) if one.original else None
    return one if before is None else sale_behind(books, before)
