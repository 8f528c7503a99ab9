"""The messages a terminal sends: fields, MAC and frame.

A stripe sale names its card by track 2 alone, so neither the request nor what is kept of it for a
reversal holds the PAN anywhere else.

Source: UnionPay POS messages as in wire/dialects/unionpay_messages.
"""

from collections.abc import Mapping

from harness.emulator.terminal.config import TerminalConfig
from harness.emulator.terminal.nv import Reversal, stan_of
from harness.wire import iso8583
from harness.wire.dialects.unionpay import UNIONPAY, wrap_body
from harness.wire.dialects.unionpay_subfields import BatchData, OriginalData, SecurityControl
from harness.wire.iso8583 import Message
from harness.wire.keys import WorkingKeys
from harness.wire.mac import MAC_FIELD, MAC_SIZE, mab, mac_field
from harness.wire.pin_block import encrypt

CURRENCY = "156"
STRIPE = "02"
REPEATED = (3, 4, 11, 22, 25, 41, 42, 49, 60)  # by a reversal


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
        return {str(n): request.fields[n] for n in REPEATED if n in request.fields}

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
