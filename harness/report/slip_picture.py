"""A slip as a picture, as the paper would show it: every character at its column.

A font that lacks a character draws a box in its place; such a picture is never made.
"""

import importlib.util
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from io import BytesIO
from math import ceil
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from harness.errors import MisuseError
from harness.report.file import write_bytes
from harness.report.plain_text import visible
from harness.wire.escpos import Line

COLUMN = 12  # pixels; a character is twice as high as it is wide
ROW = 30
MARGIN = 24
COLUMNS_MIN = 32
COLUMNS_MAX = 96
LINES_MAX = 600
PNG_LEVEL = 1  # a slip is small anyway, and a run has more than a thousand
GREY_MAX = 150  # what is darker is ink
FONT_FILES = tuple(
    Path("/usr/share/fonts") / name
    for name in (
        "truetype/wqy/wqy-zenhei.ttc",
        "truetype/wqy/wqy-microhei.ttc",
        "opentype/noto/NotoSansCJK-Regular.ttc",
        "noto-cjk/NotoSansCJK-Regular.ttc",
        "google-noto-cjk/NotoSansCJK-Regular.ttc",
        "truetype/arphic/uming.ttc",
        "truetype/arphic/ukai.ttc",
        "truetype/droid/DroidSansFallbackFull.ttf",
    )
) + tuple(
    Path(name)
    for name in (
        "/System/Library/Fonts/PingFang.ttc",
        "/System/Library/Fonts/STHeiti Light.ttc",
        "C:/Windows/Fonts/simsun.ttc",
        "C:/Windows/Fonts/msyh.ttc",
    )
)
FONT_PACKAGE = "cvttf_NotoSansCJK_Regular"  # on PyPI: cvttf-notosanscjk-regular
_MISSING = "\U0010fffe"  # no font has a glyph for it

Font = ImageFont.FreeTypeFont


class NoFontError(MisuseError):
    """No font of the system has all characters of a slip."""


def draw(lines: Iterable[Line | str], path: Path, fonts: Sequence[Path] | None = None) -> None:
    """Write a PNG of the lines, black on white.

    fonts: files to look in instead of those of the system.
    Raises NoFontError if none has all characters of the slip, MisuseError if it cannot be written.
    """
    paper = [_line(each) for each, _ in zip(lines, range(LINES_MAX), strict=False)]
    text = {character for line in paper for character in line.text}
    font = _font(frozenset(filter(_is_ink, text)), font_files() if fonts is None else fonts)
    columns = min(max([COLUMNS_MIN, *(line.columns for line in paper)]), COLUMNS_MAX)
    height = 2 * MARGIN + sum(map(_height, paper))
    picture = Image.new("L", (2 * MARGIN + columns * COLUMN, height), 255)
    y = MARGIN
    for line in paper:
        strip = _strip(line, font)
        picture.paste(strip, (MARGIN + _indent(line, columns) * COLUMN, y))
        y += strip.height
    coded = BytesIO()
    picture.point(_black_or_white, mode="1").save(coded, "PNG", compress_level=PNG_LEVEL)
    write_bytes(path, coded.getvalue())


def font_files() -> list[Path]:
    """Return the font files of this system and of the optional package that exist."""
    spec = importlib.util.find_spec(FONT_PACKAGE)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    packaged = [file for folder in folders for file in sorted(Path(folder).glob("*.[ot]tf"))]
    return [file for file in (*FONT_FILES, *packaged) if file.is_file()]


def _line(line: Line | str) -> Line:
    whole = line if isinstance(line, Line) else Line(line)
    text = visible(whole.text)[:COLUMNS_MAX]
    return Line(text, whole.bold, whole.wide, whole.tall, whole.align)


def _is_ink(character: str) -> bool:
    return not character.isspace()


def _black_or_white(grey: int) -> int:
    return 255 * (grey > GREY_MAX)


def _font(text: frozenset[str], files: Sequence[Path]) -> Font:
    for file in files:
        font = _opened(file)
        if font is not None and all(_has(file, character) for character in text):
            return font
    if all(character.isascii() for character in text):
        built_in = ImageFont.load_default(2 * COLUMN)
        if isinstance(built_in, Font):
            return built_in
    raise NoFontError(
        "no font on this system has all characters of the slip: install one with Chinese, "
        "as by: apt install fonts-wqy-zenhei, or pip install cvttf-notosanscjk-regular"
    )


@cache
def _opened(file: Path) -> Font | None:
    try:
        return ImageFont.truetype(str(file), 2 * COLUMN)
    except OSError:
        return None  # no font at all, or one that this library cannot read


@lru_cache(maxsize=10_000)
def _has(file: Path, character: str) -> bool:
    font = _opened(file)
    return font is not None and _glyph(font, character) != _glyph(font, _MISSING)


def _glyph(font: Font, character: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(character)
    return mask.size, bytes(mask)


def _height(line: Line) -> int:
    return ROW * (2 if line.tall else 1)


def _indent(line: Line, columns: int) -> int:
    free = max(columns - line.columns, 0)
    return {"left": 0, "centre": free // 2, "right": free}[line.align]


@lru_cache(maxsize=1024)  # slips of a shop have most of their lines in common
def _strip(line: Line, font: Font) -> Image.Image:
    """Return one line; wide and tall characters are stretched as a printer does it."""
    width = max(sum(map(_columns, line.text)), 1) * COLUMN
    strip, x = Image.new("L", (width, ROW), 255), 0
    for character in line.text:
        strip.paste(0, (x, 0), _ink(character, font, is_bold=line.bold))
        x += _columns(character) * COLUMN
    return strip.resize((width * (2 if line.wide else 1), _height(line)))


@lru_cache(maxsize=4096)
def _ink(character: str, font: Font, *, is_bold: bool) -> Image.Image:
    """Return where one character blackens its columns; squeezed if the font has it wider."""
    room = max(_columns(character), 1) * COLUMN
    width = max(ceil(font.getlength(character)), room)
    cell = Image.new("L", (width, ROW), 0)
    place, stroke = ((width - font.getlength(character)) // 2, ROW - 8), int(is_bold)
    ImageDraw.Draw(cell).text(place, character, 255, font, anchor="ls", stroke_width=stroke)
    return cell if width == room else cell.resize((room, ROW))


def _columns(character: str) -> int:
    return 1 if ord(character) < 0x80 else 0 if unicodedata.combining(character) else 2
