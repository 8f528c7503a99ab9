"""PIN blocks: published values, and what does not hold a PIN."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import DecodeError, EncodeError
from harness.wire import keys
from harness.wire.pin_block import clear_block, decrypt_pin, encrypt
from tests.wire.vectors import DERIVED, KNOWN, hexed

CHAIN = KNOWN["chain-1"]
PIK = hexed(CHAIN["pik"])
PINS = st.text("0123456789", min_size=4, max_size=12)
PANS = st.one_of(st.none(), st.text("0123456789", min_size=1, max_size=19))


@pytest.mark.parametrize("name", ["pin-1", "pin-2", "pin-3"])
def test_known_clear_block_is_reproduced(name):
    known = KNOWN[name]
    assert clear_block(known["pin"], known["pan"]) == hexed(known["block"])


def test_known_field_52_is_reproduced_and_read():
    assert clear_block(CHAIN["pin"], CHAIN["pan"]) == hexed(CHAIN["clear_pin_block"])
    assert encrypt(CHAIN["pin"], PIK, CHAIN["pan"]) == CHAIN["f52"]
    assert decrypt_pin(CHAIN["f52"], PIK, CHAIN["pan"]) == CHAIN["pin"]


def test_derived_field_52_without_pan_is_reproduced():
    assert encrypt("123456", PIK, None) == DERIVED["derived-f52-nopan"]["f52"]


@pytest.mark.parametrize(
    ("pin", "pan"),
    [("123", None), ("1" * 13, None), ("", None), ("12a4", None), ("１２３４", None), ("1234", ""),
     ("1234", "12x4")],
)  # fmt: skip
def test_what_is_no_pin_or_pan_is_refused_without_being_shown(pin, pan):
    with pytest.raises(EncodeError) as error:
        clear_block(pin, pan)
    assert str(error.value) == "a PIN has 4 to 12 digits, a PAN digits only"


NO_PIN = "03123FFFFFFFFFFF 0D12345678901234 0412340FFFFFFFFF 0412A4FFFFFFFFFF 141234FFFFFFFFFF"


@pytest.mark.parametrize("clear", NO_PIN.split())
def test_block_that_holds_no_pin_is_refused(clear):
    block = keys.encrypt(PIK, hexed(clear)).hex()
    with pytest.raises(DecodeError) as error:
        decrypt_pin(block, PIK, None)
    assert (error.value.field, error.value.offset) == ("52", 0)


@pytest.mark.parametrize("block", ["", "00", "00" * 16, "x" * 16])
def test_block_of_another_size_is_refused(block):
    with pytest.raises(DecodeError) as error:
        decrypt_pin(block, PIK, None)
    assert (error.value.field, error.value.offset) == ("52", 0)


@pytest.mark.parametrize("pan", ["", "622848D"])
def test_block_cannot_be_read_with_a_pan_that_is_not_digits(pan):
    with pytest.raises(DecodeError, match="field 52, offset 0: no PAN"):
        decrypt_pin(CHAIN["f52"], PIK, pan)


@given(PINS, PANS, st.binary(min_size=16, max_size=16))
def test_pin_comes_back(pin, pan, key):
    assert decrypt_pin(encrypt(pin, key, pan), key, pan) == pin


@given(st.binary(min_size=8, max_size=8), PANS)
def test_any_block_is_read_exactly_or_refused(block, pan):
    try:
        pin = decrypt_pin(block.hex(), PIK, pan)
    except DecodeError:
        return
    assert bytes.fromhex(encrypt(pin, PIK, pan)) == block
