"""How commands print, and where their values come from."""

import io

import pytest

from harness.commands import output
from harness.commands.exit_code import FAIL, PASS, of_deviations
from harness.commands.source import SIZE_MAX, text_of
from harness.errors import MisuseError
from harness.wire.deviation import Deviation

LONG = "x" * 300


def test_table_in_a_pipe_is_plain_columns_that_are_never_broken(capsys):
    output.print_table(("field", "value"), [("1", LONG), ("22", "[bold]\x1b[0m")])
    assert capsys.readouterr().out.splitlines() == [
        "field  value",
        f"1      {LONG}",
        "22     [bold]\\x1b[0m",
    ]


def test_table_on_a_screen_is_folded_to_its_width(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "60")
    output.print_table(("field", "value"), [("1", LONG)])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 5
    assert sum(line.count("x") for line in lines) == len(LONG)


def test_object_is_one_line_of_ascii(capsys):
    output.print_object({"text": "交易\n\x1b"})
    assert capsys.readouterr().out == '{"text": "\\u4ea4\\u6613\\n\\u001b"}\n'


def test_what_is_said_goes_to_standard_error(capsys):
    output.say("working\n")
    assert capsys.readouterr() == ("", "working\\n\n")


@pytest.mark.parametrize("text", ["\x1b", "\u202e", "\x00", "\u2028", "\ue000", "\ud800"])
def test_character_that_steers_a_screen_is_escaped(text):
    assert output.escaped(text).startswith("\\")
    assert output.escaped("金额\u3000RMB") == "金额\u3000RMB"


@pytest.mark.parametrize(
    ("kinds", "code"),
    [
        ((), PASS),
        (("cosmetic", "not_in_profile"), PASS),
        (("cosmetic", "breaks_parsing"), FAIL),
    ],
)
def test_only_what_breaks_parsing_fails(kinds, code):
    assert of_deviations(tuple(Deviation("2", 0, kind, "") for kind in kinds)) == code


def test_file_that_is_too_large_is_refused(tmp_path):
    with (tmp_path / "large").open("wb") as file:
        file.truncate(SIZE_MAX + 1)
    with pytest.raises(MisuseError, match="more than 16777216 bytes"):
        text_of(f"@{tmp_path / 'large'}", "HEX")


def test_missing_standard_input_is_misuse(monkeypatch):
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(MisuseError, match="there is no standard input"):
        text_of("-", "HEX")


def test_mark_of_the_coding_is_no_part_of_the_text(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbf0820\n")))
    assert text_of("-", "HEX") == "0820\n"
