"""PIN blocks of field 52: PIN <-> block, in clear and encrypted under the PIN key.

Format 0 XORs the PIN field with the 12 digits left of the PAN's check digit; the block without
PAN is the PIN field alone.  No value of this module is ever shown in an error.

Source: ISO 9564-1 format 0 (ANSI X9.8).
"""

from harness.errors import DecodeError, EncodeError
from harness.wire.keys import BLOCK_SIZE, decrypt
from harness.wire.keys import encrypt as encrypt_blocks

PIN_SIZE_MIN, PIN_SIZE_MAX = 4, 12
PAN_DIGITS = 12


def clear_block(pin: str, pan: str | None) -> bytes:
    """Return the clear block.  Raises EncodeError unless the PIN has 4 to 12 digits."""
    is_pin = _is_digits(pin) and PIN_SIZE_MIN <= len(pin) <= PIN_SIZE_MAX
    if not is_pin or (pan is not None and not _is_digits(pan)):
        raise EncodeError(f"a PIN has {PIN_SIZE_MIN} to {PIN_SIZE_MAX} digits, a PAN digits only")
    return _xor(bytes.fromhex(f"{len(pin):02X}{pin:F<14}"), _pan_block(pan))


def encrypt(pin: str, key: bytes, pan: str | None) -> str:
    """Return field 52 in hexadecimal.  Raises EncodeError as `clear_block`."""
    return encrypt_blocks(key, clear_block(pin, pan)).hex().upper()


def decrypt_pin(block: str, key: bytes, pan: str | None) -> str:
    """Return the PIN in field 52.  Raises DecodeError when it does not hold one under this key."""
    if pan is not None and not _is_digits(pan):
        raise DecodeError("no PAN of digits to read the block with", field="52", offset=0)
    clear = _xor(decrypt(key, _octets(block)), _pan_block(pan)).hex().upper()
    size = int(clear[:2], 16)
    pin, fill = clear[2 : 2 + size], clear[2 + size :]
    if not PIN_SIZE_MIN <= size <= PIN_SIZE_MAX or not _is_digits(pin) or fill.strip("F"):
        raise DecodeError("not a PIN block under this key and PAN", field="52", offset=0)
    return pin


def _octets(block: str) -> bytes:
    try:
        data = bytes.fromhex(block)
    except ValueError:
        data = b""
    if len(data) != BLOCK_SIZE:
        raise DecodeError(f"not {BLOCK_SIZE} bytes in hexadecimal", field="52", offset=0)
    return data


def _pan_block(pan: str | None) -> bytes:
    """Return what the PIN field is XORed with: zeros without a PAN."""
    if pan is None:
        return bytes(BLOCK_SIZE)
    return bytes.fromhex(pan[:-1][-PAN_DIGITS:].rjust(16, "0"))


def _xor(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).to_bytes(BLOCK_SIZE, "big")


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
