"""One request and its answer: fields, MAC and frame."""

from collections.abc import Mapping

from harness.emulator import Transmit
from harness.emulator.host.config import Override
from harness.errors import EncodeError
from harness.terms.immutable import immutable
from harness.wire import iso8583
from harness.wire.dialects.unionpay import (
    REQUIREMENT_AT,
    UNIONPAY,
    FrameInspection,
    wrap_body,
)
from harness.wire.iso8583 import Message
from harness.wire.mac import MAC_FIELD, MAC_SIZE, MacWidth, mab, mac_field
from harness.wire.tpdu import answer_tpdu

PORT = "terminal"
AUTHENTICATED = frozenset({"0100", "0200", "0220", "0400"})  # MTIs that carry a MAC
UPLOAD_MTI = "0320"
FINANCIAL_RECORDS = frozenset({"", "000"})  # uploads of whole records: 60.3
GROUPS_AND_ENDS = frozenset({"201", "202", "207"})
ECHOED = (2, 3, 4, 11, 14, 25, 41, 42, 49, 53, 60)


@immutable
class Exchange:
    """A request while it is answered; times and dates are the host's."""

    frame: FrameInspection
    local_time: str
    business_date: str
    override: Override

    @property
    def message(self) -> Message:
        """Return the request."""
        return self.frame.message

    @property
    def mti(self) -> str:
        """Return what kind of request it is."""
        return self.frame.message.mti

    @property
    def terminal_id(self) -> str:
        """Return who asks."""
        return self.frame.message.text(41)

    @property
    def batch(self) -> str:
        """Return the batch that the terminal names."""
        return self.frame.message.text(60)[2:8]

    @property
    def network(self) -> str:
        """Return the network management code of a management message."""
        return self.frame.message.text(60)[8:11]

    @property
    def stan(self) -> int:
        """Return the STAN, 0 if there is none."""
        return int(self.frame.message.text(11) or 0)

    @property
    def is_sealed(self) -> bool:
        """Tell whether the request owes a MAC: of uploads, records do, groups and ends do not."""
        if self.mti != UPLOAD_MTI:
            return self.mti in AUTHENTICATED
        has_mac = MAC_FIELD in self.message.fields and self.network not in GROUPS_AND_ENDS
        return has_mac or self.network in FINANCIAL_RECORDS

    def answer(self, response_code: str, more: Mapping[int, str]) -> Message:
        """Return the answer without its MAC: what is echoed, the host's own, and `more`.

        An empty text in `more` takes a field away.
        """
        request = self.frame.message
        echoed = {n: request.fields[n] for n in ECHOED if n in request.fields}
        code = self.override.code_instead_of(response_code)
        own = {12: self.local_time, 13: self.business_date[4:], 39: code}
        mti = f"{request.mti[:2]}{int(request.mti[2]) + 1}{request.mti[3]}"
        fields = {n: text for n, text in {**echoed, **own, **more}.items() if text}
        return _changed(Message(mti, fields), self.override.change)

    def transmit(self, message: Message, mak: bytes | None, width: MacWidth) -> Transmit:
        """Return the effect that sends the answer, with a MAC when there is a key for it."""
        is_sealed = mak is not None and str(MAC_FIELD) not in self.override.change
        if is_sealed:
            message = message.having({MAC_FIELD: "00" * MAC_SIZE})
        body = iso8583.encode(message, UNIONPAY)
        if mak is not None and is_sealed:
            body = mab(body) + self._mac(mac_field(mak, mab(body), width=width))
        header = self.frame.header
        if header:
            digit = self.override.requirement
            header = f"{header[:REQUIREMENT_AT]}{digit}{header[REQUIREMENT_AT + 1 :]}"
        data = wrap_body(answer_tpdu(self.frame.tpdu), header, body)
        return Transmit(message.mti, PORT, data, on_purpose=self.override.is_spoiling)

    def _mac(self, value: bytes) -> bytes:
        return spoilt_mac(value) if self.override.wrong_mac else value


def spoilt_mac(value: bytes) -> bytes:
    """Return another MAC than this one, of the same form."""
    return (b"1" if value[:1] == b"0" else b"0") + value[1:]


def _changed(message: Message, change: Mapping[str, str]) -> Message:
    if not change:
        return message
    texts = {int(number): text for number, text in change.items() if number != "mti"}
    changed = Message(change.get("mti", message.mti), {**message.fields, **texts})
    return changed.without(*(number for number, text in texts.items() if not text))


def fields_that_fit(message: Message) -> Message:
    """Return what of a message that is not well formed could be said again."""
    fields = message.fields.items()
    return Message(message.mti, {n: text for n, text in fields if n in ECHOED and fits(n, text)})


def fits(number: int, text: str) -> bool:
    """Tell whether a text that came in a field can be sent in it."""
    try:
        UNIONPAY.forms[number].encode(text)
    except EncodeError:
        return False
    return True
