"""What may be shown of a message: nothing that is a PAN, a track, a PIN block or a key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.commands.concealment import (
    binary,
    conceal,
    free_text,
    icc_data,
    pan,
    printed,
    printed_lines,
    track_2,
)
from harness.commands.plausibility import doubtful_from, is_mti
from harness.wire.dialects.unionpay import inspect_frame
from harness.wire.iso8583 import Message
from tests.wire.vectors import DUMPS, hexed

PAN, MASKED = "6225887319460289", "622588******0289"
ASCII = PAN.encode().hex().upper()
RECORD = "00" + "000017" + "{:0>20}" + "000000001234"


def shown(number, text, mti="0200", **others):
    """Return one field as it is shown."""
    return conceal(Message(mti, {number: text, **others}))[number]


@pytest.mark.parametrize(
    ("number", "text", "seen"),
    [
        (2, PAN, MASKED),
        (2, PAN[:12], "*" * 12),
        (35, f"{PAN}D4912", f"{MASKED}D****"),
        (35, f"{PAN}=4912", f"{MASKED}=****"),
        (35, PAN, "*" * 16),
        (36, "99" + PAN, "*" * 18),
        (44, "8888888888866666666666", "8888888888866666666666"),
        (44, PAN, MASKED),
        (45, "B" + PAN, "*" * 17),
        (46, f"a{PAN}b", f"a{MASKED}b"),
        (47, "6225887319460288", "622588******0288"),
        (52, "3D87C8B8FA17C67C", "*" * 16),
        (54, PAN, MASKED),
        (56, f"AB{PAN}CD", f"AB{'*' * 16}CD"),
        (58, f"{PAN}D4912220", "*" * 24),
        (59, ASCII, "*" * 32),
        (60, "22000017000500", "22000017000500"),
        (61, "000017000008" + "0821", "0000170000080821"),
        (61, PAN + "0", "*" * 17),
        (63, f"CUP {PAN[:4]} {PAN[4:8]} {PAN[8:12]} {PAN[12:]}", "CUP 6225 88** **** 0289"),
        (64, "3132333435363738", "3132333435363738"),
    ],
)
def test_field_is_shown_without_its_secret(number, text, seen):
    assert shown(number, text) == seen


@pytest.mark.parametrize(
    ("mti", "text", "is_hidden"),
    [
        ("0810", "9F0605A000000333", True),
        ("0820", "9F0605A000000333", False),
        ("0200", "AB" * 24, True),
        ("0200", "AB" * 40, True),
        ("0200", "AB" * 60, True),
        ("0200", "AB" * 41, False),
        ("", "AB", True),
        ("0800", "53657175656E6365204E6F3132333037313931303030303031", False),
    ],
)
def test_field_62_is_starred_where_keys_stand(mti, text, is_hidden):
    assert shown(62, text, mti) == ("*" * len(text) if is_hidden else text)


def test_uploaded_records_show_masked_pans_and_totals_stay():
    text = "01" + RECORD.format(PAN)
    assert shown(48, text, "0320") == text.replace(PAN, MASKED)
    totals = "000000012345001" + "000000000000000" + "1"
    assert shown(48, totals * 2, "0500") == totals * 2
    assert shown(48, PAN, "0500") == MASKED


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        (f"5A08{PAN}", "5A08" + "*" * 16),
        (f"9F0206000000001234 5A08{PAN}", "9F02060000000012345A08" + "*" * 16),
        (f"700A5A08{PAN}", "700A5A08" + "*" * 16),
        (f"9F100A0701{PAN}", "9F100A" + "*" * 20),
        ("9F2608A1B2C3D4E5F60718", "9F2608A1B2C3D4E5F60718"),
        ("9F2002ABCD 9902ABCE 5F2004DDDDDDDD", "9F2002****9902****5F2004********"),
        ("5A09", "****"),
        ("70" * 12, "*" * 24),
    ],
)
def test_icc_data_hide_secret_tags_and_all_that_cannot_be_read(text, seen):
    assert icc_data(text.replace(" ", "")) == seen


def test_templates_within_each_other_have_a_limit():
    data = f"5A08{PAN}"
    for _ in range(9):
        data = f"70{len(data) // 2:02X}{data}"
    assert set(icc_data(data)) == {"*"}


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        (PAN, "*" * 16),
        (f"AA{PAN}CAFE", f"AA{'*' * 16}CAFE"),
        (f"AA{PAN}1299", "AA" + "*" * 20),
        (ASCII, "*" * 32),
        (f"41{ASCII}42", f"41{'*' * 32}42"),
        (b"2026030112305512".hex(), b"2026030112305512".hex()),
        (b"12345678901234567890".hex(), "*" * 40),
        (f"{PAN}D49122201".ljust(26, "0"), "*" * 26),
        (b"6225887319460289=49122201".hex().upper(), "*" * 50),
        (f"AA0000{PAN}", "AA" + "*" * 20),
        ("A000000333010106", "A000000333010106"),
    ],
)
def test_binary_data_hide_packed_and_ascii_pans(text, seen):
    assert binary(text) == seen


@pytest.mark.parametrize(
    "text",
    [
        PAN,
        "6225 8873 1946 0289",
        "6225-8873-1946-0289",
        "622588 7319460289",
        "6225 887319 46028",
        " ".join(PAN),
        "1234 " + " ".join(PAN),
        "".join(chr(0x660 + int(digit)) for digit in PAN),
    ],
)
def test_printed_pan_keeps_six_and_four_digits(text):
    digits = [one for one in printed(text) if one.isdecimal()]
    assert len(digits) in (9, 10, 14)
    assert len(printed(text)) == len(text)
    assert "*" in printed(text)


@given(st.text("0123456789 -x\n", max_size=60))
def test_printed_text_keeps_its_size_and_what_is_no_digit(text):
    seen = printed(text)
    assert len(seen) == len(text)
    assert all(a in (b, "*") for a, b in zip(seen, text, strict=True))
    assert all(b.isdecimal() for a, b in zip(seen, text, strict=True) if a == "*")


def test_pan_that_goes_on_in_the_next_line_is_found():
    assert printed_lines(["a", PAN[:8], PAN[8:], "b"]) == ["a", "622588**", "****0289", "b"]


def test_amounts_dates_and_numbers_stay_readable():
    text = "2026/03/01 12:30:55 RMB 12.34 ref 123456789012 batch 000001 voucher 000017"
    assert printed(text) == text
    assert free_text(text) == text


@given(st.text("0123456789", max_size=19))
def test_masked_pan_keeps_its_size_and_hides_the_middle(text):
    assert len(pan(text)) == len(text)
    assert pan(text).count("*") >= (len(text) - 10 if len(text) > 12 else len(text))
    assert len(track_2(text + "D4912")) == len(text) + 5


@pytest.mark.parametrize("dump", DUMPS.values(), ids=DUMPS)
def test_published_messages_are_likely_to_their_first_private_field(dump):
    message = inspect_frame(hexed(dump["hex"])).message
    private = [n for n in sorted(message.fields) if n in (46, 47, 56, 57, 58, 59, 62, 63)]
    assert doubtful_from(message) == next(iter(private), None)
    assert is_mti(message.mti)


@pytest.mark.parametrize(
    ("number", "text", "others"),
    [
        (2, "622588731946", {}),
        (2, PAN[:-1] + "8", {}),
        (3, "887319", {}),
        (3, "890000", {}),
        (4, "622588731946", {}),
        (12, "250000", {}),
        (13, "1301", {}),
        (14, "4913", {}),
        (22, "629", {}),
        (35, "6225D4912", {}),
        (37, "6225887319AB", {}),
        (41, "1234567\x81", {}),
        (44, PAN, {}),
        (48, PAN, {}),
        (53, PAN, {}),
        (55, "5A09", {}),
        (60, PAN, {}),
    ],
)
def test_field_that_cannot_be_right_is_doubtful(number, text, others):
    assert doubtful_from(Message("0200", {number: text, 64: "00" * 8, **others})) == number


def test_from_the_doubtful_field_on_all_is_starred():
    message = Message("0200", {3: "000000", 4: "6225", 11: "000017"})
    assert conceal(message, doubtful_from=4) == {3: "000000", 4: "****", 11: "******"}


@pytest.mark.parametrize("mti", ["", "6225", "0000", "0900", "020", "02000"])
def test_digits_that_are_no_mti(mti):
    assert not is_mti(mti)
