"""The messages a terminal sends: fields, MAC and frame.

A stripe sale names its card by track 2 alone, so neither the request nor what is kept of it for a
reversal holds the PAN anywhere else.

Source: UnionPay POS messages as in wire/dialects/unionpay_messages.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from harness.emulator.terminal.config import TerminalConfig
from harness.emulator.terminal.nv import Reversal, Voucher, stan_of
from harness.wire import iso8583
from harness.wire.dialects.unionpay import UNIONPAY, wrap_body
from harness.wire.dialects.unionpay_subfields import (
    BatchData,
    OriginalData,
    SecurityControl,
    UploadRecord,
    format_upload,
    format_upload_end,
)
from harness.wire.iso8583 import Message
from harness.wire.keys import WorkingKeys
from harness.wire.mac import MAC_FIELD, MAC_SIZE, mab, mac_field
from harness.wire.pin_block import encrypt

CURRENCY = "156"
STRIPE, KEYED = "02", "01"
REPEATED = (3, 4, 11, 22, 25, 41, 42, 49, 60)  # by a reversal


class Refunded(Protocol):
    """What a refund is about."""

    amount_minor: int
    original_rrn: str
    original_date: str


class Requests:
    """Makes the messages of one terminal."""

    def __init__(self, config: TerminalConfig) -> None:
        self._config = config
        self._own = {41: config.terminal_id, 42: config.merchant_id}

    def sign_in(self, stan: str, batch: str) -> Message:
        """Return 0800, by which the terminal asks for working keys."""
        network = BatchData("00", batch, self._config.keys_form)
        operator = f"{self._config.operator:<3}"
        return Message("0800", {11: stan, **self._own, 60: str(network), 63: operator})

    def sale(self, stan: str, batch: str, amount_minor: int) -> Message:
        """Return 0200 of a sale, without its card."""
        return self._financial("000000", stan, BatchData("22", batch, "000", "2", "0")).having(
            {4: f"{amount_minor:012}"}
        )

    def inquiry(self, stan: str, batch: str) -> Message:
        """Return 0200 of a balance inquiry, without its card."""
        return self._financial("310000", stan, BatchData("01", batch, "000", "2", "0"))

    def void(self, stan: str, batch: str, original: Voucher) -> Message:
        """Return 0200 of the void of a sale, without its card."""
        request = self._financial("200000", stan, BatchData("23", batch, "000", "2", "0"))
        named = OriginalData(original.batch, f"{stan_of(original.number):06}")
        fields = {4: f"{original.amount_minor:012}", 37: original.rrn, 61: str(named)}
        if original.approval_code:
            fields[38] = original.approval_code
        return request.having(fields)

    def refund(self, stan: str, batch: str, task: Refunded) -> Message:
        """Return 0220 of a refund, without its card; the original's number is not known."""
        request = self._financial("200000", stan, BatchData("25", batch, "000", "2", "0"))
        named = OriginalData("000000", "000000", task.original_date)
        fields = {4: f"{task.amount_minor:012}", 37: task.original_rrn, 61: str(named), 63: "000"}
        return Message("0220", request.having(fields).fields)

    def keyed(self, pan: str, pin: str, keys: WorkingKeys) -> Mapping[int, str]:
        """Return the fields of a card that the journal knows and nobody presents."""
        card = {number: text for number, text in self.card("", pan, pin, keys).items() if text}
        return {**card, 2: pan, 22: f"{KEYED}{card[22][2:]}"}

    def settlement(self, stan: str, batch: str, totals: str) -> Message:
        """Return 0500 with the totals of the batch."""
        operator = f"{self._config.operator:<3}"
        fields = {11: stan, **self._own, 48: totals, 49: CURRENCY, 63: operator}
        return Message("0500", fields | {60: str(BatchData("00", batch, "201"))})

    def upload(self, stan: str, batch: str, vouchers: Sequence[Voucher]) -> Message:
        """Return 0320 with up to eight transactions of a stripe."""
        records = [
            UploadRecord(
                each.group == "foreign", f"{stan_of(each.number):06}", each.pan, each.amount_minor
            )
            for each in vouchers
        ]
        return self._upload(stan, batch, "201", format_upload(records))

    def upload_end(self, stan: str, batch: str, network: str, count: int) -> Message:
        """Return 0320 that ends the uploads of a batch, which was balanced (207) or not (202)."""
        return self._upload(stan, batch, network, format_upload_end(count))

    def _upload(self, stan: str, batch: str, network: str, text: str) -> Message:
        fields = {11: stan, **self._own, 48: text, 60: str(BatchData("00", batch, network))}
        return Message("0320", fields)

    def record(self, voucher: Voucher) -> Message:
        """Return 0320 with one whole transaction, under the number that it has."""
        request = self._financial(
            "200000", f"{stan_of(voucher.number):06}", BatchData("25", voucher.batch, "000", "2")
        )
        named = OriginalData("000000", "000000", voucher.original_date)
        fields = {
            2: voucher.pan, 4: f"{voucher.amount_minor:012}", 22: f"{STRIPE}2", 37: voucher.rrn,
            61: str(named),
        }  # fmt: skip
        return Message("0320", request.having(fields).fields)

    def sign_out(self, stan: str, batch: str) -> Message:
        """Return 0820, by which the terminal signs out."""
        return Message("0820", {11: stan, **self._own, 60: str(BatchData("00", batch, "002"))})

    def parameters(self, batch: str) -> Message:
        """Return 0800, by which the terminal fetches its parameters; it has no number."""
        return Message("0800", {**self._own, 60: str(BatchData("00", batch, "360"))})

    def status(self, batch: str, text: str) -> Message:
        """Return 0820, by which the terminal tells its status; what field 62 holds is ours."""
        fields = {60: str(BatchData("00", batch, "362")), 62: text.encode("ascii").hex()}
        return Message("0820", {**self._own, **fields})

    def _financial(self, processing: str, stan: str, batch_data: BatchData) -> Message:
        fields = {3: processing, 11: stan, 25: "00", **self._own, 49: CURRENCY}
        return Message("0200", {**fields, 60: str(batch_data)})

    def card(self, track2: str, pan: str, pin: str, keys: WorkingKeys) -> Mapping[int, str]:
        """Return the fields of a swiped card and, if one was keyed, of its PIN."""
        if not pin:
            return {22: f"{STRIPE}2", 35: track2}
        has_pan = self._config.pin_block_with_pan
        control = SecurityControl("2" if has_pan else "1", "6" if len(keys.pik) > 8 else "0")
        return {
            22: f"{STRIPE}1",
            26: "12",
            35: track2,
            52: self.pin_block(pin, keys, pan if has_pan else None),
            53: str(control),
        }

    def pin_block(self, pin: str, keys: WorkingKeys, pan: str | None) -> str:
        """Return field 52."""
        return encrypt(pin, keys.pik, pan)

    def repeated(self, request: Message) -> Mapping[str, str]:
        """Return what has to be kept of a request for its reversal."""
        kept = {str(n): request.fields[n] for n in REPEATED if n in request.fields}
        if named := request.text(61):
            is_own = self._config.reversal_f61 == "reversed"
            own = str(OriginalData(request.text(60)[2:8], request.text(11)))
            kept["61"] = own if is_own else named
        return kept

    def reversal(self, record: Reversal, stan: str) -> Message:
        """Return 0400; with a STAN of its own it names the original in field 61."""
        fields = {int(number): text for number, text in record.fields.items()}
        fields[39] = record.reason
        if self._config.reversal_stan == "new":
            fields[11] = stan
            fields[61] = str(OriginalData(record.batch, f"{stan_of(record.number):06}"))
        return Message("0400", fields)

    def frame(self, message: Message, mak: bytes | None) -> bytes:
        """Return the message as the line carries it, with a MAC when there is a key for it."""
        if mak is not None:
            message = message.having({MAC_FIELD: "00" * MAC_SIZE})
        body = iso8583.encode(message, UNIONPAY)
        if mak is not None:
            block = mab(body)
            body = block + self.mac(mak, block)
        return wrap_body(self._config.tpdu, self._config.header_digits, body)

    def mac(self, mak: bytes, block: bytes) -> bytes:
        """Return field 64."""
        return mac_field(mak, block, width=self._config.mac_width)
