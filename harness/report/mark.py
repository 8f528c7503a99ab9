"""Marks of a sequence diagram: what stands on its lanes, before anything is drawn."""

from dataclasses import dataclass
from enum import Enum


class Lane(Enum):
    """Where a mark stands; the value is its heading."""

    OPERATOR = "Operator"
    TILL = "Till"
    ECR_LINE = ""
    TERMINAL = "Terminal"
    LINE = "Line"
    HOST = "Host"
    CARDHOLDER = "Cardholder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """Something that goes from lane to lane; look: plain, fault, lost (fault with a cross).

    arrival: the row of the other end, where both are one arrow.
    """

    time_ns: int
    row: int
    source: Lane
    target: Lane
    label: str
    detail: str = ""
    look: str = "plain"
    arrival: int | None = None

    @property
    def rows(self) -> tuple[int, ...]:
        """Return the rows that it stands for."""
        return (self.row,) if self.arrival is None else (self.row, self.arrival)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Something that happens on one lane; look: note, nv, post, fault, good, power."""

    time_ns: int
    row: int
    lane: Lane
    text: str
    look: str = "note"

    @property
    def rows(self) -> tuple[int, ...]:
        """Return the row that it stands for."""
        return (self.row,)


@dataclass(frozen=True, slots=True)
class Band:
    """Something that concerns all lanes: time that passes, a word of the bench."""

    text: str
    rows: tuple[int, ...] = ()


Mark = Arrow | Box | Band
