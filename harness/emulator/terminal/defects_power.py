"""Seeded firmware defects: what a second cut, or a torn write, leaves behind."""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from harness.emulator import Effect, Store
from harness.emulator.terminal.defect import Defect, defect, own
from harness.emulator.terminal.machine import Terminal
from harness.emulator.terminal.memory import CLEAR, Memory
from harness.emulator.terminal.nv import Reversal
from harness.emulator.terminal.phases import Phase, Trigger
from harness.emulator.terminal.transitions import TRANSITIONS, Table


class _TakesOut(Memory):
    """Takes a pending reversal out of its area; it is put back when it is sent."""

    _taken: Reversal | None = None

    @property
    def reversal(self) -> Reversal:
        return self._taken or super().reversal

    def take_out(self) -> Store:
        """Return the write after which only the working memory has the reversal."""
        pending = super().reversal
        effect = self.store_reversal(replace(pending, state=CLEAR))
        self._taken = pending
        return effect

    def store_reversal(self, record: Reversal) -> Store:
        self._taken = None
        return super().store_reversal(record)


class LosesReversalAtSecondCut(Terminal):
    """Moves a pending reversal into its working memory at power-on, so that two cuts lose it."""

    memory_class = _TakesOut
    transitions: ClassVar[Table] = {
        **TRANSITIONS,
        (Phase.IDLE, Trigger.BOOTED): (Phase.RECOVERING, own("take_out")),
    }

    def take_out(self) -> list[Effect]:
        """Clear the area, if it has something."""
        if isinstance(self.memory, _TakesOut) and self.memory.is_owing:
            return [self.memory.take_out()]
        self.then = Trigger.STORED
        return []


POWER_DEFECTS: Mapping[str, Defect] = {
    "loses-reversal-at-second-cut": defect("D3", LosesReversalAtSecondCut),
}
