"""What a gate can turn on events of the wire: relays and supplies, each behind one Protocol."""

import shlex
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from harness.errors import MisuseError, RigError
from harness.gate import State

TIMEOUT_S = 10.0
STATE = "{state}"


class Switch(Protocol):
    """A relay or a supply; `safe` is where it belongs when nobody holds the gate."""

    def turn(self, state: State) -> None:
        """Turn it and return when it is turned.  Raises RigError when it is not."""


@dataclass(frozen=True, slots=True)
class CommandSwitch:
    """A switch that a lab already scripts: `{state}` becomes off or on; safe is on."""

    command: str

    def turn(self, state: State) -> None:
        """Run the command; exit code 0 means that it is done."""
        filled = "off" if state == "off" else "on"
        words = [word.replace(STATE, filled) for word in shlex.split(self.command)]
        try:
            done = subprocess.run(
                words, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT_S, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise RigError(f"switch {words[0]}: {error}: mend its command") from error
        if done.returncode:
            raise RigError(f"switch {words[0]} {filled}: it ended with {done.returncode}")


def command_switches(texts: Iterable[str]) -> Mapping[str, Switch]:
    """Return the switches written as NAME=COMMAND.  Raises MisuseError for other text."""
    found: dict[str, Switch] = {}
    for text in texts:
        name, _, command = text.partition("=")
        if not name.isidentifier() or not _is_command(command):
            raise MisuseError(
                "a switch is written NAME=COMMAND, its command with {state} where off or on goes: "
                "line='./relay.sh {state}'"
            )
        if name in found:
            raise MisuseError(f"two switches are called {name}: remove one")
        found[name] = CommandSwitch(command)
    return found


def _is_command(text: str) -> bool:
    try:
        return STATE in text and bool(shlex.split(text))
    except ValueError:
        return False
