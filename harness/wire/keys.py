"""DES keys: single and triple DES in ECB mode, check values, and the working keys of a sign-in.

A terminal master key (TMK) of 16 bytes wraps the working keys that the host sends in field 62 of
its sign-in answer: each key encrypted, then four bytes of check value.  Forms by field 60.3:

    001   24 bytes   PIK 8, check 4, MAK 8, check 4
    003   40 bytes   PIK 16, check 4, MAK 16, check 4
    004   60 bytes   as 003, then track key 16, check 4

In the 16-byte place of a MAK stand mostly 8 bytes of MAK and 8 bytes of zero; those zeros are not
encrypted, and the check value is that of the 8-byte key, by single DES.

Source: NIST SP 800-67 (TDEA); published sign-in answers in fixtures/unionpay/vectors.json.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.modes import ECB

from harness.errors import DecodeError, EncodeError

BLOCK_SIZE = 8
CHECK_SIZE = 4
NO_SECOND_HALF = bytes(8)

KeysForm = Literal["001", "003", "004"]
KEY_SIZES: dict[KeysForm, tuple[int, ...]] = {"001": (8, 8), "003": (16, 16), "004": (16, 16, 16)}
KEY_NAMES = ("PIK", "MAK", "track key")


@dataclass(frozen=True, slots=True)
class WorkingKeys:
    """The keys of one sign-in; the repr shows none of them."""

    pik: bytes = field(repr=False)
    mak: bytes = field(repr=False)
    track_key: bytes = field(default=b"", repr=False)


def encrypt(key: bytes, data: bytes) -> bytes:
    """Return the blocks encrypted: DES with a key of 8 bytes, 3DES with 16 or 24.

    Raises EncodeError for another key size, or data that are not whole blocks of 8 bytes.
    """
    return _encryptor(key)(_blocks(data))


def decrypt(key: bytes, data: bytes) -> bytes:
    """Return the blocks decrypted; sizes and errors as of `encrypt`."""
    return _decryptor(key)(_blocks(data))


def _blocks(data: bytes) -> bytes:
    if len(data) % BLOCK_SIZE:
        raise EncodeError(f"{len(data)} bytes are not whole blocks of {BLOCK_SIZE}")
    return data


@lru_cache(maxsize=256)  # making a cipher costs more than using it; ECB has no state to leak
def _encryptor(key: bytes) -> Callable[[bytes], bytes]:
    return _cipher(key).encryptor().update


@lru_cache(maxsize=256)
def _decryptor(key: bytes) -> Callable[[bytes], bytes]:
    return _cipher(key).decryptor().update


def _cipher(key: bytes) -> Cipher[ECB]:
    """Return the cipher of a key, always written as the three keys of 3DES."""
    match len(key):
        case 8:
            whole = key * 3
        case 16:
            whole = key + key[:8]
        case 24:
            whole = key
        case size:
            raise EncodeError(f"a DES key has 8, 16 or 24 bytes, not {size}")
    return Cipher(TripleDES(whole), ECB())


def kcv(key: bytes) -> bytes:
    """Return the check value of a key: the first four bytes of eight encrypted zeros."""
    return encrypt(key, bytes(BLOCK_SIZE))[:CHECK_SIZE]


def wrap(tmk: bytes, key: bytes) -> bytes:
    """Return a working key encrypted under the master key."""
    return encrypt(tmk, key)


def unwrap(tmk: bytes, data: bytes) -> bytes:
    """Return the working key that was encrypted under the master key."""
    return decrypt(tmk, data)


def parse_working_keys(tmk: bytes, f62: str) -> WorkingKeys:
    """Return the working keys in the hexadecimal text of field 62.

    Raises DecodeError when the size is of no form, or a check value is wrong.
    """
    sizes = {sum(s) + CHECK_SIZE * len(s): s for s in KEY_SIZES.values()}
    data = _octets(f62)
    if len(data) not in sizes:
        raise DecodeError(f"{len(data)} bytes are no set of keys", field="62", offset=0)
    keys: list[bytes] = []
    at = 0
    for name, size in zip(KEY_NAMES, sizes[len(data)], strict=False):
        end = at + size
        keys.append(_checked(tmk, data[at:end], data[end : end + CHECK_SIZE], name, at))
        at = end + CHECK_SIZE
    return WorkingKeys(*keys)


def _octets(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise DecodeError("not hexadecimal text", field="62", offset=0) from None


def _checked(tmk: bytes, wrapped: bytes, check: bytes, name: str, at: int) -> bytes:
    is_short_mak = name == "MAK" and wrapped[8:] == NO_SECOND_HALF
    key = unwrap(tmk, wrapped[:8] if is_short_mak else wrapped)
    if kcv(key) != check:
        raise DecodeError(f"the check value of the {name} is wrong", field="62", offset=at)
    return key


def format_working_keys(
    tmk: bytes, pik: bytes, mak: bytes, form: KeysForm = "003", *, track_key: bytes = b""
) -> str:
    """Return the hexadecimal text of field 62; a MAK of 8 bytes in a place of 16 is zero-filled.

    Raises EncodeError when a key has not the size of the form.
    """
    sizes, keys = KEY_SIZES[form], [pik, mak, track_key]
    parts = [
        _placed(tmk, key, size, name)
        for key, size, name in zip(keys, sizes, KEY_NAMES, strict=False)
    ]
    if track_key and len(sizes) < len(keys):
        raise EncodeError(f"form {form} has no place for a track key")
    return b"".join(parts).hex().upper()


def _placed(tmk: bytes, key: bytes, size: int, name: str) -> bytes:
    is_short_mak = name == "MAK" and size == 16 and len(key) == 8
    if len(key) != size and not is_short_mak:
        raise EncodeError(f"the {name} has {len(key)} bytes where {size} are due")
    return wrap(tmk, key) + (NO_SECOND_HALF if is_short_mak else b"") + kcv(key)
