"""TPDU: ten digits on the line, and their way back."""

import pytest

from harness.errors import DecodeError, EncodeError
from harness.wire.tpdu import answer_tpdu, decode_tpdu, encode_tpdu


def test_tpdu_is_five_bytes_of_digits():
    assert encode_tpdu("6000061100") == bytes.fromhex("6000061100")
    assert decode_tpdu(bytes.fromhex("6000061100 0200")) == "6000061100"


def test_answer_swaps_destination_and_source():
    assert answer_tpdu("6000061100") == "6011000006"
    assert answer_tpdu(answer_tpdu("6012345678")) == "6012345678"


@pytest.mark.parametrize("tpdu", ["", "600006110", "60000611000", "60000611AA", "６000061100"])
def test_other_text_is_no_tpdu(tpdu):
    with pytest.raises(EncodeError):
        encode_tpdu(tpdu)


@pytest.mark.parametrize(
    ("wire", "what"), [("", "cut"), ("60000611", "cut"), ("6100061100", "60"), ("60000A1100", "60")]
)
def test_other_bytes_are_no_tpdu(wire, what):
    with pytest.raises(DecodeError, match=what):
        decode_tpdu(bytes.fromhex(wire))
