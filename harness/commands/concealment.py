"""What of a decoded message people may see: stars for PANs, tracks, PIN blocks and keys.

Stars keep the size, so that it can still be judged.  Where a PAN may be hidden in a field that
acquirers define for themselves, anything that looks like one is starred too.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from harness.errors import DecodeError
from harness.terms.card import is_luhn, mask, mask_pan
from harness.wire import tlv
from harness.wire.dialects.unionpay_messages import is_answer
from harness.wire.dialects.unionpay_subfields import (
    RECORD_SIZE,
    parse_batch_data,
    parse_original_data,
    parse_settlement_totals,
    parse_terminal_sequence,
    parse_upload,
)
from harness.wire.iso8583 import Message
from harness.wire.keys import CHECK_SIZE, KEY_SIZES

PAN_SIZE_MIN, PAN_SIZE_MAX = 13, 19
SECRET_TAGS = frozenset({"56", "57", "5A", "5F20", "99", "9F1F", "9F20", "9F6B"})
KEY_FIELD_SIZES = frozenset(sum(s) + CHECK_SIZE * len(s) for s in KEY_SIZES.values())
TEMPLATE_DEPTH_MAX = 8

_PACKED = re.compile(r"\d{8,19}[D=]\d{7,}|0*[1-9]\d{12,}", re.ASCII)  # a track, a PAN
_PAN_DIGITS = re.compile(r"\d{13,}")
_DIGIT_TEXT = re.compile(r"\d{4,}", re.ASCII)
_TRACK_TEXT = re.compile(r"\d{8,19}[D=^]\d{7,}|\d{20,}", re.ASCII)
_GROUPED = re.compile(
    r"(?<!\d)(?:\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}(?:\1\d{1,3})?|\d{4}([ -])\d{6}\2\d{5})(?!\d)"
)
_GROUPS = re.compile(r"\d(?:[ \n-]?\d){12,}")  # \d of any script: slips have full-width digits
_GROUP = re.compile(r"\d+")
_TWO_CODES = re.compile(r"\d{22} *", re.ASCII)

Span = tuple[int, int]


def conceal(message: Message, *, doubtful_from: int | None = None) -> dict[int, str]:
    """Return the fields as they may be shown.

    doubtful_from: from this field on all is starred, as a PAN may stand in any of them.
    """
    last = 64 if doubtful_from is None else doubtful_from - 1
    return {
        n: _field(n, text, message) if n <= last else stars(text)
        for n, text in message.fields.items()
    }


def _field(number: int, text: str, message: Message) -> str:
    if number == 62:
        return _private_62(text, message.mti)
    if number == 48:
        return _totals_or_records(text, message.mti)
    return _WAYS[number](text) if number in _WAYS else text


def stars(text: str) -> str:
    """Return as many stars as the text has characters."""
    return "*" * len(text)


def pan(text: str) -> str:
    """Return first six and last four digits; all stars when that would leave too little hidden."""
    return mask_pan(text) if len(text) >= PAN_SIZE_MIN else stars(text)


def track_2(text: str) -> str:
    """Return the masked PAN and its separator, stars for the rest."""
    found = re.fullmatch(r"([0-9*]+)([D=])(.*)", text, re.DOTALL)
    return pan(found[1]) + found[2] + stars(found[3]) if found else stars(text)


def printed(text: str) -> str:
    """Return a text without PANs, also those written in groups or in other scripts' digits."""
    text = _GROUPED.sub(lambda found: _group_masked(found[0]), mask(text))
    for start, end in list(_grouped_pans(text)):
        text = text[:start] + _group_masked(text[start:end]) + text[end:]
    return text


def free_text(text: str) -> str:
    """Return a text in which no digits as many as a PAN has are due: none of them are shown."""
    return _PAN_DIGITS.sub(lambda found: pan(found[0]), printed(text))


def printed_lines(lines: Sequence[str]) -> list[str]:
    """Return the lines of a slip without PANs, also those that go on in the next line."""
    return printed("\n".join(lines)).split("\n")


def _grouped_pans(text: str) -> Iterator[Span]:
    """Return where groups of digits, a blank or a dash between them, make a PAN together."""
    for run in _GROUPS.finditer(text):
        groups = [found.span() for found in _GROUP.finditer(text, *run.span())]
        for place, (start, _) in enumerate(groups):
            for _, end in groups[place:]:
                digits = "".join(str(int(one)) for one in text[start:end] if one.isdecimal())
                if len(digits) > PAN_SIZE_MAX:
                    break
                if len(digits) >= PAN_SIZE_MIN and is_luhn(digits):
                    yield start, end


def _group_masked(text: str) -> str:
    places = [place for place, character in enumerate(text) if character.isdecimal()]
    hidden = frozenset(places[6:-4])
    return "".join("*" if place in hidden else text[place] for place in range(len(text)))


def binary(text: str) -> str:
    """Return upper-case hexadecimal text with stars for what looks like a PAN or a track.

    Bytes that are ASCII digits are judged as the text they are, all others as packed digits.
    """
    characters = "".join(chr(byte) for byte in bytes.fromhex(text))
    spans = [found.span() for found in _TRACK_TEXT.finditer(characters)]
    spans += list(_grouped_pans(characters))
    nibbles = text
    for found in _DIGIT_TEXT.finditer(characters):
        nibbles = _starred(nibbles, *found.span())
    packed = [found.span() for found in _PACKED.finditer(nibbles)]
    for start, end in spans:
        text = _starred(text, start, end)
    for start, end in packed:
        text = text[:start] + stars(text[start:end]) + text[end:]
    return text


def _starred(text: str, start: int, end: int) -> str:
    """Return hexadecimal text with stars for the bytes from `start` to `end`."""
    return text[: 2 * start] + "**" * (end - start) + text[2 * end :]


def icc_data(text: str) -> str:
    """Return hexadecimal BER-TLV with stars for secret tags and for what looks like a PAN.

    All is starred when it cannot be read: nobody knows then where a PAN stands.
    """
    try:
        values = dict(_shown_values(bytes.fromhex(text), TEMPLATE_DEPTH_MAX))
    except DecodeError:
        return stars(text)
    for value, shown in values.items():
        text = text.replace(value, shown)
    return text


def _shown_values(data: bytes, depth: int) -> Iterator[tuple[str, str]]:
    """Return each value that must not be shown as it is, and what is shown instead."""
    found = tlv.inspect(data)
    if depth == 0 or any(each.kind == "breaks_parsing" for each in found.deviations):
        raise DecodeError("no BER-TLV that can be searched")
    for element in found.elements:
        value = element.value.hex().upper()
        if element.is_constructed and element.tag not in SECRET_TAGS:
            yield from _shown_values(element.value, depth - 1)
        elif value and (shown := stars(value) if element.tag in SECRET_TAGS else binary(value)):
            yield value, shown


def _private_62(text: str, mti: str) -> str:
    """Return field 62: keys in answers to management messages, or of a size that keys have."""
    is_management = mti[1:2] == "8"
    if not mti or len(text) // 2 in KEY_FIELD_SIZES or (is_management and is_answer(mti)):
        return stars(text)
    try:
        parse_terminal_sequence(text)
    except DecodeError:
        return binary(text)
    return text


def _totals_or_records(text: str, mti: str) -> str:
    """Return field 48: totals as they are, the PANs of uploaded records masked."""
    try:
        if mti.startswith("05"):
            parse_settlement_totals(text)
            return text
        parse_upload(text)
    except DecodeError:
        return mask(text)
    starts = range(2, len(text), RECORD_SIZE)
    return text[:2] + "".join(_record(text[at : at + RECORD_SIZE]) for at in starts)


def _record(text: str) -> str:
    filled = text[8:28]
    number = filled.lstrip("0")
    return text[:8] + "0" * (len(filled) - len(number)) + pan(number) + text[28:]


def _institutions(text: str) -> str:
    """Return field 44: two codes of eleven digits touch each other and are no PAN."""
    return text if _TWO_CODES.fullmatch(text) else printed(text)


def _by_layout(parse: Callable[[str], object]) -> Callable[[str], str]:
    """Return the way of digits that have a layout: as they are if they keep to it."""

    def shown(text: str) -> str:
        try:
            parse(text)
        except DecodeError:
            return _PACKED.sub(lambda found: stars(found[0]), text)
        return text

    return shown


_WAYS: Mapping[int, Callable[[str], str]] = {
    2: pan,
    35: track_2,
    36: stars,
    44: _institutions,
    45: stars,
    46: free_text,
    47: free_text,
    52: stars,
    54: printed,
    55: icc_data,
    56: binary,
    57: binary,
    58: binary,
    59: binary,
    60: _by_layout(parse_batch_data),
    61: _by_layout(parse_original_data),
    63: free_text,
}
