"""Hosts that break one rule of settlement, payouts or the back office on purpose."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from harness.emulator.host.batch_desk import BatchDesk, batch_request
from harness.emulator.host.calendar import next_day
from harness.emulator.host.defect import HostDefect, LookUp, OpenItems, boots, host_with
from harness.emulator.host.exchange import Exchange
from harness.emulator.host.machine import Host
from harness.emulator.host.paymaster import Paymaster
from harness.ledger.batch import (
    BATCH_END,
    SETTLEMENT,
    UPLOAD,
    UploadedRecord,
    in_totals,
    next_batch,
    upload_of,
)
from harness.ledger.books import Books, Posting
from harness.ledger.lookup import Search, look_up
from harness.ledger.open_items import open_items
from harness.ledger.payout import CLAWBACK, PAYOUT, moved_minor, payment
from harness.ledger.reconciliation import missing_at_terminals
from harness.ledger.settlement import decide_settlement
from harness.ledger.transaction import APPROVED, Decision, Request, transfer
from harness.wire.dialects.unionpay_subfields import SettlementTotals


class _ChargesSettlement(BatchDesk):
    def _compare(self, exchange: Exchange, claimed: SettlementTotals) -> Decision:
        decision = super()._compare(exchange, claimed)
        counted = in_totals(self._books, exchange.terminal_id, exchange.batch)
        if not counted or not decision.is_new or decision.posting is None:
            return decision
        entries = transfer(counted[0].card, counted[0].merchant_id, 1)
        return replace(decision, posting=replace(decision.posting, entries=entries))


class _NeverCompares(BatchDesk):
    def _compare(self, exchange: Exchange, claimed: SettlementTotals) -> Decision:
        return decide_settlement(
            self._books, batch_request(exchange), claimed, foreign=frozenset(), results=(1, 1)
        )


class _RaisesTwice(BatchDesk):
    def _end(self, request: Request) -> Decision:
        decision = super()._end(request)
        if decision.is_new or decision.response_code != APPROVED:
            return decision
        first = self._books.find(name=BATCH_END, batch=request.batch)
        again = replace(
            first[0],
            reference=f"{first[0].reference} again {len(first)}",
            details=next_batch(self.batch_of(request.terminal_id)),
        )
        return Decision(APPROVED, again, is_new=True)


class _CountsTwice(BatchDesk):
    def _take(self, request: Request, records: list[UploadedRecord]) -> list[Posting]:
        taken = super()._take(request, records)
        if taken:
            return taken
        count = len(self._books.find(name=UPLOAD, batch=request.batch))
        again = [upload_of(request, record) for record in records]
        return [replace(one, reference=f"{one.reference} again {count}") for one in again]


class _ForgetsDebts(Paymaster):
    def overdue(self, business_date: str) -> list[Posting]:
        if self._is_at_once:
            return super().overdue(business_date)
        minor = sum(
            moved_minor(one)
            for ended in self._books.find(name=BATCH_END)
            if next_day(ended.business_date) == business_date
            for one in self._books.find(batch=ended.batch, terminal_id=ended.terminal_id)
        )
        merchant_id = self._config.merchant_id
        reference = f"{PAYOUT} {merchant_id} {business_date}"
        if minor <= 0 or self._books.get(reference) is not None:
            return []
        names = {"merchant_id": merchant_id, "business_date": business_date}
        return [payment(PAYOUT, reference, minor=minor, **names)]


class _TakesNothingBack(Paymaster):
    def overdue(self, business_date: str) -> list[Posting]:
        return [one for one in super().overdue(business_date) if one.name != CLAWBACK]

    def consequences(self, posting: Posting, business_date: str) -> list[Posting]:
        found = super().consequences(posting, business_date)
        return [one for one in found if one.name != CLAWBACK]


class _MissesNothing(Host):
    def _missing(self) -> list[Posting]:
        return []


def _refused_only(books: Books, foreign: frozenset[str]) -> list[Posting]:
    """Leave out what only the reconciliation of batches finds."""
    missing = missing_at_terminals(books, foreign)
    return [one for one in open_items(books, foreign) if one not in missing]


def _open_batches_only(books: Books, search: Search) -> list[Posting]:
    """Lose the transactions of settled batches."""
    settled = {(one.terminal_id, one.batch) for one in books.find(name=SETTLEMENT)}
    found = look_up(books, search)
    return [one for one in found if (one.terminal_id, one.batch) not in settled]


def _defect(
    rule: str,
    what: str,
    host: type[Host] = Host,
    *,
    search: LookUp = look_up,
    listed: OpenItems = open_items,
    beside: str = "",
) -> HostDefect:
    return HostDefect(
        rule=rule, what=what, boot=boots(host), beside=beside, look_up=search, open_items=listed
    )


BATCH_DEFECTS: Mapping[str, HostDefect] = MappingProxyType(
    {
        "charges-settlement": _defect(
            "S6", "takes something from a card when a batch is settled",
            host_with(batch_desk_type=_ChargesSettlement),
        ),
        "settles-unseen": _defect(
            "M8", "calls every total balanced", host_with(batch_desk_type=_NeverCompares)
        ),
        "raises-batch-twice": _defect(
            "S7", "raises its batch number again when the end is repeated",
            host_with(batch_desk_type=_RaisesTwice),
        ),
        "counts-upload-twice": _defect(
            "S8", "takes a record that is uploaded again a second time",
            host_with(batch_desk_type=_CountsTwice),
        ),
        "forgets-debts-of-merchants": _defect(
            "M7", "drops what is below zero instead of carrying it forward",
            host_with(paymaster_type=_ForgetsDebts),
        ),
        "takes-no-payout-back": _defect(
            "M7", "leaves a payout whose sale was undone",
            host_with(paymaster_type=_TakesNothingBack),
        ),
        "reconciles-nothing": _defect(
            "M8", "never finds that a batch lacks a sale", _MissesNothing, listed=_refused_only,
            beside="forgets-reversal-after-time-out",
        ),
        "loses-settled-transactions": _defect(
            "S6", "finds no transaction any more once its batch is settled",
            search=_open_batches_only,
        ),
    }
)  # fmt: skip
