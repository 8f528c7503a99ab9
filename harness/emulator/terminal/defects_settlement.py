"""Seeded firmware defects: settlements, from the totals to the next batch."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from harness.emulator import Effect, Store
from harness.emulator.terminal.batch_flow import BALANCED_END, UNBALANCED_END
from harness.emulator.terminal.defect import Defect, defect, own
from harness.emulator.terminal.flows import Flows
from harness.emulator.terminal.machine import Terminal
from harness.emulator.terminal.memory import Memory
from harness.emulator.terminal.nv import Journal, Voucher
from harness.emulator.terminal.phases import REVOCABLE, Phase, Trigger
from harness.emulator.terminal.slips import Slip
from harness.emulator.terminal.slips_batch import BatchSlips
from harness.emulator.terminal.task import Kind
from harness.emulator.terminal.transitions import TRANSITIONS, Table


class SettlesBeforeReversal(Terminal):
    """Settles while a reversal is pending."""

    def due(self) -> Trigger:
        """Return what comes next, the settlement before the reversal."""
        is_settlement = self.task.kind is Kind.SETTLEMENT and not self.task.is_settled
        return self.settlement_due() if is_settlement else super().due()


class SettlesNet(Terminal):
    """Leaves voided sales and their voids out of the totals for the host."""

    transitions: ClassVar[Table] = {
        **TRANSITIONS,
        (Phase.READY, Trigger.STAGE_DUE): (Phase.STAGING, own("stage")),
    }

    def stage(self) -> list[Effect]:
        """Store totals that are net of voids."""
        vouchers = self.memory.journal.vouchers
        voided = {each.original for each in vouchers}
        kept = [v for v in vouchers if v.number not in voided and v.kind != "void"]
        self.memory.journal.vouchers = kept
        effects = super().stage()
        self.memory.journal.vouchers = vouchers
        return effects


def _gross_rows(vouchers: Sequence[Voucher]) -> tuple[str, ...]:
    minors = [each.amount_minor for each in vouchers if each.kind == "sale"]
    return (f"domestic|sale|{len(minors)}|{sum(minors)}", "domestic|refund|0|0")


class PrintsGross(Terminal):
    """Prints voided sales among the sales of a settlement slip."""

    def settlement_slips(self, *, printed_at: str = "", is_duplicate: bool = False) -> list[Slip]:
        """Return the slips with gross rows."""
        record = self.memory.settlement
        record = replace(
            record, date_time=printed_at or record.date_time,
            rows=_gross_rows(self.memory.journal.vouchers) or record.rows,
        )  # fmt: skip
        return [BatchSlips(self.config).settlement(record, is_duplicate=is_duplicate)]


class ConfusesEnds(Terminal):
    """Ends the upload of a batch by 207 when it is out of balance, and by 202 when it is not."""

    transitions: ClassVar[Table] = {
        **TRANSITIONS,
        (Phase.NUMBERED, Trigger.END_DUE): (Phase.ENDING, own("send_end")),
    }

    def send_end(self) -> list[Effect]:
        """Send the end, as if all were balanced."""
        record = self.memory.settlement
        network = BALANCED_END if self.unbalanced() else UNBALANCED_END
        stan = self.stan(self.task.side_number)
        request = self.requests.upload_end(stan, record.batch, network, len(record.sent))
        return self.transmit(request)


class UploadsNothing(Terminal):
    """Uploads nothing of a batch that is out of balance."""

    def owed(self) -> list[Voucher]:
        """Return nothing."""
        return []


class SkipsBatchNumber(Terminal):
    """Raises the batch by two."""

    transitions: ClassVar[Table] = {
        **TRANSITIONS,
        (Phase.EMPTYING, Trigger.STORED): (Phase.RAISING, own("raise_batch")),
    }

    def raise_batch(self) -> list[Effect]:
        """Store the batch after the next one."""
        counters = self.memory.counters
        following = int(counters.batch) % 999_999 + 2
        return [self.memory.store_counters(replace(counters, batch=f"{following:06}"))]


class KeepsBatchNumber(Terminal):
    """Does not raise the batch number."""

    transitions: ClassVar[Table] = {
        **TRANSITIONS,
        (Phase.EMPTYING, Trigger.STORED): (Phase.RAISING, own("raise_batch")),
    }

    def raise_batch(self) -> list[Effect]:
        """Store nothing."""
        self.then = Trigger.STORED
        return []


class SellsWhileSettling(Terminal):
    """Begins a new sale while a settlement is interrupted."""

    def card_transaction_fault(self) -> int:
        """Find nothing wrong about a settlement under way."""
        return 0 if self.memory.is_settling else super().card_transaction_fault()


class _KeepsJournal(Memory):
    def empty_journal(self) -> Store:
        """Write the journal as it is."""
        counters = self.counters
        return self.store_counters(counters)


class KeepsJournal(Terminal):
    """Keeps the journal after a settlement."""

    memory_class = _KeepsJournal


class _RevivedJournal(Journal):
    """An empty journal that was emptied in the working store only."""

    _old = b""

    def clear(self) -> bytes:
        self._old = self._stored
        return super().clear()

    def write(self, voucher: Voucher) -> bytes:
        if self._old and not self.vouchers:
            whole = Journal(self._old, self._key)
            self._stored, self.vouchers = self._old, whole.vouchers
        return super().write(voucher)


class _RevivingMemory(Memory):
    journal_class = _RevivedJournal


class SettlesAgain(Terminal):
    """Takes what was settled up into the journal again with the first sale of the next batch."""

    memory_class = _RevivingMemory


class TouchesCardWhenFull(Terminal):
    """Takes the card before it finds that the journal is full."""

    def payment_fault(self, amount_minor: int = 0) -> int:  # noqa: ARG002  # the base's signature
        """Find out about the journal later."""
        return self.card_transaction_fault()

    def read_on(self) -> list[Effect]:
        """Refuse after the card was taken."""
        if not self.memory.is_full:
            return super().read_on()
        self.then = Trigger.EXHAUSTED
        return []


class CancelsSettlement(Terminal):
    """Takes CANCEL for the end of a settlement that was sent."""

    transitions: ClassVar[Table] = {
        **TRANSITIONS,
        (Phase.TOTALLING, Trigger.CANCELLED): (Phase.UNSTAGING, Flows.unstage_unsent),
    }

    def _cancelled(self) -> Trigger | None:
        """Let CANCEL end the wait for the 0510."""
        is_sent = self.phase is Phase.TOTALLING
        return Trigger.CANCELLED if is_sent or self.phase in REVOCABLE else super()._cancelled()


class PrintsNoSettlementSlip(Terminal):
    """Prints no settlement slip."""

    transitions: ClassVar[Table] = {
        **TRANSITIONS,
        (Phase.READY, Trigger.SLIP_DUE): (Phase.PRINTING_TOTALS, own("print_totals")),
    }

    def print_totals(self) -> list[Effect]:
        """Print nothing."""
        self.then = Trigger.ALL_PRINTED
        return []


class ListsNoFailedUploads(Terminal):
    """Tells nobody which records the host never answered for."""

    def settlement_slips(self, *, printed_at: str = "", is_duplicate: bool = False) -> list[Slip]:
        """Return the settlement slip alone."""
        return super().settlement_slips(printed_at=printed_at, is_duplicate=is_duplicate)[:1]


SETTLEMENT_DEFECTS: Mapping[str, Defect] = {
    "settles-before-reversal": defect("R5", SettlesBeforeReversal),
    "settles-net": defect("S2", SettlesNet),
    "settles-again": defect("S2", SettlesAgain),
    "prints-gross": defect("S3", PrintsGross),
    "confuses-207-and-202": defect("S4", ConfusesEnds),
    "uploads-nothing": defect("S4", UploadsNothing),
    "lists-no-failed-uploads": defect("S4", ListsNoFailedUploads),
    "skips-a-batch-number": defect("S7", SkipsBatchNumber),
    "keeps-batch-number": defect("S7", KeepsBatchNumber),
    "sells-while-settling": defect("S8", SellsWhileSettling),
    "keeps-journal": defect("S5", KeepsJournal),
    "touches-card-when-full": defect("S9", TouchesCardWhenFull),
    "cancels-settlement": defect("S13", CancelsSettlement),
    "prints-no-settlement-slip": defect("S3", PrintsNoSettlementSlip),
}
