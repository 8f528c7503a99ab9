"""What shall happen where: a plan is data.

`keep` says how much of the effect at the point still takes place: 0 nothing (the fault comes
before it), k its first k bytes, None all of it (the fault comes after it).  Every fault carries
its own healing: a cut line may be called again, power comes back after `off_s`, a link after
`for_s`, paper when somebody loads it or at rest.  A `keep` that is no less than the size of the
effect is all of it.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

from harness.errors import MisuseError
from harness.fault.point import KINDS, MESSAGES, Point, parse
from harness.history.record import Expected

_WITH_BYTES = MESSAGES | {"nv", "print"}


@dataclass(frozen=True, slots=True)
class Drop:
    """The message is lost; the line stays."""

    name: ClassVar[str] = "drop"
    fits: ClassVar[frozenset[str]] = MESSAGES


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The message comes twice."""

    name: ClassVar[str] = "duplicate"
    fits: ClassVar[frozenset[str]] = MESSAGES


@dataclass(frozen=True, slots=True)
class Corrupt:
    """One bit of the byte at this index, from the end if negative, is turned over."""

    name: ClassVar[str] = "corrupt"
    fits: ClassVar[frozenset[str]] = MESSAGES
    byte: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Truncate:
    """Only the first bytes come; the line stays."""

    name: ClassVar[str] = "truncate"
    fits: ClassVar[frozenset[str]] = MESSAGES
    keep: int


@dataclass(frozen=True, slots=True)
class Delay:
    """The message comes so many seconds later."""

    name: ClassVar[str] = "delay"
    fits: ClassVar[frozenset[str]] = MESSAGES
    for_s: float


@dataclass(frozen=True, slots=True)
class Hold:
    """The message waits until another point has been passed; if it never is, nothing fired."""

    name: ClassVar[str] = "hold"
    fits: ClassVar[frozenset[str]] = MESSAGES
    until: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """The connection breaks; a new call heals it.

    rst, fin: both ends are told.  silence: neither is, nothing more comes through.
    half_open: only the end at the point is told.
    """

    name: ClassVar[str] = "cut"
    fits: ClassVar[frozenset[str]] = MESSAGES
    keep: int | None = 0
    how: Literal["rst", "fin", "silence", "half_open"] = "rst"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkDown:
    """The connection breaks and no call is answered for so many seconds; a serial line is dead."""

    name: ClassVar[str] = "link_down"
    fits: ClassVar[frozenset[str]] = MESSAGES | {"connect"}
    keep: int | None = 0
    for_s: float = 90.0


@dataclass(frozen=True, slots=True)
class RefuseConnect:
    """The call is refused; no byte leaves."""

    name: ClassVar[str] = "refuse_connect"
    fits: ClassVar[frozenset[str]] = frozenset({"connect"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerOff:
    """A device loses its power, for `off_s` seconds; then it boots.

    An effect that no line carries is one of its own device: when another device loses its power
    there, it takes place whole, after the cut (`keep` 0) or before it (None).
    """

    name: ClassVar[str] = "power_off"
    fits: ClassVar[frozenset[str]] = KINDS
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
    fits: ClassVar[frozenset[str]] = KINDS
    key: str
    device: str = "terminal"


@dataclass(frozen=True, slots=True)
class PresentCard:
    """Somebody swipes a declared card, named by its token, just after the effect: an act."""

    name: ClassVar[str] = "present_card"
    fits: ClassVar[frozenset[str]] = KINDS
    card: str
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
    | PresentCard
)
ACTS = (Press, PresentCard)  # what somebody does; the others are faults


@dataclass(frozen=True, slots=True)
class Step:
    """One action at one point, and the rules that prove nothing unless it happens."""

    point: Point
    action: Action
    rules: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.point.kind not in self.action.fits:
            raise MisuseError(f"{self.action} cannot happen at {self.point}")
        for name in ("keep", "for_s", "off_s"):
            value = getattr(self.action, name, None)
            if value is not None and value < 0:
                raise MisuseError(f"{self.action} at {self.point}: {name} must not be below 0")
        self._check_meaning()

    def _check_meaning(self) -> None:
        match self.action:
            case Hold(until=until) if until == self.point:
                raise MisuseError(f"{self.point} cannot be held until it has been passed itself")
            case PowerOff(keep=int(keep), device=device) if keep:
                is_foreign = self.point.kind not in MESSAGES and device != self.point.actor
                if is_foreign or self.point.kind not in _WITH_BYTES:
                    raise MisuseError(
                        f"{self.action} at {self.point}: expected keep 0 or None, because no byte "
                        f"of this effect is the device's"
                    )


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
