"""The host's reconciliation: what is in the books of a settled batch against what was uploaded.

A terminal uploads the records of a card group that did not balance.  So nothing is compared of a
group that did; of the other one each record that is missing, extra or altered is a difference.
A sale that the terminal has nothing of was debited without its knowledge: it is closed by hand,
unless fewer records came than the terminal had counted, for then it may be one of the others.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from harness.ledger.batch import (
    BATCH_END,
    DOMESTIC,
    FOREIGN,
    SETTLEMENT,
    UPLOAD,
    group_of,
    in_totals,
)
from harness.ledger.books import Books, Posting
from harness.ledger.settlement import BALANCED
from harness.ledger.transaction import SALE, VOID, is_whole
from harness.wire.dialects.unionpay_subfields import GroupTotals, parse_settlement_totals

Kind = Literal["missing", "extra", "altered"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One record that others have not, have besides, or have otherwise than the books.

    `posting` is that of the books, None of an extra record; `what` says in words what is wrong.
    """

    kind: Kind
    posting: Posting | None
    what: str


def reconcile(books: Books, settlement: Posting, foreign: frozenset[str]) -> list[Difference]:
    """Return the differences of a settled batch; `foreign` are the tokens of foreign cards."""
    claimed = _claimed(settlement)
    counted = in_totals(books, settlement.terminal_id, settlement.batch)
    own = {
        one.stan: one for one in counted if claimed[group_of(one.card, foreign)].result != BALANCED
    }
    sent = _uploads(books, settlement)
    theirs = {one.stan: one for one in sent if claimed[one.details].result != BALANCED}
    return [
        *(_missing(own[stan]) for stan in own if stan not in theirs),
        *(_extra(theirs[stan]) for stan in theirs if stan not in own),
        *_altered((own[stan], theirs[stan]) for stan in own if stan in theirs),
    ]


def _claimed(settlement: Posting) -> dict[str, GroupTotals]:
    totals = parse_settlement_totals(settlement.details)
    return {DOMESTIC: totals.domestic, FOREIGN: totals.foreign}


def _uploads(books: Books, settlement: Posting) -> list[Posting]:
    return books.find(name=UPLOAD, terminal_id=settlement.terminal_id, batch=settlement.batch)


def _missing(own: Posting) -> Difference:
    return Difference("missing", own, f"{_title(own)} was not uploaded")


def _extra(upload: Posting) -> Difference:
    return Difference("extra", None, f"{_title(upload)} is not in the books")


def _altered(pairs: Iterable[tuple[Posting, Posting]]) -> list[Difference]:
    return [
        Difference("altered", own, f"{_title(own)} was uploaded as {_content(upload)}")
        for own, upload in pairs
        if (own.card, own.amount_minor) != (upload.card, upload.amount_minor)
    ]


def _title(one: Posting) -> str:
    return f"{one.name} {one.stan:06} of batch {one.batch}, {_content(one)},"


def _content(one: Posting) -> str:
    return f"{one.amount_minor} of {one.card or 'an unknown card'}"


def ended_settlements(books: Books) -> list[Posting]:
    """Return the last settlement of each batch that has ended, oldest first."""
    found = (
        next(books.latest(name=SETTLEMENT, terminal_id=end.terminal_id, batch=end.batch), None)
        for end in books.find(name=BATCH_END)
    )
    return [one for one in found if one is not None]


def missing_at_terminals(books: Books, foreign: frozenset[str]) -> list[Posting]:
    """Return what ended batches miss and nothing has undone: sales, and voids of other sales.

    A void is left out where its sale is missing too: to the terminal nothing has happened.
    """
    settlements = ended_settlements(books)
    missing = [one for each in settlements for one in _certainly_missing(books, each, foreign)]
    references = {one.reference for one in missing}
    return [
        one
        for one in missing
        if one.name in (SALE, VOID) and one.original not in references and is_whole(books, one)
    ]


def _certainly_missing(books: Books, settlement: Posting, foreign: frozenset[str]) -> list[Posting]:
    """Return what is missing in groups of which all came that the terminal had counted."""
    came = Counter(one.details for one in _uploads(books, settlement))
    whole = {
        group
        for group, totals in _claimed(settlement).items()
        if came[group] >= totals.debit_count + totals.credit_count
    }
    differences = reconcile(books, settlement, foreign)
    missing = (one.posting for one in differences if one.kind == "missing")
    return [one for one in missing if one is not None and group_of(one.card, foreign) in whole]
