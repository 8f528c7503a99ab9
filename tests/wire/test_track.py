"""Tracks: literal stripes worked out by hand, every kind of damage, then properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import DecodeError, EncodeError
from harness.wire.track import (
    ALPHABETS,
    CLOCK_BITS,
    Track2,
    decode_bits,
    encode_bits,
    format_track_2,
    is_luhn,
    lrc,
    parse_track_2,
    seal,
    unseal,
)

CARD = Track2("6225880000007899", "2812", "220", "12345")
CONTENT = "6225880000007899=281222012345"


def test_track_2_is_parsed_with_either_separator():
    assert parse_track_2(CONTENT) == CARD
    assert parse_track_2(CONTENT.replace("=", "D")) == CARD
    assert format_track_2(CARD) == CONTENT
    assert format_track_2(CARD, "D") == CONTENT.replace("=", "D")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "6225880000007899",
        "6225880=2812220",  # PAN too short
        "62258800000078990000=2812220",  # PAN too long
        "6225880000007899=2813220",  # month 13
        "6225880000007899=2800220",  # month 0
        "6225880000007899=28122",  # no service code
        "6225880000007899=2812220=1",
        "6225880000007899=2812220\n",
        "6225880000007899=2812220" + "1" * 14,  # longer than a stripe
        "６225880000007894=2812220",  # a full-width digit
    ],
)
def test_other_content_is_a_decode_error_without_its_digits(content):
    with pytest.raises(DecodeError) as caught:
        parse_track_2(content)
    assert "622588" not in str(caught.value)


def test_parts_of_the_wrong_size_are_an_encode_error():
    for bad in (Track2("622588", "2812", "220"), Track2("6225880000007899", "28122", "20")):
        with pytest.raises(EncodeError):
            format_track_2(bad)


@pytest.mark.parametrize("expiry", ["2801", "2812", "0006"])
def test_first_and_last_month_are_months(expiry):
    assert parse_track_2(f"6225880000007899={expiry}220").expiry == expiry


@pytest.mark.parametrize(("track", "size"), [(1, 76), (2, 37), (3, 104)])
def test_tracks_hold_their_size_and_no_more(track, size):
    assert unseal(track, seal(track, "1" * size)) == "1" * size
    assert decode_bits(track, encode_bits(track, "1" * size)) == "1" * size
    with pytest.raises(EncodeError):
        seal(track, "1" * (size + 1))


def test_repr_shows_nothing_of_the_card():
    assert repr(CARD) == "Track2()"


def test_lrc_of_track_2_is_the_xor_of_its_characters():
    assert lrc(2, ";1=2?") == chr(0x30 + (0xB ^ 1 ^ 0xD ^ 2 ^ 0xF))
    assert lrc(1, "%B?") == chr(0x20 + (0x05 ^ 0x22 ^ 0x1F))


def test_sealed_tracks_have_sentinels_and_lrc():
    assert seal(2, "1=2") == ";1=2?:"
    assert seal(1, "B") == "%B?X"
    assert unseal(2, ";1=2?:") == "1=2"
    assert unseal(3, ";1=2?:") == "1=2"


def test_bits_are_low_bit_first_with_odd_parity():
    # ; = 1011, 1 = 0001, ? = 1111, LRC 5 = 0101
    body = "11010" + "10000" + "11111" + "10101"
    assert encode_bits(2, "1").strip("0") == body
    assert decode_bits(2, "000" + body) == "1"
    assert decode_bits(2, body + "0110") == "1"


def test_bits_of_track_1_are_six_and_a_parity():
    # % = 000101, B = 100010, ? = 011111, LRC X = 111000
    body = "1010001" + "0100011" + "1111100" + "0001110"
    assert encode_bits(1, "B")[CLOCK_BITS:-CLOCK_BITS] == body
    assert decode_bits(1, body) == "B"


@pytest.mark.parametrize("content", [";", "?", "A", "1" * 38, "\u0131"])
def test_content_that_track_2_cannot_hold_is_an_encode_error(content):
    with pytest.raises(EncodeError):
        seal(2, content)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "0 characters"),
        (";" + "1" * 38 + "?1", "41 characters"),
        (";1A?0", "does not have"),
        ("11=2?0", "sentinel missing"),
        (";1=20:", "sentinel missing"),
        (";1;2?<", "sentinel inside"),
        (";12;?7", "sentinel inside"),
        (";;12?7", "sentinel inside"),
        (";1=2?;", "wrong LRC"),
    ],
)
def test_damaged_characters_are_a_decode_error(text, what):
    with pytest.raises(DecodeError, match=what):
        unseal(2, text)


@pytest.mark.parametrize(
    ("bits", "what"),
    [
        ("", "no characters"),
        ("0000", "no characters"),
        ("110101000011111101", "cut short"),
        ("11010100011111110101", "wrong parity"),
        ("11010100001111100001", "wrong LRC"),
        ("10000100001111110101", "sentinel missing"),
        ("11010" + "10000" * 60, "sentinel missing"),
        ("1101x", "bits"),
        ("0" * 5000, "bits"),
    ],
)
def test_damaged_stripes_are_a_decode_error(bits, what):
    with pytest.raises(DecodeError, match=what):
        decode_bits(2, bits)


def test_luhn_number_is_that_of_the_standard():
    assert is_luhn("79927398713")
    assert is_luhn(CARD.pan)
    assert not is_luhn("79927398710")


def test_other_than_digits_is_no_luhn_number():
    assert not any(is_luhn(text) for text in ("", "0", "7992739871a", "799273987１3"))


def contents(track):
    alphabet = ALPHABETS[track]
    characters = {chr(ord(alphabet.first) + n) for n in range(1 << alphabet.data_bits)}
    allowed = sorted(characters - {alphabet.start, alphabet.end})
    return st.tuples(st.just(track), st.text(allowed, max_size=alphabet.size_max - 3))


tracks = st.sampled_from([1, 2, 3]).flatmap(contents)


@given(tracks)
def test_what_is_written_is_read(track_and_content):
    track, content = track_and_content
    assert unseal(track, seal(track, content)) == content
    assert decode_bits(track, encode_bits(track, content)) == content


@given(tracks, st.integers(0, 10_000))
def test_one_wrong_bit_is_never_read_as_another_content(track_and_content, at):
    track, content = track_and_content
    bits = encode_bits(track, content)[CLOCK_BITS:-CLOCK_BITS]
    at %= len(bits)
    flipped = bits[:at] + "10"[int(bits[at])] + bits[at + 1 :] + "0" * CLOCK_BITS
    with pytest.raises(DecodeError):
        decode_bits(track, flipped)


@given(st.sampled_from([1, 2, 3]), st.text("01", max_size=400))
def test_any_bits_are_read_or_a_decode_error(track, bits):
    try:
        decode_bits(track, bits)
    except DecodeError:
        return


@given(st.sampled_from([1, 2, 3]), st.text(max_size=50))
def test_any_text_is_read_or_a_decode_error(track, text):
    try:
        unseal(track, text)
    except DecodeError:
        return


@given(st.text("0123456789", min_size=1, max_size=18), st.integers(0, 18), st.integers(1, 9))
def test_one_wrong_digit_is_no_luhn_number(digits, at, change):
    (pan,) = (digits + check for check in "0123456789" if is_luhn(digits + check))
    at %= len(pan)
    assert is_luhn(pan)
    assert not is_luhn(pan[:at] + str((int(pan[at]) + change) % 10) + pan[at + 1 :])
