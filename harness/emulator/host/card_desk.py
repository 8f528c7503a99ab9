"""What the host decides on card transactions: sale, balance inquiry, void, refund, reversal."""

from dataclasses import replace

from harness.emulator.host.config import HostConfig
from harness.emulator.host.exchange import Exchange
from harness.emulator.host.issuer import Issuer
from harness.emulator.host.numbers import next_approval_code, next_rrn
from harness.errors import DecodeError
from harness.ledger.batch import OTHER_BATCH, is_settled
from harness.ledger.books import Books
from harness.ledger.refund import RefundRules, approve_refund, rule_refund
from harness.ledger.reversal import decide_reversal
from harness.ledger.sale import approve_inquiry, approve_sale, decline, recall
from harness.ledger.transaction import (
    APPROVED,
    FORMAT_ERROR,
    INQUIRY,
    REFUND,
    SALE,
    VOID,
    Decision,
    Original,
    Request,
    Ruling,
    card_account,
)
from harness.ledger.void import approve_void, rule_void
from harness.wire.dialects.unionpay_messages import spec_for
from harness.wire.dialects.unionpay_subfields import (
    Balance,
    HostText,
    Institutions,
    parse_original_data,
)
from harness.wire.iso8583 import Message

# name of the message -> of its posting
RECORDS = {"sale": SALE, "balance": INQUIRY, "void": VOID, "refund": REFUND}
RETURNS = frozenset({VOID, REFUND})


class CardDesk:
    """Reads the books, never writes them; whoever asks posts what is new in a decision."""

    def __init__(self, config: HostConfig, books: Books) -> None:
        self._config, self._books = config, books
        self._issuer = Issuer(config, books)
        self._numbers = {name: n for n, name in enumerate(config.terminal_ids, start=1)}
        self._institutions = str(Institutions(config.issuer_id, config.acquirer_id))
        self._refund_rules = RefundRules(
            refund_days=config.refund_days,
            refund_amount_max=config.refund_amount_max,
            refund_same_batch=config.refund_same_batch,
        )

    def decide(self, exchange: Exchange, name: str, pik: bytes) -> Decision:
        """Return what becomes of a transaction in RECORDS; a repeat is answered as before.

        What would add to a batch that is settled is told to sign in again, and not booked.
        """
        record = RECORDS[name]
        try:
            request = self._request(exchange, record)
        except DecodeError:
            return Decision(FORMAT_ERROR)
        known = recall(self._books, request, record)
        if known is not None:
            return known
        is_late = is_settled(self._books, request.terminal_id, request.batch)
        if is_late and record in (SALE, REFUND):
            return Decision(OTHER_BATCH)
        request = replace(request, rrn=self._rrn(request))
        if record in RETURNS:
            return self._decide_return(exchange, request, pik, record)
        code = exchange.override.refusal or self._code(exchange, request, pik, record)
        if code != APPROVED:
            return decline(request, code)
        if record == INQUIRY:
            return approve_inquiry(request)
        return approve_sale(request, self._approval_code(request))

    def _decide_return(
        self, exchange: Exchange, request: Request, pik: bytes, record: str
    ) -> Decision:
        ruling = self._rule(request, record)
        code = exchange.override.refusal or ruling.response_code
        if code == APPROVED:
            code = self._code(exchange, request, pik, record)
        if code != APPROVED:
            return decline(request, code)
        return self._approve_return(request, ruling, record)

    def _rule(self, request: Request, record: str) -> Ruling:
        """Return whether the books allow that something is given back."""
        if record == REFUND:
            return rule_refund(self._books, request, self._refund_rules)
        return rule_void(self._books, request, void_day=self._config.void_day)

    def _approve_return(self, request: Request, ruling: Ruling, record: str) -> Decision:
        assert ruling.sale is not None
        if record == REFUND:
            return approve_refund(request, ruling.sale)
        return approve_void(request, ruling.sale, self._approval_code(request))

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

    def _request(self, exchange: Exchange, record: str = "") -> Request:
        """Return what is asked for.  Raises DecodeError if a void or refund names nothing."""
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
            original=_original(message) if record in RETURNS else Original(),
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


def _original(message: Message) -> Original:
    """Return the sale that fields 37 and 61 name; zeros name nothing."""
    named = parse_original_data(message.text(61))
    return Original(
        batch=named.batch if int(named.batch) else "",
        stan=int(named.stan),
        rrn=message.text(37) if message.text(37).strip("0 ") else "",
        date=named.date if int(named.date or 0) else "",
    )
