"""How commands print: one JSON object, or lines for people.  Results go to standard output.

Text that a device made can steer no screen here: JSON is printed in ASCII, and lines escape what
is not printable.  Nothing here knows markup, so a device's text cannot hold any.
"""

import json
from collections.abc import Iterable, Mapping

from harness.wire.deviation import Deviation

IDEOGRAPHIC_SPACE = "\u3000"  # slips are laid out with it, and str.isprintable() denies it


def print_object(found: Mapping[str, object]) -> None:
    """Print one JSON object on one line."""
    print(json.dumps(found, ensure_ascii=True))


def print_lines(lines: Iterable[str]) -> None:
    """Print lines for people."""
    for line in lines:
        print(escaped(line))


def escaped(text: str) -> str:
    r"""Return the text on one line, with visible escapes for all that is not printable.

    >>> escaped("paid\x1b[2J")
    'paid\\x1b[2J'
    """
    return "".join(map(_character, text))


def _character(character: str) -> str:
    if character.isprintable() or character == IDEOGRAPHIC_SPACE:
        return character
    return character.encode("unicode_escape").decode("ascii")


def deviation_objects(deviations: Iterable[Deviation]) -> list[dict[str, str | int]]:
    """Return deviations as JSON has them."""
    return [
        {"field": each.field, "offset": each.offset, "class": each.kind, "what": each.what}
        for each in deviations
    ]


def deviation_lines(deviations: Iterable[Deviation]) -> list[str]:
    """Return deviations as people read them."""
    return [
        f"{each.kind}: field {each.field}, offset {each.offset}: {each.what}"
        for each in deviations
    ]
