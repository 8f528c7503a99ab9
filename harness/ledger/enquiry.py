"""The back office: what became of a transaction, and returns by hand.

"Succeeded" is said only when no reversal can come any more: the terminal has made a later card
transaction, before which it must have sent it, or its batch is settled; no reversal ever comes of
a refund.  A voided sale is open as long as the void may be reversed.  A transaction that the
books do not know may still be on its way; once a later one has come it is "not succeeded", and
the asker puts `Enquiry.block` into the books, so that it is refused if it comes all the same.
"""

from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Literal

from harness.errors import MisuseError
from harness.ledger.batch import SETTLEMENT
from harness.ledger.books import Books, Posting
from harness.ledger.reversal import REVERSIBLE
from harness.ledger.transaction import (
    APPROVED,
    BLOCK,
    CARD_TRANSACTIONS,
    DECLINE,
    INQUIRY,
    MANUAL_RETURN,
    REFUND,
    VOID,
    Request,
    is_whole,
    posting,
    postings_of,
    turned,
    undoing,
)

ASKED_ABOUT = CARD_TRANSACTIONS - {INQUIRY}
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
    """Answer for the latest transaction that fits the question, be it sale, void or refund."""
    found = [one for one in books.find(**_equal(question)) if one.name in ASKED_ABOUT]
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


def _outcome(books: Books, asked: Posting) -> Answer:
    if asked.name == DECLINE:
        return "not_succeeded"
    undone = undoing(books, asked)
    if undone is not None:
        is_certain = undone.name != VOID or _is_final(books, undone)
        return "not_succeeded" if is_certain else "open"
    return "succeeded" if asked.name == REFUND or _is_final(books, asked) else "open"


def _is_final(books: Books, asked: Posting) -> bool:
    """Tell whether the books hold proof that no reversal of a sale or a void is pending."""
    of_terminal = books.latest(terminal_id=asked.terminal_id, merchant_id=asked.merchant_id)
    later = takewhile(lambda one: one.reference != asked.reference, of_terminal)
    return any(one.name in CARD_TRANSACTIONS or _settles(one, asked) for one in later)


def _settles(one: Posting, asked: Posting) -> bool:
    is_same_batch = one.name == SETTLEMENT and one.batch == asked.batch
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


def close_by_hand(books: Books, item: Posting, *, business_date: str) -> Posting:
    """Return the posting that undoes an open item: a sale, or a void, which takes again.

    Raises MisuseError unless it is either, and nothing has undone or refunded it.
    """
    if item.name not in REVERSIBLE or not is_whole(books, item):
        raise MisuseError(f"{item.reference!r} is nothing that can be given back")
    return replace(
        item,
        reference=f"{MANUAL_RETURN} {item.reference}",
        name=MANUAL_RETURN,
        business_date=business_date,
        original=item.reference,
        entries=turned(item),
    )
