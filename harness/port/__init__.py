"""What the parts of a bench can do, whatever they are wired to.

Each part has a `part`: how a message names it, such as "line relay modbus 192.0.2.7:502 coil 2".
All of them raise RigError, within a few seconds, when they do not do what they should.
"""

from typing import Protocol


class Coil(Protocol):
    """Something that is energised or not: a line of a chip, a relay of a board."""

    @property
    def part(self) -> str:
        """Return how messages name it."""

    def energise(self, is_energised: bool, /) -> None:
        """Switch it, and see by reading back that it has done so, where it can be read."""

    def is_energised(self) -> bool:
        """Return what it is, read from the device where that is possible."""

    def close(self) -> None:
        """Give it back; twice is fine."""


class Meter(Protocol):
    """Something that measures a current."""

    @property
    def part(self) -> str:
        """Return how messages name it."""

    def current_a(self) -> float:
        """Return the current that flows now, in ampere."""
