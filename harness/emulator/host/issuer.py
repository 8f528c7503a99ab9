"""The issuer behind the emulated host: approves, or says why not.

Without a block and without "PIN keyed" in field 22 no PIN is asked for, whatever the card: the
cardholder may have passed it by.
"""

from collections.abc import Iterable

from harness.emulator.host.config import HostConfig
from harness.errors import DecodeError
from harness.ledger.books import Books
from harness.ledger.pin_tries import (
    INSUFFICIENT,
    PIN_TRIES_MAX,
    TRIES_EXCEEDED,
    WRONG_PIN,
    wrong_pin_tries,
)
from harness.ledger.transaction import APPROVED, Request, card_account
from harness.terms.card import Card
from harness.wire.iso8583 import Message
from harness.wire.pin_block import decrypt_pin

INVALID_AMOUNT, UNKNOWN_CARD, EXPIRED = "13", "14", "54"
ABOVE_LIMIT, BAD_PIN_BLOCK = "61", "99"


class Issuer:
    """Knows the cards and reads the books; decides nothing that lasts."""

    def __init__(self, config: HostConfig, books: Books) -> None:
        self._config, self._books = config, books
        self._cards = {card.pan: card for card in config.cards}

    def card_of(self, message: Message) -> Card | None:
        """Return the card that the message names, None if it is unknown or two are named."""
        pans = set(_pans(message))
        return self._cards.get(pans.pop()) if len(pans) == 1 else None

    def code(self, message: Message, request: Request, pik: bytes, *, is_sale: bool) -> str:
        """Return 00, or the code that declines.

        Amount and balance are looked at for a sale only: the books rule on what is given back.
        """
        if is_sale and (code := self._amount_code(request.amount_minor)):
            return code
        card = self.card_of(message)
        if card is None:
            return UNKNOWN_CARD
        if card.expiry < request.business_date[2:6]:
            return EXPIRED
        if code := self._pin_code(message, card, pik, request.business_date):
            return code
        balance_minor = self._books.balance_minor(card_account(card.token))
        return INSUFFICIENT if is_sale and balance_minor < request.amount_minor else APPROVED

    def _amount_code(self, amount_minor: int) -> str:
        if amount_minor == 0:
            return INVALID_AMOUNT
        return ABOVE_LIMIT if amount_minor > self._config.amount_limit_minor else ""

    def _pin_code(self, message: Message, card: Card, pik: bytes, business_date: str) -> str:
        if not card.pin or (52 not in message.fields and not _says_pin(message)):
            return ""
        tries = wrong_pin_tries(self._books, card.token, business_date)
        if tries >= PIN_TRIES_MAX:
            return TRIES_EXCEEDED
        try:
            is_right = 52 in message.fields and self._pin(message, card, pik) == card.pin
        except DecodeError:
            return BAD_PIN_BLOCK
        if is_right:
            return ""
        return TRIES_EXCEEDED if tries + 1 == PIN_TRIES_MAX else WRONG_PIN

    def _pin(self, message: Message, card: Card, pik: bytes) -> str:
        return decrypt_pin(
            message.text(52), pik, card.pan if self._config.pin_block_with_pan else None
        )


def _pans(message: Message) -> Iterable[str]:
    if 2 in message.fields:
        yield message.text(2)
    if 35 in message.fields:
        yield message.text(35).partition("D")[0]


def _says_pin(message: Message) -> bool:
    return message.text(22)[2:] == "1"
