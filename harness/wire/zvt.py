"""ZVT: the commands between till (ECR) and payment terminal.  Bytes and values only, no link.

An APDU is a command of two bytes, a length (one byte 00 to FE, or FF and two bytes, low one first)
and data.  Every command is answered by 80 00 or refused by 84 xx; then the terminal is the master
until 06 0F or 06 1E.  `COMMANDS` says how the data of each command is laid out.

The commands 0F xx are ours, unverified: ZVT leaves class 0F to vendors, and has no sign-in or
sign-out, balance inquiry, transfer, echo, reprint by voucher (which it names), detail list, totals
slip, reprint of the settlement slip or enquiry of the last result.  Reprints and lists are answered
like 06 20, a sign-out like a sign-in.  A last-result enquiry (0F 50) is answered
like a payment: 04 0F with the stored result, voucher and amount of the last transaction, then 06 0F
(06 1E 83 when there is none).  It never starts, repeats or changes a transaction.

Source: ZVT protocol PA00P015 (terminalhersteller.de); vectors accepted by the ecrterm client.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from harness.errors import DecodeError, EncodeError
from harness.terms.immutable import immutable
from harness.wire.zvt_bitmaps import (
    CHARSET,
    Element,
    Kind,
    Tlv,
    Value,
    decode_bitmaps,
    encode_bitmaps,
    encode_element,
    take_element,
)

DATA_SIZE_MAX = 0xFFFF
APDU_SIZE_MAX = DATA_SIZE_MAX + 5
CURRENCY_CNY = "0156"
PASSWORD = "000000"

STATUS_ENQUIRY, INTERMEDIATE_STATUS, STATUS_INFORMATION = 0x0501, 0x04FF, 0x040F
REGISTRATION, AUTHORISATION, LOG_OFF, COMPLETION, ABORT = 0x0600, 0x0601, 0x0602, 0x060F, 0x061E
REPEAT_RECEIPT, PREAUTH, PREAUTH_COMPLETION, PREAUTH_VOID = 0x0620, 0x0622, 0x0624, 0x0625
REVERSAL, REFUND, END_OF_DAY, ECR_ABORT = 0x0630, 0x0631, 0x0650, 0x06B0
PRINT_LINE, PRINT_BLOCK, ACKNOWLEDGE, REFUSE = 0x06D1, 0x06D3, 0x8000, 0x8400
SIGN_IN, BALANCE, TRANSFER, ECHO, SIGN_OUT = 0x0F01, 0x0F02, 0x0F03, 0x0F04, 0x0F05
REPEAT_VOUCHER, DETAILS, TOTALS, REPEAT_SETTLEMENT = 0x0F20, 0x0F21, 0x0F22, 0x0F23
LAST_RESULT = 0x0F50

BUSY = 0x9C  # 84 9C from a terminal: please wait; from a till: repeat the status information
NOT_POSSIBLE = 0x83  # 84 83: the command is unknown; 06 1E 83: it cannot be carried out
LAST_LINE = 0x80  # attribute of a printed line: the slip ends here

TAG_LINE, TAG_LINES, TAG_RECEIPT_TYPE = 0x07, 0x25, 0x1F07
RECEIPT_TYPES = {1: "merchant", 2: "cardholder", 3: "other"}


@immutable
class Apdu:
    """A command and its data, not yet understood; `repr` hides the data: it may hold a PAN."""

    command: int
    data: bytes = field(default=b"", repr=False)


@immutable
class Message:
    """A command and its elements by name; `repr` hides the values: one may be a PAN."""

    command: int
    fields: Mapping[str, Value] = field(default_factory=dict, repr=False)

    def number(self, name: str) -> int:
        """Return a number.  Raises DecodeError when the message has none of that name."""
        value = self.fields.get(name)
        if not isinstance(value, int):
            raise DecodeError(f"missing in command {self.command:04X}", field=name)
        return value

    def text(self, name: str) -> str:
        """Return a text.  Raises DecodeError when the message has none of that name."""
        value = self.fields.get(name)
        if not isinstance(value, str):
            raise DecodeError(f"missing in command {self.command:04X}", field=name)
        return value


@dataclass(frozen=True, slots=True)
class Layout:
    """How the data of a command is laid out: untagged elements, optional ones, then the rest."""

    name: str
    fixed: tuple[Element, ...] = ()
    optional: tuple[Element, ...] = ()
    rest: Kind = Kind.TLV  # TLV: bitmaps; TEXT: text up to the end


_PASSWORD = Element("password", Kind.DIGITS, 3)
_CURRENCY = Element("currency", Kind.DIGITS, 2)
_RESULT = Element("result_code", Kind.BYTE, 1)

COMMANDS: Mapping[int, Layout] = {
    STATUS_ENQUIRY: Layout("status enquiry", (_PASSWORD,)),
    INTERMEDIATE_STATUS: Layout(
        "intermediate status",
        (Element("status", Kind.BYTE, 1),),
        (Element("timeout_min", Kind.AMOUNT, 1),),
    ),
    STATUS_INFORMATION: Layout("status information"),
    # bytes after the configuration begin with the currency: a lone `03 44` could be either
    REGISTRATION: Layout(
        "registration", (_PASSWORD, Element("configuration", Kind.BYTE, 1)), (_CURRENCY,)
    ),
    AUTHORISATION: Layout("authorisation"),
    LOG_OFF: Layout("log-off"),
    COMPLETION: Layout("completion"),
    ABORT: Layout("abort", (_RESULT,)),
    REPEAT_RECEIPT: Layout("repeat receipt", (_PASSWORD,)),
    PREAUTH: Layout("pre-authorisation"),
    PREAUTH_COMPLETION: Layout("pre-authorisation completion"),
    PREAUTH_VOID: Layout("pre-authorisation void"),
    REVERSAL: Layout("reversal", (_PASSWORD,)),
    REFUND: Layout("refund", (_PASSWORD,)),
    END_OF_DAY: Layout("end of day", (_PASSWORD,)),
    ECR_ABORT: Layout("abort by the till"),
    PRINT_LINE: Layout("print line", (Element("attribute", Kind.BYTE, 1),), rest=Kind.TEXT),
    PRINT_BLOCK: Layout("print text block"),
    SIGN_IN: Layout("sign-in (ours)", (_PASSWORD,)),
    BALANCE: Layout("balance inquiry (ours)"),
    TRANSFER: Layout("transfer (ours)"),
    ECHO: Layout("echo (ours)", (_PASSWORD,)),
    SIGN_OUT: Layout("sign-out (ours)", (_PASSWORD,)),
    REPEAT_VOUCHER: Layout("repeat voucher (ours)", (_PASSWORD,)),
    DETAILS: Layout("detail list (ours)", (_PASSWORD,)),
    TOTALS: Layout("totals slip (ours)", (_PASSWORD,)),
    REPEAT_SETTLEMENT: Layout("repeat settlement slip (ours)", (_PASSWORD,)),
    LAST_RESULT: Layout("last-result enquiry (ours)"),
    ACKNOWLEDGE: Layout("acknowledgement"),
}
_TERMINAL_STATUS = Element("terminal_status", Kind.BYTE, 1)
_REFUSAL = Layout("refusal")


def encode(apdu: Apdu) -> bytes:
    """Return the APDU's bytes.  Raises EncodeError for a command or a size out of range."""
    size = len(apdu.data)
    if not 0 <= apdu.command <= 0xFFFF or size > DATA_SIZE_MAX:
        raise EncodeError(f"command {apdu.command:X} or its {size} bytes of data are out of range")
    length = bytes([size]) if size < 0xFF else b"\xff" + size.to_bytes(2, "little")
    return apdu.command.to_bytes(2, "big") + length + apdu.data


def decode(data: bytes) -> Apdu:
    """Return the one APDU that `data` is, no byte less or more.  Raises DecodeError."""
    size = _size(data)
    if size is None or size != len(data):
        raise DecodeError(f"{len(data)} bytes are not one whole APDU", field="length", offset=2)
    start = 5 if data[2] == 0xFF else 3
    return Apdu(int.from_bytes(data[:2], "big"), data[start:])


def split(data: bytes) -> tuple[list[bytes], bytes]:
    """Return the whole APDUs that `data` begins with, as bytes, and what is left over."""
    apdus: list[bytes] = []
    start = 0
    while (size := _size(data[start : start + 5])) is not None and start + size <= len(data):
        apdus.append(data[start : start + size])
        start += size
    return apdus, data[start:]


def label(data: bytes) -> str:
    """Return an APDU's command in hexadecimal: "0601", "8000", "849C"; "short" without one."""
    return data[:2].hex().upper() if len(data) >= 2 else "short"


def encode_message(message: Message, charset: str = CHARSET) -> bytes:
    """Return the message as an APDU's bytes.  Raises EncodeError for what its layout lacks."""
    layout = _layout(message.command)
    if layout is None:
        raise EncodeError(f"unknown command {message.command:04X}")
    left = dict(message.fields)
    if message.command == COMPLETION and list(left) == ["terminal_status"]:
        layout = Layout(layout.name, (_TERMINAL_STATUS,))
    data = b"".join(_encode_fixed(each, left, charset) for each in layout.fixed)
    for each in layout.optional:
        data += _encode_fixed(each, left, charset) if left else b""
    if layout.rest is Kind.TEXT:
        data += _encode_fixed(_TEXT, left, charset)
    return encode(Apdu(message.command, data + encode_bitmaps(left, charset)))


@lru_cache(maxsize=256)  # both ends of the line and the history read one message
def decode_message(data: bytes, charset: str = CHARSET) -> Message:
    """Return the message that the bytes of one APDU hold.  Raises DecodeError."""
    apdu = decode(data)
    layout = _layout(apdu.command)
    if layout is None:
        raise DecodeError(f"unknown command {apdu.command:04X}", field="command")
    if apdu.command == COMPLETION and len(apdu.data) == 1:
        layout = Layout(layout.name, (_TERMINAL_STATUS,))  # a lone byte cannot be a bitmap
    fields: dict[str, Value] = {}
    offset = 0
    for each in layout.fixed + layout.optional:
        if offset < len(apdu.data) or each in layout.fixed:
            fields[each.name], offset = take_element(each, apdu.data, offset, charset)
    return Message(apdu.command, fields | _rest(layout, apdu.data[offset:], charset, fields))


def registration(
    configuration: int, *, password: str = PASSWORD, currency: str = CURRENCY_CNY
) -> Message:
    """Return 06 00; the currency is always sent, as some readers take it for granted."""
    named: dict[str, Value] = {"password": password, "configuration": configuration}
    return Message(REGISTRATION, named | {"currency": currency})


def authorisation(amount_minor: int, **fields: Value) -> Message:
    """Return 06 01, a sale; `fields` are further bitmaps by name."""
    return Message(AUTHORISATION, {"amount_minor": amount_minor, **fields})


def reversal(*, password: str = PASSWORD, **fields: Value) -> Message:
    """Return 06 30, the void of the sale that `receipt` or `voucher` names."""
    return Message(REVERSAL, {"password": password, **fields})


def refund(amount_minor: int, *, password: str = PASSWORD, **fields: Value) -> Message:
    """Return 06 31, a refund."""
    return Message(REFUND, {"password": password, "amount_minor": amount_minor, **fields})


def preauth(amount_minor: int, **fields: Value) -> Message:
    """Return 06 22, a pre-authorisation."""
    return Message(PREAUTH, {"amount_minor": amount_minor, **fields})


def preauth_completion(amount_minor: int, **fields: Value) -> Message:
    """Return 06 24, the completion of a pre-authorisation."""
    return Message(PREAUTH_COMPLETION, {"amount_minor": amount_minor, **fields})


def preauth_void(**fields: Value) -> Message:
    """Return 06 25, the void of a pre-authorisation."""
    return Message(PREAUTH_VOID, fields)


def with_password(command: int, *, password: str = PASSWORD, **fields: Value) -> Message:
    """Return a command that begins with the password: 05 01, 06 20, 06 50, 0F 01, 0F 04."""
    return Message(command, {"password": password, **fields})


def intermediate_status(status: int) -> Message:
    """Return 04 FF: what the terminal is doing just now."""
    return Message(INTERMEDIATE_STATUS, {"status": status})


def status_information(result_code: int, **fields: Value) -> Message:
    """Return 04 0F: the result of a transaction, 0 for success."""
    return Message(STATUS_INFORMATION, {"result_code": result_code, **fields})


def print_line(text: str, attribute: int = 0) -> Message:
    """Return 06 D1: one line for the till's printer."""
    return Message(PRINT_LINE, {"attribute": attribute, "text": text})


def print_block(lines: Iterable[str], receipt_type: int, charset: str = CHARSET) -> Message:
    """Return 06 D3: all lines of a slip; `receipt_type` is a key of RECEIPT_TYPES."""
    texts = tuple(Tlv(TAG_LINE, line.encode(charset)) for line in lines)
    kind = Tlv(TAG_RECEIPT_TYPE, bytes([receipt_type]))
    return Message(PRINT_BLOCK, {"tlv": (kind, Tlv(TAG_LINES, texts))})


def printed_lines(message: Message, charset: str = CHARSET) -> tuple[str, ...]:
    """Return the lines of 06 D1 or 06 D3.  Raises DecodeError for text that is not `charset`."""
    if message.command == PRINT_LINE:
        return (message.text("text"),)
    objects = message.fields.get("tlv", ())
    assert isinstance(objects, tuple)  # the table has no other kind for `tlv`
    blocks = [each.value for each in objects if each.tag == TAG_LINES]
    lines = [line for block in blocks for line in block if isinstance(line, Tlv)]
    return tuple(_text(line, charset) for line in lines if line.tag == TAG_LINE)


def completion(**fields: Value) -> Message:
    """Return 06 0F: the till is the master again; `terminal_status` stands alone."""
    return Message(COMPLETION, fields)


def abort(result_code: int) -> Message:
    """Return 06 1E: the terminal ends the command without success."""
    return Message(ABORT, {"result_code": result_code})


def acknowledgement() -> Message:
    """Return 80 00."""
    return Message(ACKNOWLEDGE)


def refusal(reason: int) -> Message:
    """Return 84 and the reason, one byte."""
    return Message(REFUSE | reason)


_TEXT = Element("text", Kind.TEXT)


def _encode_fixed(element: Element, left: dict[str, Value], charset: str) -> bytes:
    if element.name not in left:
        raise EncodeError(f"{element.name} is missing")
    return encode_element(element, left.pop(element.name), charset)


def _rest(
    layout: Layout, data: bytes, charset: str, before: Mapping[str, Value]
) -> dict[str, Value]:
    if layout.rest is Kind.TEXT:
        try:
            return {"text": data.decode(charset)}
        except ValueError:  # from None: the library's error quotes the text
            raise DecodeError(f"is not {charset}", field="text") from None
    bitmaps = decode_bitmaps(data, charset)
    if twice := bitmaps.keys() & before.keys():
        raise DecodeError("a second time", field=min(twice))
    return bitmaps


def _text(line: Tlv, charset: str) -> str:
    try:
        return line.value.decode(charset) if isinstance(line.value, bytes) else ""
    except ValueError:  # from None: the library's error quotes the text
        raise DecodeError(f"is not {charset}", field="text") from None


def _layout(command: int) -> Layout | None:
    return _REFUSAL if command >> 8 == 0x84 else COMMANDS.get(command)


def _size(head: bytes) -> int | None:
    """Return the size of the APDU that begins with `head`; None while that is not known."""
    if len(head) < 3:
        return None
    if head[2] != 0xFF:
        return 3 + head[2]
    return 5 + int.from_bytes(head[3:5], "little") if len(head) >= 5 else None
