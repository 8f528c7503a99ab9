"""What of a decoded message people may see: stars for PANs, tracks, PIN blocks and keys.

Stars keep the size, so that it can still be judged.  Where a PAN may be hidden in a field that
acquirers define for themselves, anything that looks like one is starred too.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from harness.errors import DecodeError
from harness.terms.card import is_luhn, mask, mask_pan
from harness.wire import tlv
from harness.wire.dialects.unionpay_messages import is_answer
from harness.wire.dialects.unionpay_subfields import (
    RECORD_SIZE,
    parse_settlement_totals,
    parse_terminal_sequence,
    parse_upload,
)
from harness.wire.iso8583 import Message
from harness.wire.keys import CHECK_SIZE, KEY_SIZES

PAN_SIZE_MIN = 13
SECRET_TAGS = frozenset({"56", "57", "5A", "5F20", "99", "9F1F", "9F20", "9F6B"})
KEY_FIELD_SIZES = frozenset(sum(s) + CHECK_SIZE * len(s) for s in KEY_SIZES.values())
TEMPLATE_DEPTH_MAX = 8

_RUN = re.compile(r"(?<!\d)\d{13,19}(?!\d)", re.ASCII)
_TRACK = re.compile(r"\d{8,19}[D=]\d{7,}", re.ASCII)
_GROUPED = re.compile(
    r"(?<!\d)(?:\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}(?:\1\d{1,3})?|\d{4}([ -])\d{6}\2\d{5})(?!\d)",
    re.ASCII,
)


def conceal(message: Message, *, is_whole: bool) -> dict[int, str]:
    """Return the fields as they may be shown.

    is_whole: the message could be parsed; otherwise a PAN may stand in any field.
    """
    shown = {n: _field(n, text, message) for n, text in message.fields.items()}
    return shown if is_whole else {n: mask(text) for n, text in shown.items()}


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
    """Return a text without PANs, also those written in groups."""
    return _GROUPED.sub(lambda found: _group_masked(found[0]), mask(text))


def _group_masked(text: str) -> str:
    places = [place for place, character in enumerate(text) if character.isdigit()]
    hidden = frozenset(places[6:-4])
    return "".join("*" if place in hidden else text[place] for place in range(len(text)))


def binary(text: str) -> str:
    """Return upper-case hexadecimal text with stars for what looks like a PAN or a track."""
    return _starred(text, [*_packed(text), *_in_ascii(text)])


def icc_data(text: str) -> str:
    """Return hexadecimal BER-TLV with stars for the values of secret tags.

    All is starred when it cannot be read: nobody knows then where a PAN stands.
    """
    try:
        secrets = list(_secret_values(bytes.fromhex(text), TEMPLATE_DEPTH_MAX))
    except DecodeError:
        return stars(text)
    for value in secrets:
        text = text.replace(value, stars(value))
    return binary(text)


def _secret_values(data: bytes, depth: int) -> Iterator[str]:
    found = tlv.inspect(data)
    if depth == 0 or any(each.kind == "breaks_parsing" for each in found.deviations):
        raise DecodeError("no BER-TLV that can be searched")
    for element in found.elements:
        if element.tag in SECRET_TAGS and element.value:
            yield element.value.hex().upper()
        elif element.is_constructed:
            yield from _secret_values(element.value, depth - 1)


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


def _packed(text: str) -> Iterator[tuple[int, int]]:
    """Return where packed digits look like a PAN or a track."""
    yield from (found.span() for found in _TRACK.finditer(text))
    yield from (found.span() for found in _RUN.finditer(text) if is_luhn(found[0]))


def _in_ascii(text: str) -> Iterator[tuple[int, int]]:
    """Return where bytes are ASCII digits that look like a PAN or a track."""
    characters = "".join(
        chr(int(text[at : at + 2], 16)) if "*" not in text[at : at + 2] else "*"
        for at in range(0, len(text), 2)
    )
    for start, end in _packed(characters):
        yield 2 * start, 2 * end


def _starred(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + stars(text[start:end]) + text[end:]
    return text


_WAYS: Mapping[int, Callable[[str], str]] = {
    2: pan,
    35: track_2,
    36: stars,
    45: stars,
    46: mask,
    47: mask,
    52: stars,
    55: icc_data,
    56: binary,
    57: binary,
    58: binary,
    59: binary,
    63: mask,
}
