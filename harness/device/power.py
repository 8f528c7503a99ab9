"""The terminal's supply: emulated, a switch that a lab already scripts, or none."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from harness.device.operator import keep_output, run_command
from harness.errors import RigError
from harness.history.record import Recorder
from harness.world.clock import Clock
from harness.world.live import LiveWorld
from harness.world.virtual import VirtualWorld


class Power(Protocol):
    """A supply; RigError when it does not do what it should."""

    def cut(self, off_s: float) -> None:
        """Switch off for so many seconds of the world, on again, and wait for the boot."""

    def ensure_on(self) -> None:
        """Switch on, and wait for the boot if it was off."""


@dataclass
class StagePower:
    """The supply of an emulated terminal."""

    world: VirtualWorld | LiveWorld

    def cut(self, off_s: float) -> None:
        """Switch off and on again."""
        self.world.perform(partial(self.world.stage.power_off, "terminal"))
        self.world.wait(lambda: False, off_s)
        self.ensure_on()

    def ensure_on(self) -> None:
        """Switch on."""
        self.world.perform(partial(self.world.stage.power_on, "terminal"))


@dataclass
class CommandPower:
    """A switch behind two commands; the boot time is a fact of the bench."""

    clock: Clock
    recorder: Recorder
    off: str
    on: str
    boot_s: float
    timeout_s: float
    on_off: Callable[[], None] = lambda: None  # who has to know that it is off
    _is_on: bool = field(init=False, default=True)

    def cut(self, off_s: float) -> None:
        """Switch off and on again."""
        self.switch_off()
        self.clock.wait(lambda: False, off_s)
        self.ensure_on()

    def switch_off(self) -> None:
        """Switch off."""
        self._run("off", self.off)
        self._is_on = False
        self.recorder.add("terminal", "power", value="off")
        self.on_off()

    def ensure_on(self) -> None:
        """Switch on and wait for the boot."""
        if self._is_on:
            return
        self._run("on", self.on)
        self._is_on = True
        self.recorder.add("terminal", "power", value="on")
        self.clock.wait(lambda: False, self.boot_s)

    def _run(self, name: str, command: str) -> None:
        said = run_command(command, self.timeout_s, f"power: {name}")
        keep_output(self.recorder, f"power {name}", said)


@dataclass
class NoPower:
    """A bench that cannot cut the power."""

    def cut(self, off_s: float) -> None:
        """Refuse."""
        raise RigError(
            f"this bench cannot cut the power for {off_s} s: see `power` in devices.yaml"
        )

    def ensure_on(self) -> None:
        """Have it always on."""
