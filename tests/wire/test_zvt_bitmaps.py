"""Bitmaps and BER-TLV: literal bytes first, then properties over the whole table."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import DecodeError, EncodeError
from harness.wire.zvt_bitmaps import (
    BITMAPS,
    Kind,
    Tlv,
    decode_bitmaps,
    decode_tlv,
    encode_bitmaps,
    encode_tlv,
)

VECTORS = {
    "04 000000001234": {"amount_minor": 1234},
    "0B 000417": {"voucher": "000417"},
    "0C 102233 0D 1123": {"time": "102233", "date": "1123"},
    "0E 2812 19 40": {"expiry": "2812", "payment_type": 0x40},
    "22 F0F8 622588EEEEEE7890": {"pan": "622588******7890"},
    "22 F0F2 123F": {"pan": "123"},
    "23 F0F4 1234D56F": {"track_2": "1234=56"},
    "27 6C 29 10000001": {"result_code": 0x6C, "terminal_id": "10000001"},
    "37 000001": {"original_voucher": "000001"},
    "3B 3230353837310000": {"approval_code": "205871"},
    "3C F0F0F4 CFFBB7D1": {"additional_text": "消费"},
    "49 0156 60 F0F0F1 AA": {"currency": "0156", "totals": b"\xaa"},
    "87 0417 88 000009 8A 05": {"receipt": "0417", "turnover": "000009", "card_type": 5},
    "8B F0F4 56495341": {"card_name": "VISA"},
    "01 05 02 09 03 81 05 01": {
        "timeout": "05",
        "status_information_max": "09",
        "service": 0x81,
        "pump": "01",
    },
    "17 0001 3A 0123 8C 01 A0 55": {
        "card_sequence": "0001",
        "cvv": "0123",
        "network": 1,
        "host_result": 0x55,
    },
    "24 F0F0F1 AA 2D F0F1 BB": {"track_3": b"\xaa", "track_1": b"\xbb"},
    "2A 383938313130313534313130303031 AA 261123": {
        "merchant_id": "898110154110001",
        "full_date": "261123",
    },
    "F0 F0F0F2 5631": {"software_version": "V1"},
    "06 04 1F070101": {"tlv": (Tlv(0x1F07, b"\x01"),)},
    "06 06 2504 0702 4142": {"tlv": (Tlv(0x25, (Tlv(0x07, b"AB"),)),)},
}


@pytest.mark.parametrize(("text", "values"), VECTORS.items(), ids=list(VECTORS))
def test_bytes_and_values_agree_both_ways(text, values):
    data = bytes.fromhex(text)
    assert decode_bitmaps(data) == values
    assert encode_bitmaps(values) == data


@pytest.mark.parametrize(
    "text",
    [
        "0399 77",  # no such bitmap
        "27 00 27 00",  # one twice
        "04 0000",  # cut short
        "0B 00041A",  # no digit
        "22 F0",  # length cut short
        "22 00F1 12",  # length not digits
        "22 F0F1 1A",  # no digit of a card
        "8B F0F1 81",  # half a character
        "06",  # container without a length
        "06 03 0701",  # container cut short
        "06 02 0702",  # object cut short
        "06 05 1F80808000",  # tag too long
        "06 01 1F",  # tag cut short
        "06 80",  # indefinite length
        "06 83 000000",  # length of three bytes
        "06 82 00",  # length cut short
        "06 12 2510 250E 250C 250A 2508 2506 2504 2502 2500",  # nested too deep
    ],
)
def test_malformed_bitmaps_are_a_decode_error(text):
    with pytest.raises(DecodeError):
        decode_bitmaps(bytes.fromhex(text))


@pytest.mark.parametrize(
    "values",
    [
        {"nothing": 1},
        {"amount_minor": -1},
        {"amount_minor": 10**12},
        {"amount_minor": "12"},
        {"voucher": "417"},
        {"voucher": "00041A"},
        {"voucher": 417},
        {"pan": "12A"},
        {"pan": 12},
        {"pan": "1" * 200},
        {"result_code": 256},
        {"result_code": "00"},
        {"totals": "00"},
        {"approval_code": "205871 "},
        {"approval_code": "123456789"},
        {"approval_code": "消费"},
        {"approval_code": 1},
        {"card_name": 1},
        {"card_name": "\ud800"},
        {"tlv": b""},
        {"tlv": (Tlv(0x1F, b""),)},
        {"tlv": (Tlv(0x1F808001, b""),)},
        {"tlv": (Tlv(0x25, b""),)},
        {"tlv": (Tlv(0x07, ()),)},
        {"tlv": (Tlv(0x07, b"x" * 0x10000),)},
    ],
)
def test_values_that_do_not_fit_are_an_encode_error(values):
    with pytest.raises(EncodeError):
        encode_bitmaps(values)


def test_long_objects_have_long_lengths():
    for size, head in ((0x7F, "077F"), (0x80, "078180"), (0x100, "07820100")):
        data = encode_tlv([Tlv(0x07, bytes(size))])
        assert data[: len(data) - size].hex().upper() == head
        assert decode_tlv(data) == (Tlv(0x07, bytes(size)),)
    with pytest.raises(DecodeError):
        decode_tlv(b"\x07")


def test_text_of_another_charset_needs_its_name():
    assert decode_bitmaps(b"\x8b\xf0\xf1\x81", "cp437") == {"card_name": "ü"}
    assert encode_bitmaps({"card_name": "ü"}, "cp437") == b"\x8b\xf0\xf1\x81"


def test_errors_and_reprs_hold_no_value():
    for text in ("22 F0F5 6225881A34", "8B F0F4 36323281", "22 F0F8 622588"):
        with pytest.raises(DecodeError) as caught:
            decode_bitmaps(bytes.fromhex(text))
        assert "622" not in str(caught.value)
        assert caught.value.__cause__ is None
    assert "622588" not in repr(Tlv(0x5A, b"622588"))


def digits(size):
    return st.text("0123456789", min_size=size, max_size=size)


def tlvs():
    leaf = st.builds(Tlv, st.sampled_from([0x07, 0x1F07, 0x1F8101]), st.binary(max_size=9))
    nested = st.lists(leaf, max_size=3).map(lambda leaves: Tlv(0x25, tuple(leaves)))
    return st.lists(leaf | nested, max_size=3).map(tuple)


def values_of(element):
    texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    return {
        Kind.AMOUNT: st.integers(0, 100 ** max(element.size, 1) - 1),
        Kind.DIGITS: digits(2 * element.size),
        Kind.CARD: st.text("0123456789*=", max_size=40),
        Kind.BYTE: st.integers(0, 255),
        Kind.RAW: st.binary(max_size=99),
        Kind.LATIN: st.text("0123456789ABC xyzü", max_size=element.size).map(str.rstrip),
        Kind.TEXT: texts,
        Kind.TLV: tlvs(),
    }[element.kind]


EVERY = st.fixed_dictionaries({}, optional={e.name: values_of(e) for e in BITMAPS.values()})


@given(EVERY)
@settings(max_examples=60)
def test_what_is_encoded_decodes_to_the_same(values):
    assert decode_bitmaps(encode_bitmaps(values)) == values


@given(st.binary(max_size=60))
def test_any_bytes_decode_or_are_a_decode_error(data):
    try:
        decode_bitmaps(data)
    except DecodeError:
        return


@given(EVERY, st.integers(0, 999), st.integers(1, 255))
@settings(max_examples=60)
def test_a_wrong_byte_decodes_or_is_a_decode_error(values, at, flip):
    data = bytearray(encode_bitmaps(values) or b"\x27\x00")
    data[at % len(data)] ^= flip
    try:
        decode_bitmaps(bytes(data))
    except DecodeError:
        return
