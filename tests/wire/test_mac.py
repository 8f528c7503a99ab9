"""MAC of field 64: published values, and messages that carry it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.wire.dialects.unionpay import UNIONPAY, inspect_frame
from harness.wire.iso8583 import Message, encode
from harness.wire.mac import full_mac, is_mac_right, mab, mac, sign
from tests.wire.messages import messages
from tests.wire.vectors import DERIVED, DUMPS, KNOWN, hexed

KEYS = st.one_of(st.binary(min_size=8, max_size=8), st.binary(min_size=16, max_size=16))
MACS = [KNOWN[name] for name in ("chain-1", "mac-1", "mac-2a", "mac-4")]
MACS += [one for name, one in DERIVED.items() if name.startswith("derived-rev")]
KEY = hexed("55036372B17543ECB173730768B8D6C4")
MESSAGE = Message("0400", {3: "000000", 41: "70111821"})


@pytest.mark.parametrize("known", MACS, ids=lambda known: known["id"])
def test_known_mac_is_reproduced(known):
    assert mac(hexed(known["mak"]), hexed(known["mab"])) == known["f64_ascii"]


def test_all_eight_bytes_of_a_known_result_are_reproduced():
    chain, first = KNOWN["chain-1"], KNOWN["mac-1"]
    assert full_mac(hexed(chain["mak"]), hexed(chain["mab"])).hex().upper() == "28C7AFB533AEE74D"
    assert full_mac(hexed(first["mak"]), hexed(first["mab"])).hex().upper() == first["steps"]["e2"]


def test_it_is_not_the_cbc_mac_of_x9_9():
    known = KNOWN["x99-1"]
    assert full_mac(hexed(known["key"]), hexed(known["data"])).hex().upper() != known["mac"]


def test_mac_of_a_published_frame_is_right():
    frame = inspect_frame(hexed(DUMPS["qr-like-sale"]["hex"]))
    key = hexed(KNOWN["mac-4"]["mak"])
    assert is_mac_right(frame.body, key)
    assert mab(frame.body) == hexed(KNOWN["mac-4"]["mab"])
    assert sign(frame.message.without(64), key, UNIONPAY) == frame.message


def test_mac_of_bytes_short_of_a_message_is_never_right():
    assert not any(is_mac_right(b"\xff" * size, KEY) for size in range(18))
    assert not is_mac_right(encode(sign(MESSAGE, KEY, UNIONPAY), UNIONPAY)[:17], KEY)


def test_message_without_bit_64_has_no_right_mac():
    signed = bytearray(encode(sign(MESSAGE, KEY, UNIONPAY), UNIONPAY))
    assert is_mac_right(bytes(signed), KEY)
    blocks = mab(bytes(signed[:9]) + b"\0" + bytes(signed[10:]))
    assert not is_mac_right(blocks + mac(KEY, blocks).encode(), KEY)


@given(messages(UNIONPAY), KEYS, st.sampled_from(["ascii8", "binary8"]))
def test_signed_message_has_the_right_mac_of_its_width_only(message, key, width):
    data = encode(sign(message, key, UNIONPAY, width=width), UNIONPAY)
    other = "binary8" if width == "ascii8" else "ascii8"
    assert is_mac_right(data, key, width=width)
    assert not is_mac_right(data, key, width=other)


@given(messages(UNIONPAY), st.integers(0), st.integers(0, 7))
def test_one_flipped_bit_makes_the_mac_wrong(message, at, bit):
    data = bytearray(encode(sign(message, KEY, UNIONPAY), UNIONPAY))
    data[at % len(data)] ^= 1 << bit
    assert not is_mac_right(bytes(data), KEY)
