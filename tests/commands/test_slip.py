"""The command `slip`: text, values and picture of printed bytes, without a PAN."""

import pytest
from PIL import Image

from harness.wire.escpos import Line, encode
from tests.commands.shell import found, refusal, run

PAN = "6225887319460289"
LINES = ["POS签购单", "商户编号:123456789012345", f"卡号:{PAN}", "金额:RMB 12.34"]


def written(path, *slips):
    """Write slips as their printer gets them, and return the path as a word."""
    path.write_bytes(b"".join(encode(map(Line, lines)) for lines in slips))
    return str(path)


def test_lines_and_fields_are_read_and_the_pan_is_masked(tmp_path):
    shown, code = found("slip", written(tmp_path / "slip.bin", LINES))
    assert shown["lines"] == [*LINES[:2], "卡号:622588******0289", LINES[3]]
    fields = shown["fields"]
    assert (fields["kind"], fields["amount_minor"]) == ("receipt", 1234)
    assert (fields["pan_masked"], fields["mask"]) == ("622588******0289", "clear")
    assert (shown["is_cut"], shown["count"], shown["deviations"], code) == (True, 1, [], 0)


@pytest.mark.parametrize(
    "lines",
    [
        ["6225 8873 1946 0289"],
        ["622588-7319-4602-89"],
        [" ".join(PAN)],
        ["".join(chr(0xFF10 + int(digit)) for digit in PAN)],
        ["REF 12 6225887319 460289"],
        [PAN[:10], PAN[10:]],
        ["卡号:6225 8873 1946 0288"],
        ["卡号:6225887319460288"],
    ],
)
def test_pan_is_masked_however_it_is_printed(tmp_path, lines):
    for words in ((), ("--json",)):
        output = run("slip", written(tmp_path / "slip.bin", lines), *words).output
        digits = "".join(str(int(one)) for one in output if one.isdecimal())
        assert "731946" not in digits
        assert "\\uff17\\uff13" not in output


def test_numbers_that_are_no_pan_stay_readable(tmp_path):
    lines = ["参考号:123456789012", "授权码:123456", "日期时间:2026/03/01 12:30:55"]
    shown, _ = found("slip", written(tmp_path / "slip.bin", lines))
    assert shown["lines"] == lines


def test_picture_shows_no_pan_either(tmp_path):
    clear, masked = (["6225 8873 1946 0289"], ["6225 88** **** 0289"])
    for name, lines in (("clear", clear), ("masked", masked)):
        file, png = written(tmp_path / name, lines), str(tmp_path / f"{name}.png")
        assert run("slip", file, "--png", png).exit_code == 0
    with Image.open(tmp_path / "clear.png") as one, Image.open(tmp_path / "masked.png") as other:
        assert one.tobytes() == other.tobytes()


def test_one_slip_of_several_is_chosen_by_number(tmp_path):
    file = written(tmp_path / "slips.bin", ["first"], ["second"])
    shown, _ = found("slip", file, "--number", "2")
    assert (shown["lines"], shown["number"], shown["count"]) == (["second"], 2, 2)
    assert "slip 1 of 2" in run("slip", file).stdout
    assert "the file has slips 1 to 2" in refusal("slip", file, "--number", "3")


def test_slip_without_a_cut_is_read_from_standard_input():
    shown, code = found("slip", "-", given=b"paid\nmore")
    assert (shown["lines"], shown["is_cut"], code) == (["paid"], False, 1)
    assert shown["deviations"][0]["class"] == "breaks_parsing"


def test_people_get_lines_then_values_then_deviations(tmp_path):
    file = tmp_path / "slip.bin"
    file.write_bytes(encode([Line("金额:RMB 12.34")]) + b"\x01")
    lines = run("slip", str(file), "--png", str(tmp_path / "new" / "slip.png")).stdout.splitlines()
    assert lines[0] == "金额:RMB 12.34"
    assert ["amount_minor", "1234"] in [line.split() for line in lines]
    assert lines[-1] == f"picture: {tmp_path / 'new' / 'slip.png'}"


def test_bad_input_is_one_sentence(tmp_path):
    (tmp_path / "empty").write_bytes(b"")
    file = written(tmp_path / "slip.bin", LINES)
    assert "FILE is empty" in refusal("slip", str(tmp_path / "empty"))
    assert "No such file" in refusal("slip", str(tmp_path / "missing"))
    assert "cannot write" in refusal("slip", file, "--png", f"{file}/slip.png")
    assert "Missing argument 'FILE'" in refusal("slip")
