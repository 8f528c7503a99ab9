"""ESC/POS: literal printer bytes and the paper they make, then properties."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import EncodeError
from harness.wire.escpos import (
    DEVIATIONS_MAX,
    LINE_SIZE_MAX,
    LINES_MAX,
    PAPER_SIZE_MAX,
    Line,
    columns,
    decode,
    encode,
    split,
)

CUT = b"\x1dV\x00"
SALE = "消费".encode("gb18030")


def whats(data):
    return [(one.offset, one.kind) for one in decode(data).deviations]


def test_chinese_and_ascii_lines_are_read():
    paper = decode(SALE + b" (SALE)\nRMB 12.34\n" + CUT)
    assert paper.texts == ("消费 (SALE)", "RMB 12.34")
    assert (paper.is_cut, paper.deviations) == (True, ())
    assert [line.columns for line in paper.lines] == [11, 9]


def test_four_byte_characters_are_read():
    assert decode("㐂\U00020000".encode("gb18030") + b"\n").texts == ("㐂\U00020000",)


@pytest.mark.parametrize("nobody", [b"\xfe\x39\xfe\x39", b"\xe3\x32\x9a\x36"])
def test_codes_that_stand_for_no_character_spoil_only_themselves(nobody):
    data = b"a" + SALE + nobody + SALE + b"\n"
    text = decode(data).texts[0]
    assert (text[:4], text[-2:]) == ("a消费\ufffd", "消费")
    assert whats(data)[0] == (5, "breaks_parsing")
    assert decode(nobody + b"\n").texts[0].startswith("\ufffd")


def test_text_of_both_scripts_is_one_line_of_both_widths():
    data = b"\x1c!\x04a" + SALE + b"b\n\x1d!\x10a" + SALE + b"\n\x1c!\x08\x1d!\x00ab\n"
    lines = decode(data).lines
    assert [line.columns for line in lines] == [2 + 8, 2 + 8, 2]
    assert [(line.wide, line.tall) for line in lines] == [(True, False), (True, False)] + [
        (False,) * 2
    ]


def test_long_lines_are_cut_at_the_limit_in_every_script():
    for text in ("消" * (LINE_SIZE_MAX + 3), "ab消" * LINE_SIZE_MAX):
        sizes = [len(line) for line in decode(text.encode("gb18030") + b"\n").texts]
        assert sum(sizes) == len(text)
        assert set(sizes[:-1]) == {LINE_SIZE_MAX}


def test_chinese_mode_off_means_code_page_437():
    paper = decode(b"\x1c.\x81\n\x1c&" + SALE + b"\n\x1c.\x81\x1b@\n" + SALE + b"\n")
    assert paper.texts == ("ü", "消费", "", "消费")


def test_line_ends_are_lf_cr_crlf_and_ff():
    assert decode(b"a\nb\rc\r\n\r\nd\x0c\n").texts == ("a", "b", "c", "", "d", "")


def test_feeds_print_the_line_and_blank_ones():
    assert decode(b"a\x1bd\x03b\x1bd\x00\x1bd\x00c\x1bJ\x20\x1bJ\x20").texts == (
        "a", "", "", "b", "c",
    )  # fmt: skip


def test_tabs_go_to_columns_of_eight():
    assert decode(b"a\tb\n").texts == ("a       b",)
    assert decode(SALE + b"\tb\n").texts == ("消费    b",)


@pytest.mark.parametrize(
    ("command", "line"),
    [
        (b"\x1b!\x08", Line("x", bold=True)),
        (b"\x1b!\x10", Line("x", tall=True)),
        (b"\x1b!\x20", Line("x", wide=True)),
        (b"\x1b!\x38\x1b!\x00", Line("x")),
        (b"\x1bE\x01", Line("x", bold=True)),
        (b"\x1bG\x01\x1bE\x00", Line("x")),
        (b"\x1ba\x01", Line("x", align="centre")),
        (b"\x1ba2", Line("x", align="right")),
        (b"\x1ba\x03", Line("x")),
        (b"\x1ba\x07", Line("x")),
        (b"\x1d!\x11", Line("x", wide=True, tall=True)),
        (b"\x1d!\x70", Line("x", wide=True)),
        (b"\x1c!\x0c", Line("x")),
        (b"\x1cW\x01", Line("x")),
        (b"\x1d!\x11\x1bE\x01\x1ba\x01\x1b@", Line("x")),
    ],
)
def test_styles_hold_for_the_line(command, line):
    assert decode(command + b"x\n").lines == (line,)


def test_chinese_styles_hold_for_chinese_characters():
    assert decode(b"\x1c!\x04" + SALE + b"\n").lines == (Line("消费", wide=True),)
    assert decode(b"\x1c!\x08" + SALE + b"\n").lines == (Line("消费", tall=True),)
    assert decode(b"\x1cW1" + SALE + b"\n").lines == (Line("消费", wide=True, tall=True),)


def test_columns_count_each_character_at_its_own_width():
    (line,) = decode(b"ab\x1d!\x10" + SALE + b"\n").lines
    assert (line.wide, line.columns) == (True, 2 + 8)
    assert Line("消费", wide=True).columns == 8
    assert columns("消费 12") == 7


def test_align_is_that_at_the_beginning_of_the_line():
    aligns = [line.align for line in decode(b"a\x1ba\x01b\nc\n\n\x1ba\x00d\n").lines]
    assert aligns == ["left", "centre", "centre", "left"]


@pytest.mark.parametrize(
    "cut", [b"\x1dV\x00", b"\x1dV1", b"\x1dVA\x00", b"\x1dVB\x40", b"\x1bi", b"\x1bm"]
)
def test_every_form_of_cut_prints_the_line_and_cuts(cut):
    paper = decode(b"a" + cut)
    assert (paper.texts, paper.is_cut, paper.deviations) == (("a",), True, ())
    assert split(b"a" + cut + b"b") == ([b"a" + cut], b"b")


def test_printing_after_the_cut_is_not_cut():
    assert not decode(CUT + b"a\n").is_cut
    assert not decode(CUT + b"a").is_cut
    assert not decode(CUT + b"\x1d/\x00").is_cut
    assert decode(CUT + b"\x1b@").is_cut


@pytest.mark.parametrize(
    "setting",
    [
        b"\x1b2", b"\x1b3\x20", b"\x1bt\x10", b"\x1b \x00", b"\x1b-\x01", b"\x1b$\x00\x00",
        b"\x1bp\x00\x19\x19", b"\x1c-\x00", b"\x1cS\x00\x00", b"\x1dL\x00\x00", b"\x1dB\x00",
        b"\x10\x04\x01", b"\x10\x05\x01", b"\x10\x14\x01\x00\x01",
        b"\x1bD\x08\x10\x00", b"\x1bD\x00", b"\x00",
        b"\x1d*\x01\x01\x0a\x0a\x0a\x0a\x0a\x0a\x0a\x0a",
    ],
)  # fmt: skip
def test_settings_and_status_requests_print_nothing(setting):
    paper = decode(b"a" + setting + b"b\n")
    assert (paper.texts, paper.deviations) == (("ab",), ())


@pytest.mark.parametrize(
    "picture",
    [
        b"\x1dv0\x00\x02\x00\x03\x00" + b"\x1dV\x00\x1dV\x00",
        b"\x1b*\x00\x03\x00" + b"\n\n\n",
        b"\x1b*\x21\x01\x00" + b"\n\n\n",
        b"\x1cp\x01\x00",
        b"\x1d/\x00",
        b"\x1dk\x04123\x00",
        b"\x1dk\x06\n\n\x00",
        b"\x1b*\x20\x01\x00" + b"\n\n\n",
        b"\x1dk\x49\x03\n\n\n",
        b"\x1d(k\x03\x00\n\n\n",
    ],
)
def test_pictures_and_codes_are_skipped_and_noted(picture):
    paper = decode(picture + b"b\n")
    assert paper.texts == ("b",)
    assert [(one.offset, one.kind) for one in paper.deviations] == [(0, "cosmetic")]
    assert split(picture) == ([], picture)
    for keep in range(1, len(picture)):
        (cut_short,) = decode(picture[:keep]).deviations
        assert "cut short" in cut_short.what


@pytest.mark.parametrize("picture", [b"\x1dv0\x00\xff\xff\xff\xff", b"\x1bD" + b"a" * 600])
def test_oversized_pictures_and_tables_swallow_nothing(picture):
    paper = decode(picture + b"\nb\n" + CUT)
    assert paper.texts[-1] == "b"
    assert whats(picture)[0] == (0, "breaks_parsing")
    assert split(picture + CUT) == ([picture + CUT], b"")


@pytest.mark.parametrize(
    "rest",
    [
        b"\x1b", b"\x1d", b"\x1b!", b"\x1dV", b"\x1dVA", b"\x1dv", b"\x1dv0\x00\x01",
        b"\x1dv0\x00\x01\x00\x01\x00", b"\x1b*\x00", b"\x1dk", b"\x1dk\x49", b"\x1dk\x04a",
        b"\x1d(k\x03", b"\x1d*\x01", b"\x10", b"\x1bD\x01",
    ],
)  # fmt: skip
def test_commands_cut_short_are_a_deviation(rest):
    paper = decode(b"a\n" + rest)
    assert paper.texts == ("a",)
    assert whats(b"a\n" + rest) == [(2, "breaks_parsing")]
    assert split(rest) == ([], rest)


@pytest.mark.parametrize("unknown", [b"\x1b\x01", b"\x1d\x01", b"\x1dV\x07", b"\x07", b"\x7f"])
def test_unknown_commands_are_a_deviation(unknown):
    assert decode(b"a" + unknown + b"b\n").texts == ("ab",)
    assert whats(b"a" + unknown + b"b\n") == [(1, "not_in_profile")]


def test_half_a_character_before_a_line_end_or_cut_is_a_deviation():
    for end in (b"\n", CUT):
        paper = decode(b"a" + SALE[:1] + end)
        assert paper.texts == ("a\ufffd",)
        assert whats(b"a" + SALE[:1] + end) == [(1, "breaks_parsing")]
    assert split(SALE[:1] + CUT) == ([SALE[:1] + CUT], b"")


def test_text_without_a_line_feed_is_not_printed():
    paper = decode(b"a\nb")
    assert paper.texts == ("a",)
    assert "not printed" in paper.deviations[0].what


def test_text_before_a_reset_in_the_line_is_lost():
    paper = decode(b"a\nb\x1b@c\n")
    assert paper.texts == ("a", "c")
    assert "threw away" in paper.deviations[0].what


def test_limits_hold():
    assert len(decode(b"\n" * (LINES_MAX + 5)).lines) == LINES_MAX
    assert len(decode(b"\x07" * 500).deviations) == DEVIATIONS_MAX
    long = decode(b"a" * (LINE_SIZE_MAX + 5) + b"\n")
    assert [len(line.text) for line in long.lines] == [LINE_SIZE_MAX, 5]
    assert "longer" in long.deviations[0].what
    huge = decode(b"\x00" * (PAPER_SIZE_MAX + 1))
    assert "more bytes" in huge.deviations[0].what
    assert split(b"\x00" * (PAPER_SIZE_MAX + 1)) == ([b"\x00" * (PAPER_SIZE_MAX + 1)], b"")


def test_slips_are_written_as_few_bytes():
    lines = [Line("POS签购单", bold=True, align="centre"), Line("RMB 1.00", bold=True, wide=True)]
    text = "POS签购单".encode("gb18030")
    head = b"\x1b@\x1c&\x1ba\x01\x1bE\x01" + text + b"\n"
    assert encode(lines) == head + b"\x1ba\x00\x1d!\x10RMB 1.00\n\x1dVB\x00"
    assert encode(lines[:1], cut=False) == head


@pytest.mark.parametrize(
    "line", [Line("x" * 33), Line("消" * 17), Line("x" * 17, wide=True), Line("a\nb"),
             Line("\x7f"), Line("\ud800")]
)  # fmt: skip
def test_lines_that_cannot_be_printed_are_an_encode_error(line):
    with pytest.raises(EncodeError):
        encode([line])


def test_lines_as_wide_as_the_paper_can_be_printed():
    full = [Line("x" * 32), Line("消" * 16), Line("x" * 16, wide=True)]
    assert decode(encode(full)).lines == tuple(full)
    assert decode(encode([Line("x" * 48)], width=48)).texts == ("x" * 48,)


printable = st.characters(exclude_categories=["Cs", "Cc"])
lines = st.builds(
    Line,
    st.text(printable | st.sampled_from("消费签购单12"), max_size=12),
    bold=st.booleans(),
    wide=st.booleans(),
    tall=st.booleans(),
    align=st.sampled_from(["left", "centre", "right"]),
)
plain = lines.map(lambda line: line if line.text else Line("", align=line.align))


@given(st.lists(plain, max_size=8), st.booleans())
def test_what_is_written_is_read(written, cut):
    paper = decode(encode(written, width=48, cut=cut))
    assert paper.lines == tuple(written)
    assert [line.columns for line in paper.lines] == [line.columns for line in written]
    assert (paper.is_cut, paper.deviations) == (cut, ())


commands = st.sampled_from(
    [b"\x1b", b"\x1c", b"\x1d", b"\x1dV", CUT, b"\x1b@", b"\x1bd", b"\x1dv0", b"\n", b"\r", SALE]
)
noise = st.lists(commands | st.binary(max_size=6), max_size=30).map(b"".join)


@given(noise)
@settings(max_examples=300)
def test_no_bytes_can_raise(data):
    decode(data)


@given(noise, st.lists(st.integers(0, 200), max_size=4))
def test_split_finds_the_same_slips_wherever_the_bytes_are_cut(data, cuts):
    slips, rest = [], b""
    for start, stop in pairwise([0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]):
        more, rest = split(rest + data[start:stop])
        slips += more
    assert (slips, rest) == _split_by_slip(data)
    assert b"".join(slips) + rest == data


def _split_by_slip(data):
    """Return what `split` gives when each slip begins with the settings after power-on."""
    slips, rest = [], data
    while (found := split(rest))[0]:
        slips.append(found[0][0])
        rest = rest[len(found[0][0]) :]
    return slips, rest
