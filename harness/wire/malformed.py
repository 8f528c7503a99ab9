"""ISO 8583 messages that are wrong on purpose: what a broken terminal, host or line might send.

A malformation changes the parts of a well-formed message; several are applied in their order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from harness.errors import EncodeError
from harness.wire.coding import Nibbles
from harness.wire.iso8583 import (
    Dialect,
    Form,
    Message,
    VariableForm,
    bitmap_of,
    encode_mti,
)


@dataclass(slots=True)
class Parts:
    """A message in pieces: the bits of its bitmap, and the wire form of each field."""

    dialect: Dialect
    message: Message
    bits: set[int]
    fields: dict[int, bytes]
    cut: int = 0  # bytes to leave out at the end

    def form(self, number: int) -> Form:
        """Return the form of a field that the message has.  Raises EncodeError if it has not."""
        if number not in self.fields:
            raise EncodeError(f"field {number} is not in the message to be spoilt")
        return self.dialect.forms[number]

    def content_at(self, number: int) -> int:
        """Return where the content begins in the wire form of a field."""
        form = self.form(number)
        return form.prefix_size if isinstance(form, VariableForm) else 0

    def put(self, number: int, at: int, data: bytes) -> None:
        """Replace bytes within the wire form of a field."""
        whole = self.fields[number]
        self.fields[number] = whole[:at] + data + whole[at + len(data) :]


class Malformation(Protocol):
    """One way to spoil a message."""

    def apply(self, parts: Parts) -> None:
        """Spoil the parts.  Raises EncodeError when the message cannot be spoilt so."""


@dataclass(frozen=True, slots=True)
class BitWithoutData:
    """The bitmap announces a field that is not there."""

    number: int

    def apply(self, parts: Parts) -> None:
        """Set the bit, drop the data."""
        parts.bits.add(self.number)
        parts.fields.pop(self.number, None)


@dataclass(frozen=True, slots=True)
class DataWithoutBit:
    """The data of a field are there, and the bitmap does not announce them."""

    number: int

    def apply(self, parts: Parts) -> None:
        """Clear the bit."""
        parts.form(self.number)
        parts.bits.discard(self.number)


@dataclass(frozen=True, slots=True)
class WrongLength:
    """A variable field announces another length than its content has."""

    number: int
    length: int

    def apply(self, parts: Parts) -> None:
        """Write the length."""
        form = parts.form(self.number)
        if not isinstance(form, VariableForm) or not 0 <= self.length < len(form.prefixes):
            raise EncodeError(f"field {self.number} cannot announce the length {self.length}")
        parts.put(self.number, 0, form.prefixes[self.length])


@dataclass(frozen=True, slots=True)
class NonBcdNibble:
    """A nibble of a field, its length included, is a letter; `index` counts from 0."""

    number: int
    index: int = 0
    nibble: str = "A"

    def apply(self, parts: Parts) -> None:
        """Write the nibble."""
        parts.form(self.number)
        nibbles = parts.fields[self.number].hex()
        if not 0 <= self.index < len(nibbles):
            raise EncodeError(f"field {self.number} has no nibble {self.index}")
        changed = nibbles[: self.index] + self.nibble + nibbles[self.index + 1 :]
        parts.fields[self.number] = bytes.fromhex(changed)


@dataclass(frozen=True, slots=True)
class PadNibble:
    """The pad of an odd number of digits is not 0."""

    number: int
    nibble: str = "F"

    def apply(self, parts: Parts) -> None:
        """Write the pad."""
        content, start = parts.form(self.number).content, parts.content_at(self.number)
        data = parts.fields[self.number]
        if not isinstance(content, Nibbles) or len(parts.message.fields[self.number]) % 2 == 0:
            raise EncodeError(f"field {self.number} has no pad")
        at = len(data) - 1 if content.is_left else start
        digits = f"{data[at]:02X}"
        padded = digits[0] + self.nibble if content.is_left else self.nibble + digits[1]
        parts.put(self.number, at, bytes.fromhex(padded))


@dataclass(frozen=True, slots=True)
class RightJustified:
    """An odd number of digits that belongs at the left stands at the right."""

    number: int

    def apply(self, parts: Parts) -> None:
        """Move the digits."""
        content, text = parts.form(self.number).content, parts.message.fields[self.number]
        if not isinstance(content, Nibbles) or not content.is_left or len(text) % 2 == 0:
            raise EncodeError(f"field {self.number} is not left-justified with a pad")
        parts.put(self.number, parts.content_at(self.number), bytes.fromhex("0" + text))


@dataclass(frozen=True, slots=True)
class TruncatedTail:
    """The last bytes are missing."""

    size: int

    def apply(self, parts: Parts) -> None:
        """Cut the tail."""
        parts.cut += self.size


@dataclass(frozen=True, slots=True)
class RawField:
    """A field, its length included, is these bytes; its bit is set.  The repr hides the bytes."""

    number: int
    data: bytes = field(repr=False)

    def apply(self, parts: Parts) -> None:
        """Write the bytes."""
        parts.bits.add(self.number)
        parts.fields[self.number] = self.data


def encode_malformed(message: Message, dialect: Dialect, *malformations: Malformation) -> bytes:
    """Return the message on the wire, spoilt.  Raises EncodeError when it cannot be spoilt so."""
    parts = Parts(dialect, message, set(message.fields), _encode_fields(message, dialect))
    for malformation in malformations:
        malformation.apply(parts)
    pieces: Sequence[bytes] = [parts.fields[number] for number in sorted(parts.fields)]
    whole = encode_mti(message.mti, dialect) + bitmap_of(parts.bits) + b"".join(pieces)
    return whole[: max(0, len(whole) - parts.cut)]


def _encode_fields(message: Message, dialect: Dialect) -> dict[int, bytes]:
    unknown = message.fields.keys() - dialect.forms.keys()
    if unknown:
        raise EncodeError(f"fields {sorted(unknown)} are not in the dialect")
    return {n: dialect.forms[n].encode(text) for n, text in message.fields.items()}
