"""Seeded firmware defects: what a second cut, or a torn write, leaves behind."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from harness.emulator import Effect, Store
from harness.emulator.terminal.defect import Defect, defect, own
from harness.emulator.terminal.machine import Terminal
from harness.emulator.terminal.memory import CLEAR, Memory
from harness.emulator.terminal.nv import HEAD_SIZE, Journal, Reversal, Voucher, seal
from harness.emulator.terminal.phases import Phase, Trigger
from harness.emulator.terminal.transitions import TRANSITIONS, Table

AMOUNT_AT = 5  # values of a record, up to its amount


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


class _FillsUp(Journal):
    """Takes what came of a torn record at its end, and fills up the rest."""

    def __init__(self, data: bytes, key: bytes = b"") -> None:
        super().__init__(data, key)
        torn = data[len(self._stored) + HEAD_SIZE :].decode("utf-8", "ignore")
        values = [each.strip('"') for each in torn.removeprefix("[").split(",")[:-1]]
        if len(values) >= AMOUNT_AT:
            filled = _filled(values)
            self._stored += seal(filled, len(self.vouchers))
            self.vouchers = [*self.vouchers, filled]


def _filled(values: Sequence[str]) -> Voucher:
    number, ticket, kind, state, amount_minor = values[:AMOUNT_AT]
    return Voucher(
        int(number), int(ticket), kind, state, int(amount_minor),
        batch="", pan_masked="", entry="", approval_code="", rrn="", date="", time="",
    )  # fmt: skip


class _FillingMemory(Memory):
    journal_class = _FillsUp


class FillsUpTornRecord(Terminal):
    """Takes a torn record at the end of the journal for a transaction that was stored."""

    memory_class = _FillingMemory


POWER_DEFECTS: Mapping[str, Defect] = {
    "fills-up-torn-record": defect("D2", FillsUpTornRecord),
    "loses-reversal-at-second-cut": defect("D3", LosesReversalAtSecondCut),
}
