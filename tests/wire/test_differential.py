"""Our codecs against independent ones: pyiso8583 for messages, psec for MAC and PIN block."""

import warnings

import iso8583
from hypothesis import given
from hypothesis import strategies as st
from psec import des, pinblock, tools

from harness.wire.dialects.unionpay import UNIONPAY
from harness.wire.iso8583 import decode, encode
from harness.wire.mac import full_mac
from harness.wire.pin_block import clear_block
from harness.wire.pin_block import encrypt as encrypt_pin
from tests.wire.messages import messages
from tests.wire.peer import PEER, to_peer

KEYS = st.one_of(st.binary(min_size=8, max_size=8), st.binary(min_size=16, max_size=16))


def peer_encrypt(key, data):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # psec passes short keys, which cryptography deprecates
        return des.encrypt_tdes_ecb(key, data)


def peer_mac(key, data):
    """Return the MAC by the published steps, one block after the other."""
    block = bytes(8)
    for at in range(0, len(data), 8):
        block = tools.xor(block, data[at : at + 8].ljust(8, b"\0"))
    text = block.hex().upper().encode()
    return peer_encrypt(key, tools.xor(peer_encrypt(key, text[:8]), text[8:]))


@given(messages(UNIONPAY))
def test_pyiso8583_writes_the_same_bytes(message):
    data, _ = iso8583.encode(to_peer(message), PEER)
    assert bytes(data) == encode(message, UNIONPAY)


@given(messages(UNIONPAY))
def test_pyiso8583_reads_what_we_write(message):
    fields, _ = iso8583.decode(encode(message, UNIONPAY), PEER)
    assert {name: text for name, text in fields.items() if name not in "hp"} == to_peer(message)


@given(messages(UNIONPAY))
def test_we_read_what_pyiso8583_writes(message):
    data, _ = iso8583.encode(to_peer(message), PEER)
    assert decode(bytes(data), UNIONPAY) == message


@given(KEYS, st.binary(max_size=100))
def test_mac_is_the_one_of_psec_ciphers(key, data):
    assert full_mac(key, data) == peer_mac(key, data)


@given(
    st.text("0123456789", min_size=4, max_size=12),
    st.text("0123456789", min_size=13, max_size=19),
    st.binary(min_size=16, max_size=16),
)
def test_pin_block_is_the_one_of_psec(pin, pan, key):
    block = pinblock.encode_pinblock_iso_0(pin, pan)
    assert clear_block(pin, pan) == block
    assert encrypt_pin(pin, key, pan) == peer_encrypt(key, block).hex().upper()
