"""Whoever stands at the terminal: presents cards, keys PINs, presses keys.

Three kinds: the emulated one acts on the stage; the human gets a prompt for each act; a command
calls the robot that a lab already has.  Every act is a row of the history.
"""

import shlex
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from harness.emulator import CardPresented, Event, KeyPressed, PinKeyed
from harness.errors import BenchTimeoutError, RigError
from harness.history.record import Recorder
from harness.terms.card import Card, mask
from harness.world.live import LiveWorld
from harness.world.virtual import VirtualWorld

REACTION_S = 1.0
OUTPUT_SIZE_MAX = 2_000  # characters of a command's output that are kept as evidence


class Operator(Protocol):
    """Acts return when they are begun (emulated) or done (others); RigError when they fail."""

    def present_card(self, card: Card) -> None:
        """Swipe the card."""

    def key_pin(self, pin: str, kind: str) -> None:
        """Key the PIN, then ENTER; empty is ENTER alone.  `kind`: right, wrong or none."""

    def press(self, key: str) -> None:
        """Press a key of the terminal, such as CANCEL."""


@dataclass
class StageOperator:
    """Acts on an emulated terminal, a moment after being asked."""

    world: VirtualWorld | LiveWorld

    def present_card(self, card: Card) -> None:
        """Swipe the card."""
        self._act("card", card.token, CardPresented(card.track2))

    def key_pin(self, pin: str, kind: str) -> None:
        """Key the PIN, then ENTER."""
        self._act("pin", kind, PinKeyed(pin))

    def press(self, key: str) -> None:
        """Press a key."""
        self._act("key", key, KeyPressed(key))

    def _act(self, what: str, value: str, event: Event) -> None:
        self.world.later(REACTION_S, partial(_do, self.world, what, value, event))


def act_on_stage(world: VirtualWorld | LiveWorld, what: str, value: str, event: Event) -> None:
    """Have the emulated terminal feel an act at once; return when it is done."""
    world.perform(partial(_do, world, what, value, event))


def _do(world: VirtualWorld | LiveWorld, what: str, value: str, event: Event) -> None:
    stage = world.stage
    if stage.is_on("terminal"):
        stage.recorder.add("operator", "act", what, value, {what: value} if value else {})
        stage.deliver("terminal", event)


@dataclass
class HumanOperator:
    """Asks a person for every act and waits until it is confirmed."""

    recorder: Recorder
    ask: Callable[[str], object]

    def present_card(self, card: Card) -> None:
        """Ask for the card."""
        self._do("card", card.token, f"swipe {card.token} ({card.masked})")

    def key_pin(self, pin: str, kind: str) -> None:
        """Ask for the PIN; which one it is stands on the card's test sheet."""
        what = f"the {kind} PIN ({len(pin)} digits) and ENTER" if pin else "ENTER without a PIN"
        self._do("pin", kind, f"key {what}")

    def press(self, key: str) -> None:
        """Ask for a key."""
        self._do("key", key, f"press {key}")

    def _do(self, what: str, value: str, prompt: str) -> None:
        self.ask(prompt)
        self.recorder.add("operator", "act", what, value, {what: value})


@dataclass
class CommandOperator:
    """Calls a command for each act; `{card}`, `{pin}` and `{key}` in it are filled in.

    A PIN is given on the command's standard input too and never stands in the history.
    """

    recorder: Recorder
    commands: "dict[str, str]"
    timeout_s: float = 30.0

    def present_card(self, card: Card) -> None:
        """Run the command `present_card`."""
        self._do("card", card.token, "present_card", card=card.token)

    def key_pin(self, pin: str, kind: str) -> None:
        """Run the command `key_pin`."""
        self._do("pin", kind, "key_pin", pin=pin)

    def press(self, key: str) -> None:
        """Run the command `press`."""
        self._do("key", key, "press", key=key)

    def _do(self, what: str, value: str, name: str, **filled: str) -> None:
        if name not in self.commands:
            raise RigError(f"operator: no command `{name}` in devices.yaml, so it cannot be done")
        said = run_command(self.commands[name], self.timeout_s, f"operator: {name}", **filled)
        self.recorder.add("operator", "act", what, value, {what: value})
        keep_output(self.recorder, name, said)


def keep_output(recorder: Recorder, name: str, said: str) -> None:
    """Keep what a command of the lab has printed, as evidence."""
    if said:
        recorder.add("bench", "note", f"output of {name}", said)


def run_command(template: str, timeout_s: float, what: str, **filled: str) -> str:
    """Run one command line without a shell; return its output, cut to 2,000 characters.

    The PIN that was filled in is taken out of it.
    Raises RigError unless it exits with 0, BenchTimeoutError when it takes longer (real seconds).
    """
    words = [_filled(word, filled) for word in shlex.split(template)]
    given = filled.get("pin", "")
    try:
        done = subprocess.run(
            words, input=given, capture_output=True, encoding="utf-8", errors="replace",
            timeout=timeout_s, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise BenchTimeoutError(f"{what}: `{words[0]}` took longer than {timeout_s} s") from error
    except OSError as error:
        raise RigError(f"{what}: `{words[0]}` cannot be run: {error.strerror}") from error
    if done.returncode:
        output = _cleaned(done.stderr or done.stdout, given)
        raise RigError(f"{what}: `{words[0]}` ended with {done.returncode}: {output}")
    return _cleaned(done.stdout, given)


def _cleaned(output: str, pin: str) -> str:
    hidden = output.replace(pin, "...") if pin else output
    return mask(" ".join(hidden.split())[:OUTPUT_SIZE_MAX])


def _filled(word: str, filled: dict[str, str]) -> str:
    for name, value in filled.items():
        word = word.replace("{" + name + "}", value)
    return word
