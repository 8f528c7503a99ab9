"""The books of a bench: in memory, or in the database of a URL under a name of their own."""

from contextlib import ExitStack
from uuid import uuid4

from harness.ledger.books import Books, open_accounts
from harness.rig.parts import Parts

MEMORY = ""


def open_books(parts: Parts, url: str, stack: ExitStack, *, book: str | None = None) -> Books:
    """Return books in which every card has its balance; `stack` closes them.

    book: name of books that may have a past; None makes new ones, for one case.
    Raises RigError when the database cannot be reached, MisuseError for a URL of no kind known.
    """
    if url == MEMORY:
        return parts.books()
    from harness.port.sql_books import SqlBooks  # late: it takes as long to load as all the rest

    name = f"{parts.name} {uuid4()}" if book is None else book
    books = SqlBooks(url, name, is_checked=parts.are_books_checked)
    stack.callback(books.close)
    open_accounts(books, parts.balances)
    return books
