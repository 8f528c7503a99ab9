"""What the host decides on batches: settlement, uploads and their end.

A group of records is taken one by one: those that are in the books already are not taken again,
so a group that is repeated after a power cut is whole in the end.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.emulator.host.config import HostConfig
from harness.emulator.host.exchange import Exchange, fits
from harness.emulator.host.issuer import Issuer
from harness.emulator.host.numbers import management_rrn
from harness.errors import DecodeError
from harness.ledger.batch import (
    DOMESTIC,
    FOREIGN,
    UploadedRecord,
    current_batch,
    end_batch,
    foreign_cards,
    group_of,
    new_uploads,
    upload_code,
)
from harness.ledger.books import Books, Posting
from harness.ledger.settlement import decide_settlement
from harness.ledger.transaction import APPROVED, FORMAT_ERROR, Decision, Request
from harness.wire.dialects.unionpay_subfields import (
    SettlementTotals,
    UploadRecord,
    parse_settlement_totals,
    parse_upload,
    parse_upload_end,
)
from harness.wire.iso8583 import Message

GROUP, ENDS = "201", frozenset({"202", "207"})
NOT_KEPT = frozenset({"204", "206"})  # records of chip transactions that were declined


@dataclass(frozen=True, slots=True)
class Filing:
    """What the terminal is told of a batch, and what is to be posted before."""

    response_code: str
    postings: tuple[Posting, ...] = ()
    fields: Mapping[int, str] = field(default_factory=dict)


class BatchDesk:
    """Reads the books, never writes them; whoever asks posts what is in a filing."""

    def __init__(self, config: HostConfig, books: Books) -> None:
        self._config, self._books = config, books
        self._issuer = Issuer(config, books)
        self._tokens = {card.pan.lstrip("0"): card.token for card in config.cards}
        self._foreign = foreign_cards(config.cards)

    def batch_of(self, terminal_id: str) -> str:
        """Return the batch of a terminal that is open here."""
        return current_batch(self._books, terminal_id, self._config.batch)

    def settle(self, exchange: Exchange) -> Filing:
        """Return what a settlement is answered: its totals, with the result of each group."""
        try:
            claimed = parse_settlement_totals(exchange.message.text(48))
        except DecodeError:
            return Filing(FORMAT_ERROR)
        decision = self._compare(exchange, claimed)
        if decision.posting is None:
            return Filing(decision.response_code)
        fields = self._settlement_fields(exchange, decision.posting.details)
        return Filing(decision.response_code, _new(decision), fields)

    def _compare(self, exchange: Exchange, claimed: SettlementTotals) -> Decision:
        return decide_settlement(
            self._books,
            batch_request(exchange),
            claimed,
            foreign=self._foreign,
            results=exchange.override.results,
        )

    def _settlement_fields(self, exchange: Exchange, totals: str) -> dict[int, str]:
        operator = exchange.message.text(63)
        found = {48: totals, 15: exchange.business_date[4:]}
        found |= {63: operator} if fits(63, operator) else {}
        is_absent = self._config.settlement_answer_f39 == "absent"
        return found | ({39: ""} if is_absent and not exchange.override.response_code else {})

    def upload(self, exchange: Exchange) -> Filing:
        """Return what one message of an upload is answered: 30 if it cannot be read."""
        try:
            return self._upload(exchange)
        except DecodeError:
            return Filing(FORMAT_ERROR)

    def _upload(self, exchange: Exchange) -> Filing:
        request, totals = batch_request(exchange), exchange.message.text(48)
        if exchange.network in ENDS:
            parse_upload_end(totals)
            decision = self._end(request)
            return Filing(decision.response_code, _new(decision))
        records = self._records(exchange, totals)
        code = upload_code(self._books, request, self._config.batch)
        return Filing(code, tuple(self._take(request, records)) if code == APPROVED else ())

    def _end(self, request: Request) -> Decision:
        return end_batch(self._books, request, self._config.batch)

    def _take(self, request: Request, records: list[UploadedRecord]) -> list[Posting]:
        return new_uploads(self._books, request, records)

    def _records(self, exchange: Exchange, totals: str) -> list[UploadedRecord]:
        if exchange.network == GROUP:
            return [self._of_group(record) for record in parse_upload(totals)]
        return [] if exchange.network in NOT_KEPT else [self._single(exchange.message)]

    def _of_group(self, record: UploadRecord) -> UploadedRecord:
        return UploadedRecord(
            stan=int(record.stan),
            card=self._tokens.get(record.pan, ""),
            amount_minor=record.amount_minor,
            group=FOREIGN if record.is_foreign else DOMESTIC,
        )

    def _single(self, message: Message) -> UploadedRecord:
        card = self._issuer.card_of(message)
        token = card.token if card else ""
        return UploadedRecord(
            stan=int(message.text(11)),
            card=token,
            amount_minor=int(message.text(4) or 0),
            group=group_of(token, self._foreign),
        )

    def fields(self, exchange: Exchange, filing: Filing) -> dict[int, str]:
        """Return what the answer has besides what is echoed."""
        own = {32: self._config.acquirer_id, 37: management_rrn(exchange, self._config)}
        return own | dict(filing.fields)


def _new(decision: Decision) -> tuple[Posting, ...]:
    return (decision.posting,) if decision.is_new and decision.posting is not None else ()


def batch_request(exchange: Exchange) -> Request:
    """Return who asks about which batch."""
    return Request(
        terminal_id=exchange.terminal_id,
        merchant_id=exchange.message.text(42),
        batch=exchange.batch,
        stan=exchange.stan,
        business_date=exchange.business_date,
    )
