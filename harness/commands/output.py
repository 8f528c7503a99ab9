"""How commands print: one JSON object, or lines for people.  Results go to standard output.

Text that a device made can steer no screen here: JSON is printed in ASCII, and lines escape what
is not printable.  Nothing here knows markup, so a device's text cannot hold any.
"""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.wire.deviation import Deviation

IDEOGRAPHIC_SPACE = "\u3000"  # slips are laid out with it, and str.isprintable() denies it
WIDE = 10_000  # columns where nobody looks at a screen: a value is never broken into lines


def print_object(found: Mapping[str, object]) -> None:
    """Print one JSON object on one line."""
    print(json.dumps(found, ensure_ascii=True))


def print_lines(lines: Iterable[str]) -> None:
    """Print lines for people."""
    for line in lines:
        print(escaped(line))


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table: framed and folded on a screen, plain columns in a pipe or a file."""
    console = Console(highlight=False)
    table = Table(box=box.SIMPLE_HEAD if console.is_terminal else None, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(Text(escaped(cell)) for cell in row))
    if console.is_terminal:
        console.print(table)
        return
    wide = Console(highlight=False, width=WIDE)
    with wide.capture() as capture:
        wide.print(table)
    for line in capture.get().splitlines():
        print(line.rstrip())


def say(line: str) -> None:
    """Print one line about what is going on to standard error, away from results."""
    if sys.stderr:  # print() would take None for standard output
        print(escaped(line), file=sys.stderr)


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
        f"{each.kind}: field {each.field}, offset {each.offset}: {each.what}" for each in deviations
    ]
