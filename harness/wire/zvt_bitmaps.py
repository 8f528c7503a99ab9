"""ZVT bitmaps: the tagged elements of an APDU's data, one table read in both directions.

An element of variable length carries its length as digits, one a byte, each with the high nibble F
(`F1 F2` = 12).  Card numbers are packed digits: nibble E is a masked digit (`*` here), D the field
separator of track 2 (`=` here), F fills the last byte.  Container 06 holds BER-TLV objects.

Source: ZVT protocol PA00P015 (terminalhersteller.de), chapter on data elements; sizes compared
with the bitmap table of Wireshark's ZVT dissector.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache

from harness.errors import DecodeError, EncodeError

CHARSET = "gb18030"  # of texts, as UnionPay terminals print them; ZVT's own default is cp437
TLV_DEPTH_MAX = 8
TLV_TAG_SIZE_MAX = 3


@dataclass(frozen=True, slots=True)
class Tlv:
    """One BER-TLV object: bytes if its tag is primitive, objects if it is constructed."""

    tag: int
    value: "bytes | tuple[Tlv, ...]" = field(repr=False)


Value = int | str | bytes | tuple[Tlv, ...]


class Kind(Enum):
    """What the bytes of an element mean."""

    AMOUNT = "packed digits read as a number"
    DIGITS = "packed digits read as text"
    CARD = "packed digits with masked digits and separators"
    BYTE = "one byte read as a number"
    RAW = "bytes"
    LATIN = "text of fixed size, filled up with NUL"
    TEXT = "text in the terminal's character set"
    TLV = "BER-TLV objects"

    __hash__ = object.__hash__  # a member is the key of every element: Enum's own is slow


@dataclass(frozen=True, slots=True)
class Element:
    """One element: its name, meaning and size in bytes; 0 for what brings its own length."""

    name: str
    kind: Kind
    size: int = 0
    length_digits: int = 0


BITMAPS: Mapping[int, Element] = {
    0x01: Element("timeout", Kind.DIGITS, 1),
    0x02: Element("status_information_max", Kind.DIGITS, 1),
    0x03: Element("service", Kind.BYTE, 1),
    0x04: Element("amount_minor", Kind.AMOUNT, 6),
    0x05: Element("pump", Kind.DIGITS, 1),
    0x06: Element("tlv", Kind.TLV),
    0x0B: Element("voucher", Kind.DIGITS, 3),
    0x0C: Element("time", Kind.DIGITS, 3),
    0x0D: Element("date", Kind.DIGITS, 2),
    0x0E: Element("expiry", Kind.DIGITS, 2),
    0x17: Element("card_sequence", Kind.DIGITS, 2),
    0x19: Element("payment_type", Kind.BYTE, 1),
    0x22: Element("pan", Kind.CARD, length_digits=2),
    0x23: Element("track_2", Kind.CARD, length_digits=2),
    0x24: Element("track_3", Kind.RAW, length_digits=3),
    0x27: Element("result_code", Kind.BYTE, 1),
    0x29: Element("terminal_id", Kind.DIGITS, 4),
    0x2A: Element("merchant_id", Kind.LATIN, 15),
    0x2D: Element("track_1", Kind.RAW, length_digits=2),
    0x37: Element("original_voucher", Kind.DIGITS, 3),
    0x3A: Element("cvv", Kind.DIGITS, 2),
    0x3B: Element("approval_code", Kind.LATIN, 8),
    0x3C: Element("additional_text", Kind.TEXT, length_digits=3),
    0x49: Element("currency", Kind.DIGITS, 2),
    0x60: Element("totals", Kind.RAW, length_digits=3),
    0x87: Element("receipt", Kind.DIGITS, 2),
    0x88: Element("turnover", Kind.DIGITS, 3),
    0x8A: Element("card_type", Kind.BYTE, 1),
    0x8B: Element("card_name", Kind.TEXT, length_digits=2),
    0x8C: Element("network", Kind.BYTE, 1),
    0xA0: Element("host_result", Kind.BYTE, 1),
    0xAA: Element("full_date", Kind.DIGITS, 3),
    0xF0: Element("software_version", Kind.TEXT, length_digits=3),
}
_TAGS = {element.name: tag for tag, element in BITMAPS.items()}
_TO_DIGITS = bytes(byte - 0xF0 + ord("0") if 0xF0 <= byte <= 0xF9 else 0 for byte in range(256))
_TO_CARD = str.maketrans("ED", "*=")
_FROM_CARD = str.maketrans("*=", "ED")


def encode_bitmaps(values: Mapping[str, Value], charset: str = CHARSET) -> bytes:
    """Return the elements in the order of `values`.  Raises EncodeError for what does not fit."""
    return b"".join(_encode_bitmap(name, value, charset) for name, value in values.items())


def decode_bitmaps(data: bytes, charset: str = CHARSET) -> dict[str, Value]:
    """Return the elements of `data` by name.  Raises DecodeError, also for one twice."""
    values: dict[str, Value] = {}
    offset = 0
    while offset < len(data):
        element = BITMAPS.get(data[offset])
        where = f"bitmap {data[offset]:02X}"
        if element is None:
            raise DecodeError("unknown, so its length is too", field=where, offset=offset)
        if element.name in values:
            raise DecodeError("a second time", field=where, offset=offset)
        values[element.name], offset = take_element(element, data, offset + 1, charset)
    return values


def encode_element(element: Element, value: Value, charset: str = CHARSET) -> bytes:
    """Return the bytes of one element without its tag.  Raises EncodeError."""
    try:
        body = _ENCODERS[element.kind](value, element.size, charset)
    except (ValueError, TypeError, AttributeError, OverflowError):
        body = None
    if body is None or (element.size and len(body) != element.size):
        raise EncodeError(f"{element.name}: expected {element.kind.value}, got what does not fit")
    return _length(element, len(body)) + body


def take_element(
    element: Element, data: bytes, offset: int, charset: str = CHARSET
) -> tuple[Value, int]:
    """Return the element at `offset` and where the next one begins.  Raises DecodeError."""
    size, start = _size_at(element, data, offset)
    body = data[start : start + size]
    if len(body) < size:
        raise DecodeError("cut short", field=element.name, offset=offset)
    try:
        return _DECODERS[element.kind](body, charset), start + size
    except _TlvError as error:
        raise DecodeError(str(error), field=element.name, offset=offset) from None
    except ValueError:  # from None: the library's error quotes the bytes
        what = f"is not {element.kind.value}"
        raise DecodeError(what, field=element.name, offset=offset) from None


def encode_tlv(objects: Iterable[Tlv]) -> bytes:
    """Return the objects as BER-TLV.  Raises EncodeError when tag and value do not agree."""
    return b"".join(_encode_object(each) for each in objects)


def decode_tlv(data: bytes) -> tuple[Tlv, ...]:
    """Return the BER-TLV objects of `data`.  Raises DecodeError."""
    try:
        return _objects(data, TLV_DEPTH_MAX)
    except _TlvError as error:
        raise DecodeError(str(error), field="tlv") from error


class _TlvError(ValueError):
    """Bytes are no BER-TLV; the text never holds a value."""


def _encode_bitmap(name: str, value: Value, charset: str) -> bytes:
    if name not in _TAGS:
        raise EncodeError(f"no bitmap is called {name}")
    tag = _TAGS[name]
    return bytes([tag]) + encode_element(BITMAPS[tag], value, charset)


def _length(element: Element, size: int) -> bytes:
    if element.kind is Kind.TLV:
        return _ber_length(size)
    if not element.length_digits:
        return b""
    if size >= 10**element.length_digits:
        raise EncodeError(f"{element.name}: {size} bytes are too many")
    return _length_prefix(size, element.length_digits)


@lru_cache(maxsize=2048)  # all lengths of two and of three digits
def _length_prefix(size: int, digits: int) -> bytes:
    return bytes(0xF0 | int(digit) for digit in f"{size:0{digits}d}")


def _size_at(element: Element, data: bytes, offset: int) -> tuple[int, int]:
    if element.kind is Kind.TLV:
        try:
            return _take_ber_length(data, offset)
        except _TlvError as error:
            raise DecodeError(str(error), field=element.name, offset=offset) from error
    if not element.length_digits:
        return element.size, offset
    digits = data[offset : offset + element.length_digits]
    found = digits.translate(_TO_DIGITS)
    if len(digits) < element.length_digits or not found.isdigit():
        raise DecodeError("length is not digits F0 to F9", field=element.name, offset=offset)
    return int(found), offset + len(digits)


def _encode_amount(value: Value, size: int, _charset: str) -> bytes:
    if not isinstance(value, int) or value < 0:
        raise ValueError
    return bytes.fromhex(f"{value:0{2 * size}d}")


def _encode_digits(value: Value, size: int, _charset: str) -> bytes:
    if not isinstance(value, str) or not _is_digits(value) or len(value) != 2 * size:
        raise ValueError
    return bytes.fromhex(value)


def _encode_card(value: Value, _size: int, _charset: str) -> bytes:
    if not isinstance(value, str) or set(value) - set("0123456789*="):
        raise ValueError
    packed = value.translate(_FROM_CARD)
    return bytes.fromhex(packed + "F" * (len(packed) % 2))


def _encode_byte(value: Value, _size: int, _charset: str) -> bytes:
    return bytes([value]) if isinstance(value, int) else b""


def _encode_raw(value: Value, _size: int, _charset: str) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError
    return value


def _encode_latin(value: Value, size: int, _charset: str) -> bytes:
    if not isinstance(value, str) or value != value.rstrip("\0 "):
        raise ValueError
    return value.encode("latin-1").ljust(size, b"\0")


def _encode_text(value: Value, _size: int, charset: str) -> bytes:
    if not isinstance(value, str):
        raise TypeError
    return value.encode(charset)


def _encode_container(value: Value, _size: int, _charset: str) -> bytes:
    if not isinstance(value, tuple):
        raise TypeError
    return encode_tlv(value)


def _decode_digits(body: bytes, _charset: str) -> str:
    text = body.hex()
    if not _is_digits(text):
        raise ValueError
    return text


def _decode_card(body: bytes, _charset: str) -> str:
    text = body.hex().upper().removesuffix("F").translate(_TO_CARD)
    if set(text) - set("0123456789*="):
        raise ValueError
    return text


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


_ENCODERS: Mapping[Kind, Callable[[Value, int, str], bytes]] = {
    Kind.AMOUNT: _encode_amount,
    Kind.DIGITS: _encode_digits,
    Kind.CARD: _encode_card,
    Kind.BYTE: _encode_byte,
    Kind.RAW: _encode_raw,
    Kind.LATIN: _encode_latin,
    Kind.TEXT: _encode_text,
    Kind.TLV: _encode_container,
}
_DECODERS: Mapping[Kind, Callable[[bytes, str], Value]] = {
    Kind.AMOUNT: lambda body, charset: int(_decode_digits(body, charset)),
    Kind.DIGITS: _decode_digits,
    Kind.CARD: _decode_card,
    Kind.BYTE: lambda body, _charset: body[0],
    Kind.RAW: lambda body, _charset: body,
    Kind.LATIN: lambda body, _charset: body.decode("latin-1").rstrip("\0 "),
    Kind.TEXT: lambda body, charset: body.decode(charset),
    Kind.TLV: lambda body, _charset: _objects(body, TLV_DEPTH_MAX),
}


def _encode_object(each: Tlv) -> bytes:
    tag = each.tag.to_bytes(max(1, (each.tag.bit_length() + 7) // 8), "big")
    if _tag_size(tag, 0) != len(tag) or len(tag) > TLV_TAG_SIZE_MAX:
        raise EncodeError(f"{each.tag:X} is no BER tag")
    if bool(tag[0] & 0x20) is isinstance(each.value, bytes):
        raise EncodeError(f"tag {each.tag:X}: value and primitive or constructed tag disagree")
    body = each.value if isinstance(each.value, bytes) else encode_tlv(each.value)
    return tag + _ber_length(len(body)) + body


def _ber_length(size: int) -> bytes:
    if size < 0x80:
        return bytes([size])
    if size > 0xFFFF:
        raise EncodeError(f"{size} bytes are too many for a TLV object")
    return bytes([0x81, size]) if size < 0x100 else b"\x82" + size.to_bytes(2, "big")


def _objects(data: bytes, depth: int) -> tuple[Tlv, ...]:
    if depth == 0:
        raise _TlvError("TLV objects are nested too deep")
    objects: list[Tlv] = []
    offset = 0
    while offset < len(data):
        tag = data[offset : offset + _tag_size(data, offset)]
        size, start = _take_ber_length(data, offset + len(tag))
        body = data[start : start + size]
        if len(tag) > TLV_TAG_SIZE_MAX or len(body) < size:
            raise _TlvError("a TLV object is cut short, or its tag too long")
        value = _objects(body, depth - 1) if tag[0] & 0x20 else body
        objects.append(Tlv(int.from_bytes(tag, "big"), value))
        offset = start + size
    return tuple(objects)


def _tag_size(data: bytes, offset: int) -> int:
    if data[offset] & 0x1F != 0x1F:
        return 1
    last = offset + 1
    while last < len(data) and data[last] & 0x80:
        last += 1
    return last + 1 - offset


def _take_ber_length(data: bytes, offset: int) -> tuple[int, int]:
    form = data[offset] if offset < len(data) else 0xFF
    if form < 0x80:
        return form, offset + 1
    count = form - 0x80
    digits = data[offset + 1 : offset + 1 + count]
    if count not in (1, 2) or len(digits) < count:
        raise _TlvError("a TLV length is cut short, or in a form that ZVT does not use")
    return int.from_bytes(digits, "big"), offset + 1 + count
