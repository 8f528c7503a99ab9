"""Magnetic tracks 1, 2 and 3: content, characters with sentinels and LRC, and bits of the stripe.

`seal` and `unseal` go between a track's content and its characters (start sentinel, content, end
sentinel, LRC character); `encode_bits` and `decode_bits` between its content and the stripe's bits,
each character low bit first and its odd parity bit last.  `repr` and errors never show a value.

Source: ISO/IEC 7811-2 (characters, parity, LRC), ISO/IEC 7813 (tracks 1 and 2), ISO/IEC 4909
(track 3), ISO/IEC 7812-1 (check digit).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import xor

from harness.errors import DecodeError, EncodeError
from harness.terms import card
from harness.terms.immutable import immutable

CLOCK_BITS = 20  # zeros before and after the characters, from which a reader takes its speed
BITS_SIZE_MAX = 4096


@dataclass(frozen=True, slots=True)
class Alphabet:
    """The characters of a track: how many data bits, the first one, sentinels, greatest size."""

    data_bits: int
    first: str
    start: str
    end: str
    size_max: int  # characters, sentinels and LRC included


ALPHABETS: Mapping[int, Alphabet] = {
    1: Alphabet(6, " ", "%", "?", 79),
    2: Alphabet(4, "0", ";", "?", 40),
    3: Alphabet(4, "0", ";", "?", 107),
}


@immutable
class Track2:
    """The content of track 2; `repr` shows none of it."""

    pan: str = field(repr=False)
    expiry: str = field(repr=False)  # YYMM
    service_code: str = field(repr=False)
    discretionary: str = field(repr=False, default="")


def parse_track_2(content: str) -> Track2:
    """Return the parts of track 2 without sentinels, separator = or D.  Raises DecodeError."""
    found = re.fullmatch(r"([0-9]{8,19})[=D]([0-9]{4})([0-9]{3})([0-9]*)", content)
    if found is None:
        raise DecodeError("is not PAN, separator, expiry, service code", field="track 2")
    if len(content) > ALPHABETS[2].size_max - 3:
        raise DecodeError(f"{len(content)} characters are too many", field="track 2")
    if not "01" <= found[2][2:] <= "12":
        raise DecodeError("expiry has no such month", field="track 2", offset=found.start(2))
    return Track2(*found.groups())


def format_track_2(track: Track2, separator: str = "=") -> str:
    """Return track 2 without sentinels.  Raises EncodeError for parts that are none."""
    content = f"{track.pan}{separator}{track.expiry}{track.service_code}{track.discretionary}"
    try:
        if parse_track_2(content) == track:
            return content
    except DecodeError as error:
        raise EncodeError(str(error)) from error
    raise EncodeError("track 2: a part has the wrong size")


def lrc(track: int, text: str) -> str:
    """Return the LRC character over `text`, sentinels included.  Raises EncodeError."""
    alphabet = ALPHABETS[track]
    return chr(ord(alphabet.first) + reduce(xor, _values(track, text), 0))


def seal(track: int, content: str) -> str:
    """Return start sentinel, content, end sentinel and LRC.  Raises EncodeError."""
    alphabet = ALPHABETS[track]
    if len(content) > alphabet.size_max - 3:
        raise EncodeError(f"track {track}: {len(content)} characters are too many")
    if {alphabet.start, alphabet.end} & set(content):
        raise EncodeError(f"track {track}: a sentinel inside the content")
    text = alphabet.start + content + alphabet.end
    return text + lrc(track, text)


def unseal(track: int, text: str) -> str:
    """Return the content of a whole track.  Raises DecodeError for sentinels, characters, LRC."""
    alphabet, where = ALPHABETS[track], f"track {track}"
    if not 3 <= len(text) <= alphabet.size_max:
        raise DecodeError(f"{len(text)} characters", field=where)
    try:
        expected = lrc(track, text[:-1])
    except EncodeError:
        raise DecodeError("a character that the track does not have", field=where) from None
    if text[0] != alphabet.start or text[-2] != alphabet.end:
        raise DecodeError("start or end sentinel missing", field=where)
    if {alphabet.start, alphabet.end} & set(text[1:-2]):
        raise DecodeError("a sentinel inside the content", field=where)
    if text[-1] != expected:
        raise DecodeError("wrong LRC", field=where, offset=len(text) - 1)
    return text[1:-2]


def encode_bits(track: int, content: str) -> str:
    """Return the stripe's bits as "0" and "1", clocking zeros around.  Raises EncodeError."""
    size = ALPHABETS[track].data_bits
    characters = [f"{value:0{size}b}"[::-1] for value in _values(track, seal(track, content))]
    body = "".join(bits + str(1 - bits.count("1") % 2) for bits in characters)
    return "0" * CLOCK_BITS + body + "0" * CLOCK_BITS


def decode_bits(track: int, bits: str) -> str:
    """Return the content that the stripe's bits hold; what follows the LRC is not looked at.

    Raises DecodeError for parity, sentinels, LRC, a stripe without characters or cut short.
    """
    if len(bits) > BITS_SIZE_MAX or set(bits) - {"0", "1"}:
        raise DecodeError("is not a stripe's bits", field=f"track {track}")
    alphabet, at, text = ALPHABETS[track], bits.find("1"), ""
    while len(text) < alphabet.size_max and text[-2:-1] != alphabet.end:
        text += _character(track, bits, at)
        at += alphabet.data_bits + 1
    return unseal(track, text)


def is_luhn(pan: str) -> bool:
    """Return whether `pan` is digits that end in their check digit."""
    return len(pan) > 1 and pan.isascii() and pan.isdigit() and card.is_luhn(pan)


def _values(track: int, text: str) -> list[int]:
    alphabet = ALPHABETS[track]
    values = [ord(character) - ord(alphabet.first) for character in text]
    if any(not 0 <= value < 1 << alphabet.data_bits for value in values):
        raise EncodeError(f"track {track}: a character that the track does not have")
    return values


def _character(track: int, bits: str, at: int) -> str:
    alphabet = ALPHABETS[track]
    character = bits[at : at + alphabet.data_bits + 1] if at >= 0 else ""
    if len(character) <= alphabet.data_bits:
        raise DecodeError("no characters, or cut short", field=f"track {track}", offset=max(at, 0))
    if character.count("1") % 2 == 0:
        raise DecodeError("wrong parity", field=f"track {track}", offset=at)
    return chr(ord(alphabet.first) + int(character[-2::-1], 2))
