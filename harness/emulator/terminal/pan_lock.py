"""Card numbers in the journal: encrypted under the master key, as nothing else of a card is kept.

A number is packed into two blocks, filled up with F.  Source: practice of terminal programs.
"""

from harness.errors import EncodeError
from harness.wire.keys import decrypt, encrypt

PACKED_SIZE = 32  # hexadecimal digits
UNKNOWN = "0"  # of what another key has locked


def lock(key: bytes, pan: str) -> str:
    """Return a card number encrypted, in hexadecimal digits; as it is without a key."""
    if not (key and pan):
        return pan
    return encrypt(key, bytes.fromhex(pan.ljust(PACKED_SIZE, "F"))).hex()


def unlock(key: bytes, locked: str) -> str:
    """Return the card number, `UNKNOWN` if the key is not that of `lock`."""
    if not (key and locked):
        return locked
    try:
        pan = decrypt(key, bytes.fromhex(locked)).hex().rstrip("f")
    except (ValueError, EncodeError):
        return UNKNOWN
    return pan if pan.isdigit() else UNKNOWN
