"""Message authentication code of field 64, UnionPay POS: an ECB MAC over hexadecimal text.

The block (MAB) is the message from MTI to field 63, bit 64 of the bitmap set, without length,
TPDU and header.  It is zero-padded to whole blocks of 8 bytes, these are XORed, the result is
written as 16 hexadecimal characters, the first half encrypted, XORed with the second half,
encrypted again and written in hexadecimal: field 64 is the first eight characters, as ASCII
("ascii8").  Some acquirers send the eight bytes of the result instead ("binary8").  An 8-byte
key is used with DES, one of 16 bytes with 3DES.  This is not ANSI X9.9 nor X9.19.

Source: published values of the UnionPay ECB algorithm, fixtures/unionpay/vectors.json.
"""

from functools import lru_cache, reduce
from operator import xor
from struct import unpack
from typing import Literal

from harness.wire.iso8583 import BITMAP_SIZE, Dialect, Message, encode
from harness.wire.keys import BLOCK_SIZE, encrypt

MAC_SIZE = 8
MAC_FIELD = 64
HEAD_SIZE = 2 + BITMAP_SIZE  # MTI in BCD, bitmap

MacWidth = Literal["ascii8", "binary8"]


def mac(key: bytes, data: bytes) -> str:
    """Return the eight characters of the MAC of `data`.  Raises EncodeError for a bad key."""
    return full_mac(key, data).hex().upper()[:MAC_SIZE]


@lru_cache(maxsize=256)  # who sends a message, who takes it and the history ask for one MAC
def full_mac(key: bytes, data: bytes) -> bytes:
    """Return all eight bytes of the result."""
    text = _xor_of_blocks(data).hex().upper().encode("ascii")
    first = encrypt(key, text[:BLOCK_SIZE])
    return encrypt(key, _xor_of_blocks(first + text[BLOCK_SIZE:]))


def _xor_of_blocks(data: bytes) -> bytes:
    count = -(-len(data) // BLOCK_SIZE)
    words = unpack(f">{count}Q", data.ljust(count * BLOCK_SIZE, b"\0"))
    return reduce(xor, words, 0).to_bytes(BLOCK_SIZE, "big")


def mac_field(key: bytes, data: bytes, *, width: MacWidth = "ascii8") -> bytes:
    """Return the eight bytes of field 64 over the MAB `data`."""
    return mac(key, data).encode("ascii") if width == "ascii8" else full_mac(key, data)


def mab(message: bytes) -> bytes:
    """Return the block that is authenticated, of message bytes that end with field 64."""
    return message[:-MAC_SIZE]


def sign(message: Message, key: bytes, dialect: Dialect, *, width: MacWidth = "ascii8") -> Message:
    """Return the message with its field 64 added or replaced.  Raises EncodeError."""
    blank = message.having({MAC_FIELD: "00" * MAC_SIZE})
    value = mac_field(key, mab(encode(blank, dialect)), width=width)
    return message.having({MAC_FIELD: value.hex().upper()})


def is_mac_right(message: bytes, key: bytes, *, width: MacWidth = "ascii8") -> bool:
    """Tell whether the message, from its MTI on, ends with the MAC that it ought to have.

    A message without bit 64 has no MAC, so none that is right.  Judged on the bytes as they came:
    a message read and written again may differ in what is cosmetic.
    """
    if len(message) < HEAD_SIZE + MAC_SIZE or not message[HEAD_SIZE - 1] & 1:
        return False
    return message[-MAC_SIZE:] == mac_field(key, mab(message), width=width)
