"""That a terminal is off is proved by the current that it no longer draws, or by its silence."""

from collections.abc import Callable
from dataclasses import dataclass

from harness.errors import RigError
from harness.port import Meter
from harness.world.clock import Clock

LOOK_S = 0.05
SETTLE_S = 0.3  # in which what was sent before may still come
SILENCE_S = 1.5  # a terminal that is on answers a till sooner


@dataclass
class CurrentProof:
    """It draws no more than `off_current_a`, at the latest `discharge_s` after the switch."""

    meter: Meter
    clock: Clock
    off_current_a: float
    discharge_s: float
    name: str = "current"

    def require_off(self) -> None:
        """Raise RigError if it still draws current."""
        deadline_ns = self.clock.now_ns() + int(self.discharge_s * 1e9)
        while (drawn_a := self.meter.current_a()) > self.off_current_a:
            if self.clock.now_ns() >= deadline_ns:
                raise RigError(
                    f"power: the terminal still draws {drawn_a:.3f} A {self.discharge_s:g} s after "
                    f"it was switched off, by {self.meter.part}: is the switch in its circuit, and "
                    "has it a battery or a second supply (USB)?"
                )
            self.clock.wait(lambda: False, LOOK_S)


@dataclass
class SilenceProof:
    """It answers nothing on its till line; `is_silent` pokes it and listens so many seconds."""

    is_silent: Callable[[float], bool]
    clock: Clock
    name: str = "silence"

    def require_off(self) -> None:
        """Raise RigError if it still answers."""
        self.clock.wait(lambda: False, SETTLE_S)
        if not self.is_silent(SILENCE_S):
            raise RigError(
                "power: the terminal still answers after it was switched off: is the switch in "
                "its circuit, and has it a battery or a second supply (USB)?"
            )
