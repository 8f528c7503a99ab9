import pytest
from PIL import Image, ImageFont

from harness.errors import MisuseError
from harness.report.slip_picture import (
    COLUMN,
    COLUMNS_MAX,
    COLUMNS_MIN,
    LINES_MAX,
    MARGIN,
    ROW,
    NoFontError,
    draw,
    font_files,
)
from harness.wire.escpos import Line
from tests.report.literal import SLIP

needs_chinese = pytest.mark.skipif(not font_files(), reason="no font with Chinese is installed")


def picture(lines, path, fonts=()):
    draw(lines, path / "slip.png", fonts)
    with Image.open(path / "slip.png") as image:
        image.load()
    return image


def ink(image, box):
    """Return how many pixels of the box are black."""
    return image.crop(box).convert("L").histogram()[0]


def test_a_slip_of_ascii_needs_no_font_of_the_system(tmp_path):
    image = picture(["SALE", "RMB 12.34"], tmp_path)
    assert image.size == (2 * MARGIN + COLUMNS_MIN * COLUMN, 2 * MARGIN + 2 * ROW)
    assert image.mode == "1"
    assert ink(image, (0, 0, *image.size)) > 100


@needs_chinese
def test_a_chinese_slip_is_a_small_picture(tmp_path):
    draw(SLIP, tmp_path / "deep" / "slip.png")
    assert 1000 < (tmp_path / "deep" / "slip.png").stat().st_size < 10_000


def test_without_the_characters_there_is_no_picture(tmp_path):
    with pytest.raises(NoFontError, match="apt install"):
        picture(["签购单"], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_font_without_the_characters_is_passed_over(tmp_path):
    (tmp_path / "latin.ttf").write_bytes(ImageFont.load_default(24).font_bytes)
    with pytest.raises(NoFontError):
        picture(["SALE 消费"], tmp_path, [tmp_path / "latin.ttf"])
    picture(["SALE"], tmp_path, [tmp_path / "latin.ttf"])


def test_a_file_that_is_no_font_is_passed_over(tmp_path):
    (tmp_path / "not.ttf").write_text("no font")
    picture(["SALE"], tmp_path, [tmp_path / "not.ttf", tmp_path / "gone.ttf"])


def test_every_character_stands_at_its_column(tmp_path):
    image = picture(["W" + " " * 9 + "W"], tmp_path)
    lit = [at for at in range(COLUMNS_MIN) if ink(image, column(at))]
    assert lit == [0, 10]


def column(at):
    return (MARGIN + at * COLUMN, 0, MARGIN + (at + 1) * COLUMN, 2 * MARGIN + ROW)


def test_wide_tall_and_aligned_lines_are_drawn_as_a_printer_does(tmp_path):
    image = picture([Line("A", wide=True, tall=True), Line("B", align="right")], tmp_path)
    assert image.size[1] == 2 * MARGIN + 3 * ROW
    right = (MARGIN + (COLUMNS_MIN - 1) * COLUMN, MARGIN + 2 * ROW, *image.size)
    assert ink(image, right)
    assert not ink(image, (0, MARGIN + 2 * ROW, right[0], image.size[1]))


def test_endless_slips_and_lines_are_cut(tmp_path):
    image = picture(("A" * 5000 for _ in range(LINES_MAX + 50)), tmp_path)
    wide, high = 2 * MARGIN + COLUMNS_MAX * COLUMN, 2 * MARGIN + LINES_MAX * ROW
    assert image.size == (wide, high)


def test_control_characters_are_drawn_as_escapes(tmp_path):
    assert ink(picture(["\x1b"], tmp_path), column(3))  # \x1b takes four columns


def test_a_picture_that_cannot_be_written_is_misuse(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(MisuseError, match="cannot write"):
        picture(["SALE"], tmp_path / "file")
