"""All actions of the terminal in one class, and those that belong to no single flow."""

from harness.emulator import Effect
from harness.emulator.terminal.print_flow import PrintFlow
from harness.emulator.terminal.prompts import show
from harness.emulator.terminal.reversal_flow import ReversalFlow
from harness.emulator.terminal.sign_in_flow import SignInFlow
from harness.emulator.terminal.telling import Telling


class Flows(ReversalFlow, SignInFlow, PrintFlow, Telling):
    """What the table of transitions calls."""

    def greet(self) -> list[Effect]:
        """Show after power-on what the operator has to know."""
        return [show(self.greeting())]

    def greeting(self) -> str:
        """Return the prompt of a terminal that waits for the till."""
        memory, last = self.memory, self.memory.last
        is_unprinted = last.outcome == "approved" and not last.is_printed
        prompts = (
            ("REVERSAL_FAILED", memory.is_exhausted),
            ("SETTLE_FIRST", memory.is_settling),
            ("REFUND_UNCERTAIN", last.outcome == "uncertain"),
            ("REPRINT", is_unprinted and bool(memory.journal.vouchers)),
            ("REPRINT_SETTLEMENT", memory.is_slip_left),
            ("SIGN_IN_FIRST", not memory.is_signed_in),
        )
        return next((name for name, is_due in prompts if is_due), "IDLE")
