"""ESC/POS: the bytes that go to a slip printer, read into printed lines and written from them.

Bytes from 80 on are GB18030 (FS & and the default; after FS . they are code page 437).  `decode`
never raises: what it does not know or cannot read is a deviation, pictures are skipped and noted.
As on paper: text that no line feed follows, and text before ESC @ in the same line, is not printed.

Source: ESC/POS command references of printer makers.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, NamedTuple

from harness.errors import EncodeError
from harness.terms.immutable import immutable
from harness.wire.deviation import Deviation, DeviationKind
from harness.wire.escpos_commands import LINE_SIZE_MAX, Token, tokens

PAPER_SIZE_MAX = 1 << 20
LINES_MAX = 4096
DEVIATIONS_MAX = 100
TAB_COLUMNS = 8

Align = Literal["left", "centre", "right"]
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_ALIGNS: tuple[Align, Align, Align] = ("left", "centre", "right")


@immutable
class Line:
    """One printed line; a style is set when any of its characters has it."""

    text: str
    bold: bool = False
    wide: bool = False
    tall: bool = False
    align: Align = "left"
    measured_columns: int | None = field(default=None, compare=False)

    @property
    def columns(self) -> int:
        """Return how many columns of the paper the line takes; a Chinese character takes two."""
        if self.measured_columns is not None:
            return self.measured_columns
        return columns(self.text) * (2 if self.wide else 1)


@immutable
class PrintedPaper:
    """What came out of the printer."""

    lines: tuple[Line, ...]
    is_cut: bool  # the last thing done was to cut the paper
    deviations: tuple[Deviation, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """Return the text of each line."""
        return tuple(line.text for line in self.lines)


@lru_cache(maxsize=1024)  # the lines of slips are mostly those of slips before
def columns(text: str) -> int:
    """Return how many columns `text` takes at normal size."""
    return len(text) if text.isascii() else 2 * len(text) - len(text.encode("ascii", "ignore"))


def decode(data: bytes) -> PrintedPaper:
    """Return what a printer makes of `data`; never raises."""
    printer = _Printer()
    for token in tokens(data[:PAPER_SIZE_MAX]):
        printer.take(token)
    return printer.finish(len(data))


def encode(lines: Iterable[Line], *, width: int = 32, cut: bool = True) -> bytes:
    """Return the bytes that print `lines` on paper of `width` columns.

    Raises EncodeError for a line that is too wide or holds a control character.
    """
    data, before = b"\x1b@\x1c&", Line("")
    for line in lines:
        if line.columns > width:
            raise EncodeError(f"a line of {line.columns} columns on paper of {width}")
        data += _style_bytes(before, line) + _text_bytes(line.text) + b"\n"
        before = line
    return data + (b"\x1dVB\x00" if cut else b"")


def split(data: bytes) -> tuple[list[bytes], bytes]:
    """Return the slips that end in a cut, and what is left over; no byte is lost.

    What grows beyond PAPER_SIZE_MAX without a cut is handed over as a slip.
    """
    slips: list[bytes] = []
    start = 0
    for token in tokens(data):
        if token.name == "cut":
            slips.append(data[start : token.end])
            start = token.end
    if len(data) - start > PAPER_SIZE_MAX:
        slips.append(data[start:])
        start = len(data)
    return slips, data[start:]


class _Style(NamedTuple):
    """How characters look from here on."""

    bold: bool = False
    wide: bool = False
    tall: bool = False
    chinese_wide: bool = False
    chinese_tall: bool = False


_PLAIN = _Style()
_WHAT: Mapping[str, tuple[DeviationKind, str]] = {
    "unknown": ("not_in_profile", "unknown command or control byte"),
    "unfinished": ("breaks_parsing", "a command is cut short"),
    "oversized": ("breaks_parsing", "a picture or table is larger than any printer takes"),
    "broken": ("breaks_parsing", "bytes are no character"),
    "picture": ("cosmetic", "a picture is skipped"),
    "barcode": ("cosmetic", "a bar code is skipped"),
    "symbol or setting": ("cosmetic", "a symbol or setting is skipped"),
}


@dataclass(slots=True)
class _Filling:
    """The line that is being filled; the alignment is that at its beginning."""

    text: str = ""
    bold: bool = False
    wide: bool = False
    tall: bool = False
    align: Align = "left"
    columns: int = 0


@dataclass(slots=True)
class _Printer:
    """The printer's state while it takes one token after the other."""

    lines: list[Line] = field(default_factory=list)
    deviations: list[Deviation] = field(default_factory=list)
    line: _Filling = field(default_factory=_Filling)
    style: _Style = _PLAIN
    align: Align = "left"
    is_cut: bool = False
    is_after_return: bool = False

    def take(self, token: Token) -> None:
        """Carry out one token."""
        is_fed, self.is_after_return = self.is_after_return, False
        if token.name == "lines":
            self.print_lines(token)
            return
        if token.name in _WHAT:
            self.deviate(token.offset, *_WHAT[token.name])
        if not (is_fed and token.name == "line"):  # CR LF ends one line, not two
            self.perform(token)

    def print_lines(self, token: Token) -> None:
        """Print lines; nearly always they are lines by themselves, in one style."""
        style = self.style
        lines = _plain_lines(token.text, style.bold, style.wide, style.tall, self.align)
        is_plain = not (self.line.text or style.chinese_wide or style.chinese_tall)
        if not is_plain or len(self.lines) + len(lines) > LINES_MAX:
            self.fill_lines(token.text.split("\n"), token.offset)
            return
        self.lines += lines
        self.is_cut = False

    def fill_lines(self, texts: Iterable[str], offset: int) -> None:
        """Put each text into a line, and feed."""
        for text in texts:
            self.add(text, offset)
            offset += len(text.encode("gb18030"))
            self.feed(offset)
            offset += 1

    def perform(self, token: Token) -> None:
        """Change state or paper as the token says."""
        match token.name:
            case "text" | "broken":
                self.add(token.text, token.offset)
            case "line":
                self.feed(token.offset)
            case "return":
                self.is_after_return = bool(self.line.text)
                self.feed_lines(0, token.offset)
            case "tab":
                self.add(" " * (TAB_COLUMNS - self.line.columns % TAB_COLUMNS), token.offset)
            case "feed":
                self.feed_lines(token.argument, token.offset)
            case "feed dots" | "picture" | "barcode":
                self.feed_lines(0, token.offset)
                self.is_cut = False
            case "cut":
                self.feed_lines(0, token.offset)
                self.is_cut = True
            case "reset":
                self.reset(token.offset)
            case "align":
                self.align = _ALIGNS[token.argument & 15] if token.argument & 15 < 3 else "left"
            case _:
                self.style = _restyled(self.style, token.name, token.argument)

    def add(self, text: str, offset: int) -> None:
        """Put text into the line that is being filled."""
        while text:
            if len(self.line.text) >= LINE_SIZE_MAX:
                self.deviate(offset, "breaks_parsing", "a line is longer than any paper is wide")
                self.feed(offset)
            room = LINE_SIZE_MAX - len(self.line.text)
            self.fill(text[:room])
            text = text[room:]

    def fill(self, text: str) -> None:
        """Put text that has room into the line."""
        style, line = self.style, self.line
        chinese = columns(text) - len(text)  # so many of its characters take two columns
        line.align = line.align if line.text else self.align
        line.text += text
        line.bold = line.bold or style.bold
        line.wide = line.wide or style.wide or (style.chinese_wide and chinese > 0)
        line.tall = line.tall or style.tall or (style.chinese_tall and chinese > 0)
        line.columns += columns(text) * (2 if style.wide else 1)
        if style.chinese_wide and not style.wide:
            line.columns += 2 * chinese

    def feed(self, offset: int) -> None:
        """Print the line that is being filled, and begin the next one."""
        line, self.line = self.line, _Filling()
        align = line.align if line.text else self.align
        self.put(Line(line.text, line.bold, line.wide, line.tall, align, line.columns), offset)

    def put(self, line: Line, offset: int) -> None:
        """Put a line on the paper."""
        self.is_cut = False
        if len(self.lines) < LINES_MAX:
            self.lines.append(line)
        else:
            self.deviate(offset, "breaks_parsing", f"more than {LINES_MAX} lines")

    def feed_lines(self, count: int, offset: int) -> None:
        """Print what is in the line, and feed `count` lines in all."""
        for _ in range(max(count, 1 if self.line.text else 0)):
            self.feed(offset)

    def reset(self, offset: int) -> None:
        """Go back to the state after power-on; the line that is being filled is lost."""
        if self.line.text:
            self.deviate(offset, "breaks_parsing", "ESC @ threw away text before it was printed")
            self.line = _Filling()
        self.style, self.align = _PLAIN, "left"

    def deviate(self, offset: int, kind: DeviationKind, what: str) -> None:
        """Note what is wrong, up to a limit."""
        if len(self.deviations) < DEVIATIONS_MAX:
            self.deviations.append(Deviation("paper", offset, kind, what))

    def finish(self, size: int) -> PrintedPaper:
        """Return the paper after the last byte of `size` bytes."""
        if size > PAPER_SIZE_MAX:
            self.deviate(PAPER_SIZE_MAX, "breaks_parsing", "more bytes than are read")
        if self.line.text:
            self.deviate(size, "breaks_parsing", "text at the end was not printed: no line feed")
        return PrintedPaper(
            tuple(self.lines), self.is_cut and not self.line.text, tuple(self.deviations)
        )


@lru_cache(maxsize=256)
def _restyled(style: _Style, command: str, bits: int) -> _Style:
    match command:
        case "mode":
            return style._replace(bold=bool(bits & 8), tall=bool(bits & 16), wide=bool(bits & 32))
        case "bold":
            return style._replace(bold=bool(bits & 1))
        case "size":
            return style._replace(wide=bits >> 4 & 7 > 0, tall=bits & 7 > 0)
        case "chinese mode":
            return style._replace(chinese_wide=bool(bits & 4), chinese_tall=bool(bits & 8))
        case "chinese double":
            return style._replace(chinese_wide=bool(bits & 1), chinese_tall=bool(bits & 1))
    return style


@lru_cache(maxsize=64)  # all slips of a terminal begin and end alike, copies have one body
def _plain_lines(text: str, bold: bool, wide: bool, tall: bool, align: Align) -> tuple[Line, ...]:  # noqa: FBT001  # in the order of `Line`
    return tuple(Line(each, bold, wide, tall, align) for each in text.split("\n"))


def _style_bytes(before: Line, line: Line) -> bytes:
    data = b""
    if line.align != before.align:
        data += b"\x1ba" + bytes([_ALIGNS.index(line.align)])
    if line.bold != before.bold:
        data += b"\x1bE" + bytes([line.bold])
    if (line.wide, line.tall) != (before.wide, before.tall):
        data += b"\x1d!" + bytes([line.wide << 4 | line.tall])
    return data


def _text_bytes(text: str) -> bytes:
    if _CONTROL.search(text):
        raise EncodeError("a control character in a line of a slip")
    try:
        return text.encode("gb18030")
    except UnicodeEncodeError:  # from None: the library's error quotes the text
        raise EncodeError("a character that GB18030 does not have") from None
