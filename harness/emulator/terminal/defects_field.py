"""Seeded firmware defects of undoing and of settlements, as terminals in the field have them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from harness.emulator import Effect, Store
from harness.emulator.terminal import till_messages
from harness.emulator.terminal.batch_totals import net_rows
from harness.emulator.terminal.commands import Commands, Order
from harness.emulator.terminal.config import TerminalConfig
from harness.emulator.terminal.defect import Defect, defect, own
from harness.emulator.terminal.flows import Flows
from harness.emulator.terminal.machine import Terminal
from harness.emulator.terminal.memory import Memory
from harness.emulator.terminal.nv import Journal, Keys, Settlement, Voucher
from harness.emulator.terminal.phases import Phase, Trigger
from harness.emulator.terminal.slips_batch import BatchSlips
from harness.emulator.terminal.task import Kind, Task
from harness.emulator.terminal.transitions import TRANSITIONS, Table
from harness.wire import zvt
from harness.wire.keys import (
    CHECK_SIZE,
    KEY_SIZES,
    NO_SECOND_HALF,
    format_working_keys,
    unwrap,
)

ABORT = zvt.encode_message(zvt.Message(zvt.ECR_ABORT))
TOTAL_LIMIT_MINOR = 1_000_000


class VoidsInPart(Terminal):
    """Voids the amount that the till names, although it is only a part of the sale."""

    def void_fault(self, message: zvt.Message) -> int:
        """Return why the original cannot be voided, whatever the amount."""
        part = message.fields.get("amount_minor")
        fields = {name: value for name, value in message.fields.items() if name != "amount_minor"}
        fault = super().void_fault(zvt.Message(message.command, fields))
        if not fault and isinstance(part, int) and self.task.original:
            self.task.original = replace(self.task.original, amount_minor=part)
            self.task.amount_minor = part
        return fault


class _MarkedJournal(Journal):
    """Knows sales by a mark that is set when their void is sent."""

    def __init__(self, data: bytes, key: bytes = b"") -> None:
        super().__init__(data, key)
        self.marked: set[int] = set()

    def is_voided(self, voucher: Voucher) -> bool:
        return voucher.number in self.marked or super().is_voided(voucher)


class _MarkingMemory(Memory):
    journal_class = _MarkedJournal


class MarksBeforeVoiding(Terminal):
    """Marks a sale as voided when its void is sent, and leaves the mark when that is reversed."""

    memory_class = _MarkingMemory
    transitions: ClassVar[Table] = {
        **TRANSITIONS,
        (Phase.NUMBERED, Trigger.SALE_DUE): (Phase.SECURING, own("secure")),
    }

    def secure(self) -> list[Effect]:
        """Store the reversal, and mark the sale."""
        journal, original = self.memory.journal, self.task.original
        if original and isinstance(journal, _MarkedJournal):
            journal.marked.add(original.number)
        return super().secure()


class ClearsBeforeJournal(Terminal):
    """Clears the reversal before the approved transaction is in the journal."""

    transitions: ClassVar[Table] = {
        **TRANSITIONS,
        (Phase.AWAITING_ANSWER, Trigger.APPROVED): (Phase.CLEARING, Flows.clear),
        (Phase.CLEARING, Trigger.STORED): (Phase.JOURNALLING, Flows.journal),
        (Phase.JOURNALLING, Trigger.STORED): (Phase.PRINTING, Flows.print_sale),
    }


class DiscardsReversalAtResume(Terminal):
    """Discards a pending reversal when a settlement that came to nothing is asked for again."""

    asked = 0  # settlements while it was pending

    def settlement_fault(self) -> int:
        """Count the settlements that are asked for."""
        self.asked = self.asked + 1 if self.memory.is_owing else 0
        return super().settlement_fault()

    def reversal_due(self) -> Trigger:
        """Return that nothing is owed, at the second attempt to settle."""
        is_again = self.task.kind is Kind.SETTLEMENT and self.asked > 1
        return Trigger.COMPLETED if is_again else super().reversal_due()


def _drop_uncalled(terminal: Flows) -> list[Effect]:
    terminal.task.result_code = till_messages.NO_CONNECTION
    if terminal.task.kind is Kind.SETTLEMENT and terminal.memory.is_owing:
        return [*terminal.end_wait(), *terminal.drop()]
    terminal.then = Trigger.STORED
    return terminal.end_wait()


class DropsReversalAtRefusedCall(Terminal):
    """Drops a pending reversal when the call for a settlement is not answered."""

    transitions: ClassVar[Table] = {
        **TRANSITIONS,
        (Phase.DIALLING, Trigger.UNCONNECTED): (Phase.UNCOUNTING, _drop_uncalled),
    }


class RepeatsUploads(Terminal):
    """Uploads all records again when a settlement is gone on with."""

    def __init__(self, config: TerminalConfig, survived: Mapping[str, bytes]) -> None:
        super().__init__(config, survived)
        self._done: set[int] = set()  # in this attempt

    def order_settlement(self, message: zvt.Message) -> Order:
        """Begin anew."""
        self._done.clear()
        return super().order_settlement(message)

    def unsent(self) -> list[Voucher]:
        """Return what this attempt has not sent."""
        done = {*self._done, *self.memory.settlement.failed}
        owed = [each for each in self.owed() if each.number not in done]
        return sorted(owed, key=lambda each: each.kind == "refund")

    def _mark(self, *, is_sent: bool) -> Effect:
        group = self.group()
        effect = super()._mark(is_sent=is_sent)
        self._done |= {each.number for each in group}
        return effect

    orders = {
        **Terminal.orders,
        zvt.END_OF_DAY: lambda terminal, message: terminal.order_settlement(message),
    }


class StopsUnbalanced(Terminal):
    """Stops a settlement that does not balance."""

    def settlement_due(self) -> Trigger:
        """Return that nothing is due, once the host has found a difference."""
        is_answered = self.memory.settlement.stage == "totals"
        if not (is_answered and self.unbalanced()):
            return super().settlement_due()
        self.task.result_code = till_messages.NO_SETTLEMENT
        return Trigger.NOTHING_DUE


class RepeatsSettlementWithoutPaper(Terminal):
    """Begins a settlement anew whose slip met no paper."""

    transitions: ClassVar[Table] = {
        **TRANSITIONS,
        (Phase.PRINTING_TOTALS, Trigger.UNPRINTED): (Phase.UNSTAGING, own("miss_slip")),
    }

    def miss_slip(self) -> list[Effect]:
        """Store that the totals have not been answered."""
        self.unprinted = []
        self.task.result_code = till_messages.NO_PAPER
        return [*self.end_wait(), self._store_stage("begun")]


class LosesSlipWithoutPaper(Terminal):
    """Forgets the settlement slip when there is no paper for it."""

    transitions: ClassVar[Table] = {
        **TRANSITIONS,
        (Phase.PRINTING_TOTALS, Trigger.UNPRINTED): (Phase.STAGING, own("miss_slip")),
    }

    def miss_slip(self) -> list[Effect]:
        """Store that nothing has to be printed."""
        self.unprinted = []
        record = replace(self.memory.settlement, stage="slip", rows=(), is_printed=True)
        return [self.memory.store_settlement(record)]


def _print_as_settlement(terminal: Commands, message: zvt.Message) -> Order:
    vouchers = terminal.memory.journal.vouchers
    if not vouchers:
        return terminal.order_totals(message)
    record = Settlement(
        batch=terminal.memory.counters.batch, result=1, foreign_result=1,
        rows=net_rows(vouchers), date_time=terminal.date_time(),
    )  # fmt: skip
    terminal.task = Task(Kind.REPRINT, slips=[BatchSlips(terminal.config).settlement(record)])
    return [], Trigger.REPRINT


class TotalsLookSettled(Terminal):
    """Prints the totals so far as if they were a settlement slip."""

    orders = {**Terminal.orders, zvt.TOTALS: _print_as_settlement}


class _OverflowingMemory(Memory):
    @property
    def is_full(self) -> bool:
        return False

    def store_voucher(self, voucher: Voucher) -> Store:
        """Return the write of a journal that has no place for the transaction."""
        return super().store_voucher(voucher) if not super().is_full else self.store_last(self.last)


class LosesSaleWhenFull(Terminal):
    """Sells with a full memory: the card is debited, and the journal has nothing of it."""

    memory_class = _OverflowingMemory


class _CrossingMemory(Memory):
    crossed: int = 0  # number of the sale that crossed the limit

    @property
    def is_completed(self) -> bool:
        return super().is_completed and self.reversal.number != self.crossed


class SettlesInsideSale(Terminal):
    """Settles by itself when a sale brings the totals over a limit, and reverses that sale."""

    memory_class = _CrossingMemory
    transitions: ClassVar[Table] = {
        **TRANSITIONS,
        (Phase.JOURNALLING, Trigger.STORED): (Phase.CLEARING, own("clear")),
        (Phase.FINISHING, Trigger.STORED): (Phase.IDLE, own("tell")),
    }

    def clear(self) -> list[Effect]:
        """Leave the reversal of the sale that crosses the limit."""
        last = self.memory.journal.last
        sold_minor = sum(each.amount_minor for each in self.memory.journal.vouchers)
        is_crossing = last and last.number == self.task.number and sold_minor >= TOTAL_LIMIT_MINOR
        if not (is_crossing and isinstance(self.memory, _CrossingMemory)):
            return super().clear()
        self.memory.crossed, self.then = self.task.number, Trigger.STORED
        return self.end_wait()

    def tell(self) -> list[Effect]:
        """Tell the till of the sale, and settle."""
        is_crossing = self.task.number == getattr(self.memory, "crossed", 0) != 0
        effects = super().tell()
        if is_crossing:
            self.task = Task(Kind.SETTLEMENT, is_own=True)
            self.then = Trigger.DEMAND
        return effects


class TrustsCheckValues(Terminal):
    """Takes working keys whose check values are wrong."""

    transitions: ClassVar[Table] = {
        **TRANSITIONS,
        (Phase.TAKING_BATCH, Trigger.STORED): (Phase.TAKING_KEYS, own("take_keys")),
    }

    def is_key_good(self) -> bool:
        """Find nothing wrong."""
        return True

    def take_keys(self) -> list[Effect]:
        """Store the keys with check values that are right."""
        before = self.memory.keys
        wrapped = _with_right_checks(self.config.tmk, self.task.answer.text(62))
        return [self.memory.store_keys(Keys(before.generation + 1, wrapped, is_signed_in=True))]


def _with_right_checks(tmk: bytes, f62: str) -> str:
    """Return a set of keys with the check values that they should have."""
    data = bytes.fromhex(f62)
    forms = (
        form
        for form, sizes in KEY_SIZES.items()
        if sum(sizes) + CHECK_SIZE * len(sizes) == len(data)
    )
    form, keys = next(forms), []
    for size in KEY_SIZES[form]:
        whole, data = data[:size], data[size + CHECK_SIZE :]
        half = whole[:8] if whole[8:] == NO_SECOND_HALF else whole
        keys.append(unwrap(tmk, half))
    return format_working_keys(tmk, keys[0], keys[1], form, track_key=b"".join(keys[2:]))


class ObeysSecondCommand(Terminal):
    """Begins a second command while the first one waits for a card."""

    def _interrupt(self, command: bytes, *, is_repeat: bool) -> list[Effect]:
        is_waiting = self.phase in (Phase.AWAITING_CARD, Phase.AWAITING_PIN)
        if command == ABORT or is_repeat or not is_waiting:
            return super()._interrupt(command, is_repeat=is_repeat)
        self.phase = Phase.IDLE
        effects, trigger = self.order(command)
        return effects + self.step(trigger)


FIELD_DEFECTS: Mapping[str, Defect] = {
    "voids-in-part": defect("V2", VoidsInPart),
    "marks-before-voiding": defect("R13", MarksBeforeVoiding),
    "clears-reversal-before-journal": defect("R12", ClearsBeforeJournal),
    "discards-reversal-at-resume": defect("R8", DiscardsReversalAtResume),
    "drops-reversal-at-refused-call": defect("R8", DropsReversalAtRefusedCall),
    "repeats-uploads": defect("S8", RepeatsUploads),
    "stops-unbalanced-settlement": defect("S4", StopsUnbalanced),
    "repeats-settlement-without-paper": defect("S7", RepeatsSettlementWithoutPaper),
    "loses-settlement-slip-without-paper": defect("S11", LosesSlipWithoutPaper),
    "totals-look-settled": defect("L9", TotalsLookSettled),
    "loses-sale-when-full": defect("S9", LosesSaleWhenFull),
    "settles-inside-a-sale": defect("L1", SettlesInsideSale),
    "trusts-check-values": defect("K2", TrustsCheckValues),
    "obeys-second-command": defect("E2", ObeysSecondCommand),
}
