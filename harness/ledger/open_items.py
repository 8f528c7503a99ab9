"""Postings that stand although the terminal has nothing of them: somebody has to look at them.

The books know of sales and voids whose reversal they refused (of an earlier day, or of another
amount or card), and of those that are missing in a batch that was settled and uploaded.  What a
terminal gave up without being heard, it tells itself: by slip, display or till.  A void is open
like a sale: the host gave money back for something that the terminal calls unsuccessful.
"""

from collections.abc import Iterable

from harness.ledger.books import Books, Posting
from harness.ledger.reconciliation import missing_at_terminals
from harness.ledger.reversal import REVERSIBLE
from harness.ledger.transaction import REFUSAL, is_whole, original_of


def open_items(books: Books, foreign: frozenset[str] = frozenset()) -> list[Posting]:
    """Return what stands and should not, each once; `foreign` are the tokens of foreign cards."""
    found = [*_refused(books), *missing_at_terminals(books, foreign)]
    return list({one.reference: one for one in found}.values())


def unheard(books: Books, terminal_id: str, numbers: Iterable[tuple[str, int]]) -> list[Posting]:
    """Return the sales and voids among these numbers that nothing has undone.

    `numbers`: batch and STAN of what the terminal says that it could not reverse.
    """
    named = (books.find(terminal_id=terminal_id, batch=batch, stan=stan) for batch, stan in numbers)
    last = (one for found in named for one in _reversible(found)[-1:])
    return [one for one in last if is_whole(books, one)]


def _reversible(found: list[Posting]) -> list[Posting]:
    return [one for one in found if one.name in REVERSIBLE]


def _refused(books: Books) -> list[Posting]:
    """Return the sales and voids whose reversal was refused and that nothing has undone."""
    asked = [_original(books, refusal) for refusal in books.find(name=REFUSAL)]
    return [
        one for one in asked if one is not None and one.name in REVERSIBLE and is_whole(books, one)
    ]


def _original(books: Books, refusal: Posting) -> Posting | None:
    return original_of(
        books.find(
            stan=refusal.stan,
            terminal_id=refusal.terminal_id,
            merchant_id=refusal.merchant_id,
            batch=refusal.batch,
        )
    )
