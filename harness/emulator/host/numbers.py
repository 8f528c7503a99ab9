"""Numbers that the host gives to transactions: the same in every run, and each once in its books.

Approval codes are letters, so that they never look like a part of a PAN or a PIN.
"""

from hashlib import sha256
from itertools import count

from harness.emulator.host.calendar import day_number
from harness.emulator.host.config import HostConfig
from harness.emulator.host.exchange import Exchange
from harness.ledger.books import Books

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # no vowels: no words
CODE_SIZE = 6
_LETTER_OF = bytes(ord(LETTERS[byte % len(LETTERS)]) for byte in range(256))
TERMINAL_NUMBERS = 100


def make_rrn(business_date: str, terminal_number: int, stan: int) -> str:
    """Return the 12 digits of field 37: year, day of the year, terminal, STAN."""
    return f"{day_number(business_date)}{terminal_number % TERMINAL_NUMBERS:02}{stan:06}"


def management_rrn(exchange: Exchange, config: HostConfig) -> str:
    """Return the RRN of an answer that is in no books."""
    number = config.terminal_ids.index(exchange.terminal_id) + 1
    return make_rrn(exchange.business_date, number, exchange.stan)


def next_rrn(books: Books, business_date: str, terminal_number: int, stan: int) -> str:
    """Return an RRN that is not in the books: with another terminal number if need be."""
    return next(
        rrn
        for place in range(TERMINAL_NUMBERS)
        if not books.find(rrn=(rrn := make_rrn(business_date, terminal_number + place, stan)))
    )


def next_approval_code(books: Books, rrn: str) -> str:
    """Return an approval code that is not in the books, made of the RRN."""
    codes = (_code(f"{rrn} {place}") for place in count())
    return next(code for code in codes if not books.find(approval_code=code))


def _code(seed: str) -> str:
    digest = sha256(seed.encode()).digest()
    return digest[:CODE_SIZE].translate(_LETTER_OF).decode()
