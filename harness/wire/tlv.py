"""BER-TLV data objects, as in field 55 (ICC data): bytes <-> elements.

`parse` is strict: what it accepts, `format_elements` writes back byte for byte.  `inspect` reads
on and lists deviations.  Values are never shown: tags 57 and 5A hold track and PAN.

Source: EMV 4.3 Book 3, Annex B (BER-TLV); ISO/IEC 8825-1.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from harness.errors import DecodeError, EncodeError
from harness.wire.deviation import Deviation

MORE_TAG_BYTES = 0x1F
TAG_SIZE_MAX = 4
VALUE_SIZE_MAX = 0xFFFF


@dataclass(frozen=True, slots=True)
class Element:
    """One data object: tag in upper-case hexadecimal, and its value."""

    tag: str
    value: bytes = field(repr=False)

    @property
    def is_constructed(self) -> bool:
        """Tell whether the value is elements itself (templates such as 71 and 72)."""
        return bool(int(self.tag[:2], 16) & 0x20)


@dataclass(frozen=True, slots=True)
class TlvInspection:
    """The elements that could be read, and what is wrong with the bytes."""

    elements: tuple[Element, ...]
    deviations: tuple[Deviation, ...]


def format_elements(elements: Iterable[Element]) -> bytes:
    """Return the elements on the wire, with the shortest lengths.

    Raises EncodeError for a tag that is not one BER tag, or a value above 65 535 bytes.
    """
    return b"".join(_format(element) for element in elements)


def _format(element: Element) -> bytes:
    tag = _tag_bytes(element.tag)
    size = len(element.value)
    is_tag = bool(tag) and tag[0] != 0 and _tag_end(tag, 0) == len(tag)
    if not is_tag or size > VALUE_SIZE_MAX:
        raise EncodeError(f"tag {element.tag!r} with {size} bytes is no data object")
    return tag + _format_length(size) + element.value


def _tag_bytes(tag: str) -> bytes:
    if tag != tag.upper():
        return b""
    try:
        return bytes.fromhex(tag)
    except ValueError:
        return b""


def _format_length(size: int) -> bytes:
    if size < 0x80:
        return bytes([size])
    return b"\x81" + bytes([size]) if size < 0x100 else b"\x82" + size.to_bytes(2, "big")


def parse(data: bytes) -> tuple[Element, ...]:
    """Return the elements in `data`.  Raises DecodeError for anything but shortest BER-TLV."""
    inspection = inspect(data)
    if inspection.deviations:
        first = inspection.deviations[0]
        raise DecodeError(first.what, field=first.field, offset=first.offset)
    return inspection.elements


def inspect(data: bytes) -> TlvInspection:
    """Return the elements that any bytes hold, with every deviation; never raises."""
    elements: list[Element] = []
    deviations: list[Deviation] = []
    at = 0
    while at < len(data):
        if data[at] == 0:
            deviations.append(Deviation("tag 00", at, "cosmetic", "a filler byte between elements"))
            at += 1
            continue
        try:
            element, end, is_shortest = _read(data, at)
        except DecodeError as error:
            deviations.append(Deviation(error.field, error.offset, "breaks_parsing", error.what))
            break
        if not is_shortest:
            what = "the length is longer than it need be"
            deviations.append(Deviation(f"tag {element.tag}", at, "cosmetic", what))
        elements.append(element)
        at = end
    return TlvInspection(tuple(elements), tuple(deviations))


def _read(data: bytes, at: int) -> tuple[Element, int, bool]:
    """Return the element at `at`, its end, and whether its length is the shortest."""
    length_at = _tag_end(data, at)
    if not length_at:
        raise DecodeError("the tag does not end", field="tag", offset=at)
    tag = data[at:length_at].hex().upper()
    start, size = _read_length(data, length_at, tag)
    end = start + size
    if end > len(data):
        raise DecodeError(f"{end - len(data)} bytes missing", field=f"tag {tag}", offset=start)
    is_shortest = data[length_at:start] == _format_length(size)
    return Element(tag, data[start:end]), end, is_shortest


def _tag_end(data: bytes, at: int) -> int:
    """Return where the tag ends, 0 when it does not."""
    if data[at] & MORE_TAG_BYTES != MORE_TAG_BYTES:
        return at + 1
    for end in range(at + 2, min(at + TAG_SIZE_MAX, len(data)) + 1):
        if not data[end - 1] & 0x80:
            return end
    return 0


def _read_length(data: bytes, at: int, tag: str) -> tuple[int, int]:
    """Return where the value begins, and its size."""
    first = data[at] if at < len(data) else 0x80
    if first < 0x80:
        return at + 1, first
    start = at + 1 + first - 0x80
    if not 1 <= first - 0x80 <= 2 or start > len(data):
        raise DecodeError("no length of 1 to 3 bytes", field=f"tag {tag}", offset=at)
    return start, int.from_bytes(data[at + 1 : start], "big")
