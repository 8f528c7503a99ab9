"""Look for secrets in what the harness itself has written, by canaries that passed through it.

A canary is a card number, PIN, track or key whose digits collide with nothing else; give PINs six
digits.  It is looked for as text, with its digits apart, packed two to a byte, as hexadecimal of
its characters, and in all that can be unpacked: base64, compressed streams, escapes.

A PIN counts only where it is no part of a longer number or of a run of base64.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from harness.errors import MisuseError
from harness.report.hidden_layer import layers
from harness.terms.card import Card, mask_pan
from harness.wire.pin_block import clear_block

Kind = Literal["pan", "pin", "track", "key", "pin block"]
BLOB_SIZE_MIN = 24  # base64 letters around a PIN that make it a part of something else
_SHAPES = {
    "pan": re.compile(r"[0-9]{12,19}"),
    "pin": re.compile(r"[0-9]{4,12}"),
    "track": re.compile(r"[0-9]{12,19}[D=][0-9]{7,}"),
    "key": re.compile(r"(?:[0-9A-Fa-f]{2}){8,}"),
    "pin block": re.compile(r"[0-9A-Fa-f]{16}"),
}
_SEPARATORS = b" \t\r\n\0-.:,;_/|\xc2\xa0"  # the last two are a hard space
_BLOB = re.compile(rb"[A-Za-z0-9+/]*")


@dataclass(frozen=True, slots=True)
class Canary:
    """A secret to look for: digits, a track 2 with D or =, or a key in hexadecimal."""

    kind: Kind
    secret: str = field(repr=False)

    def __post_init__(self) -> None:
        if not _SHAPES[self.kind].fullmatch(self.secret):
            raise MisuseError(f"a canary {self.kind} of {len(self.secret)} characters is none")

    @property
    def masked(self) -> str:
        """Return what a hit may show of it."""
        pan = re.split("[D=]", self.secret)[0]
        shown = mask_pan(pan) if self.kind in {"pan", "track"} else ""
        return shown + "*" * (len(self.secret) - len(shown))


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """A secret that was found: in which file, how it was written, and what may be shown of it."""

    where: str
    form: str
    kind: str
    masked: str

    def __str__(self) -> str:
        return f"{self.where}: {self.kind} {self.masked} as {self.form}"


def canaries_of(cards: Iterable[Card], keys: Iterable[bytes] = ()) -> list[Canary]:
    """Return all secrets of these cards and keys."""
    found: list[Canary] = []
    for card in cards:
        found += [Canary("pan", card.pan), Canary("track", card.track2)]
        found += [Canary("pin", pin) for pin in [card.pin] if pin]
    return found + [Canary("key", key.hex()) for key in keys]


def scan(
    paths: Iterable[Path],
    canaries: Iterable[Canary],
    *,
    texts: Mapping[str, str | bytes] | None = None,
) -> list[Hit]:
    """Return where canaries stand in files, in all files of folders, and in texts given by name.

    Raises MisuseError if there is no canary, or if a file cannot be read: nothing is proved then.
    """
    wanted = list(canaries)
    if not wanted:
        raise MisuseError("a scan without a canary proves nothing: declare cards to look for")
    found = {
        Hit(_without(where, wanted), form, canary.kind, canary.masked)
        for where, data in (*_files(paths), *_given(texts or {}))
        for canary, form in _forms(data, [*wanted, *_pin_blocks(wanted)])
    }
    return sorted(found)


def _without(text: str, canaries: Iterable[Canary]) -> str:
    for canary in canaries:
        text = text.replace(canary.secret, canary.masked)
    return text


def _files(paths: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    for path in paths:
        for file in _walk(path):
            yield str(file), _read(file)
            yield f"the name of a file in {file.parent}", os.fsencode(file.name)


def _walk(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for folder, _, names in os.walk(path):
        yield from (Path(folder) / name for name in sorted(names))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise MisuseError(
            f"cannot look for secrets in {path}: {error.strerror}: make it readable"
        ) from error


def _given(texts: Mapping[str, str | bytes]) -> Iterator[tuple[str, bytes]]:
    for name, text in texts.items():
        yield name, text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text


def _pin_blocks(canaries: Iterable[Canary]) -> Iterator[Canary]:
    """Yield the PIN blocks in clear that these cards can make."""
    known = list(canaries)
    pans = [canary.secret for canary in known if canary.kind == "pan"]
    for pin in (canary.secret for canary in known if canary.kind == "pin"):
        yield from (Canary("pin block", clear_block(pin, pan).hex()) for pan in [None, *pans])


class _Haystack:
    """Bytes to look into, and the ways to read them; each way is made when it is asked for."""

    def __init__(self, data: bytes) -> None:
        self.data, self.lower = data, data.lower()

    @cached_property
    def squeezed(self) -> bytes:
        """Return the bytes without what stands between digits."""
        return self.lower.translate(None, _SEPARATORS)

    @cached_property
    def packed(self) -> bytes:
        """Return the half bytes as hexadecimal digits."""
        return self.data.hex().encode()


def _forms(data: bytes, canaries: Iterable[Canary]) -> Iterator[tuple[Canary, str]]:
    wanted = list(canaries)
    for layer in layers(data):
        haystack = _Haystack(layer.data)
        for canary in wanted:
            form = _form(haystack, canary)
            if form:
                yield canary, f"{form} in {layer.packing}" if layer.packing else form


def _form(haystack: _Haystack, canary: Canary) -> str:
    """Return how the canary is written there, "" if it is not."""
    match canary.kind:
        case "pin":
            return _pin_form(haystack, canary.secret.encode())
        case "track":
            return next(filter(None, (_digits_form(haystack, t) for t in _tracks(canary))), "")
        case "pan":
            return _digits_form(haystack, canary.secret.encode())
    return _digits_form(haystack, canary.secret.lower().encode())


def _tracks(canary: Canary) -> Iterator[bytes]:
    """Yield the track and what follows its PAN, with either separator."""
    pan, rest = re.split("[D=]", canary.secret)
    for separator in "d=":
        yield f"{pan}{separator}{rest}".encode()
        yield f"{separator}{rest}".encode()


def _digits_form(haystack: _Haystack, digits: bytes) -> str:
    if digits in haystack.lower:
        return "text"
    if digits in haystack.squeezed:
        return "digits apart"
    if digits in haystack.packed:
        return "packed digits"
    cases = (digits.hex().encode(), digits.upper().hex().encode())
    return "hexadecimal of text" if any(case in haystack.squeezed for case in cases) else ""


def _pin_form(haystack: _Haystack, pin: bytes) -> str:
    data, hexadecimal = haystack.data, pin.hex().encode()
    if any(_is_alone(data, each) and not _is_in_blob(data, each) for each in _places(pin, data)):
        return "text"
    if any(_is_alone(data, each, rb"[ \-\0]?") for each in _apart(pin).finditer(data)):
        return "digits apart"
    found = _places(hexadecimal, haystack.squeezed)
    return "hexadecimal of text" if any(map(_is_alone_in_hexadecimal, found)) else ""


def _places(wanted: bytes, data: bytes) -> Iterator[re.Match[bytes]]:
    return re.finditer(re.escape(wanted), data) if wanted in data else iter(())


def _apart(pin: bytes) -> re.Pattern[bytes]:
    """Return what finds the digits with one separator between all of them."""
    first, second, *others = (bytes([digit]) for digit in pin)
    gap = rb"(?P<gap>[ \-\0])"
    return re.compile(first + gap + second + b"".join(b"(?P=gap)" + digit for digit in others))


def _is_alone(data: bytes, found: re.Match[bytes], gap: bytes = b"") -> bool:
    """Tell whether no further digit is on either side, nor beyond a gap."""
    before, after = (
        data[max(found.start() - 2, 0) : found.start()],
        data[found.end() : found.end() + 2],
    )
    return not re.search(rb"\d" + gap + rb"\Z", before) and not re.match(gap + rb"\d", after)


def _is_alone_in_hexadecimal(found: re.Match[bytes]) -> bool:
    whole = found.string
    before, after = (
        whole[max(found.start() - 2, 0) : found.start()],
        whole[found.end() : found.end() + 2],
    )
    return not re.fullmatch(rb"3\d", before) and not re.fullmatch(rb"3\d", after)


def _is_in_blob(data: bytes, found: re.Match[bytes]) -> bool:
    """Tell whether base64 surrounds what was found; it is unpacked and searched by itself."""
    before = _BLOB.match(data[max(found.start() - BLOB_SIZE_MIN, 0) : found.start()][::-1])
    after = _BLOB.match(data[found.end() : found.end() + BLOB_SIZE_MIN])
    return sum(len(each[0]) for each in (before, after) if each) >= BLOB_SIZE_MIN
