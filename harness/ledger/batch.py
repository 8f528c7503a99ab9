"""Batches of a terminal: which one is open at the host, what is in it, and how it ends.

A batch is settled once its totals were answered, and ended once the terminal has sent all that it
uploads: then the host's number rises by one, however often the end is said.  A settlement cannot
be undone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from harness.ledger.books import Books, Posting
from harness.ledger.transaction import (
    APPROVED,
    REFUND,
    SALE,
    VOID,
    Decision,
    Request,
    is_taken_back,
    posting,
)
from harness.terms.card import Card

SETTLEMENT, UPLOAD, BATCH_END = "settlement", "upload", "batch_end"
NOT_SETTLED = "12"
OTHER_BATCH = "77"
BATCH_MAX = 999_999
IN_TOTALS = frozenset({SALE, VOID, REFUND})
DOMESTIC, FOREIGN = "domestic", "foreign"
DOMESTIC_ORGANISATION = "CUP"


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadedRecord:
    """One transaction as a terminal uploads it; `group` is domestic or foreign."""

    stan: int
    card: str
    amount_minor: int
    group: str = DOMESTIC


def foreign_cards(cards: Iterable[Card]) -> frozenset[str]:
    """Return the tokens of the cards that count as foreign in totals."""
    return frozenset(card.token for card in cards if card.organisation != DOMESTIC_ORGANISATION)


def group_of(card: str, foreign: frozenset[str]) -> str:
    """Return the card group of a token."""
    return FOREIGN if card in foreign else DOMESTIC


def current_batch(books: Books, terminal_id: str, first: str) -> str:
    """Return the batch of a terminal that is open at the host; its first one is given."""
    ended = _last(books, BATCH_END, terminal_id)
    return ended.details if ended else first


def is_settled(books: Books, terminal_id: str, batch: str) -> bool:
    """Tell whether the totals of the terminal's open batch have been answered."""
    settled = _last(books, SETTLEMENT, terminal_id)
    return settled is not None and settled.batch == batch


def _last(books: Books, name: str, terminal_id: str) -> Posting | None:
    return next(iter(books.latest(name=name, terminal_id=terminal_id)), None)


def in_totals(books: Books, terminal_id: str, batch: str) -> list[Posting]:
    """Return what the totals of a batch count, oldest first: a voided sale and its void too."""
    known = books.find(terminal_id=terminal_id, batch=batch)
    return [one for one in known if one.name in IN_TOTALS and not is_taken_back(books, one)]


def upload_code(books: Books, request: Request, first: str) -> str:
    """Return 00 if the request's batch is settled and open, or the one that has ended last."""
    if _is_ended(books, request):
        return APPROVED
    if request.batch != current_batch(books, request.terminal_id, first):
        return OTHER_BATCH
    return APPROVED if is_settled(books, request.terminal_id, request.batch) else NOT_SETTLED


def _is_ended(books: Books, request: Request) -> bool:
    ended = _last(books, BATCH_END, request.terminal_id)
    return ended is not None and ended.batch == request.batch


def new_uploads(books: Books, request: Request, records: Sequence[UploadedRecord]) -> list[Posting]:
    """Return a posting for each record that was not taken before, in their order."""
    found: dict[str, Posting] = {}
    for record in records:
        upload = upload_of(request, record)
        if books.get(upload.reference) is None:
            found.setdefault(upload.reference, upload)
    return list(found.values())


def upload_of(request: Request, record: UploadedRecord) -> Posting:
    """Return the posting of one record."""
    named = replace(request, stan=record.stan, card=record.card, amount_minor=record.amount_minor)
    return replace(posting(UPLOAD, named), details=record.group)


def end_batch(books: Books, request: Request, first: str) -> Decision:
    """Return the end of the request's batch; said again it is answered 00, and ends nothing."""
    code = upload_code(books, request, first)
    if code != APPROVED or _is_ended(books, request):
        return Decision(code)
    reference = f"{BATCH_END} {request.terminal_id} {request.batch}"
    ended = replace(
        posting(BATCH_END, request), reference=reference, details=next_batch(request.batch)
    )
    return Decision(APPROVED, ended, is_new=True)


def next_batch(batch: str) -> str:
    """Return the number after this one; after 999999 it is 000001."""
    return f"{int(batch) % BATCH_MAX + 1:06}"
