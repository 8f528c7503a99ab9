"""ZVT bytes read as far as they go, and what may be shown of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.commands.zvt_concealment import shown_fields
from harness.commands.zvt_reading import read
from harness.link.zvt_serial import crc16
from harness.wire import zvt
from tests.wire.vectors import hexed

PAN, MASKED = "6225887319460289", "622588******0289"


def framed(data):
    """Return the serial frame of an APDU."""
    return b"\x10\x02" + data.replace(b"\x10", b"\x10\x10") + b"\x10\x03" + crc16(data + b"\x03")


def places(data):
    """Return field and offset of each deviation."""
    return [(one.field, one.offset) for one in read(data).deviations]


def shown(*, is_right=True, **fields):
    """Return fields as they are shown."""
    return shown_fields(fields, is_clear=False, is_right=is_right)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_and_every_offset_is_within_them(data):
    for whole in (data, framed(data)):
        assert all(0 <= offset <= len(whole) for _, offset in places(whole))


@given(st.integers(0, 10**12 - 1), st.sampled_from([0x0601, 0x0622, 0x0624]))
def test_command_of_the_codec_is_read_without_deviation(amount_minor, command):
    data = zvt.encode_message(zvt.Message(command, {"amount_minor": amount_minor}))
    for whole in (data, framed(data)):
        reading = read(whole)
        assert (reading.fields, reading.deviations) == ({"amount_minor": amount_minor}, [])
        assert reading.command == f"{command:04X}"


def test_offset_in_a_frame_counts_doubled_bytes():
    assert places(framed(hexed("060108 04000000001010 FE"))) == [("bitmap FE", 14)]


@pytest.mark.parametrize(
    ("data", "where"),
    [
        ("1002 060F 00 1041 1003", [("frame", 5), ("CRC", 9), ("end", 5)]),
        ("1002 06", [("frame", 3), ("command", 2)]),
        ("", [("command", 0)]),
        ("0600 03 000000", [("configuration", 6)]),
        ("06D1 00", [("attribute", 3)]),
        ("0601 FF 0700 04 000000001234", []),
        ("0601 FF 07", [("length", 2)]),
        ("060F 01 08", []),
        ("0630 05 000000 22 F0", [("pan", 7)]),
    ],
)
def test_deviation_is_placed_in_the_given_bytes(data, where):
    assert places(hexed(data)) == where


def test_status_alone_is_read_in_a_completion():
    assert read(hexed("060F 01 08")).fields == {"terminal_status": 8}


@pytest.mark.parametrize(
    ("name", "value", "seen"),
    [
        ("pan", PAN, MASKED),
        ("pan", MASKED, MASKED),
        ("pan", PAN[:12], "*" * 12),
        ("track_2", f"{PAN}=49", f"{MASKED}=**"),
        ("track_1", b"B6225", "*" * 10),
        ("cvv", "0123", "****"),
        ("password", "000000", "******"),
        ("totals", hexed(PAN), "*" * 16),
        ("card_name", "girocard", "girocard"),
        ("card_name", PAN, MASKED),
        ("card_name", PAN[:-1] + "8", "622588******0288"),
        ("card_name", "paid\x1b[2J", "*" * 8),
        ("card_name", hexed("814082418342").decode("gb18030"), "***"),
        ("text", "TID 12345678 MID 123456789012345", "TID 12345678 MID 123456789012345"),
        ("text", f"PAN {PAN}", f"PAN {MASKED}"),
        ("text", "交易成功\u3000", "交易成功\u3000"),
        ("text", "x" * 30, "x" * 30),
        ("amount_minor", 1234, 1234),
        ("voucher", "000017", "000017"),
    ],
)
def test_value_is_shown_without_its_secret(name, value, seen):
    assert shown(**{name: value}) == {name: seen}


def test_all_after_a_card_number_that_cannot_be_right_is_starred():
    assert shown(pan="6225", turnover="731946") == {"pan": "****", "turnover": "******"}
    assert shown(track_2="6225", receipt="0289")["receipt"] == "****"
    assert shown(pan=MASKED, turnover="731946")["turnover"] == "731946"


def test_all_after_a_text_of_a_damaged_command_is_starred():
    fields = {"voucher": "000017", "card_name": "girocard", "amount_minor": 12}
    assert shown(is_right=False, **fields) == {
        "voucher": "000017",
        "card_name": "*" * 8,
        "amount_minor": "**",
    }


def test_objects_are_shown_by_tag():
    inner = (zvt.Tlv(0x57, hexed(PAN)), zvt.Tlv(0x1F07, b"\x01"))
    assert shown(tlv=(zvt.Tlv(0x25, inner),)) == {
        "tlv": [
            {
                "tag": "25",
                "value": [{"tag": "57", "value": "*" * 16}, {"tag": "1F07", "value": "01"}],
            }
        ]
    }
