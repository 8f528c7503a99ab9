"""How far a message can be believed that is not right: up to the first field that cannot be.

One wrong length or bit of the bitmap moves all that follows, and then a PAN may stand in any
field.  These shapes are narrower than the dialect's on purpose: a shifted message seldom fits.
A field whose layout nobody knows is doubtful itself, as nothing there could betray a shift.
"""

import re

from harness.errors import DecodeError
from harness.terms.card import is_luhn
from harness.wire import tlv
from harness.wire.dialects.unionpay_subfields import parse_settlement_totals, parse_upload
from harness.wire.iso8583 import Message

NO_LAYOUT = frozenset({46, 47, 56, 57, 58, 59, 62, 63})
_MTI = re.compile(r"0[1-8][0-9]{2}")
_TIME = r"([01]\d|2[0-3])[0-5]\d[0-5]\d"
_DAY = r"(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])"
_SHAPES = {
    number: re.compile(shape, re.ASCII | re.DOTALL)
    for number, shape in {
        3: r"(00|03|17|20|31|60|62|63)0000|40\d\d00",
        4: r"000\d{9}",
        11: r"\d{6}",
        12: _TIME,
        13: _DAY,
        14: r"\d\d(0[1-9]|1[0-2])",
        15: _DAY,
        22: r"(0\d|80|9\d)[0-2]",
        23: r"0\d\d",
        25: r"\d\d",
        26: r"0[4-9]|1[0-2]",
        32: r"\d{6,11}",
        33: r"\d{6,11}",
        35: r"\d{13,19}[D=]\d{7,23}",
        37: r"\d{12}",
        38: r"[0-9A-Z]{6}",
        39: r"[0-9A-Z]{2}",
        41: r"[0-9A-Z]{8}",
        42: r"[0-9A-Z]{15}",
        44: r"\d{8} {3}\d{8} {0,6}|\d{22} {0,3}",
        45: r"B\d{13,19}\^[^^]*\^\d+.*",
        49: r"[0-9A-Z]{3}",
        53: r"\d{4}0{12}",
        54: r"(\d{7}[CD]\d{12})+",
        60: r"[0-5]\d{7,}",
        61: r"\d{6,}",
    }.items()
}


def is_mti(mti: str) -> bool:
    """Tell whether the four digits are an MTI of ISO 8583:1987."""
    return _MTI.fullmatch(mti) is not None


def doubtful_from(message: Message) -> int | None:
    """Return the number of the first field that cannot be right, None if all can."""
    doubtful = (n for n, text in sorted(message.fields.items()) if not _is_likely(n, text, message))
    return next(doubtful, None)


def _is_likely(number: int, text: str, message: Message) -> bool:
    match number:
        case 2:
            is_pan = 13 <= len(text) <= 19 and text.isdigit()  # field 3 would betray a wrong size
            return is_pan and (3 in message.fields or is_luhn(text))
        case 48:
            return _is_totals_or_upload(text, message.mti)
        case 55:
            found = tlv.inspect(bytes.fromhex(text))
            return not any(each.kind == "breaks_parsing" for each in found.deviations)
    if number in _SHAPES:
        return _SHAPES[number].fullmatch(text) is not None
    return number not in NO_LAYOUT


def _is_totals_or_upload(text: str, mti: str) -> bool:
    try:
        if mti.startswith("05"):
            parse_settlement_totals(text)
        else:
            parse_upload(text)
    except DecodeError:
        return False
    return True
