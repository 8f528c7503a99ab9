"""What is wrong with bytes that can be read all the same.

A device's message is judged by how much its faults matter, so each of them carries a class:
`breaks_parsing` (a reader cannot go on, or loses content), `not_in_profile` (readable, but not
what the message table allows), `cosmetic` (another way to write the same content).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

DeviationKind = Literal["breaks_parsing", "not_in_profile", "cosmetic"]


@dataclass(frozen=True, slots=True)
class Deviation:
    """One fault of a message; `offset` counts bytes from the begin of what was inspected.

    `what` never shows the value: it may be a PAN.
    """

    field: str
    offset: int
    kind: DeviationKind
    what: str


def shifted(deviations: Iterable[Deviation], offset: int) -> tuple[Deviation, ...]:
    """Return the deviations of a part as deviations of the whole, where it begins at `offset`."""
    return tuple(replace(one, offset=one.offset + offset) for one in deviations)
