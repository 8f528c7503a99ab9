"""ESC/POS commands: the bytes that go to a slip printer, cut into characters and commands.

What a command does to the paper is told in `escpos`; here is only where it ends.  Bytes from 80 on
are GB18030 (FS & and the default); after FS . they are code page 437.

Source: ESC/POS command references of printer makers; GB 18030 for the two- and four-byte codes.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

PICTURE_SIZE_MAX = 1 << 19
LINE_SIZE_MAX = 512
TABLE_SIZE_MAX = 512  # of what ends with a NUL
BROKEN = "\ufffd"  # stands for bytes that are no character


class Token(NamedTuple):
    """Characters (name "text"), or whole lines of them ("lines", without the last line feed).

    Or a command by its name, or what is neither ("unknown", "broken" ...).
    """

    name: str
    offset: int
    end: int
    text: str = ""  # some characters in a row
    argument: int = 0  # of a command, its first


def tokens(data: bytes) -> Iterator[Token]:
    """Yield all that `data` holds, without a gap; the character set follows FS & and FS . ."""
    at, is_chinese = 0, True
    while at < len(data):
        token = _command(data, at) if data[at] in _PREFIXES else _sign(data, at, is_chinese)
        if token.name in ("chinese", "single", "reset"):
            is_chinese = token.name != "single"
        at = token.end
        yield token


@dataclass(frozen=True, slots=True)
class _Command:
    """A command: its name, and the size of what follows its first bytes."""

    name: str
    size: int | Callable[[bytes, int], int | None] = 0  # None: not yet known


_CUTS = b"\x00\x0101"
_FEEDING_CUTS = b"ABabgh"


def _cut_size(data: bytes, at: int) -> int | None:
    if at == len(data):
        return None
    return 2 if data[at] in _FEEDING_CUTS else 1


def _raster_size(data: bytes, at: int) -> int | None:
    head = data[at : at + 5]
    if len(head) < 5:
        return None
    return 5 + int.from_bytes(head[1:3], "little") * int.from_bytes(head[3:5], "little")


def _bit_image_size(data: bytes, at: int) -> int | None:
    head = data[at : at + 3]
    if len(head) < 3:
        return None
    return 3 + int.from_bytes(head[1:3], "little") * (1 if head[0] < 32 else 3)


def _stored_image_size(data: bytes, at: int) -> int | None:
    return 2 + data[at] * data[at + 1] * 8 if len(data) - at >= 2 else None


def _counted_size(data: bytes, at: int) -> int | None:
    head = data[at : at + 3]
    return 3 + int.from_bytes(head[1:3], "little") if len(head) == 3 else None


def _barcode_size(data: bytes, at: int) -> int | None:
    if at == len(data):
        return None
    if data[at] <= 6:
        return _nul_size(data, at)
    return 2 + data[at + 1] if len(data) - at >= 2 else None


def _nul_size(data: bytes, at: int) -> int | None:
    end = data.find(0, at, at + TABLE_SIZE_MAX)
    if end >= 0:
        return end + 1 - at
    return None if len(data) - at < TABLE_SIZE_MAX else PICTURE_SIZE_MAX + 1


_COMMANDS: Mapping[bytes, _Command] = {
    b"\x1b@": _Command("reset"),
    b"\x1b!": _Command("mode", 1),
    b"\x1bE": _Command("bold", 1),
    b"\x1bG": _Command("bold", 1),
    b"\x1ba": _Command("align", 1),
    b"\x1bd": _Command("feed", 1),
    b"\x1bJ": _Command("feed dots", 1),
    b"\x1bi": _Command("cut"),
    b"\x1bm": _Command("cut"),
    b"\x1b*": _Command("picture", _bit_image_size),
    b"\x1bD": _Command("nothing", _nul_size),
    b"\x1c&": _Command("chinese"),
    b"\x1c.": _Command("single"),
    b"\x1c!": _Command("chinese mode", 1),
    b"\x1cW": _Command("chinese double", 1),
    b"\x1cp": _Command("picture", 2),
    b"\x1d!": _Command("size", 1),
    b"\x1dV": _Command("cut", _cut_size),
    b"\x1dv0": _Command("picture", _raster_size),
    b"\x1d*": _Command("nothing", _stored_image_size),
    b"\x1d/": _Command("picture", 1),
    b"\x1dk": _Command("barcode", _barcode_size),
    b"\x1d(": _Command("symbol or setting", _counted_size),
    # settings that change nothing of the text, by the bytes that follow: spacing, margins, pages
    **{b"\x1b" + bytes([byte]): _Command("nothing") for byte in b"2SL<"},
    **{b"\x1b" + bytes([byte]): _Command("nothing", 1) for byte in b"3-tR M{V=KerU"},
    **{b"\x1b" + bytes([byte]): _Command("nothing", 2) for byte in b"$\\Bc"},
    b"\x1bp": _Command("nothing", 3),
    **{b"\x1c" + bytes([byte]): _Command("nothing", 1) for byte in b"-C"},
    b"\x1cS": _Command("nothing", 2),
    **{b"\x1d" + bytes([byte]): _Command("nothing", 1) for byte in b"BhwHfaIrb"},
    **{b"\x1d" + bytes([byte]): _Command("nothing", 2) for byte in b"LWP$\\"},
    b"\x10\x04": _Command("nothing", 1),
    b"\x10\x05": _Command("nothing", 1),
    b"\x10\x14": _Command("nothing", 3),
}
_ASCII = rb"[\x20-\x7e]{1,64}+"
_CHINESE = rb"(?:[\x81-\xfe](?:[\x40-\x7e\x80-\xfe]|[0-9][\x81-\xfe][0-9])){1,64}+"
_ASCII_RUN = re.compile(_ASCII)
_RUN = re.compile(rb"(?:%b|%b){1,16}+" % (_ASCII, _CHINESE))
_LINES = re.compile(rb"(?:[\x20-\x7e\x81-\xfe]{1,%d}+\n)++" % LINE_SIZE_MAX)
_PREFIXES = b"\x10\x1b\x1c\x1d"
_CONTROLS = {0x0A: "line", 0x0C: "line", 0x0D: "return", 0x09: "tab", 0x00: "nothing"}


def _lines(data: bytes, at: int) -> Token | None:
    """Return the lines that stand there and are nothing but characters: most of any slip."""
    lines = _LINES.match(data, at)
    if lines is None:
        return None
    try:
        return Token("lines", at, lines.end(), lines[0][:-1].decode("gb18030"))
    except UnicodeDecodeError:
        return None


def _sign(data: bytes, at: int, is_chinese: bool) -> Token:
    if is_chinese and (lines := _lines(data, at)):
        return lines
    if run := (_RUN if is_chinese else _ASCII_RUN).match(data, at):
        return _text(run[0], at)
    byte = data[at]
    if byte < 0x20 or byte == 0x7F:
        return Token(_CONTROLS.get(byte, "unknown"), at, at + 1)
    if not is_chinese:
        return Token("text", at, at + 1, data[at : at + 1].decode("cp437"))
    return Token("broken", at, at + 1, BROKEN)


def _text(data: bytes, at: int) -> Token:
    """Return the characters up to the first code that has the form of one and is none."""
    try:
        return Token("text", at, at + len(data), data.decode("gb18030"))
    except UnicodeDecodeError as error:
        whole = data[: error.start]
    if not whole:
        return Token("broken", at, at + 1, BROKEN)
    return Token("text", at, at + len(whole), whole.decode("gb18030"))


def _command(data: bytes, at: int) -> Token:
    prefix = data[at : at + 2]
    if prefix == b"\x1dv":
        prefix = data[at : at + 3]
    command = _COMMANDS.get(prefix)
    start = at + len(prefix)
    if command is None:
        is_short = len(prefix) < 2 or prefix == b"\x1dv"
        return Token("unfinished", at, len(data)) if is_short else Token("unknown", at, start)
    if prefix == b"\x1dV" and data[start : start + 1] not in _CUTS + _FEEDING_CUTS:
        return Token("unknown", at, start + 1)
    size = command.size if isinstance(command.size, int) else command.size(data, start)
    if size is not None and size > PICTURE_SIZE_MAX:
        return Token("oversized", at, start)
    if size is None or start + size > len(data):
        return Token("unfinished", at, len(data))
    return Token(command.name, at, start + size, "", data[start] if size else 0)
