"""What the host decides on card transactions: sale, balance inquiry, reversal."""

from dataclasses import replace

from harness.emulator.host.config import HostConfig
from harness.emulator.host.exchange import Exchange
from harness.emulator.host.issuer import Issuer
from harness.emulator.host.numbers import next_approval_code, next_rrn
from harness.errors import DecodeError
from harness.ledger.books import Books
from harness.ledger.reversal import decide_reversal
from harness.ledger.sale import approve_inquiry, approve_sale, decline, recall
from harness.ledger.transaction import (
    APPROVED,
    INQUIRY,
    SALE,
    Decision,
    Request,
    card_account,
)
from harness.wire.dialects.unionpay_messages import spec_for
from harness.wire.dialects.unionpay_subfields import (
    Balance,
    HostText,
    Institutions,
    parse_original_data,
)

RECORDS = {"sale": SALE, "balance": INQUIRY}  # name of the message -> of its posting


class CardDesk:
    """Reads the books, never writes them; whoever asks posts what is new in a decision."""

    def __init__(self, config: HostConfig, books: Books) -> None:
        self._config, self._books = config, books
        self._issuer = Issuer(config, books)
        self._numbers = {name: n for n, name in enumerate(config.terminal_ids, start=1)}
        self._institutions = str(Institutions(config.issuer_id, config.acquirer_id))

    def decide(self, exchange: Exchange, name: str, pik: bytes) -> Decision:
        """Return what becomes of a `sale` or a `balance`; a repeat is answered as before."""
        request, record = self._request(exchange), RECORDS[name]
        known = recall(self._books, request, record)
        if known is not None:
            return known
        request = replace(request, rrn=self._rrn(request))
        code = exchange.override.refusal or self._code(exchange, request, pik, record)
        if code != APPROVED:
            return decline(request, code)
        if record == INQUIRY:
            return approve_inquiry(request)
        return approve_sale(request, self._approval_code(request))

    def _rrn(self, request: Request) -> str:
        number = self._numbers[request.terminal_id]
        return next_rrn(self._books, request.business_date, number, request.stan)

    def _approval_code(self, request: Request) -> str:
        return next_approval_code(self._books, request.rrn)

    def _code(self, exchange: Exchange, request: Request, pik: bytes, record: str) -> str:
        return self._issuer.code(exchange.message, request, pik, is_sale=record == SALE)

    def decide_reversal(self, exchange: Exchange) -> Decision:
        """Return what becomes of a reversal."""
        if exchange.override.refusal:
            return Decision(exchange.override.refusal)
        spec = spec_for(exchange.message)
        repeat = self._config.host_reversal_repeat
        request = self._about_original(self._request(exchange), exchange)
        return decide_reversal(self._books, request, of=spec.of if spec else "", on_repeat=repeat)

    def _about_original(self, request: Request, exchange: Exchange) -> Request:
        """Return the request under batch and number of the original."""
        if self._config.reversal_stan == "original":
            return request
        try:
            original = parse_original_data(exchange.message.text(61))
        except DecodeError:
            return request  # no field 61, or nothing in it: then its own number has to do
        return replace(request, batch=original.batch, stan=int(original.stan))

    def _request(self, exchange: Exchange) -> Request:
        message = exchange.message
        card = self._issuer.card_of(message)
        names_none = 2 not in message.fields and 35 not in message.fields
        return Request(
            terminal_id=exchange.terminal_id,
            merchant_id=message.text(42),
            batch=exchange.batch,
            stan=exchange.stan,
            business_date=exchange.business_date,
            amount_minor=int(message.text(4) or 0),
            card=None if names_none else card.token if card else "",
            approval_code=message.text(38),
        )

    def fields(self, exchange: Exchange, decision: Decision) -> dict[int, str]:
        """Return what the answer to a card transaction has besides what is echoed."""
        posting, found = decision.posting, {32: self._config.acquirer_id}
        if posting is not None and posting.rrn:
            found[37] = posting.rrn
        if posting is None or decision.response_code != APPROVED:
            return found
        found |= {15: exchange.business_date[4:], 44: self._institutions}
        if posting.approval_code:
            found[38] = posting.approval_code
        if posting.name == INQUIRY:
            found[54] = str(Balance(self._books.balance_minor(card_account(posting.card))))
        if card := self._issuer.card_of(exchange.message):
            found[63] = str(HostText(card.organisation))
        return found
