"""Messages that are wrong on purpose: these bytes, and the inspection finds each of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import EncodeError
from harness.wire.dialects.unionpay import UNIONPAY
from harness.wire.iso8583 import Message, encode, inspect
from harness.wire.malformed import (
    BitWithoutData,
    DataWithoutBit,
    NonBcdNibble,
    PadNibble,
    RawField,
    RightJustified,
    TruncatedTail,
    WrongLength,
    encode_malformed,
)
from tests.wire.messages import messages

MESSAGE = Message("0200", {2: "12345", 3: "000000", 22: "021", 23: "001"})
HEAD = "0200 6000060000000000"
CASES = [
    (BitWithoutData(4), "0200 7000060000000000 05 123450 000000 0210 0001", "breaks_parsing"),
    (BitWithoutData(3), f"{HEAD} 05 123450 0210 0001", "breaks_parsing"),
    (DataWithoutBit(3), "0200 4000060000000000 05 123450 000000 0210 0001", "breaks_parsing"),
    (WrongLength(2, 20), f"{HEAD} 20 123450 000000 0210 0001", "not_in_profile"),
    (WrongLength(2, 0), f"{HEAD} 00 123450 000000 0210 0001", "breaks_parsing"),
    (NonBcdNibble(3), f"{HEAD} 05 123450 A00000 0210 0001", "not_in_profile"),
    (NonBcdNibble(2, 1, "C"), f"{HEAD} 0C 123450 000000 0210 0001", "breaks_parsing"),
    (PadNibble(2), f"{HEAD} 05 12345F 000000 0210 0001", "cosmetic"),
    (PadNibble(23), f"{HEAD} 05 123450 000000 0210 F001", "cosmetic"),
    (RightJustified(22), f"{HEAD} 05 123450 000000 0021 0001", "cosmetic"),
    (TruncatedTail(1), f"{HEAD} 05 123450 000000 0210 00", "breaks_parsing"),
    (RawField(2, b"\x02\x12"), f"{HEAD} 02 12 000000 0210 0001", None),
    (RawField(39, b"9"), "0200 6000060002000000 05 123450 000000 0210 0001 39", "breaks_parsing"),
]


@pytest.mark.parametrize(("malformation", "wire", "kind"), CASES)
def test_each_malformation_has_these_bytes_and_is_found(malformation, wire, kind):
    data = encode_malformed(MESSAGE, UNIONPAY, malformation)
    assert data == bytes.fromhex(wire)
    kinds = [one.kind for one in inspect(data, UNIONPAY).deviations]
    assert kinds[:1] == ([kind] if kind else [])


def test_malformations_are_applied_in_their_order():
    data = encode_malformed(MESSAGE, UNIONPAY, PadNibble(2), DataWithoutBit(23), TruncatedTail(3))
    assert data == bytes.fromhex("0200 6000040000000000 05 12345F 000000 02")


def test_more_can_be_cut_than_there_is():
    assert encode_malformed(MESSAGE, UNIONPAY, TruncatedTail(1000)) == b""


@pytest.mark.parametrize(
    "malformation",
    [
        DataWithoutBit(4), WrongLength(3, 5), WrongLength(2, 100), WrongLength(2, -1),
        WrongLength(35, 5), NonBcdNibble(3, 6), NonBcdNibble(3, -1), NonBcdNibble(4), PadNibble(3),
        PadNibble(4), RightJustified(23), RightJustified(3), RightJustified(4),
    ],
)  # fmt: skip
def test_malformation_that_does_not_fit_the_message_is_refused(malformation):
    with pytest.raises(EncodeError):
        encode_malformed(MESSAGE, UNIONPAY, malformation)


@pytest.mark.parametrize("malformation", [PadNibble(41), RightJustified(41)])
def test_text_has_no_pad_nibble(malformation):
    with pytest.raises(EncodeError):
        encode_malformed(Message("0200", {41: "12345678"}), UNIONPAY, malformation)


def test_field_outside_the_dialect_is_refused():
    with pytest.raises(EncodeError):
        encode_malformed(Message("0200", {5: "1"}), UNIONPAY)


def test_repr_of_a_raw_field_hides_its_bytes():
    assert repr(RawField(2, b"\x16")) == "RawField(number=2)"


@given(messages(UNIONPAY))
def test_without_malformations_it_is_the_message(message):
    assert encode_malformed(message, UNIONPAY) == encode(message, UNIONPAY)


@given(messages(UNIONPAY), st.integers(1, 200))
def test_a_cut_tail_is_always_found(message, size):
    assert inspect(encode_malformed(message, UNIONPAY, TruncatedTail(size)), UNIONPAY).deviations
