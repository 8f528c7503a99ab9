"""What of a decoded ZVT command people may see: stars for PANs, tracks and passwords.

A terminal masks the PAN itself, mostly.  After a card number that cannot be right all is starred:
its size may be what is wrong, and then the rest of it stands in what follows.
"""

import re
from collections.abc import Mapping
from typing import TypedDict

from harness.commands.concealment import (
    SECRET_TAGS,
    binary,
    free_text,
    pan,
    printed,
    stars,
    track_2,
)
from harness.commands.output import IDEOGRAPHIC_SPACE
from harness.terms.card import is_luhn
from harness.wire.zvt_bitmaps import CHARSET, Tlv, Value

CARD_CHARACTERS = frozenset("0123456789*=")
SECRETS = frozenset({"track_1", "track_3", "cvv", "password"})
_PAN = re.compile(r"[0-9*]{13,19}", re.ASCII)
_TRACK = re.compile(r"[0-9*]{13,19}=[0-9*]*", re.ASCII)
_PACKED = re.compile(b"[%b]{6,}" % re.escape(bytes.fromhex("".join(f"{n:02}" for n in range(100)))))


class ShownTlv(TypedDict):
    """One TLV object as it is shown."""

    tag: str
    value: "Shown"


Shown = str | int | list[ShownTlv]


def shown_fields(
    fields: Mapping[str, Value], *, is_clear: bool, is_right: bool
) -> dict[str, Shown]:
    """Return the fields of a command as they may be shown; bytes as upper-case hexadecimal.

    is_right: the command has no deviation; otherwise texts and bytes are starred too, and all
    that follows them, since their size may be what is wrong.
    """
    shown: dict[str, Shown] = {}
    is_doubtful = False
    for name, value in fields.items():
        is_doubtful = is_doubtful or not (is_right or _has_layout(value))
        shown[name] = _plain(value) if is_clear else _field(name, value, is_doubtful=is_doubtful)
        is_doubtful = is_doubtful or not _is_likely(name, value)
    return shown


def _has_layout(value: Value) -> bool:
    return isinstance(value, int) or (isinstance(value, str) and set(value) <= CARD_CHARACTERS)


def _plain(value: Value) -> Shown:
    if isinstance(value, bytes):
        return value.hex().upper()
    if isinstance(value, tuple):
        return [{"tag": f"{each.tag:02X}", "value": _plain(each.value)} for each in value]
    return value


def _field(name: str, value: Value, *, is_doubtful: bool) -> Shown:
    if is_doubtful or name in SECRETS:
        return stars(str(_plain(value)))
    if isinstance(value, tuple):
        return [_tlv(each) for each in value]
    if isinstance(value, bytes):
        return binary(value.hex().upper())
    if isinstance(value, int):
        return value
    if name == "pan":
        return pan(value)
    return track_2(value) if name == "track_2" else _text(name, value)


def _tlv(each: Tlv) -> ShownTlv:
    tag = f"{each.tag:02X}"
    if isinstance(each.value, tuple):
        return {"tag": tag, "value": [_tlv(one) for one in each.value]}
    text = each.value.hex().upper()
    return {"tag": tag, "value": stars(text) if tag in SECRET_TAGS else binary(text)}


def _text(name: str, text: str) -> str:
    """Return text without PANs, all stars when its bytes are packed digits and no text at all."""
    runs = _PACKED.findall(text.encode(CHARSET, "replace"))
    is_packed = any(not run.isascii() for run in runs)
    is_text = all(each.isprintable() or each == IDEOGRAPHIC_SPACE for each in text)
    if is_packed or not is_text:
        return stars(text)
    return printed(text) if name == "text" else free_text(text)  # slips print merchant numbers


def _is_likely(name: str, value: Value) -> bool:
    if name == "pan" and isinstance(value, str):
        found = _PAN.fullmatch(value)
        return found is not None and ("*" in value or is_luhn(value))
    if name == "track_2" and isinstance(value, str):
        return _TRACK.fullmatch(value) is not None
    return True
