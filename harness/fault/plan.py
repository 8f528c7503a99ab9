"""What shall happen where: a plan is data.

`keep` says how much of the effect at the point still takes place: 0 nothing (the fault comes
before it), k its first k bytes, None all of it (the fault comes after it).  Every fault carries
its own healing: a cut line may be called again, power comes back after `off_s`, a link after
`for_s`, paper when somebody loads it or at rest.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

from harness.errors import MisuseError
from harness.fault.point import Point, parse
from harness.history.record import Expected

_MESSAGES = frozenset({"tx", "rx"})
_EVERYWHERE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Drop:
    """The message is lost; the line stays."""

    name: ClassVar[str] = "drop"
    fits: ClassVar[frozenset[str]] = _MESSAGES


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The message comes twice."""

    name: ClassVar[str] = "duplicate"
    fits: ClassVar[frozenset[str]] = _MESSAGES


@dataclass(frozen=True, slots=True)
class Corrupt:
    """One bit of the byte at this index, from the end if negative, is turned over."""

    name: ClassVar[str] = "corrupt"
    fits: ClassVar[frozenset[str]] = _MESSAGES
    byte: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Truncate:
    """Only the first bytes come; the line stays."""

    name: ClassVar[str] = "truncate"
    fits: ClassVar[frozenset[str]] = _MESSAGES
    keep: int


@dataclass(frozen=True, slots=True)
class Delay:
    """The message comes so many seconds later."""

    name: ClassVar[str] = "delay"
    fits: ClassVar[frozenset[str]] = _MESSAGES
    for_s: float


@dataclass(frozen=True, slots=True)
class Hold:
    """The message waits until another point has been passed; if it never is, nothing fired."""

    name: ClassVar[str] = "hold"
    fits: ClassVar[frozenset[str]] = _MESSAGES
    until: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """The connection breaks; a new call heals it.

    rst, fin: both ends are told.  silence: neither is, nothing more comes through.
    half_open: only the end at the point is told.
    """

    name: ClassVar[str] = "cut"
    fits: ClassVar[frozenset[str]] = _MESSAGES
    keep: int | None = 0
    how: Literal["rst", "fin", "silence", "half_open"] = "rst"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkDown:
    """The connection breaks and no call is answered for so many seconds."""

    name: ClassVar[str] = "link_down"
    fits: ClassVar[frozenset[str]] = _EVERYWHERE
    keep: int | None = 0
    for_s: float = 90.0


@dataclass(frozen=True, slots=True)
class RefuseConnect:
    """The call is refused; no byte leaves."""

    name: ClassVar[str] = "refuse_connect"
    fits: ClassVar[frozenset[str]] = frozenset({"connect"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerOff:
    """A device loses its power, for `off_s` seconds; then it boots."""

    name: ClassVar[str] = "power_off"
    fits: ClassVar[frozenset[str]] = _EVERYWHERE
    keep: int | None = 0
    off_s: float = 5.0
    device: str = "terminal"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperOut:
    """The paper ends after `keep` bytes of the slip, until somebody loads new paper."""

    name: ClassVar[str] = "paper_out"
    fits: ClassVar[frozenset[str]] = frozenset({"print"})
    keep: int = 0


@dataclass(frozen=True, slots=True)
class Press:
    """Somebody presses a key just after the effect: an act, no fault."""

    name: ClassVar[str] = "press"
    fits: ClassVar[frozenset[str]] = _EVERYWHERE
    key: str
    device: str = "terminal"


Action = (
    Drop
    | Duplicate
    | Corrupt
    | Truncate
    | Delay
    | Hold
    | Cut
    | LinkDown
    | RefuseConnect
    | PowerOff
    | PaperOut
    | Press
)


@dataclass(frozen=True, slots=True)
class Step:
    """One action at one point, and the rules that prove nothing unless it happens."""

    point: Point
    action: Action
    rules: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.action.fits and self.point.kind not in self.action.fits:
            raise MisuseError(f"{self.action} cannot happen at {self.point}")


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps of a run, at most one for each point."""

    steps: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        if len({step.point for step in self.steps}) < len(self.steps):
            raise MisuseError("two steps at one point")

    def also(self, point: str, action: Action, *rules: str) -> "Plan":
        """Return the plan with one step more, its point written as text."""
        return Plan((*self.steps, Step(parse(point), action, rules)))

    def expected(self) -> tuple[Expected, ...]:
        """Return the plan as the header of a history holds it."""
        return tuple(Expected(str(s.point), str(s.action), s.rules) for s in self.steps)
