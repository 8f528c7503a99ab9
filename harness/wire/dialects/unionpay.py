"""UnionPay POS ISO 8583 ("POSP"): the field table, and frames on the host line.

    length (2, big endian) | TPDU (5) | header (6) | MTI, bitmap, fields

Some acquirers send no header.  Variable digits and field 22 are left-justified, other digits
right-justified.  Field 62 is binary (keys, parameters), field 63 text, in which hosts write
Chinese (GBK).  Inspection also knows frames without length prefix, and bare messages.

Source: published dumps in fixtures/unionpay/vectors.json; Q/CUP 009 family as implemented by the
terminal programs named there.
"""

from dataclasses import field as dataclass_field
from functools import lru_cache

from harness.errors import DecodeError, EncodeError
from harness.terms.immutable import immutable
from harness.wire import iso8583
from harness.wire.deviation import Deviation, shifted
from harness.wire.iso8583 import Dialect, Message, field
from harness.wire.tpdu import PROTOCOL_BYTE, TPDU_SIZE, decode_tpdu, encode_tpdu

FIELDS = {
    2: field("pan", "n..19"),
    3: field("processing_code", "n6"),
    4: field("amount", "n12"),
    11: field("stan", "n6"),
    12: field("local_time", "n6"),
    13: field("local_date", "n4"),
    14: field("expiry", "n4"),
    15: field("settlement_date", "n4"),
    22: field("entry_mode", "n3", left=True),
    23: field("card_sequence_number", "n3"),
    25: field("condition_code", "n2"),
    26: field("pin_digits_max", "n2"),
    32: field("acquirer_id", "n..11"),
    33: field("forwarder_id", "n..11"),
    35: field("track2", "z..37"),
    36: field("track3", "z...104"),
    37: field("rrn", "an12"),
    38: field("approval_code", "an6"),
    39: field("response_code", "an2"),
    41: field("terminal_id", "ans8"),
    42: field("merchant_id", "ans15"),
    44: field("institutions", "ans..25"),
    45: field("track1", "ans..79"),
    46: field("device_data", "ans...999"),
    47: field("acquirer_data", "ans...999"),
    48: field("private_totals", "n...322"),
    49: field("currency", "an3"),
    52: field("pin_block", "b64"),
    53: field("security_control", "n16"),
    54: field("balance", "an...40"),
    55: field("icc_data", "b...255"),
    56: field("private_56", "b...512"),
    57: field("private_57", "b...999"),
    58: field("private_58", "b...999"),
    59: field("private_59", "b...999"),
    60: field("batch_data", "n...99"),
    61: field("original_data", "n...29"),
    62: field("private_62", "b...999"),
    63: field("private_63", "ans...163", charset="gbk"),
    64: field("mac", "b64"),
}
UNIONPAY = Dialect(FIELDS)

PREFIX_SIZE = 2
PAYLOAD_SIZE_MAX = 0xFFFF
HEADER_SIZE = 6
STATE_AT = 4  # the digit of the header that tells normal from test
REQUIREMENT_AT = 5  # the digit of the header in which a host asks for something
MTI_SIZE = 2
UNREADABLE = "?"

PROCESSING_REQUIREMENTS = {
    "0": "none",
    "1": "download terminal parameters",
    "2": "upload terminal status",
    "3": "sign in again",
    "4": "update CA public keys",
    "5": "download IC parameters",
    "6": "download the program",
    "7": "download the black list",
}


@immutable
class Header:
    """The twelve digits between TPDU and message."""

    application_class: str = "60"  # 60 stripe, 61 chip
    version: str = "31"
    state: str = "0"  # 0 normal, 1 training
    processing_requirement: str = "0"  # set by the host: PROCESSING_REQUIREMENTS
    sub_version: str = "310100"

    def __str__(self) -> str:
        parts = (self.application_class, self.version, self.state)
        return "".join((*parts, self.processing_requirement, self.sub_version))


def parse_header(header: str) -> Header:
    """Return the parts of a header.  Raises DecodeError unless it has twelve digits."""
    if len(header) != 2 * HEADER_SIZE or not (header.isascii() and header.isdigit()):
        raise DecodeError("a header has twelve digits", field="header", offset=0)
    return Header(header[:2], header[2:4], header[4], header[5], header[6:])


@immutable
class Frame:
    """One message with what routes it: TPDU of ten digits, header of twelve or ""."""

    tpdu: str
    header: str
    message: Message


@immutable
class FrameInspection:
    """What could be read of a frame; `body` is the message's bytes, MTI first."""

    has_length_prefix: bool
    tpdu: str
    header: str
    message: Message
    deviations: tuple[Deviation, ...]
    body: bytes = dataclass_field(repr=False)


def encode_frame(
    frame: Frame, *, has_length_prefix: bool = True, dialect: Dialect = UNIONPAY
) -> bytes:
    """Return the frame on the wire; an empty TPDU or header is left out.

    Raises EncodeError for values that do not fit.
    """
    body = iso8583.encode(frame.message, dialect)
    return wrap_body(frame.tpdu, frame.header, body, has_length_prefix=has_length_prefix)


def wrap_body(tpdu: str, header: str, body: bytes, *, has_length_prefix: bool = True) -> bytes:
    """Return message bytes, which may be malformed on purpose, as a frame.  Raises EncodeError."""
    payload = (encode_tpdu(tpdu) if tpdu else b"") + _encode_header(header) + body
    if len(payload) > PAYLOAD_SIZE_MAX:
        raise EncodeError(f"{len(payload)} bytes do not fit a frame")
    prefix = len(payload).to_bytes(PREFIX_SIZE, "big") if has_length_prefix else b""
    return prefix + payload


def _encode_header(header: str) -> bytes:
    if not header:
        return b""
    try:
        parse_header(header)
    except DecodeError as error:
        raise EncodeError(error.what) from None
    return bytes.fromhex(header)


def decode_frame(data: bytes, *, dialect: Dialect = UNIONPAY) -> Frame:
    """Return the frame in `data`: length prefix, TPDU, header if there is one, message.

    Raises DecodeError, its offset counted from the begin of `data`, for anything else.
    """
    size = int.from_bytes(data[:PREFIX_SIZE], "big")
    if len(data) < PREFIX_SIZE or size != len(data) - PREFIX_SIZE:
        what = f"announces {size} bytes, {max(0, len(data) - PREFIX_SIZE)} follow"
        raise DecodeError(what, field="length", offset=0)
    with _Shift(PREFIX_SIZE):
        tpdu = decode_tpdu(data[PREFIX_SIZE:])
    header_at = PREFIX_SIZE + TPDU_SIZE
    header, body_at = "", header_at
    if _is_header(data, header_at):
        body_at = header_at + HEADER_SIZE
        header = data[header_at:body_at].hex()
        with _Shift(header_at):
            parse_header(header)
    with _Shift(body_at):
        return Frame(tpdu, header, iso8583.decode(data[body_at:], dialect))


class _Shift:
    """Counts the offset of a part's DecodeError from the begin of the whole."""

    def __init__(self, offset: int) -> None:
        self._offset = offset

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if isinstance(error, DecodeError):
            at = error.offset + self._offset
            raise DecodeError(error.what, field=error.field, offset=at) from None


@lru_cache(maxsize=256)  # both ends of the line and the history look at one frame
def inspect_frame(data: bytes, *, dialect: Dialect = UNIONPAY) -> FrameInspection:
    """Return what can be read of any bytes, with every deviation; never raises."""
    tpdu_at, header_at, body_at = _layout(data)
    tpdu, header = data[tpdu_at:header_at].hex(), data[header_at:body_at].hex().upper()
    head = [*_prefix_deviations(data, tpdu_at), *_route_deviations(tpdu, header, tpdu_at)]
    body = data[body_at:]
    inspection = iso8583.inspect(body, dialect)
    deviations = (*head, *shifted(inspection.deviations, body_at))
    return FrameInspection(bool(tpdu_at), tpdu, header, inspection.message, deviations, body)


def label(data: bytes) -> str:
    """Return the MTI of a frame, "?" when it has none; cheap."""
    at = _layout(data)[2]
    mti = data[at : at + MTI_SIZE].hex()
    return mti if len(mti) == 2 * MTI_SIZE and mti.isdigit() else UNREADABLE


def _layout(data: bytes) -> tuple[int, int, int]:
    """Return where TPDU, header and message begin; a part that is absent has no length."""
    tpdu_at = PREFIX_SIZE if _has_prefix(data) else 0
    has_tpdu = data[tpdu_at : tpdu_at + 1] == bytes([PROTOCOL_BYTE])
    header_at = tpdu_at + (TPDU_SIZE if has_tpdu else 0)
    body_at = header_at + (HEADER_SIZE if has_tpdu and _is_header(data, header_at) else 0)
    return tpdu_at, min(header_at, len(data)), min(body_at, len(data))


def _has_prefix(data: bytes) -> bool:
    """Tell whether the first two bytes are a length, right or wrong, and not an MTI or a TPDU."""
    if len(data) < PREFIX_SIZE or int.from_bytes(data[:PREFIX_SIZE], "big") == len(data) - 2:
        return len(data) >= PREFIX_SIZE
    if data[PREFIX_SIZE : PREFIX_SIZE + 1] != bytes([PROTOCOL_BYTE]):
        return False
    mti_at = PREFIX_SIZE + TPDU_SIZE
    mti_at += HEADER_SIZE if _is_header(data, mti_at) else 0
    return _is_mti(data, mti_at) or not _is_mti(data, 0)  # a bitmap may begin with 60 too


def _is_mti(data: bytes, at: int) -> bool:
    mti = data[at : at + MTI_SIZE]
    return len(mti) == MTI_SIZE and 0x01 <= mti[0] <= 0x08 and mti[1] in (0, 0x10, 0x20, 0x30)


def _is_header(data: bytes, at: int) -> bool:
    """Tell whether a header stands here: an MTI begins with the version digit 0, no header does."""
    return at < len(data) and data[at] >= 0x10


def _prefix_deviations(data: bytes, tpdu_at: int) -> list[Deviation]:
    size = int.from_bytes(data[:PREFIX_SIZE], "big")
    if not tpdu_at or size == len(data) - PREFIX_SIZE:
        return []
    what = f"announces {size} bytes, {len(data) - PREFIX_SIZE} follow"
    return [Deviation("length", 0, "breaks_parsing", what)]


def _route_deviations(tpdu: str, header: str, tpdu_at: int) -> list[Deviation]:
    found = []
    if tpdu and (len(tpdu) != 2 * TPDU_SIZE or not tpdu.isdigit()):
        found.append(Deviation("TPDU", tpdu_at, "not_in_profile", "not 60 and eight digits"))
    if header and (len(header) != 2 * HEADER_SIZE or not header.isdigit()):
        at = tpdu_at + TPDU_SIZE
        found.append(Deviation("header", at, "not_in_profile", "not twelve digits"))
    return found
