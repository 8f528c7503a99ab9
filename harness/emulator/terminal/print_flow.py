"""Slips of approved sales: printed, printed on when there is paper again, printed once more."""

from dataclasses import replace

from harness.emulator import Effect, Print
from harness.emulator.terminal import till_messages
from harness.emulator.terminal.nv import Voucher
from harness.emulator.terminal.phases import Trigger
from harness.emulator.terminal.prompts import show
from harness.emulator.terminal.slips import Slip, paper
from harness.emulator.terminal.state import TerminalState


class PrintFlow(TerminalState):
    """The actions that print."""

    def print_sale(self) -> list[Effect]:
        """Print all copies of the transaction that was just approved."""
        voucher = self.voucher_to_print()
        self.task.slips = self.slips.copies(voucher) if voucher else []
        return self._print_all()

    def reprint(self) -> list[Effect]:
        """Print what the till has asked for: slips again, or a list."""
        return [*self.accept(), *self._print_all()]

    def _print_all(self) -> list[Effect]:
        self.unprinted = list(self.task.slips)
        return [show("PRINTING"), *self.print_first()]

    def reprints(self, voucher: Voucher | None) -> list[Slip]:
        """Return all copies of a slip once more, marked as such."""
        return self.slips.copies(voucher, is_duplicate=True) if voucher else []

    def voucher_to_print(self) -> Voucher | None:
        """Return the last approved sale."""
        return self.memory.journal.last

    def print_first(self) -> list[Effect]:
        """Print the first of the slips that are left."""
        if not self.unprinted:
            self.then = Trigger.ALL_PRINTED
            return []
        return [Print("slip", paper(self.unprinted[0]))]

    def print_next(self) -> list[Effect]:
        """Print the next slip: the one before is out."""
        del self.unprinted[:1]
        return self.print_first()

    def end_printing(self) -> list[Effect]:
        """End the task: all slips are out."""
        self.unprinted = []
        return self.finish()

    def miss_paper(self) -> list[Effect]:
        """End the task; a sale stands, and its slips will be printed when there is paper."""
        self.unprinted = self.rest()
        return [show("NO_PAPER"), *self.finish()]

    def miss_paper_again(self) -> list[Effect]:
        """End a reprint that the printer did not carry out."""
        self.unprinted = []
        return [show("NO_PAPER"), *self.fail(till_messages.NO_PAPER)]

    def rest(self) -> list[Slip]:
        """Return the slips that are left: the one that was cut short may be out in part."""
        marked = self.reprints(self.memory.journal.last)
        if not marked:  # of a settlement slip, which is marked already
            return self.unprinted
        return [*marked[-len(self.unprinted) :][:1], *self.unprinted[1:]]

    def print_rest(self) -> list[Effect]:
        """Print what was left when the paper ended."""
        return [show("PRINTING"), *self.print_first()]

    def wait_for_paper(self) -> list[Effect]:
        """Keep the slips that are left."""
        self.unprinted = self.rest()
        return [show("NO_PAPER")]

    def record_printed(self) -> list[Effect]:
        """Store that the slips of the last payment are out after all."""
        self.unprinted = []
        last = self.memory.last
        if last.outcome != "approved":  # another payment came in between
            self.then = Trigger.STORED
            return []
        return [self.memory.store_last(replace(last, is_printed=True))]

    def rest_done(self) -> list[Effect]:
        """Return to what the display says when nobody wants anything; a settlement may be next."""
        self.then = Trigger.SLIP_LEFT if self.memory.is_slip_left else None
        return [show("IDLE")]
