"""The back office: what became of a transaction, and returns by hand.

"Succeeded" is said only when no reversal can come any more: the terminal has made a later card
transaction, before which it must have sent it, or its batch is settled.  A transaction that the
books do not know may still be on its way; once a later one has come it is "not succeeded", and
the asker puts `Enquiry.block` into the books, so that it is refused if it comes all the same.
"""

from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Literal

from harness.errors import MisuseError
from harness.ledger.books import Books, Posting
from harness.ledger.reversal import returned
from harness.ledger.transaction import (
    APPROVED,
    BLOCK,
    CARD_TRANSACTIONS,
    DECLINE,
    MANUAL_RETURN,
    SALE,
    Request,
    posting,
    postings_of,
    undoing,
)

SETTLEMENT = "settlement"
WRAP = 1_000_000

Answer = Literal["succeeded", "not_succeeded", "open"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a merchant tells; what is "" or None is not known.  `date` is YYYYMMDD."""

    merchant_id: str
    terminal_id: str
    card: str = ""
    stan: int | None = None
    batch: str = ""
    rrn: str = ""
    date: str = ""
    amount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Enquiry:
    """The answer, the posting that it is about, and one to put into the books before it is given.

    `block` is that one: an unknown transaction, told not to have succeeded, never will.
    """

    answer: Answer
    posting: Posting | None = None
    block: Posting | None = None


def enquire(books: Books, question: Question) -> Enquiry:
    """Answer for the latest sale that fits the question."""
    found = [one for one in books.find(**_equal(question)) if one.name in (SALE, DECLINE)]
    if not found:
        return _enquire_unknown(books, question)
    return Enquiry(_outcome(books, found[-1]), found[-1])


def _equal(question: Question) -> dict[str, str | int]:
    asked: dict[str, str | int | None] = {
        "merchant_id": question.merchant_id,
        "terminal_id": question.terminal_id,
        "card": question.card,
        "stan": question.stan,
        "batch": question.batch,
        "rrn": question.rrn,
        "business_date": question.date,
        "amount_minor": question.amount_minor,
    }
    return {name: value for name, value in asked.items() if value not in ("", None)}


def _outcome(books: Books, sale: Posting) -> Answer:
    if sale.name == DECLINE or undoing(books, sale):
        return "not_succeeded"
    return "succeeded" if _is_final(books, sale) else "open"


def _is_final(books: Books, sale: Posting) -> bool:
    """Tell whether the books hold proof that no reversal of the sale is pending."""
    of_terminal = books.latest(terminal_id=sale.terminal_id, merchant_id=sale.merchant_id)
    later = takewhile(lambda one: one.reference != sale.reference, of_terminal)
    return any(one.name in CARD_TRANSACTIONS or _settles(one, sale) for one in later)


def _settles(one: Posting, sale: Posting) -> bool:
    is_same_batch = one.name == SETTLEMENT and one.batch == sale.batch
    return is_same_batch and one.response_code == APPROVED


def _enquire_unknown(books: Books, question: Question) -> Enquiry:
    """Answer for what the books have never seen; without its STAN nothing can be ruled out."""
    if question.stan is None:
        return Enquiry("open")
    of_terminal = books.find(terminal_id=question.terminal_id, merchant_id=question.merchant_id)
    seen = [one for one in of_terminal if one.name in CARD_TRANSACTIONS]
    batch = question.batch or (of_terminal[-1].batch if of_terminal else "")
    missed = _missed(question, question.stan, batch)
    if postings_of(books, missed):  # refused already, or another transaction has this STAN
        return Enquiry("not_succeeded")
    if any(_is_later(one, batch, question.stan) for one in seen):
        return Enquiry("not_succeeded", block=posting(BLOCK, missed))
    return Enquiry("open")


def _missed(question: Question, stan: int, batch: str) -> Request:
    return Request(
        terminal_id=question.terminal_id,
        merchant_id=question.merchant_id,
        batch=batch,
        stan=stan,
        business_date=question.date,
        amount_minor=question.amount_minor or 0,
        card=question.card,
    )


def _is_later(one: Posting, batch: str, stan: int) -> bool:
    if one.batch == batch:
        return _is_after(one.stan, stan)
    return _is_after(int(one.batch), int(batch))


def _is_after(number: int, other: int) -> bool:
    """Tell whether a STAN or batch was given after the other one; both wrap."""
    return 0 < (number - other) % WRAP < WRAP // 2


def close_by_hand(books: Books, sale: Posting, *, business_date: str) -> Posting:
    """Return the posting that gives an open item back to its card.

    Raises MisuseError unless the posting is a sale that nothing has undone.
    """
    if sale.name != SALE or undoing(books, sale):
        raise MisuseError(f"{sale.reference!r} is no sale that can be given back")
    return replace(
        sale,
        reference=f"{MANUAL_RETURN} {sale.reference}",
        name=MANUAL_RETURN,
        business_date=business_date,
        original=sale.reference,
        entries=returned(sale),
    )
