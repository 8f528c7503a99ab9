"""ISO 8583 codec: vectors first, then what must hold for every message and for any bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import DecodeError, EncodeError, MisuseError
from harness.wire.deviation import Deviation
from harness.wire.iso8583 import Dialect, Message, decode, encode, field, inspect
from tests.wire.messages import messages

FIELDS = {
    2: field("pan", "n..19"),
    3: field("processing_code", "n6"),
    22: field("entry_mode", "n3", left=True),
    23: field("card_sequence_number", "n3"),
    35: field("track2", "z..37"),
    37: field("rrn", "an12"),
    42: field("merchant_id", "ans15"),
    43: field("name", "a...40"),
    52: field("pin_block", "b64"),
    55: field("icc_data", "b...255"),
    63: field("text", "ans...163", charset="gbk"),
}
BCD, ASCII = Dialect(FIELDS), Dialect(FIELDS, digits="ascii")
DIALECTS = [BCD, ASCII]


def hexed(text):
    return bytes.fromhex(text)


def whats(data, dialect=BCD):
    return [(one.field, one.offset, one.kind) for one in inspect(data, dialect).deviations]


def test_sale_request_in_bcd_is_these_bytes():
    message = Message("0200", {3: "000000", 2: "4761739001010119"})
    data = hexed("0200 6000000000000000 16 4761739001010119 000000")
    assert encode(message, BCD) == data
    assert decode(data, BCD) == message


def test_sale_request_in_ascii_is_these_bytes():
    message = Message("0200", {2: "4761", 55: "9F36"})
    data = b"0200" + hexed("4000000000000200") + b"044761" + b"002" + hexed("9F36")
    assert encode(message, ASCII) == data
    assert decode(data, ASCII) == message


@pytest.mark.parametrize(
    ("number", "text", "wire"),
    [
        (2, "123", "03 1230"),
        (22, "021", "0210"),
        (23, "001", "0001"),
        (35, "12D45", "05 12D450"),
        (52, "00FF00FF00FF00FF", "00FF00FF00FF00FF"),
        (55, "9F3602", "0003 9F3602"),
        (63, "CUP成", "0005 435550 B3C9"),
        (55, "", "0000"),
    ],
)
def test_each_kind_of_field_has_its_wire_form(number, text, wire):
    assert encode(Message("0200", {number: text}), BCD)[10:] == hexed(wire)


def test_repr_of_a_message_shows_numbers_and_no_values():
    message = Message("0200", {35: "4761739001010119D", 2: "4761739001010119"})
    assert repr(message) == "Message(0200: 2 35)"


def test_message_gives_text_and_changed_copies():
    message = Message("0200", {3: "000000"})
    assert (message.text(3), message.text(4)) == ("000000", "")
    assert message.having({23: "001"}) == Message("0200", {3: "000000", 23: "001"})
    assert message.having({23: "001"}).without(3) == Message("0200", {23: "001"})


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (2, "1" * 20), (2, "12D"), (2, "１２"), (3, "12345"), (3, "1234567"), (3, "00000x"),
        (35, "12=34"), (35, "12d34"), (37, "11111111111 "), (42, "1234567890123\n5"), (43, "A1"),
        (52, "00ff00ff00ff00ff"), (52, "00"), (55, "9"), (55, "9F 6"), (55, "00" * 256),
        (63, "成" * 82), (63, "\x1b"), (63, "\U0001f600"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("dialect", DIALECTS)
def test_value_that_does_not_fit_is_refused_without_being_shown(number, text, dialect):
    with pytest.raises(EncodeError) as error:
        encode(Message("0200", {number: text}), dialect)
    assert text not in str(error.value).removeprefix(f"field {number} ")


@pytest.mark.parametrize("number", [0, 1, 4, 65])
def test_field_outside_the_dialect_cannot_be_encoded(number):
    with pytest.raises(EncodeError, match="not in the dialect"):
        encode(Message("0200", {number: "1"}), BCD)


@pytest.mark.parametrize("mti", ["", "020", "02000", "02A0", "成功成功"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_mti_must_have_four_digits(mti, dialect):
    with pytest.raises(EncodeError, match="MTI"):
        encode(Message(mti, {}), dialect)


@pytest.mark.parametrize("notation", ["x19", "n", "n....5", "n6 ", "ans", ""])
def test_unknown_attribute_is_misuse(notation):
    with pytest.raises(MisuseError):
        field("pan", notation)


def test_fixed_field_cannot_have_a_multi_byte_charset():
    with pytest.raises(MisuseError):
        field("name", "ans40", charset="gbk")


@pytest.mark.parametrize("number", [1, 65])
def test_dialect_refuses_fields_that_its_bitmap_cannot_announce(number):
    with pytest.raises(MisuseError):
        Dialect({number: field("x", "n6")})


def test_dialect_refuses_a_maximum_that_the_length_cannot_say():
    with pytest.raises(MisuseError):
        Dialect({2: field("x", "n..100")})


@pytest.mark.parametrize(
    ("wire", "where", "offset", "what"),
    [
        ("", "MTI", 0, "cut"),
        ("02", "MTI", 0, "cut"),
        ("0200 60000000000000", "bitmap", 2, "cut"),
        ("02A0 0000000000000000", "MTI", 0, "not digits"),
        ("0200 8000000000000000", "bitmap", 2, "not in the dialect"),
        ("0200 1000000000000000", "4", 2, "not in the dialect"),
        ("0200 6000000000000000 04 4761 0000", "3", 13, "1 bytes missing"),
        ("0200 4000000000000000", "2", 10, "1 bytes missing"),
        ("0200 4000000000000000 04 47", "2", 11, "1 bytes missing"),
        ("0200 0000000000000200 00", "55", 10, "1 bytes missing"),
        ("0200 4000000000000000 2A 47", "2", 10, "length is not digits"),
        ("0200 4000000000000000 20 00000000000000000000", "2", 10, "length 20"),
        ("0200 4000000000000000 03 1231", "2", 11, "pad"),
        ("0200 4000000000000000 03 12D0", "2", 11, "not digits"),
        ("0200 0000020000000000 1001", "23", 10, "pad"),
        ("0200 0000000000000002 0001 81", "63", 12, "not gbk"),
        ("0200 0000000000000002 0001 1B", "63", 12, "does not allow"),
        ("0200 0000000000400000 313233343536373839303132 33340A", "42", 10, "does not allow"),
        ("0200 0000000000000000 00", "end", 10, "1 bytes left over"),
    ],
)
def test_decode_error_says_what_is_wrong_and_where(wire, where, offset, what):
    with pytest.raises(DecodeError, match=what) as error:
        decode(hexed(wire), BCD)
    assert (error.value.field, error.value.offset) == (where, offset)


def test_inspection_of_a_good_message_has_no_deviation():
    inspection = inspect(hexed("0200 4000000000000000 04 4761"), BCD)
    assert (inspection.message, inspection.deviations) == (Message("0200", {2: "4761"}), ())


@pytest.mark.parametrize(
    ("wire", "fields", "deviations"),
    [
        ("", {}, [("MTI", 0, "breaks_parsing")]),
        ("0200 40", {}, [("bitmap", 2, "breaks_parsing")]),
        ("02A0 0000000000000000", {}, [("MTI", 0, "breaks_parsing")]),
        ("0200 8000000000000000", {}, [("bitmap", 10, "breaks_parsing")]),
        ("0200 5000000000000000 02 47 00", {2: "47"}, [("4", 12, "breaks_parsing")]),
        ("0200 6000000000000000 02 47 0000", {2: "47"}, [("3", 12, "breaks_parsing")]),
        ("0200 4000000000000000 2A", {}, [("2", 10, "breaks_parsing")]),
        ("0200 0000000000000200 00", {}, [("55", 10, "breaks_parsing")]),
        ("0200 0000000000000000 00", {}, [("end", 10, "breaks_parsing")]),
        ("0200 4000000000000000 20 " + "12" * 10, {2: "12" * 10}, [("2", 10, "not_in_profile")]),
        ("0200 4000000000000000 03 123F", {2: "123"}, [("2", 11, "cosmetic")]),
        ("0200 4000000000000000 03 1B30", {2: "1B3"}, [("2", 11, "not_in_profile")]),
        ("0200 4000000000000000 02 D1", {2: "D1"}, [("2", 11, "not_in_profile")]),
        ("0200 0000040000000000 0012", {22: "012"}, [("22", 10, "cosmetic")]),
        ("0200 0000040000000000 0A12", {22: "A12"}, [("22", 10, "not_in_profile")]),
        ("0200 0000040000000000 021F", {22: "021"}, [("22", 10, "cosmetic")]),
        ("0200 0000040000000000 1234", {22: "123"}, [("22", 10, "cosmetic")]),
        ("0200 0000020000000000 F001", {23: "001"}, [("23", 10, "cosmetic")]),
        ("0200 0000000000000002 0001 FF", {63: "ÿ"}, [("63", 12, "not_in_profile")]),
        (
            "0200 4000000000001200 03 123F 0102030405060708 0001 9F",
            {2: "123", 52: "0102030405060708", 55: "9F"},
            [("2", 11, "cosmetic")],
        ),
    ],
)
def test_inspection_reads_on_and_classes_what_is_wrong(wire, fields, deviations):
    assert inspect(hexed(wire), BCD).message.fields == fields
    assert whats(hexed(wire)) == deviations


def test_inspection_counts_the_bytes_that_are_missing():
    (deviation,) = inspect(hexed("0200 4000000000000000 06 1234"), BCD).deviations
    assert deviation.what == "1 bytes missing"


def test_inspection_names_every_deviation_of_a_message():
    wire = hexed("0200 4000040000000000 03 123F 0012 AA")
    assert inspect(wire, BCD).deviations == (
        Deviation("2", 11, "cosmetic", "the pad nibble is not 0"),
        Deviation("22", 13, "cosmetic", "right-justified instead of left-justified"),
        Deviation("end", 15, "breaks_parsing", "1 bytes left over"),
    )


@given(st.sampled_from(DIALECTS).flatmap(lambda d: st.tuples(messages(d), st.just(d))))
def test_decode_reverses_encode(pair):
    message, dialect = pair
    assert decode(encode(message, dialect), dialect) == message


@given(messages(BCD), st.data())
def test_no_cut_message_decodes(message, data):
    whole = encode(message, BCD)
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(DecodeError):
        decode(whole[:cut], BCD)
    assert "breaks_parsing" in [kind for _, _, kind in whats(whole[:cut])]


@given(st.binary(max_size=80), st.sampled_from(DIALECTS))
def test_any_bytes_decode_or_have_deviations(data, dialect):
    inspection = inspect(data, dialect)
    assert all(0 <= one.offset <= len(data) for one in inspection.deviations)
    try:
        message = decode(data, dialect)
    except DecodeError:
        assert inspection.deviations
    else:
        assert (message, inspection.deviations) == (inspection.message, ())


@given(messages(BCD), st.integers(0), st.integers(1, 255))
def test_a_wrong_byte_decodes_or_raises_decode_error(message, at, flip):
    data = bytearray(encode(message, BCD))
    data[at % len(data)] ^= flip
    try:
        assert encode(decode(bytes(data), BCD), BCD) == data
    except DecodeError:
        assert inspect(bytes(data), BCD).deviations


def test_every_gbk_character_comes_back_as_its_bytes():
    pairs = [bytes([high, low]) for high in range(0x81, 0xFF) for low in range(0x40, 0xFF)]
    read = 0
    for pair in pairs:
        data = hexed("0810 0000000000000002 0002") + pair
        inspection = inspect(data, BCD)
        if not inspection.deviations:
            read += 1
            assert encode(inspection.message, BCD) == data
    assert read > 20_000
