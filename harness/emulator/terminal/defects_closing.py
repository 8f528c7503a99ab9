"""Seeded firmware defects: what a settlement holds, and how it is begun and ended."""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from harness.emulator import Effect
from harness.emulator.terminal import till_messages
from harness.emulator.terminal.batch_totals import DOMESTIC
from harness.emulator.terminal.defect import Defect, defect, own
from harness.emulator.terminal.machine import Terminal
from harness.emulator.terminal.nv import Voucher
from harness.emulator.terminal.phases import Phase, Trigger
from harness.emulator.terminal.transitions import TRANSITIONS, Table

STAGED: Table = {**TRANSITIONS, (Phase.READY, Trigger.STAGE_DUE): (Phase.STAGING, own("stage"))}


class _SettlesOthers(Terminal):
    """Settles other vouchers than the journal has."""

    transitions: ClassVar[Table] = STAGED

    def stage(self) -> list[Effect]:
        """Store totals of other vouchers."""
        vouchers = self.memory.journal.vouchers
        self.memory.journal.vouchers = self.settled(vouchers)
        effects = super().stage()
        self.memory.journal.vouchers = vouchers
        return effects

    def settled(self, vouchers: list[Voucher]) -> list[Voucher]:
        """Return what is settled instead of these."""
        return vouchers


class SettlesOneDay(_SettlesOthers):
    """Settles what was sold on the last day of the batch only."""

    def settled(self, vouchers: list[Voucher]) -> list[Voucher]:
        """Return those of the last clearing date."""
        last = vouchers[-1].clearing_date if vouchers else ""
        return [each for each in vouchers if each.clearing_date == last]


class SettlesWithoutRefunds(_SettlesOthers):
    """Leaves refunds out of the totals."""

    def settled(self, vouchers: list[Voucher]) -> list[Voucher]:
        """Return sales and voids."""
        return [each for each in vouchers if each.kind != "refund"]


class SettlesForeignAsDomestic(_SettlesOthers):
    """Counts foreign cards among the domestic ones in the totals."""

    def settled(self, vouchers: list[Voucher]) -> list[Voucher]:
        """Return all of them as domestic."""
        return [replace(each, group=DOMESTIC) for each in vouchers]


class StaysSignedInAfterSettlement(Terminal):
    """Does not sign out after a settlement, though it ought to."""

    transitions: ClassVar[Table] = {
        **TRANSITIONS,
        (Phase.CLOSING, Trigger.STORED): (Phase.READY, own("leave")),
    }

    def leave(self) -> list[Effect]:
        """Find nothing due."""
        self.task.is_settled = True
        self.then = Trigger.NOTHING_DUE
        return []


class SendsEmptyBatch(Terminal):
    """Sends the totals of an empty batch, which is settled at the terminal alone."""

    def settlement_fault(self) -> int:
        """Find nothing wrong about an empty batch."""
        fault = super().settlement_fault()
        return 0 if fault == till_messages.NO_SETTLEMENT else fault


CLOSING_DEFECTS: Mapping[str, Defect] = {
    "settles-one-day": defect("S12", SettlesOneDay),
    "settles-without-refunds": defect("F5", SettlesWithoutRefunds),
    "settles-foreign-as-domestic": defect("S2", SettlesForeignAsDomestic),
    "stays-signed-in-after-settlement": defect("S1", StaysSignedInAfterSettlement),
    "sends-empty-batch": defect("S10", SendsEmptyBatch),
}
