r"""What a file says once it is unpacked: base64, zlib and gzip streams, escapes like \x31.

Robot keeps long strings of its log as base64 of zlib; PNG has text chunks, some of them zlib.
Nothing here knows formats of files: whatever looks packed is opened, and opened again.
"""

import binascii
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

DEPTH_MAX = 4
INFLATED_SIZE_MAX = 64 << 20  # bytes that one stream may grow to
STREAMS_MAX = 20_000
WORD_SIZE_MAX = 14  # letters; ten packed digits take as many
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{6,}")
_DIGITS = re.compile(rb"[MNO][DTjz][AEIMQUYcgk][wxyz0-5]")  # base64 of three of them
_FOLDED = re.compile(rb"(?<=[A-Za-z0-9+/]{60})(?:\r?\n|\\r?\\n)(?=[A-Za-z0-9+/])")
_STREAM = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")
_ESCAPE = re.compile(
    rb"\\x([0-9A-Fa-f]{2})|\\u00([0-9A-Fa-f]{2})|%([0-9A-Fa-f]{2})|&#x0*([0-9A-Fa-f]{2});"
    rb"|&#0*(\d{2,3});"
)
_ZLIB_OR_GZIP = 47  # window bits: the header says which
_URL_SAFE = bytes.maketrans(b"-_", b"+/")


@dataclass(frozen=True, slots=True)
class Layer:
    """Bytes, and how they were packed, outermost first; "" is the file as it is."""

    packing: str
    data: bytes


def layers(data: bytes, depth: int = DEPTH_MAX) -> Iterator[Layer]:
    """Yield the bytes as they are and everything that can be unpacked from them."""
    yield Layer("", data)
    if not depth:
        return
    for packing, opened in _opened(data):
        for inner in layers(opened, depth - 1):
            yield Layer(f"{packing}, {inner.packing}" if inner.packing else packing, inner.data)


def _opened(data: bytes) -> Iterator[tuple[str, bytes]]:
    plain, count = _ESCAPE.subn(_character, data)
    if count:
        yield "escapes", plain
    for packing, opened in (("base64", _from_base64(data)), ("compressed", _inflated(data))):
        if opened:
            yield packing, opened


def _character(found: re.Match[bytes]) -> bytes:
    *hexadecimal, decimal = found.groups()
    code = int(decimal) if decimal else int(next(filter(None, hexadecimal)), 16)
    return bytes([code]) if code < 0x100 else found[0]


def _from_base64(data: bytes) -> bytes:
    """Return what the runs of base64 letters hold, each read from any of its first four letters.

    A run may begin with letters that are none of it: then only one of four readings is right.
    Short runs, which most words are, count only where three digits in a row may be in them.
    """
    runs = _BASE64.findall(_FOLDED.sub(b"", data))
    worthy = (run for run in runs if len(run) >= WORD_SIZE_MAX or _DIGITS.search(run))
    return b"\n".join(_decoded(run[start:]) for run in worthy for start in range(4))


def _decoded(run: bytes) -> bytes:
    text = run.translate(_URL_SAFE)
    whole = text[: len(text) - (len(text) % 4 == 1)]
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def _inflated(data: bytes) -> bytes:
    found = [each.start() for each in islice(_STREAM.finditer(data), STREAMS_MAX)]
    return b"\n".join(filter(None, (_stream(memoryview(data)[start:]) for start in found)))


def _stream(data: memoryview) -> bytes:
    try:
        return zlib.decompressobj(_ZLIB_OR_GZIP).decompress(data, INFLATED_SIZE_MAX)
    except zlib.error:
        return b""
