"""What a seeded firmware defect is."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from harness.emulator import Boot, Effect
from harness.emulator.terminal.config import TerminalConfig
from harness.emulator.terminal.flows import Flows
from harness.emulator.terminal.machine import Terminal
from harness.emulator.terminal.transitions import Action


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing that a terminal does wrong: the rule that must name it, a sentence, the boot."""

    rule: str
    what: str
    boot: Callable[[TerminalConfig], Boot]


def defect(rule: str, kind: type[Terminal]) -> Defect:
    """Return the defect of a terminal class, whose docstring says what it does wrong."""
    return Defect(rule, (kind.__doc__ or "").strip(), partial(_boot, kind))


def _boot(kind: type[Terminal], config: TerminalConfig) -> Boot:
    return partial(kind, config)


def own(name: str) -> Action:
    """Return the action of this name of whichever class the terminal has, for its table."""

    def act(terminal: Flows) -> list[Effect]:
        effects: list[Effect] = getattr(terminal, name)()
        return effects

    return act
