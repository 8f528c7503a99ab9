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
    """Something that goes from lane to lane; look: plain, fault, lost (fault with a cross)."""

    time_ns: int
    row: int
    source: Lane
    target: Lane
    label: str
    detail: str = ""
    look: str = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Something that happens on one lane; look: note, nv, post, fault, good, power."""

    time_ns: int
    row: int
    lane: Lane
    text: str
    look: str = "note"


@dataclass(frozen=True, slots=True)
class Band:
    """Something that concerns all lanes: time that passes, a word of the bench."""

    text: str


Mark = Arrow | Box | Band
