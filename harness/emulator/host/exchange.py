"""One request and its answer: fields, MAC and frame."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.emulator import Transmit
from harness.emulator.host.config import HostConfig, Override
from harness.ledger.transaction import APPROVED
from harness.wire import iso8583
from harness.wire.dialects.unionpay import UNIONPAY, Frame, wrap_body
from harness.wire.dialects.unionpay_subfields import HostText, Institutions
from harness.wire.iso8583 import Message
from harness.wire.mac import MAC_FIELD, MAC_SIZE, mab, mac_field
from harness.wire.response_codes import is_approval
from harness.wire.tpdu import answer_tpdu

PORT = "terminal"
AUTHENTICATED = frozenset({"0100", "0200", "0220", "0400"})  # MTIs that carry a MAC
ECHOED = (3, 4, 11, 25, 41, 42, 49, 53, 60)
ECHOED_CARD = (2, 14)
REQUIREMENT_AT = 5  # the digit of the header in which a host asks for something


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request while it is answered; `body` is its message as it came."""

    frame: Frame
    body: bytes = field(repr=False)
    local_time: str
    business_date: str
    override: Override

    @property
    def message(self) -> Message:
        """Return the request."""
        return self.frame.message

    @property
    def terminal_id(self) -> str:
        """Return who asks."""
        return self.frame.message.text(41)

    @property
    def stan(self) -> int:
        """Return the STAN, 0 if there is none."""
        return int(self.frame.message.text(11) or 0)

    def answer(self, response_code: str, more: Mapping[int, str]) -> Message:
        """Return the answer without its MAC: what is echoed, the host's own, and `more`."""
        request = self.frame.message
        echoed = {n: request.fields[n] for n in ECHOED if n in request.fields}
        code = self.override.response_code
        if code is None or not (is_approval(code) and response_code == APPROVED):
            code = response_code
        own = {12: self.local_time, 13: self.business_date[4:], 39: code}
        mti = f"{request.mti[:2]}{int(request.mti[2]) + 1}{request.mti[3]}"
        return _changed(Message(mti, {**echoed, **own, **more}), self.override.change)

    def transmit(self, message: Message, mak: bytes | None, config: HostConfig) -> Transmit:
        """Return the effect that sends the answer, with a MAC when there is a key for it."""
        if mak is not None:
            message = message.having({MAC_FIELD: "00" * MAC_SIZE})
        body = iso8583.encode(message, UNIONPAY)
        if mak is not None:
            body = mab(body) + self._mac(mak, mab(body), config)
        header = self.frame.header
        if header:
            header = f"{header[:REQUIREMENT_AT]}0{header[REQUIREMENT_AT + 1 :]}"
        data = wrap_body(answer_tpdu(self.frame.tpdu), header, body)
        return Transmit(label=message.mti, port=PORT, data=data)

    def _mac(self, mak: bytes, block: bytes, config: HostConfig) -> bytes:
        value = mac_field(mak, block, width=config.mac_width)
        return value[::-1] if self.override.wrong_mac else value


def _changed(message: Message, change: Mapping[str, str]) -> Message:
    if not change:
        return message
    texts = {int(number): text for number, text in change.items() if number != "mti"}
    changed = Message(change.get("mti", message.mti), {**message.fields, **texts})
    return changed.without(*(number for number, text in texts.items() if not text))


def approval_fields(config: HostConfig, exchange: Exchange) -> dict[int, str]:
    """Return what every approval of a card transaction has."""
    institutions = Institutions(config.issuer_id, config.acquirer_id)
    return {15: exchange.business_date[4:], 44: str(institutions)}


def organisation_text(organisation: str) -> str:
    """Return field 63 of an answer: the card organisation."""
    return str(HostText(organisation))
