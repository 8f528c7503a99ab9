"""What survives a power cut, and what its areas say together.

The areas are written one after the other, so a cut may fall between any two.  `ticket` tells
which records speak of the till's last payment, `number` which speak of the same request: a pending
reversal whose number the journal has is that of a finished sale.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from harness.emulator import Store
from harness.emulator.terminal.batch_totals import COUNT_MAX, MINOR_MAX
from harness.emulator.terminal.config import TerminalConfig
from harness.emulator.terminal.nv import (
    SETTLEMENT_SLOT_SIZE,
    Counters,
    Journal,
    Keys,
    Last,
    Reader,
    Reversal,
    Settlement,
    Slots,
    Voucher,
    unseal,
)
from harness.errors import DecodeError
from harness.wire.keys import WorkingKeys, parse_working_keys

PENDING, CLEAR = "pending", "clear"
FINAL = frozenset({"approved", "uncertain"})  # whatever the journal says later
NO_RECORD = Reversal()


class Memory:
    """The non-volatile areas; a write counts only after `commit`."""

    slots_class: ClassVar[type[Slots[Reversal]]] = Slots  # of the reversal
    journal_class: ClassVar[type[Journal]] = Journal

    def __init__(
        self, config: TerminalConfig, survived: Mapping[str, bytes], read: Reader = unseal
    ) -> None:
        self._config = config
        self._reversal = self.slots_class(Reversal, survived.get("reversal", b""), NO_RECORD, read)
        self._counters = Slots(
            Counters, survived.get("counters", b""), Counters(batch=config.batch), read
        )
        self._keys = Slots(Keys, survived.get("keys", b""), Keys(), read)
        self._last = Slots(Last, survived.get("last", b""), Last(), read)
        self._settlement = Slots(
            Settlement, survived.get("settlement", b""), Settlement(), read, SETTLEMENT_SLOT_SIZE
        )
        self.journal = self.journal_class(survived.get("journal", b""), config.tmk)
        self._writing = ""
        self._working = _unwrapped(config.tmk, self.keys.wrapped)

    @property
    def reversal(self) -> Reversal:
        """Return the last reversible request."""
        return self._reversal.record

    @property
    def counters(self) -> Counters:
        """Return the last number, batch and clock."""
        return self._counters.record

    @property
    def keys(self) -> Keys:
        """Return the working keys as they came."""
        return self._keys.record

    @property
    def settlement(self) -> Settlement:
        """Return how far the settlement of the batch has come."""
        return self._settlement.record

    @property
    def is_settling(self) -> bool:
        """Tell whether a settlement is under way, before which nothing else may be done."""
        return self.settlement.stage != "none"

    @property
    def working(self) -> WorkingKeys:
        """Return the working keys in clear."""
        assert self._working is not None, "no financial message is made before a sign-in"
        return self._working

    @property
    def is_signed_in(self) -> bool:
        """Tell whether financial messages may be sent."""
        return self.keys.is_signed_in and self._working is not None

    @property
    def number(self) -> int:
        """Return the number that was used last."""
        voucher = self.journal.last
        numbers = (self.counters.number, self.reversal.number, voucher.number if voucher else 0)
        return max(numbers)

    @property
    def ticket(self) -> int:
        """Return the ticket of the till's last payment."""
        voucher = self.journal.last
        tickets = (self._last.record.ticket, self.reversal.ticket)
        return max(*tickets, voucher.ticket if voucher else 0)

    @property
    def is_completed(self) -> bool:
        """Tell whether a reversal is stored of a sale that the journal has."""
        voucher = self.journal.last
        return (
            self.reversal.state == PENDING
            and voucher is not None
            and voucher.number == self.reversal.number
        )

    @property
    def is_owing(self) -> bool:
        """Tell whether a reversal is pending."""
        return self.reversal.state == PENDING and not self.is_completed

    @property
    def is_exhausted(self) -> bool:
        """Tell whether the pending reversal must not be sent any more."""
        return self.is_owing and self.reversal.attempts >= self._config.reversal_attempts_max

    @property
    def is_full(self) -> bool:
        """Tell whether the journal takes no more: it must be possible to settle what is in it."""
        return len(self.journal.vouchers) >= min(self._config.journal_size_max, COUNT_MAX)

    def has_room(self, amount_minor: int) -> bool:
        """Tell whether the totals have place for so much more."""
        minors = (each.amount_minor for each in self.journal.vouchers)
        return sum(minors, amount_minor) <= MINOR_MAX

    @property
    def is_slip_left(self) -> bool:
        """Tell whether the slip of the last settlement has still to be printed."""
        record = self.settlement
        return record.stage == "none" and bool(record.rows) and not record.is_printed

    @property
    def is_last_stale(self) -> bool:
        """Tell whether `last` says otherwise than reversal and journal, which may be emptied."""
        stored, known = self._last.record, self.last
        is_journalled = known.outcome == "approved" and stored.outcome != "approved"
        return is_journalled or (stored.outcome == PENDING and not self.is_owing)

    @property
    def last(self) -> Last:
        """Return what became of the till's last payment, whatever a cut kept from being stored."""
        last, reversal, voucher = self._last.record, self.reversal, self.journal.last
        ticket = self.ticket
        if voucher and voucher.ticket == ticket:
            is_printed = last.ticket == ticket and last.is_printed
            return Last(
                ticket, voucher.number, "approved", voucher.amount_minor, is_printed=is_printed
            )
        if last.ticket == ticket and last.outcome in FINAL:
            return last
        number, amount_minor, outcome = last.number, last.amount_minor, last.outcome
        if ticket and reversal.ticket == ticket:
            number, amount_minor = reversal.number, reversal.amount_minor
            outcome = PENDING if self.is_owing else "not_approved"
        elif outcome == PENDING:
            outcome = "not_approved"
        return replace(
            last, ticket=ticket, number=number, amount_minor=amount_minor, outcome=outcome
        )

    def outcome_of(self, ticket: int) -> str:
        """Return what became of the payment of a ticket, as journal and reversal have it."""
        voucher = self.journal.last
        if voucher and voucher.ticket == ticket:
            return "approved"
        return PENDING if self.is_owing and self.reversal.ticket == ticket else "not_approved"

    def store_reversal(self, record: Reversal) -> Store:
        """Return the write of the reversal."""
        return self._write("reversal", self._reversal.write(record))

    def store_counters(self, record: Counters) -> Store:
        """Return the write of the counters."""
        return self._write("counters", self._counters.write(record))

    def store_keys(self, record: Keys) -> Store:
        """Return the write of the keys."""
        return self._write("keys", self._keys.write(record))

    def store_last(self, record: Last) -> Store:
        """Return the write of what became of the last payment."""
        return self._write("last", self._last.write(record))

    def store_voucher(self, voucher: Voucher) -> Store:
        """Return the write of one more transaction in the journal."""
        return self._write("journal", self.journal.write(voucher))

    def store_settlement(self, record: Settlement) -> Store:
        """Return the write of how far a settlement has come."""
        return self._write("settlement", self._settlement.write(record))

    def empty_journal(self) -> Store:
        """Return the write that empties the journal."""
        return self._write("journal", self.journal.clear())

    def _write(self, area: str, data: bytes) -> Store:
        self._writing = area
        return Store(area, data)

    def is_writing(self, area: str) -> bool:
        """Tell whether this write is the one that is waited for."""
        return bool(area) and self._writing == area

    def commit(self) -> None:
        """Take note that the write is safe."""
        area, self._writing = self._writing, ""
        match area:
            case "reversal":
                self._reversal.commit()
            case "counters":
                self._counters.commit()
            case "last":
                self._last.commit()
            case "journal":
                self.journal.commit()
            case "settlement":
                self._settlement.commit()
            case "keys":
                self._keys.commit()
                self._working = _unwrapped(self._config.tmk, self.keys.wrapped)

    def give_up(self) -> None:
        """Take note that the write failed: the old record stands."""
        self._writing = ""


def _unwrapped(tmk: bytes, wrapped: str) -> WorkingKeys | None:
    if not wrapped:
        return None
    try:
        return parse_working_keys(tmk, wrapped)
    except DecodeError:  # another master key was loaded since
        return None
