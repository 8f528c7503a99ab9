"""What a gate is told to do, and what it tells.  Its core decides, and has no clock and no I/O.

The core is given what came on its lines and returns effects; its owner carries them out in order,
calls `tick` no later than `deadline_ns`, and stamps what is told with the time.  A line is named
by its number.  Bytes are carried whole and in order, so that "after byte k" is exact: an end is
reset only when the other side has acknowledged what was carried to it before.
"""

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from harness.fault.point import Point
from harness.terms.immutable import immutable

How = Literal["fin", "rst"]
State = Literal["off", "on", "safe"]
Word = str | int | bool | Mapping[str, int]


@immutable
class Carry:
    """Write these bytes to one end of a line."""

    line: int
    to: str
    data: bytes = field(repr=False)


@immutable
class End:
    """End the line towards one end, after all that was carried to it."""

    line: int
    to: str
    how: How


@immutable
class Dial:
    """Call the far end for a caller that waits, and say `dialled` or `not_answered`."""

    line: int


@immutable
class Admit:
    """Take calls, or have the system refuse them."""

    is_open: bool


@immutable
class Turn:
    """Turn a switch: `off`, `on`, or to its `safe` state."""

    switch: str
    state: State


@immutable
class Confirm:
    """Say that the action at a point is done, when all that came before it on its line is."""

    line: int
    point: Point


@immutable
class Tell:
    """Tell whoever holds the gate: what happened, and the words of it."""

    what: str
    words: Mapping[str, Word] = field(hash=False)


Effect = Carry | End | Dial | Admit | Turn | Confirm | Tell
