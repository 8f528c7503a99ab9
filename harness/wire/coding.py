"""Content of ISO 8583 fields: text <-> bytes, for digits in nibbles, text, and raw octets.

`pack` and `unpack` are strict and raise ValueError with a reason that shows no value; `loosen`
reads what `unpack` refused, and says how bad it is.  `size` is the bytes of `count` units.

Source: ISO 8583-1 (attribute notation); BCD justification as in the POS dialects.
"""

from collections.abc import Callable
from dataclasses import dataclass

from harness.wire.deviation import DeviationKind

DIGITS = frozenset("0123456789")
HEX_DIGITS = frozenset("0123456789ABCDEF")
NIBBLE_ALPHABETS = {"n": DIGITS, "z": DIGITS | {"D"}}
IDEOGRAPHIC_SPACE = "\u3000"  # the one blank that str.isprintable() denies and hosts do send

Loose = tuple[str, DeviationKind, str]  # text, class, what


def is_of_a(text: str) -> bool:
    """Tell whether the text has letters only."""
    return not text or (text.isascii() and text.isalpha())


def is_of_an(text: str) -> bool:
    """Tell whether the text has letters and digits only."""
    return not text or (text.isascii() and text.isalnum())


def is_of_ans(text: str) -> bool:
    """Tell whether the text has printable ASCII characters only."""
    return text.isascii() and text.isprintable()


def is_of_n(text: str) -> bool:
    """Tell whether the text has digits only."""
    return not text or (text.isascii() and text.isdigit())


def is_of_z(text: str) -> bool:
    """Tell whether the text has digits and track separators only."""
    return NIBBLE_ALPHABETS["z"].issuperset(text)


def is_of_any_script(text: str) -> bool:
    """Tell whether the text is printable in whatever script."""
    return text.replace(IDEOGRAPHIC_SPACE, " ").isprintable()


TEXT_CHECKS: dict[str, Callable[[str], bool]] = {
    "a": is_of_a, "an": is_of_an, "ans": is_of_ans, "n": is_of_n, "z": is_of_z,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Nibbles:
    """Two characters a byte; an odd count is padded by a 0, right of left-justified content."""

    alphabet: frozenset[str]
    is_left: bool
    counts_characters = True

    def size(self, count: int) -> int:
        """Return the bytes that `count` characters take."""
        return (count + 1) // 2

    def pack(self, text: str) -> bytes:
        """Return the text in nibbles."""
        if not self._is_legal(text):
            raise ValueError("not digits")
        if len(text) % 2:
            text = text + "0" if self.is_left else "0" + text
        return bytes.fromhex(text)

    def unpack(self, data: bytes, count: int) -> str:
        """Return the `count` characters in `data`."""
        text = data.hex()
        if count % 2:
            text, pad = (text[:-1], text[-1]) if self.is_left else (text[1:], text[0])
            if pad != "0":
                raise ValueError("the pad nibble is not 0")
        if text.isdigit():
            return text
        text = text.upper()
        if not self.alphabet.issuperset(text):
            raise ValueError("not digits")
        return text

    def loosen(self, data: bytes, count: int) -> Loose:
        """Return what the nibbles may mean, and their deviation."""
        nibbles = data.hex().upper()
        text = nibbles
        if count % 2:
            text = nibbles[:-1] if self.is_left else nibbles[1:]
            if self.is_left and nibbles[0] == "0" and nibbles[-1] not in "0ABCDEF":
                return self._moved(nibbles[1:])
        if not self._is_legal(text):
            return text, "not_in_profile", "holds nibbles that are no digits"
        return text, "cosmetic", "the pad nibble is not 0"

    def _moved(self, text: str) -> Loose:
        if not self._is_legal(text):
            return text, "not_in_profile", "holds nibbles that are no digits"
        return text, "cosmetic", "right-justified instead of left-justified"

    def _is_legal(self, text: str) -> bool:
        return (text.isdigit() and text.isascii()) or self.alphabet.issuperset(text)


@dataclass(frozen=True, slots=True)
class Text:
    """Characters of a character set, `count` bytes of them."""

    is_legal: Callable[[str], bool]
    charset: str
    counts_characters = False

    def size(self, count: int) -> int:
        """Return the bytes that a count of bytes takes."""
        return count

    def pack(self, text: str) -> bytes:
        """Return the text in its character set."""
        if not self.is_legal(text):
            raise ValueError("not these characters")
        return text.encode(self.charset)

    def unpack(self, data: bytes, count: int) -> str:
        """Return the text in `data`."""
        try:
            text = data.decode(self.charset)
        except UnicodeDecodeError:
            raise ValueError(f"the {count} bytes are not {self.charset}") from None
        if not self.is_legal(text):
            raise ValueError("characters that the attribute does not allow")
        return text

    def loosen(self, data: bytes, count: int) -> Loose:
        """Return the bytes as Latin-1 text, in which nothing is lost, and their deviation."""
        what = f"the {count} bytes hold characters that the attribute does not allow"
        return data.decode("latin-1"), "not_in_profile", what


@dataclass(frozen=True, slots=True)
class Octets:
    """Raw bytes, upper-case hexadecimal in a message; every byte string is content."""

    counts_characters = False

    def size(self, count: int) -> int:
        """Return the bytes that a count of bytes takes."""
        return count

    def pack(self, text: str) -> bytes:
        """Return the bytes of the hexadecimal text."""
        if not HEX_DIGITS.issuperset(text):
            raise ValueError("not upper-case hexadecimal")
        return bytes.fromhex(text)

    def unpack(self, data: bytes, count: int) -> str:  # noqa: ARG002 (one signature for all)
        """Return the bytes as hexadecimal text."""
        return data.hex().upper()


Content = Nibbles | Text | Octets
