"""UnionPay POS dialect: every published dump, and frames in all their forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import DecodeError, EncodeError
from harness.wire.dialects.unionpay import (
    PROCESSING_REQUIREMENTS,
    UNIONPAY,
    Frame,
    Header,
    decode_frame,
    encode_frame,
    inspect_frame,
    label,
    parse_header,
    wrap_body,
)
from harness.wire.iso8583 import Message
from tests.wire.messages import messages
from tests.wire.vectors import DUMPS, KNOWN, hexed

TPDU, HEADER = "6000061100", "603100310100"
ECHO = Message("0820", {41: "12345678"})
ECHO_BODY = hexed("0820 0000000000800000") + b"12345678"
DIGITS = "0123456789"
frames = st.builds(
    Frame,
    st.text(DIGITS, min_size=8, max_size=8).map(lambda digits: "60" + digits),
    st.sampled_from(["", HEADER, "613100311108"]),
    messages(UNIONPAY),
)
dumps = pytest.mark.parametrize("dump", DUMPS.values(), ids=DUMPS)


def listed(message):
    """Return fields as the vectors list them: 63 in hexadecimal, 44 without its last blanks."""
    fields = dict(message.fields)
    if 63 in fields:
        fields[63] = fields[63].encode("ascii").hex().upper()
    if 44 in fields:
        fields[44] = fields[44].rstrip()
    return {str(number): text for number, text in fields.items()}


@dumps
def test_dump_decodes_to_its_listed_fields(dump):
    found = inspect_frame(hexed(dump["hex"]))
    assert found.deviations == ()
    assert (found.tpdu, found.header) == (dump.get("tpdu", ""), dump.get("header", ""))
    assert found.has_length_prefix is dump["has_length_prefix"]
    assert found.message.mti == dump["mti"]
    assert sorted(found.message.fields) == dump["field_numbers"]
    assert listed(found.message) == dump["fields"]


@dumps
def test_dump_is_encoded_byte_for_byte(dump):
    found = inspect_frame(hexed(dump["hex"]))
    frame = Frame(found.tpdu, found.header, found.message)
    data = encode_frame(frame, has_length_prefix=found.has_length_prefix)
    assert data.hex().upper() == dump["hex"]


@dumps
def test_dump_is_labelled_by_its_mti(dump):
    assert label(hexed(dump["hex"])) == dump["mti"]


@pytest.mark.parametrize(
    "dump", [one for one in DUMPS.values() if one["has_length_prefix"]], ids=lambda one: one["id"]
)
def test_dump_with_length_prefix_decodes_strictly(dump):
    data = hexed(dump["hex"])
    frame = decode_frame(data)
    assert (frame.tpdu, frame.header, frame.message.mti) == (
        dump["tpdu"],
        dump["header"],
        dump["mti"],
    )
    assert encode_frame(frame) == data


def test_dialect_has_these_fields():
    shapes = {
        number: f"{spec.kind}{'.' * spec.length_digits}{spec.size}"
        for number, spec in UNIONPAY.fields.items()
    }
    assert shapes == {
        2: "n..19", 3: "n6", 4: "n12", 11: "n6", 12: "n6", 13: "n4", 14: "n4", 15: "n4", 22: "n3",
        23: "n3", 25: "n2", 26: "n2", 32: "n..11", 33: "n..11", 35: "z..37", 36: "z...104",
        37: "an12", 38: "an6", 39: "an2", 41: "ans8", 42: "ans15", 44: "ans..25", 45: "ans..79",
        46: "ans...999", 47: "ans...999", 48: "n...322", 49: "an3", 52: "b16", 53: "n16",
        54: "an...40", 55: "b...510", 56: "b...1024", 57: "b...1998", 58: "b...1998",
        59: "b...1998", 60: "n...99", 61: "n...29", 62: "b...1998", 63: "ans...163", 64: "b16",
    }  # fmt: skip


def test_published_sale_request_has_these_fields():
    chain = KNOWN["chain-1"]
    found = inspect_frame(hexed(chain["mab"] + chain["f64_hex"]))
    fields = {number: text for number, text in chain["fields"].items() if number not in ("0", "1")}
    assert listed(found.message) == fields
    assert (found.deviations, found.tpdu, found.has_length_prefix) == ((), "", False)


@pytest.mark.parametrize(
    ("tpdu", "header", "has_prefix", "head"),
    [
        (TPDU, HEADER, True, "001D 6000061100 603100310100"),
        (TPDU, HEADER, False, "6000061100 603100310100"),
        (TPDU, "", True, "0017 6000061100"),
        (TPDU, "", False, "6000061100"),
        ("", "", True, "0012"),
        ("", "", False, ""),
    ],
)
def test_frame_has_six_forms_that_inspection_tells_apart(tpdu, header, has_prefix, head):
    data = encode_frame(Frame(tpdu, header, ECHO), has_length_prefix=has_prefix)
    assert data == hexed(head) + ECHO_BODY
    found = inspect_frame(data)
    assert (found.tpdu, found.header, found.has_length_prefix) == (tpdu, header, has_prefix)
    assert (found.message, found.body, found.deviations) == (ECHO, ECHO_BODY, ())
    assert label(data) == "0820"


def test_bare_message_whose_bitmap_begins_with_60_is_no_frame_with_length():
    data = hexed("0410 6000000000000000 04 4761 030000")
    found = inspect_frame(data)
    assert (found.has_length_prefix, found.message.mti, found.deviations) == (False, "0410", ())


@pytest.mark.parametrize("prefix", ["0000", "0053", "FFFF", "0200"])
def test_wrong_length_is_found_and_the_message_read_all_the_same(prefix):
    found = inspect_frame(hexed(prefix + TPDU + HEADER) + ECHO_BODY)
    (deviation,) = found.deviations
    assert (deviation.field, deviation.offset, deviation.kind) == ("length", 0, "breaks_parsing")
    assert (found.has_length_prefix, found.message) == (True, ECHO)


def test_two_bytes_of_an_mti_are_no_length():
    assert label(hexed("0200")) == "0200"
    assert not inspect_frame(hexed("0200")).has_length_prefix


def test_header_may_begin_with_ten():
    data = encode_frame(Frame(TPDU, "100000000000", ECHO))
    assert decode_frame(data).header == "100000000000"


@pytest.mark.parametrize("wire", ["", "00"])
def test_length_that_is_cut_is_followed_by_nothing(wire):
    with pytest.raises(DecodeError, match="announces 0 bytes, 0 follow"):
        decode_frame(hexed(wire))


def test_wrong_length_before_a_message_without_header_is_found():
    assert inspect_frame(hexed("0200" + TPDU + "0100" + "00" * 8)).message == Message("0100", {})
    assert inspect_frame(hexed("0200" + TPDU) + ECHO_BODY).message == ECHO


@pytest.mark.parametrize(
    ("wire", "where", "offset"),
    [
        ("001D 60000A1100 603100310100", "TPDU", 2),
        ("001D 6000061100 6031003101AA", "header", 7),
        ("001D 6000061100 F03100310100", "header", 7),
    ],
)
def test_route_that_is_not_digits_is_found(wire, where, offset):
    (deviation,) = inspect_frame(hexed(wire) + ECHO_BODY).deviations
    assert (deviation.field, deviation.offset) == (where, offset)
    assert deviation.kind == "not_in_profile"
    with pytest.raises(DecodeError) as error:
        decode_frame(hexed(wire) + ECHO_BODY)
    assert (error.value.field, error.value.offset) == (where, offset)


def test_offsets_count_from_the_begin_of_the_frame():
    data = wrap_body(TPDU, HEADER, hexed("0200 4000000000000000 03 123F"))
    assert [(one.field, one.offset) for one in inspect_frame(data).deviations] == [("2", 24)]
    with pytest.raises(DecodeError) as error:
        decode_frame(data)
    assert (error.value.field, error.value.offset) == ("2", 24)


@pytest.mark.parametrize("wire", ["", "00", "0001", "0003 60", "0002 60000000"])
def test_frame_with_a_wrong_length_does_not_decode(wire):
    with pytest.raises(DecodeError) as error:
        decode_frame(hexed(wire))
    assert (error.value.field, error.value.offset) == ("length", 0)


def test_frame_without_tpdu_does_not_decode():
    with pytest.raises(DecodeError, match="TPDU"):
        decode_frame(encode_frame(Frame("", "", ECHO)))


@pytest.mark.parametrize("wire", ["", "02", "00", "0000", "0005 60000611", "0003 6000AB", "ABCD"])
def test_what_has_no_mti_has_the_label_of_the_unreadable(wire):
    assert label(hexed(wire)) == "?"
    assert inspect_frame(hexed(wire)).deviations


@pytest.mark.parametrize("header", ["1", "60310031010A", HEADER + "0"])
def test_frame_with_another_header_cannot_be_encoded(header):
    with pytest.raises(EncodeError):
        encode_frame(Frame(TPDU, header, ECHO))


def test_body_too_long_for_a_length_is_refused():
    assert len(wrap_body("", "", bytes(65_535))) == 65_537
    with pytest.raises(EncodeError):
        wrap_body("", "", bytes(65_536))


def test_header_has_five_parts():
    header = parse_header("613210320072")
    assert header == Header("61", "32", "1", "0", "320072")
    assert str(header) == "613210320072"
    assert str(Header(processing_requirement="3")) == "603103310100"
    assert PROCESSING_REQUIREMENTS["3"] == "sign in again"


def test_repr_of_an_inspection_shows_no_value():
    found = inspect_frame(hexed(DUMPS["sale-answer-ic"]["hex"]))
    assert "6225" not in repr(found)
    assert "6225" not in repr(decode_frame(hexed(DUMPS["sale-answer-ic"]["hex"])))


@given(frames)
def test_decode_frame_reverses_encode_frame(frame):
    data = encode_frame(frame)
    assert decode_frame(data) == frame
    found = inspect_frame(data)
    assert (Frame(found.tpdu, found.header, found.message), found.deviations) == (frame, ())


@given(frames, st.data())
def test_no_cut_frame_decodes_and_every_cut_is_found(frame, data):
    whole = encode_frame(frame)
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(DecodeError):
        decode_frame(whole[:cut])
    assert "breaks_parsing" in [one.kind for one in inspect_frame(whole[:cut]).deviations]


@given(st.one_of(st.binary(max_size=60), st.binary(max_size=60).map(lambda b: b"\0\x20\x60" + b)))
def test_any_bytes_are_inspected_and_labelled(data):
    found = inspect_frame(data)
    assert all(0 <= one.offset <= len(data) for one in found.deviations)
    assert data.endswith(found.body)
    assert label(data) == "?" or label(data).isdigit()
    try:
        assert decode_frame(data).message == found.message
    except DecodeError:
        assert found.deviations or not (found.has_length_prefix and found.tpdu)
