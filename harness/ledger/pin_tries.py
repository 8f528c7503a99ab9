"""How often a cardholder has keyed a wrong PIN in a row, on one business date."""

from harness.ledger.books import Books
from harness.ledger.transaction import INQUIRY, SALE, VOID

WRONG_PIN, TRIES_EXCEEDED, INSUFFICIENT = "55", "75", "51"
PIN_TRIES_MAX = 3


def wrong_pin_tries(books: Books, card: str, business_date: str) -> int:
    """Return the tries since the PIN was right last, PIN_TRIES_MAX once they were exceeded.

    The count starts anew with the business date.
    """
    if any(books.latest(card=card, business_date=business_date, response_code=TRIES_EXCEEDED)):
        return PIN_TRIES_MAX
    tries = 0
    for posting in books.latest(card=card, business_date=business_date):
        if posting.name in (SALE, VOID, INQUIRY) or posting.response_code == INSUFFICIENT:
            break  # the PIN was right
        tries += posting.response_code == WRONG_PIN
    return tries
