"""Postings that stand although the terminal has nothing of them: somebody has to look at them.

The books know of sales and voids whose reversal they refused (of an earlier day, or of another
amount or card), and of those that are missing in a batch that was settled and uploaded.  What a
terminal gave up without being heard, it tells itself: by slip, display or till.
"""

from harness.ledger.books import Books, Posting
from harness.ledger.reconciliation import missing_at_terminals
from harness.ledger.reversal import REVERSIBLE
from harness.ledger.transaction import REFUSAL, is_whole, original_of


def open_items(books: Books, foreign: frozenset[str] = frozenset()) -> list[Posting]:
    """Return what stands and should not, each once; `foreign` are the tokens of foreign cards."""
    found = [*_refused(books), *missing_at_terminals(books, foreign)]
    return list({one.reference: one for one in found}.values())


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
