"""The reversal of what had no valid answer: sent before the next card transaction, once in each.

What counts an attempt is stored before the 0400 can leave; a call that is not answered is none.
"""

from dataclasses import replace

from harness.emulator import Effect, Print
from harness.emulator.terminal import till_messages
from harness.emulator.terminal.batch_flow import BatchFlow
from harness.emulator.terminal.memory import CLEAR
from harness.emulator.terminal.phases import Trigger
from harness.emulator.terminal.prompts import show
from harness.emulator.terminal.slips import paper
from harness.emulator.terminal.state import ANSWER, CONNECT
from harness.emulator.terminal.task import Kind
from harness.emulator.terminal.undo_flow import UndoFlow

DUE = {Kind.INQUIRY: Trigger.INQUIRY_DUE, Kind.REFUND: Trigger.REFUND_DUE}
REPORTS = frozenset({Kind.PARAMETERS, Kind.STATUS})


class ReversalFlow(UndoFlow, BatchFlow):
    """The actions of reversals."""

    def connected(self) -> list[Effect]:
        """Go on over the open line."""
        self.then = self.due()
        return self.stop(CONNECT)

    def choose(self) -> list[Effect]:
        """Find out what comes next."""
        self.then = self.due()
        return []

    def reverse_at_once(self) -> list[Effect]:
        """Call the host for the reversal alone: the sale is over."""
        self.task.is_over = True
        return self.dial()

    def due(self) -> Trigger:
        """Return what comes next over the open line; the reversal goes before all else."""
        task, memory = self.task, self.memory
        if task.kind is Kind.SIGN_IN:
            return Trigger.NOTHING_DUE if task.has_signed_in else Trigger.SIGN_IN_DUE
        if task.kind is Kind.SIGN_OUT or task.is_settled:
            return Trigger.LEAVE_DUE
        if task.kind in REPORTS:
            return Trigger.REPORT_DUE
        if memory.is_last_stale:
            return Trigger.LAST_DUE
        if memory.is_completed:
            return Trigger.COMPLETED
        if not memory.is_signed_in:
            return Trigger.SIGN_IN_DUE
        if memory.is_owing:
            return self.reversal_due()
        if task.is_over:
            return Trigger.NOTHING_DUE
        if task.kind is Kind.SETTLEMENT:
            return self.settlement_due()
        return DUE.get(task.kind, Trigger.SALE_DUE)

    def reversal_due(self) -> Trigger:
        """Return how the pending reversal is gone on with."""
        if self.memory.is_exhausted:
            return self.exhaustion()
        has_own_stan = self.config.reversal_stan == "new"
        return Trigger.OWING_NEW if has_own_stan else Trigger.OWING

    def exhaustion(self) -> Trigger:
        """Return what happens to a reversal that was sent as often as it may be."""
        is_kept = self.config.reversal_exhausted == "keep_and_block"
        return Trigger.BLOCKED if is_kept else Trigger.EXHAUSTED

    def count(self) -> list[Effect]:
        """Store that the reversal is sent once more."""
        return self.recount(1)

    def uncount(self) -> list[Effect]:
        """Store that it was not sent after all."""
        self.task.result_code = self.task.result_code or till_messages.NO_CONNECTION
        return [*self.end_wait(), *self.recount(-1)]

    def recount(self, by: int) -> list[Effect]:
        """Store the number of attempts."""
        reversal = self.memory.reversal
        counted = replace(reversal, attempts=max(0, reversal.attempts + by))
        return [self.memory.store_reversal(counted)]

    def send_reversal(self) -> list[Effect]:
        """Send the 0400."""
        message = self.requests.reversal(self.memory.reversal, self.stan(self.task.side_number))
        return [show("REVERSING"), *self.transmit(message)]

    def conclude(self) -> list[Effect]:
        """Store that the reversal is concluded; the line stays open for what comes next."""
        concluded = replace(self.memory.reversal, state=CLEAR)
        return [*self.stop(ANSWER), self.memory.store_reversal(concluded)]

    def settle(self) -> list[Effect]:
        """Store that the till's last payment, which was reversed, is not approved."""
        return [self.memory.store_last(self.memory.last)]

    def fail_reversal(self) -> list[Effect]:
        """End the attempt; find out whether another one is left for the next transaction."""
        self.task.result_code = self.task.result_code or till_messages.NO_ANSWER
        self.then = self.exhaustion() if self.memory.is_exhausted else Trigger.NOTHING_DUE
        return self.end_wait()

    def cancel_reversal(self) -> list[Effect]:
        """End the attempt because somebody wants it so."""
        self.task.result_code = self.task.result_code or till_messages.CANCELLED
        return self.fail_reversal()

    def block(self) -> list[Effect]:
        """Tell the operator that the reversal failed; it is kept, and no sale goes before it."""
        return [show("REVERSAL_FAILED"), *self.give_in()]

    def give_in(self) -> list[Effect]:
        """End the task: its reversal is left to people."""
        if not self.task.is_over:
            self.task.result_code = till_messages.REVERSAL_LEFT
        return self.finish()

    def report_fault(self) -> list[Effect]:
        """Tell the operator that the reversal failed, on display and paper."""
        slip = self.slips.fault(self.memory.reversal, self.date_time())
        return [*self.end_wait(), show("REVERSAL_FAILED"), Print("slip", paper(slip))]

    def drop(self) -> list[Effect]:
        """Store that the reversal is given up."""
        return [self.memory.store_reversal(replace(self.memory.reversal, state=CLEAR))]
