"""ZVT bytes read as far as they go: a serial frame or a bare APDU, elements, every deviation.

The strict codec takes all or nothing; who looks at a capture wants to see the elements before the
one that is wrong, and where in the given bytes that is.

Source: ZVT protocols PA00P015 and PA00P016 (terminalhersteller.de).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from harness.errors import DecodeError
from harness.link.zvt_serial import ACK, DLE, ETX, NAK, START, crc16
from harness.wire.deviation import Deviation, DeviationKind
from harness.wire.zvt import COMMANDS, COMPLETION, REFUSE, Layout
from harness.wire.zvt_bitmaps import BITMAPS, CHARSET, Element, Kind, Value, take_element

HEAD_SIZE = 3
LONG_SIZE_MARK, LONG_HEAD_SIZE = 0xFF, 5
SIZE_AT = 2
CRC_SIZE = 2
_LINK_BYTES = {bytes([ACK]): "ACK", bytes([NAK]): "NAK"}
_STATUS = Layout("completion", (Element("terminal_status", Kind.BYTE, 1),))
_REFUSAL, _UNKNOWN = Layout("refusal"), Layout("unknown")


@dataclass(slots=True)
class Reading:
    """What could be read; `command` is "" and `name` says it for an ACK or NAK byte."""

    command: str = ""
    name: str = ""
    fields: dict[str, Value] = field(default_factory=dict, repr=False)
    deviations: list[Deviation] = field(default_factory=list)

    def note(self, where: str, offset: int, what: str, kind: DeviationKind) -> None:
        """Add a deviation."""
        self.deviations.append(Deviation(where, offset, kind, what))


def read(data: bytes) -> Reading:
    """Return what can be read of any bytes; never raises.  Offsets count from their begin."""
    reading = Reading(name=_LINK_BYTES.get(data, ""))
    if reading.name:
        return reading
    is_framed = data.startswith(START)
    payload, places = _unframed(data, reading) if is_framed else (data, [*range(len(data) + 1)])
    _read_apdu(payload, places, reading)
    return reading


def _unframed(data: bytes, reading: Reading) -> tuple[bytes, list[int]]:
    """Return the frame's payload, and where in `data` each of its bytes and its end stand."""
    payload, at = bytearray(), len(START)
    places: list[int] = []
    while at < len(data) and data[at : at + 2] != bytes([DLE, ETX]):
        payload.append(data[at])
        places.append(at)
        is_doubled = data[at : at + 2] == bytes([DLE, DLE])
        if data[at] == DLE and not is_doubled:
            reading.note("frame", at, "a lone DLE inside the frame", "breaks_parsing")
        at += 2 if is_doubled else 1
    _check_end(data, at, bytes(payload), reading)
    return bytes(payload), [*places, at]


def _check_end(data: bytes, at: int, payload: bytes, reading: Reading) -> None:
    crc_at = at + 2
    end = crc_at + CRC_SIZE
    crc = data[crc_at:end]
    if at == len(data):
        reading.note("frame", at, "the frame is cut: no DLE ETX", "breaks_parsing")
    elif len(crc) < CRC_SIZE:
        reading.note("CRC", crc_at, "the frame is cut here", "breaks_parsing")
    elif crc != crc16(payload + bytes([ETX])):
        reading.note("CRC", crc_at, "wrong CRC", "breaks_parsing")
    if end < len(data):
        reading.note("end", end, f"{len(data) - end} bytes left over", "breaks_parsing")


def _read_apdu(payload: bytes, places: Sequence[int], reading: Reading) -> None:
    if len(payload) < HEAD_SIZE:
        reading.note("command", places[0], "the APDU is cut here", "breaks_parsing")
        return
    number = int.from_bytes(payload[:2], "big")
    reading.command = f"{number:04X}"
    start, size = _extent(payload)
    data = payload[start : start + size]
    left = len(payload) - start - size
    if left < 0:
        what = f"{-left} bytes missing"
        reading.note("length", places[SIZE_AT], what, "breaks_parsing")
    layout = _layout(number, data)
    reading.name = layout.name
    if layout is _UNKNOWN:
        reading.note("command", places[0], "unknown command", "not_in_profile")
    elif number & 0xFF00 == REFUSE:
        reading.fields["reason"] = number & 0xFF
    _read_elements(layout, data, places[min(start, len(payload)) :], reading)
    if left > 0:
        reading.note("end", places[start + size], f"{left} bytes left over", "breaks_parsing")


def _extent(payload: bytes) -> tuple[int, int]:
    """Return where the data of the APDU begin, and their size as announced."""
    if payload[SIZE_AT] != LONG_SIZE_MARK:
        return HEAD_SIZE, payload[SIZE_AT]
    return LONG_HEAD_SIZE, int.from_bytes(payload[HEAD_SIZE:LONG_HEAD_SIZE], "little")


def _layout(number: int, data: bytes) -> Layout:
    if number == COMPLETION and len(data) == 1:
        return _STATUS
    return _REFUSAL if number & 0xFF00 == REFUSE else COMMANDS.get(number, _UNKNOWN)


def _read_elements(layout: Layout, data: bytes, places: Sequence[int], reading: Reading) -> None:
    if layout is _UNKNOWN:
        reading.fields["data"] = data
        return
    try:
        for name, value, at in _elements(layout, data):
            if name in reading.fields:
                reading.note(name, places[at], "a second time", "breaks_parsing")
            reading.fields.setdefault(name, value)
    except DecodeError as error:
        reading.note(error.field, places[error.offset], error.what, "breaks_parsing")


def _elements(layout: Layout, data: bytes) -> Iterator[tuple[str, Value, int]]:
    """Yield name, value and begin of each element.  Raises DecodeError at the first bad one."""
    at = 0
    for each in (*layout.fixed, *layout.optional):
        if at < len(data) or each in layout.fixed:
            begin = at
            value, at = take_element(each, data, at)
            yield each.name, value, begin
    if layout.rest is Kind.TEXT:
        yield "text", _text(data, at), at
        return
    while at < len(data):
        begin = at
        element = BITMAPS.get(data[at])
        if element is None:
            where = f"bitmap {data[at]:02X}"
            raise DecodeError("unknown, so its length is too", field=where, offset=at)
        value, at = take_element(element, data, at + 1)
        yield element.name, value, begin


def _text(data: bytes, at: int) -> str:
    try:
        return data[at:].decode(CHARSET)
    except ValueError:  # from None: the library's error quotes the text
        raise DecodeError(f"is not {CHARSET}", field="text", offset=at) from None
