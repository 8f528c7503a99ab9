"""A non-volatile area of two places: a write torn by a power cut leaves the one before readable.

Each place has a check sum, a number that rises with every write, and the text; a write replaces
the older place only.
"""

from zlib import crc32

from harness.errors import MisuseError

PLACE_SIZE = 2048
HEAD_SIZE = 16  # check sum and number, eight hexadecimal digits each
TEXT_SIZE_MAX = PLACE_SIZE - HEAD_SIZE


def read(area: bytes) -> str | None:
    """Return the text that was written whole last, None if there is none."""
    places = [place for place in _places(area) if place is not None]
    return max(places)[1] if places else None


def written(area: bytes, text: str) -> bytes:
    """Return the area after a write.  Raises MisuseError for text that is no ASCII or too long."""
    places = _places(area)
    number = max((place[0] for place in places if place is not None), default=0) + 1
    if not text.isascii() or len(text) > TEXT_SIZE_MAX:
        raise MisuseError(f"{len(text)} characters do not fit a place of {TEXT_SIZE_MAX}")
    body = f"{number:08x}{text:<{TEXT_SIZE_MAX}}".encode("ascii")
    place = f"{crc32(body):08x}".encode("ascii") + body
    halves = [area[:PLACE_SIZE].ljust(PLACE_SIZE), area[PLACE_SIZE:].ljust(PLACE_SIZE)]
    halves[number % 2] = place
    return b"".join(halves)


def _places(area: bytes) -> list[tuple[int, str] | None]:
    return [_place(area[:PLACE_SIZE]), _place(area[PLACE_SIZE:])]


def _place(data: bytes) -> tuple[int, str] | None:
    body = data[8:]
    if len(data) != PLACE_SIZE or data[:8] != f"{crc32(body):08x}".encode("ascii"):
        return None
    return int(body[:8], 16), body[8:].decode("ascii").rstrip()
