"""ISO 8583 messages: bytes <-> Message.  Pure: no state, no I/O.

A dialect is one table in the standard's own notation ("n6", "n..19", "b64": 64 bits, "b...255":
bytes) and the coding of its digits.  A message is an MTI of four digits and a mapping from field
number to text: digits, "D" as the separator of tracks, text, upper-case hexadecimal for binary.
`decode` is strict; `inspect` reads what can be read and lists every deviation.

Source: ISO 8583-1 (MTI, bitmap, attribute notation).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from harness.errors import DecodeError, EncodeError, MisuseError
from harness.terms.immutable import immutable
from harness.wire.coding import (
    NIBBLE_ALPHABETS,
    TEXT_CHECKS,
    Content,
    Nibbles,
    Octets,
    Text,
    is_of_any_script,
)
from harness.wire.deviation import Deviation, DeviationKind

BITMAP_SIZE = 8
SECONDARY_BIT = 1 << 63
ATTRIBUTE = re.compile(r"(ans|an|a|n|z|b)(\.{0,3})([0-9]+)")

DigitCoding = Literal["bcd", "ascii"]


@dataclass(frozen=True, slots=True)
class Field:
    """One data element: its name and attributes."""

    name: str
    kind: str  # n, z, a, an, ans or b
    size: int  # characters; hexadecimal digits for b; the maximum when variable
    length_digits: int  # 0: fixed size; 1: LVAR; 2: LLVAR; 3: LLLVAR
    is_left: bool  # an odd count of BCD digits has its pad at the right end
    charset: str  # of a, an and ans


def field(name: str, notation: str, *, left: bool = False, charset: str = "ascii") -> Field:
    """Return the field of a notation such as "n6", "n..19", "ans...999", "b64" or "b...255".

    Raises MisuseError for another notation, and for a fixed size in a multi-byte `charset`.
    """
    match = ATTRIBUTE.fullmatch(notation)
    if match is None or (charset != "ascii" and not match[2]):
        raise MisuseError(f"{notation!r} in {charset} is not an ISO 8583 attribute")
    kind, dots, size = match[1], match[2], int(match[3])
    if kind == "b":  # bits when fixed, bytes when variable; we count hexadecimal digits
        size = size * 2 if dots else size // 4
    return Field(name, kind, size, len(dots), left or bool(dots), charset)


@immutable
class Message:
    """An MTI such as "0200", and text by field number; its repr shows no value."""

    mti: str
    fields: Mapping[int, str]

    def __repr__(self) -> str:
        numbers = " ".join(map(str, sorted(self.fields)))
        return f"Message({self.mti}: {numbers})"

    def text(self, number: int) -> str:
        """Return the text of a field, "" when the message does not have it."""
        return self.fields.get(number, "")

    def having(self, fields: Mapping[int, str]) -> "Message":
        """Return the message with these fields added or replaced."""
        return Message(self.mti, {**self.fields, **fields})

    def without(self, *numbers: int) -> "Message":
        """Return the message without these fields."""
        return Message(self.mti, {n: text for n, text in self.fields.items() if n not in numbers})


@immutable
class Inspection:
    """What could be read of a message, and what is wrong with it."""

    message: Message
    deviations: tuple[Deviation, ...]


@dataclass(frozen=True, slots=True)
class FixedForm:
    """A field of fixed size on the wire."""

    number: int
    spec: Field
    content: Content
    size: int  # bytes

    def encode(self, text: str) -> bytes:
        """Return the field's bytes.  Raises EncodeError when the text does not fit."""
        try:
            data = self.content.pack(text)
        except ValueError:
            raise misfit(self.number, self.spec, text) from None
        if len(text) != self.spec.size:
            raise misfit(self.number, self.spec, text)
        return data

    def decode(self, data: bytes, at: int) -> tuple[str, int]:
        """Return text and end of the field that begins at `at`.  Raises DecodeError."""
        end = at + self.size
        if end > len(data):
            raise missing(self.number, at, end - len(data))
        try:
            return self.content.unpack(data[at:end], self.spec.size), end
        except ValueError as error:
            raise DecodeError(str(error), field=str(self.number), offset=at) from None


@dataclass(frozen=True, slots=True)
class VariableForm:
    """A field with its length before it."""

    number: int
    spec: Field
    content: Content
    size_max: int  # in what the length counts: digits of n and z, else bytes
    prefixes: tuple[bytes, ...]  # by length
    lengths: Mapping[bytes, int]
    prefix_size: int

    def encode(self, text: str) -> bytes:
        """Return the field's bytes.  Raises EncodeError when the text does not fit."""
        try:
            data = self.content.pack(text)
        except ValueError:
            raise misfit(self.number, self.spec, text) from None
        count = len(text) if self.content.counts_characters else len(data)
        if count > self.size_max:
            raise misfit(self.number, self.spec, text)
        return self.prefixes[count] + data

    def decode(self, data: bytes, at: int) -> tuple[str, int]:
        """Return text and end of the field that begins at `at`.  Raises DecodeError."""
        start = at + self.prefix_size
        count = self.length(data, at)
        if count > self.size_max:
            what = f"length {count} is above the maximum of {self.size_max}"
            raise DecodeError(what, field=str(self.number), offset=at)
        end = start + self.content.size(count)
        if end > len(data):
            raise missing(self.number, start, end - len(data))
        try:
            return self.content.unpack(data[start:end], count), end
        except ValueError as error:
            raise DecodeError(str(error), field=str(self.number), offset=start) from None

    def length(self, data: bytes, at: int) -> int:
        """Return the length that the field's prefix announces.  Raises DecodeError."""
        prefix = data[at : at + self.prefix_size]
        count = self.lengths.get(prefix)
        if count is not None:
            return count
        if len(prefix) < self.prefix_size:
            raise missing(self.number, at, self.prefix_size - len(prefix))
        raise DecodeError("the length is not digits", field=str(self.number), offset=at)


Form = FixedForm | VariableForm


def misfit(number: int, spec: Field, text: str) -> EncodeError:
    """Return the error of a text that does not fit a field."""
    return EncodeError(f"field {number} ({spec.name}) cannot hold these {len(text)} characters")


def missing(number: int, at: int, count: int) -> DecodeError:
    """Return the error of a field that ends too early."""
    return DecodeError(f"{count} bytes missing", field=str(number), offset=at)


class Dialect:
    """How one host writes ISO 8583: a table of fields 2 to 64, and the coding of digits."""

    def __init__(self, fields: Mapping[int, Field], *, digits: DigitCoding = "bcd") -> None:
        if not all(2 <= number <= 64 for number in fields):
            raise MisuseError("a dialect has fields 2 to 64")
        self.fields = MappingProxyType(dict(fields))
        self.mti = _content(field("mti", "n4"), digits)
        self.mti_size = self.mti.size(4)
        self.head_size = self.mti_size + BITMAP_SIZE
        self.forms = MappingProxyType({n: _form(n, spec, digits) for n, spec in fields.items()})


def _form(number: int, spec: Field, digits: DigitCoding) -> Form:
    content = _content(spec, digits)
    units = spec.size // 2 if spec.kind == "b" else spec.size
    if not spec.length_digits:
        return FixedForm(number, spec, content, content.size(units))
    if units >= 10**spec.length_digits:
        raise MisuseError(f"{units} does not fit a length of {spec.length_digits} digits")
    coding = _content(field("length", f"n{spec.length_digits}"), digits)
    prefixes = [coding.pack(f"{n:0{spec.length_digits}}") for n in range(10**spec.length_digits)]
    lengths = {prefix: count for count, prefix in enumerate(prefixes)}
    return VariableForm(number, spec, content, units, tuple(prefixes), lengths, len(prefixes[0]))


def _content(spec: Field, digits: DigitCoding) -> Content:
    if spec.kind == "b":
        return Octets()
    if spec.kind in NIBBLE_ALPHABETS and digits == "bcd":
        return Nibbles(NIBBLE_ALPHABETS[spec.kind], spec.is_left)
    is_plain = spec.charset == "ascii"
    return Text(TEXT_CHECKS[spec.kind] if is_plain else is_of_any_script, spec.charset)


def encode(message: Message, dialect: Dialect) -> bytes:
    """Return the message on the wire.  Raises EncodeError for a value that does not fit."""
    fields = message.fields
    bitmap, forms = _encoding(dialect, tuple(fields))
    parts = [encode_mti(message.mti, dialect), bitmap]
    parts += [form.encode(fields[form.number]) for form in forms]
    return b"".join(parts)


def encode_mti(mti: str, dialect: Dialect) -> bytes:
    """Return the MTI on the wire.  Raises EncodeError unless it has four digits."""
    try:
        data = dialect.mti.pack(mti)
    except ValueError:
        data = b""
    if len(mti) != 4 or not data:
        raise EncodeError("the MTI must have four digits")
    return data


@lru_cache(maxsize=4096)  # a terminal uses a dozen bitmaps
def _encoding(dialect: Dialect, numbers: tuple[int, ...]) -> tuple[bytes, tuple[Form, ...]]:
    unknown = [str(number) for number in numbers if number not in dialect.forms]
    if unknown:
        raise EncodeError(f"field {', '.join(unknown)} is not in the dialect")
    return bitmap_of(numbers), tuple(dialect.forms[number] for number in sorted(numbers))


def bitmap_of(numbers: Iterable[int]) -> bytes:
    """Return the bitmap of 64 bits with these bits set."""
    return sum(1 << (64 - number) for number in numbers).to_bytes(BITMAP_SIZE, "big")


@lru_cache(maxsize=256)  # who takes a message and the history read one
def decode(data: bytes, dialect: Dialect) -> Message:
    """Return the message in `data`.  Raises DecodeError, and nothing else, for any other bytes."""
    mti, forms = _decode_head(data, dialect)
    at, fields = dialect.head_size, {}
    for form in forms:
        fields[form.number], at = form.decode(data, at)
    if at < len(data):
        raise DecodeError(f"{len(data) - at} bytes left over", field="end", offset=at)
    return Message(mti, fields)


def _decode_head(data: bytes, dialect: Dialect) -> tuple[str, tuple[Form, ...]]:
    at = dialect.mti_size
    if len(data) < dialect.head_size:
        where, offset = ("MTI", 0) if len(data) < at else ("bitmap", at)
        raise DecodeError("the message is cut here", field=where, offset=offset)
    try:
        mti = dialect.mti.unpack(data[:at], 4)
    except ValueError as error:
        raise DecodeError(str(error), field="MTI", offset=0) from None
    forms, stop = decoding(dialect, data[at : at + BITMAP_SIZE])
    if stop:
        raise DecodeError("not in the dialect", field=stop, offset=at)
    return mti, forms


@lru_cache(maxsize=4096)
def decoding(dialect: Dialect, bitmap: bytes) -> tuple[tuple[Form, ...], str]:
    """Return the fields that the bitmap announces, as far as the first that is unknown.

    The second value names that one; "" if there is none.
    """
    forms: list[Form] = []
    bits = int.from_bytes(bitmap, "big")
    if bits & SECONDARY_BIT:
        return (), "bitmap"
    for number in (n for n in range(2, 65) if bits >> (64 - n) & 1):
        if number not in dialect.forms:
            return tuple(forms), str(number)
        forms.append(dialect.forms[number])
    return tuple(forms), ""


def inspect(data: bytes, dialect: Dialect) -> Inspection:
    """Return what can be read of any bytes, with every deviation; never raises."""
    try:
        return Inspection(decode(data, dialect), ())
    except DecodeError:
        return _Inspector(data, dialect).inspect()


class _Inspector:
    """Reads on after what `decode` refuses."""

    def __init__(self, data: bytes, dialect: Dialect) -> None:
        self._data, self._dialect = data, dialect
        self._fields: dict[int, str] = {}
        self._deviations: list[Deviation] = []

    def inspect(self) -> Inspection:
        mti = ""
        try:
            mti = self._read_mti()
            self._read_fields()
        except DecodeError as error:  # no way to know where the next field begins
            self._note(error.field, error.offset, "breaks_parsing", error.what)
        return Inspection(Message(mti, self._fields), tuple(self._deviations))

    def _read_mti(self) -> str:
        mti = self._data[: self._dialect.mti_size]
        if len(mti) < self._dialect.mti_size:
            raise DecodeError("the message is cut here", field="MTI", offset=0)
        try:
            return self._dialect.mti.unpack(mti, 4)
        except ValueError as error:
            self._note("MTI", 0, "breaks_parsing", str(error))
            return ""

    def _read_fields(self) -> None:
        at, end = self._dialect.mti_size, self._dialect.head_size
        if len(self._data) < end:
            raise DecodeError("the message is cut here", field="bitmap", offset=at)
        forms, stop = decoding(self._dialect, self._data[at:end])
        at = end
        for form in forms:
            at = self._read_field(form, at)
        if stop:
            raise DecodeError("not in the dialect", field=stop, offset=at)
        if at < len(self._data):
            raise DecodeError(f"{len(self._data) - at} bytes left over", field="end", offset=at)

    def _read_field(self, form: Form, at: int) -> int:
        start, count = self._extent(form, at)
        end = start + form.content.size(count)
        if end > len(self._data):
            raise missing(form.number, start, end - len(self._data))
        content = self._data[start:end]
        self._fields[form.number] = self._read_content(form, content, count, start)
        return end

    def _extent(self, form: Form, at: int) -> tuple[int, int]:
        if isinstance(form, FixedForm):
            return at, form.size if form.spec.kind == "b" else form.spec.size
        count = form.length(self._data, at)
        if count > form.size_max:
            what = f"length {count} is above the maximum of {form.size_max}"
            self._note(str(form.number), at, "not_in_profile", what)
        return at + form.prefix_size, count

    def _read_content(self, form: Form, content: bytes, count: int, at: int) -> str:
        if isinstance(form.content, Octets):
            return form.content.unpack(content, count)
        try:
            return form.content.unpack(content, count)
        except ValueError:
            text, kind, what = form.content.loosen(content, count)
            self._note(str(form.number), at, kind, what)
            return text

    def _note(self, where: str, offset: int, kind: DeviationKind, what: str) -> None:
        self._deviations.append(Deviation(where, offset, kind, what))
