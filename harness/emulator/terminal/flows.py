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
        last = self.memory.last
        if self.memory.is_exhausted:
            return "REVERSAL_FAILED"
        if last.outcome == "approved" and not last.is_printed:
            return "REPRINT"
        return "IDLE" if self.memory.is_signed_in else "SIGN_IN_FIRST"
