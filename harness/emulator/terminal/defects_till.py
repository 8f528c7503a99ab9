"""Seeded firmware defects: the till's line, what the terminal tells and shows."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from harness.emulator import Effect, Show
from harness.emulator.terminal import till_messages
from harness.emulator.terminal.commands import Commands, Order
from harness.emulator.terminal.config import TerminalConfig
from harness.emulator.terminal.defect import Defect, defect, own
from harness.emulator.terminal.machine import Terminal
from harness.emulator.terminal.phases import Phase, Trigger
from harness.emulator.terminal.task import Kind, Task
from harness.emulator.terminal.transitions import TRANSITIONS, Table
from harness.wire import zvt


class SellsRepeatedCommand(Terminal):
    """Takes a command that was repeated on the line for one more sale to the same card."""

    transitions: ClassVar[Table] = {
        **TRANSITIONS,
        (Phase.IDLE, Trigger.LINE_DUE): TRANSITIONS[Phase.READING, Trigger.LINE_DUE],
        (Phase.FINISHING, Trigger.STORED): (Phase.IDLE, own("tell")),
    }

    def __init__(self, config: TerminalConfig, survived: Mapping[str, bytes]) -> None:
        super().__init__(config, survived)
        self._repeats = 0  # of the running command

    def _interrupt(self, command: bytes, *, is_repeat: bool) -> list[Effect]:
        self._repeats += is_repeat
        return super()._interrupt(command, is_repeat=is_repeat)

    def tell(self) -> list[Effect]:
        """Tell the end of the sale, and begin the other one."""
        done, is_again = self.task, self._repeats > 0
        effects, self._repeats = super().tell(), 0
        if is_again and done.kind is Kind.SALE and not done.result_code:
            card = {name: getattr(done, name) for name in ("track2", "pan", "pin", "amount_minor")}
            self.task = Task(Kind.SALE, ticket=self.memory.ticket + 1, is_own=True, **card)
            self.then = Trigger.LINE_DUE
        return effects


class TellsVoidOfOtherAmount(Terminal):
    """Tells the till another amount of a void than it prints and sends."""

    def success(self, task: Task) -> list[bytes]:
        """Tell the amount of the void and one cent."""
        journal = self.memory.journal
        told = journal.vouchers
        if task.kind is Kind.VOID:
            journal.vouchers = [
                *told[:-1],
                replace(told[-1], amount_minor=told[-1].amount_minor + 1),
            ]
        messages = super().success(task)
        journal.vouchers = told
        return messages


def _know_nothing(terminal: Commands, _message: zvt.Message) -> Order:
    return terminal.report(till_messages.abort(till_messages.NOT_POSSIBLE))


class KeepsResult(Terminal):
    """Approves a sale and never tells the till, neither at its end nor when it asks."""

    orders: ClassVar[Mapping[int, Any]] = {**Terminal.orders, zvt.LAST_RESULT: _know_nothing}

    def ending(self, task: Task) -> list[bytes]:
        """Tell nothing of an approval."""
        is_approved = task.kind is Kind.SALE and not task.result_code
        return [] if is_approved else super().ending(task)


class ShowsCard(Terminal):
    """Shows the whole card number while the cardholder keys the PIN."""

    transitions: ClassVar[Table] = {
        **TRANSITIONS,
        (Phase.READING, Trigger.PIN_DUE): (Phase.AWAITING_PIN, own("ask_pin")),
    }

    def ask_pin(self) -> list[Effect]:
        """Ask for the PIN of the card, by its number."""
        return [Show("ENTER_PIN", self.task.pan), *super().ask_pin()]


TILL_LINE_DEFECTS: Mapping[str, Defect] = {
    "sells-repeated-command": defect("E1", SellsRepeatedCommand),
    "tells-void-of-other-amount": defect("V9", TellsVoidOfOtherAmount),
    "keeps-result-to-itself": defect("E6", KeepsResult),
    "shows-card-number": defect("C2", ShowsCard),
}
