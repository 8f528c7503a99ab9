"""Machines that present cards and press keys: solenoid fingers, or a robot that takes moves.

They touch a terminal from outside, as a hand does.  Never wire into a secure keypad: its tamper
mesh would erase the terminal's keys.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from harness.errors import RigError
from harness.history.record import Recorder
from harness.port import Coil
from harness.port.dialogue import DialoguePort
from harness.terms.card import Card
from harness.world.clock import Clock

What = Literal["card", "key"]
ENTER = "ENTER"
ACTS: Mapping[What, str] = {"card": "present_card", "key": "press"}
REST = "rest"


class Mover(Protocol):
    """Something that moves; RigError when it does not."""

    def move(self, what: What, name: str) -> None:
        """Present the card of this token, or press the key of this name; return when it is done."""

    def make_safe(self) -> None:
        """Draw back from the terminal."""

    def look(self) -> None:
        """Raise RigError if it is gone."""


@dataclass
class MovingOperator:
    """An operator whose hands are a mover; every act is a row, and no PIN stands in any."""

    recorder: Recorder
    mover: Mover

    def present_card(self, card: Card) -> None:
        """Present the card."""
        self.mover.move("card", card.token)
        self._add("card", card.token)

    def key_pin(self, pin: str, kind: str) -> None:
        """Press the digits, then ENTER."""
        try:
            for key in (*pin, ENTER):
                self.mover.move("key", key)
        except RigError as error:
            raise _hidden(error) from None
        self._add("pin", kind)

    def press(self, key: str) -> None:
        """Press the key."""
        self.mover.move("key", key)
        self._add("key", key)

    def _add(self, what: str, value: str) -> None:
        self.recorder.add("operator", "act", what, value, {what: value})


def _hidden(error: RigError) -> RigError:
    """Return a failure that does not tell which key of a PIN it was."""
    kind = type(error)
    return kind("operator: a key could not be pressed while a PIN was keyed: see `doctor`")


@dataclass
class SolenoidMover:
    """One coil for each card feeder and each finger: out for `hold_s`, back for `pause_s`."""

    coils: Mapping[tuple[What, str], Coil]
    clock: Clock
    hold_s: float = 0.2
    pause_s: float = 0.2

    def move(self, what: What, name: str) -> None:
        """Push once."""
        if (what, name) not in self.coils:
            raise RigError(f"operator: nothing moves for the {what} {name}: see devices.yaml")
        coil = self.coils[what, name]
        try:
            coil.energise(True)
            self.clock.wait(lambda: False, self.hold_s)
        finally:
            coil.energise(False)
        self.clock.wait(lambda: False, self.pause_s)

    def make_safe(self) -> None:
        """Draw all fingers back; the first that fails is told when all have been tried."""
        failures = list(filter(None, map(_released, self.coils.values())))
        if failures:
            raise failures[0]

    def look(self) -> None:
        """Read every coil."""
        for coil in self.coils.values():
            coil.is_energised()


def _released(coil: Coil) -> RigError | None:
    try:
        coil.energise(False)
    except RigError as error:
        return error
    return None


@dataclass
class RobotMover:
    """A robot at a serial port: its dialogue says what it is told for each act."""

    port: DialoguePort
    _is_used: bool = field(init=False, default=False)

    def move(self, what: What, name: str) -> None:
        """Have it present a card or press a key."""
        self._is_used = True
        self.port.perform(ACTS[what], **{what: name})

    def make_safe(self) -> None:
        """Send it to its place of rest, if its dialogue knows one."""
        if self._is_used and self.port.can(REST):
            self.port.perform(REST)

    def look(self) -> None:
        """See that its port is there."""
        self.port.require_there()
