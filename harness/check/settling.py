"""One history as the rules of settlement look at it: settlements, batches, slips, disturbances."""

from functools import cached_property

from harness.check import fact
from harness.check.batch import Batches
from harness.check.books import Books, books_of
from harness.check.calls import Call
from harness.check.closing import Closing, closings
from harness.check.exchange import Exchange, line_of, tolerance_ns
from harness.check.kept_back import is_moving
from harness.check.message import (
    STAN_MAX,
    is_cancel,
    is_card_transaction,
    is_power_cut,
    is_seen_at_terminal,
    stan_of,
)
from harness.check.once import once
from harness.check.paper import PRINTER_FAULTS, outages
from harness.check.view import is_line_fault
from harness.history.record import Facts, History, Row

SETTLE = "settle"
ABORT = "ecr/06B0"


class Settling:
    """Each part is worked out when it is first asked for."""

    def __init__(self, history: History) -> None:
        self.line = line_of(history)
        self.closings = closings(self.line)

    @property
    def profile(self) -> Facts:
        """Return the parameters of the rules."""
        return self.line.history.header.profile

    @property
    def is_at_terminal(self) -> bool:
        """Tell whether the terminal's own rows of the host line exist."""
        return is_seen_at_terminal(self.line.history)

    @property
    def tolerance_ns(self) -> int:
        """Return how far a time may be off."""
        return tolerance_ns(self.line.history.header)

    def observes(self, *channels: str) -> bool:
        """Tell whether the bench sees one of the channels."""
        return any(channel in self.line.history.header.observes for channel in channels)

    def ledger(self, *names: str) -> list[Row]:
        """Return the rows of the host's books of these names, in order."""
        return [row for row in self.line.of("ledger") if row.address in names]

    @cached_property
    def books(self) -> Books:
        """Return the host's books."""
        return books_of(self.line.history)

    @cached_property
    def calls(self) -> list[Call]:
        """Return the till's calls of the settlement."""
        return [call for call in self.line.calls if call.verb == SETTLE]

    @cached_property
    def batches(self) -> Batches:
        """Return what was in the batch at any moment."""
        return Batches(self.line, self.closings)

    @cached_property
    def cards(self) -> list[Exchange]:
        """Return the on-line card transactions that left, in order."""
        return [one for one in self.line.exchanges if is_card_transaction(one.request)]

    @cached_property
    def rest_end(self) -> int | None:
        """Return the index at which the last rest ended, None if there was none."""
        rests = (row for row in reversed(self.line.of("note")) if row.address == "rest")
        return next((row.index for row in rests if row.value == "end"), None)

    def gate(self, closing: Closing) -> Row | None:
        """Return the first card transaction after a settlement began.

        What a fault kept back was sent before: its number is lower than that of the settlement.
        """
        later = (one for one in self.cards if one.request.index > closing.first.index)
        new = (one.request for one in later if not self._is_late(closing, one))
        return next(new, None)

    def _is_late(self, closing: Closing, one: Exchange) -> bool:
        own, other = stan_of(closing.first), stan_of(one.request)
        if one.is_overtaken or own is None or other is None:
            return one.is_overtaken
        is_older = (own - other) % STAN_MAX < STAN_MAX // 2
        return is_older and any(map(is_moving, self.line.of("fault")))

    def finish(self, closing: Closing) -> int | None:
        """Return where the terminal surely had done all that belongs to a settlement, else None.

        A power cut after the host's last answer may have left slip and journal to be done: then
        they are done when it goes on in the next batch, or clears the journal before our eyes.
        """
        if closing.done is None or closing.done.doubt:
            return None
        call = self.line.call_at(closing.over)
        told = call.end.index if call and call.end else self.line.last
        if not self.power_cuts(closing.over, told):
            return closing.over
        new = [one.request for one in self.cards if one.request.index > closing.over]
        signs = [row for row in new if fact.number(row, "batch") != closing.batch]
        signs += [row for row in self.line.of("nv") if row.facts.get("records") == ()]
        return min((row.index for row in signs if row.index > closing.over), default=None)

    def is_under_way(self, index: int) -> bool:
        """Tell whether a settlement of before a row may still have to be resumed there."""
        before = [one for one in self.closings if one.first.index < index]
        finish = self.finish(before[-1]) if before else -1
        return finish is None or finish > index or self._is_cut_short(index, finish)

    def _is_cut_short(self, index: int, finish: int) -> bool:
        """Tell whether the power failed in a call that may have begun one, after the last ended."""
        calls = (one for one in self.calls if finish < one.invoke.index < index)
        spans = ((one.invoke.index, one.end.index if one.end else index) for one in calls)
        return any(self.power_cuts(first, last) for first, last in spans)

    def call_of(self, closing: Closing) -> Call | None:
        """Return the till's call in which a settlement began, None if no till asked for it."""
        call = self.line.call_at(closing.first.index)
        return call if call and call.verb == SETTLE else None

    def slips(self, closing: Closing) -> list[Row]:
        """Return the settlement slips of a settlement, reprints too, in order."""
        return [row for row in self.settlement_slips if self._is_of(row, closing)]

    def slip(self, closing: Closing) -> Row | None:
        """Return the first settlement slip that is no reprint, None if there is none."""
        printed = self.slips(closing)
        return next((row for row in printed if not row.facts.get("is_duplicate")), None)

    @cached_property
    def settlement_slips(self) -> list[Row]:
        """Return all settlement slips, in order."""
        return [row for row in self.line.of("print") if row.facts.get("kind") == "settlement"]

    def _is_of(self, slip: Row, closing: Closing) -> bool:
        """Tell whether a slip names the batch, and no later settlement has the same number."""
        batch = fact.number(slip, "batch")
        if None in (batch, closing.batch):
            return closing.first.index < slip.index < closing.until
        same = [one for one in self.closings if one.batch == batch]
        begun = [one for one in same if one.first.index < slip.index]
        return closing in begun[-1:]

    def faults(self, first: int, last: int) -> list[Row]:
        """Return the faults of the host line between two rows."""
        rows = [row for row in self.line.of("fault") if first <= row.index <= last]
        return list(filter(is_line_fault, rows))

    def power_cuts(self, first: int, last: int) -> list[Row]:
        """Return the terminal's power cuts between two rows."""
        rows = (row for row in self.line.of("power") if first <= row.index <= last)
        return list(filter(is_power_cut, rows))

    def cancels(self, first: int, last: int) -> list[Row]:
        """Return where somebody pressed CANCEL, or the till aborted, between two rows."""
        rows = self.line.of("act", "tx")
        near = (row for row in rows if first <= row.index <= last)
        return [row for row in near if is_cancel(row) or _is_abort(row)]

    def is_printer_down(self, first: int, last: int) -> bool:
        """Tell whether a slip may have been kept back between two rows.

        Printer or power failed between them, or the printer had failed before and still was down.
        """
        spans = outages(self.line, self.line.of("fault"))
        is_out = any(begin < last and end > first for begin, end in spans)
        return is_out or self.is_paper_troubled(first, last)

    def is_paper_troubled(self, first: int, last: int) -> bool:
        """Tell whether printer or power failed between two rows."""
        faults = (row for row in self.line.of("fault") if first <= row.index <= last)
        failed = any(row.facts.get("action") in PRINTER_FAULTS for row in faults)
        return failed or bool(self.power_cuts(first, last))

    def breaks(self, closing: Closing) -> list[Row]:
        """Return what interrupted a settlement: lost power or line, and messages unanswered."""
        gate = self.gate(closing)
        first, last = closing.first.index, min(closing.over, gate.index if gate else closing.over)
        lost = [row for row in self.line.of("disconnect") if first < row.index < last]
        silent = [one.request for one in closing.messages if closing.reply(one) is None]
        found = [*self.power_cuts(first, last), *self.faults(first, last), *silent]
        found += [row for row in lost if row.value == "lost" and row.actor == "terminal"]
        return sorted({row.index: row for row in found}.values(), key=lambda row: row.index)


@once
def settling(history: History) -> Settling:
    """Return one history as the rules of settlement look at it; nobody may change it."""
    return Settling(history)


def _is_abort(row: Row) -> bool:
    return row.kind == "tx" and row.actor == "till" and row.address == ABORT
