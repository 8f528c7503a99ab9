"""Sales that stand although their reversal was asked for: somebody has to look at them.

The books know of those whose reversal they refused (of an earlier day, or of another amount or
card).  What a terminal gave up without being heard, it tells itself: by slip, display or till.
"""

from harness.ledger.books import Books, Posting
from harness.ledger.transaction import REFUSAL, SALE, undoing


def open_items(books: Books) -> list[Posting]:
    """Return the sales whose reversal was refused and that nothing has undone, each once."""
    found: dict[str, Posting] = {}
    for refusal in books.find(name=REFUSAL):
        for sale in _sales_of(books, refusal):
            if undoing(books, sale) is None:
                found[sale.reference] = sale
    return list(found.values())


def _sales_of(books: Books, refusal: Posting) -> list[Posting]:
    return books.find(
        name=SALE,
        stan=refusal.stan,
        terminal_id=refusal.terminal_id,
        merchant_id=refusal.merchant_id,
        batch=refusal.batch,
    )
