import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.report.plain_text import money, seconds, visible

PAN = "6222021234567894"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("paid\x1b[2J", "paid\\x1b[2J"),
        ("a\r\nb\tc", "a\\x0d\\x0ab\\x09c"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\u200bzero", "\\u200bzero"),
        ("half \ud800 pair", "half \\ud800 pair"),
        ("line\u2028end", "line\\u2028end"),
        ("not a character \ufffe", "not a character \\ufffe"),
        ("签购单\u3000合计", "签购单\u3000合计"),
    ],
)
def test_what_steers_a_screen_becomes_a_visible_escape(text, shown):
    assert visible(text) == shown


@pytest.mark.parametrize("text", [PAN, f"card {PAN}!", "x" * 1990 + PAN])
def test_a_card_number_is_masked_also_where_the_text_is_cut(text):
    assert PAN not in visible(text)
    assert "1234567" not in visible(text, size_max=2000)


def test_a_long_text_is_cut_and_says_so():
    assert visible("abcdef", size_max=3) == "abc…"
    assert visible("abc", size_max=3) == "abc"


@given(st.text())
def test_any_text_becomes_one_printable_line(text):
    shown = visible(text)
    assert all(each.isprintable() or each.isspace() for each in shown)
    assert len(shown.splitlines()) <= 1


def test_amounts_are_grouped_and_have_a_real_minus():
    assert money(123456789) == "1 234 567.89"
    assert (money(-5), money(5, signed=True), money(0, signed=True)) == ("−0.05", "+0.05", "0.00")


def test_times_are_seconds_to_the_millisecond():
    assert seconds(60_318_900_000) == "60.318"
