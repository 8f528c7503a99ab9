"""Facts of the messages about batches and originals: fields 48, 60.3 and 61, without a PAN.

Field 48 of a settlement gives its totals, that of an upload its records or how many were sent.
Field 61 names the transaction that a void, a refund or a reversal is about.  What cannot be read
gives no fact: the deviations of the message say why.
"""

from collections.abc import Callable, Mapping

from harness.errors import DecodeError
from harness.history.record import Fact
from harness.terms.card import Card
from harness.wire.dialects.unionpay_messages import request_mti
from harness.wire.dialects.unionpay_subfields import (
    GroupTotals,
    UploadRecord,
    parse_original_data,
    parse_settlement_totals,
    parse_upload,
    parse_upload_end,
)
from harness.wire.iso8583 import Message

Facts = dict[str, Fact]
SETTLEMENT_MTI, UPLOAD_MTI = "0500", "0320"
GROUPED, ENDS = "201", frozenset({"202", "207"})
DATE_SIZE = 4


def batch_facts(message: Message, by_pan: Mapping[str, Card]) -> Facts:
    """Return what fields 48, 60.3 and 61 say; the cards of records by their tokens."""
    network = message.text(60)[8:11]
    found: Facts = {"network": network} if network else {}
    if 61 in message.fields:
        found |= _read(_original, message.text(61))
    if 48 not in message.fields:
        return found
    match request_mti(message.mti):
        case mti if mti == SETTLEMENT_MTI:
            found |= _read(totals_facts, message.text(48))
        case mti if mti == UPLOAD_MTI and network == GROUPED:
            found |= _read(lambda text: _records(text, by_pan), message.text(48))
        case mti if mti == UPLOAD_MTI and network in ENDS:
            found |= _read(lambda text: {"sent_total": parse_upload_end(text)}, message.text(48))
    return found


def _read(read: Callable[[str], Facts], text: str) -> Facts:
    try:
        return read(text)
    except DecodeError:
        return {}


def _original(text: str) -> Facts:
    original = parse_original_data(text)
    found: Facts = {"original_batch": original.batch, "original_stan": int(original.stan)}
    return found | ({"original_date": original.date} if original.date else {})


def totals_facts(text: str) -> Facts:
    """Return the totals in field 48 of a settlement; those of foreign cards are named so.

    Raises DecodeError for another text.
    """
    totals = parse_settlement_totals(text)
    return _group("", totals.domestic) | _group("foreign_", totals.foreign)


def _group(prefix: str, totals: GroupTotals) -> Facts:
    return {
        f"{prefix}debit_minor": totals.debit_minor,
        f"{prefix}debit_count": totals.debit_count,
        f"{prefix}credit_minor": totals.credit_minor,
        f"{prefix}credit_count": totals.credit_count,
        f"{prefix}result": totals.result,
    }


def _records(text: str, by_pan: Mapping[str, Card]) -> Facts:
    return {"records": tuple(_record(record, by_pan) for record in parse_upload(text))}


def _record(record: UploadRecord, by_pan: Mapping[str, Card]) -> str:
    card = by_pan.get(record.pan)
    group = "foreign" if record.is_foreign else "domestic"
    token = card.token if card else "unknown card"
    return f"{int(record.stan)}|{token}|{record.amount_minor}|{group}"
