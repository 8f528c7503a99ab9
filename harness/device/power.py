"""The terminal's supply: emulated, none, or a switch; that it is off is proved where it can be.

The switch is a command that a lab already scripts, a relay, or a supply in place of the battery.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from harness.device.operator import keep_output, run_command
from harness.errors import RigError
from harness.history.record import Facts, Recorder
from harness.world.clock import Clock, wait_until
from harness.world.live import LiveWorld
from harness.world.virtual import VirtualWorld

MS_NS = 1_000_000


class Power(Protocol):
    """A supply; RigError when it does not do what it should."""

    def cut(self, off_s: float) -> None:
        """Switch off for so many seconds of the world, on again, and wait for the boot."""

    def ensure_on(self) -> None:
        """Switch on, and wait for the boot if it was off."""


class Switch(Protocol):
    """What makes and breaks the terminal's supply; RigError when it does not."""

    def connect(self) -> None:
        """Give the terminal its power."""

    def interrupt(self) -> None:
        """Take it."""


class OffProof(Protocol):
    """How it is known that the power is off."""

    name: str

    def require_off(self) -> None:
        """Raise RigError if the terminal still has power."""


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
class NoPower:
    """A bench that cannot cut the power."""

    def cut(self, off_s: float) -> None:
        """Refuse."""
        raise RigError(
            f"this bench cannot cut the power for {off_s} s: see `power` in devices.yaml"
        )

    def ensure_on(self) -> None:
        """Have it always on."""


@dataclass
class CommandSwitch:
    """Two commands of the lab's."""

    recorder: Recorder
    off: str
    on: str
    timeout_s: float

    def connect(self) -> None:
        """Run the command `on`."""
        self._run("on", self.on)

    def interrupt(self) -> None:
        """Run the command `off`."""
        self._run("off", self.off)

    def _run(self, name: str, command: str) -> None:
        said = run_command(command, self.timeout_s, f"power: {name}")
        keep_output(self.recorder, f"power {name}", said)


@dataclass
class Believed:
    """No proof: what the switch says is taken for true."""

    name: str = "none"

    def require_off(self) -> None:
        """Believe it."""


@dataclass
class SwitchedPower:
    """A supply behind a switch; the boot time is a fact of the bench.

    The row that it is off comes when that is proved, and only then those who wait are told.
    """

    clock: Clock
    recorder: Recorder
    switch: Switch
    boot_s: float
    proof: OffProof = field(default_factory=Believed)
    on_off: Callable[[], None] = lambda: None  # who has to know that it is off
    stays_on: bool = True  # when the bench is left
    is_on: bool = True  # as far as the switch has been told
    _is_hurried: bool = field(init=False, default=False)

    def cut(self, off_s: float) -> None:
        """Switch off and on again; the wait between ends at `hurry`."""
        self.switch_off()
        wait_until(self.clock, lambda: self._is_hurried, off_s)
        self.ensure_on()

    def hurry(self) -> None:
        """Have the terminal's power back now."""
        self._is_hurried = True

    def switch_off(self) -> None:
        """Switch off, and see that it is off."""
        begun_ns = self.clock.now_ns()
        self.is_on = False  # from here on, whatever interrupts this
        self.switch.interrupt()
        self.proof.require_off()
        took_ms = (self.clock.now_ns() - begun_ns) // MS_NS
        facts: Facts = {"proof": self.proof.name, "took_ms": took_ms}
        self.recorder.add("terminal", "power", value="off", facts=facts)
        self.on_off()

    def ensure_on(self) -> None:
        """Switch on and wait for the boot."""
        if not self.is_on:
            self.switch_on()
            self.clock.wait(lambda: False, self.boot_s)

    def switch_on(self) -> None:
        """Switch on; the terminal boots from now on."""
        self.switch.connect()
        self.is_on = True
        facts: Facts = {"boot_ms": int(self.boot_s * 1000)}
        self.recorder.add("terminal", "power", value="on", facts=facts)

    def make_safe(self) -> None:
        """Leave the terminal on, or off if the bench is to be left so."""
        if self.stays_on:
            self.ensure_on()
        else:
            self.switch.interrupt()
