"""The back office's look-up: transactions of any age, also of batches that are settled."""

from dataclasses import dataclass

from harness.ledger.books import Books, Posting
from harness.ledger.transaction import REFUND, SALE, UNDOING

TRANSACTIONS = frozenset({SALE, REFUND}) | UNDOING


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is looked for; "" is not asked.  `date` is the business date, YYYYMMDD."""

    merchant_id: str = ""
    terminal_id: str = ""
    card: str = ""
    rrn: str = ""
    date: str = ""


def look_up(books: Books, search: Search) -> list[Posting]:
    """Return the transactions that moved a card's money and that fit, oldest first."""
    asked = {
        "merchant_id": search.merchant_id,
        "terminal_id": search.terminal_id,
        "card": search.card,
        "rrn": search.rrn,
        "business_date": search.date,
    }
    equal = {name: value for name, value in asked.items() if value}
    return [one for one in books.find(**equal) if one.name in TRANSACTIONS]
