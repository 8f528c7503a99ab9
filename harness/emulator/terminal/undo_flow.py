"""Voids and refunds: what is refused without a word on the line, and what is asked of whom."""

import re

from harness.emulator import Effect
from harness.emulator.terminal import till_messages
from harness.emulator.terminal.card_flow import CardFlow
from harness.emulator.terminal.nv import Last, Voucher
from harness.emulator.terminal.phases import Trigger
from harness.emulator.terminal.prompts import PROMPTS, show
from harness.emulator.terminal.slips import amount_text
from harness.emulator.terminal.task import Kind
from harness.wire import zvt

ORIGINAL = re.compile(r"RRN (\d{12}) DATE (\d{4})", re.ASCII)


class UndoFlow(CardFlow):
    """The actions of voids and refunds."""

    def password_fault(self, message: zvt.Message) -> int:
        """Return why the supervisor is not believed, 0 if it is or nobody asks."""
        is_right = message.fields.get("password") == self.config.password
        if is_right or not self.config.supervisor_password:
            return 0
        return self._refusal("WRONG_PASSWORD", till_messages.WRONG_PASSWORD)

    def void_fault(self, message: zvt.Message) -> int:
        """Return why the original cannot be voided, 0 if it can; a good one is in the task."""
        if fault := self.password_fault(message):
            return fault
        original = self.original(message)
        if original is None or original.kind != "sale":
            return self._refusal("NO_ORIGINAL", till_messages.NOT_VOIDABLE)
        if self.memory.journal.is_voided(original):
            return self._refusal("VOIDED_BEFORE", till_messages.VOIDED)
        if message.fields.get("amount_minor") not in (None, original.amount_minor):
            return self._refusal("VOID_WHOLE_ONLY", till_messages.NOT_VOIDABLE)
        self.task.original, self.task.amount_minor = original, original.amount_minor
        return 0

    def original(self, message: zvt.Message) -> Voucher | None:
        """Return the transaction that a command names, by voucher or by receipt number."""
        voucher = message.fields.get("voucher")
        if isinstance(voucher, str) and voucher.isdigit():
            return self.memory.journal.find(int(voucher))
        receipt = message.fields.get("receipt")
        return self._by_receipt(receipt) if isinstance(receipt, str) else None

    def _by_receipt(self, receipt: str) -> Voucher | None:
        newest = reversed(self.memory.journal.vouchers)
        return next((each for each in newest if self.stan(each.number)[2:] == receipt), None)

    def refund_fault(self, message: zvt.Message) -> int:
        """Return why nothing can be refunded, 0 if it can; what is refunded is in the task."""
        if not self.config.refund_enabled:
            return self._refusal("REFUND_CLOSED", till_messages.NOT_POSSIBLE)
        if fault := self.password_fault(message):
            return fault
        named = ORIGINAL.fullmatch(str(message.fields.get("additional_text", "")))
        if named is None:
            return self._refusal("NO_ORIGINAL", till_messages.NOT_POSSIBLE)
        limit_minor = self.config.refund_amount_max
        if limit_minor and self.task.amount_minor > limit_minor:
            return self._refusal("REFUND_LIMIT", till_messages.TOO_MUCH)
        self.task.original_rrn, self.task.original_date = named[1], named[2]
        return 0

    def _refusal(self, prompt: str, code: int) -> int:
        self.task.prompt = prompt
        return code

    def show_original(self) -> list[Effect]:
        """Show what will be voided."""
        original = self.task.original
        return [show("VOID_ORIGINAL", amount_text(original.amount_minor))] if original else []

    def needs_card(self) -> bool:
        """Tell whether the card has to be presented."""
        return self.task.kind is not Kind.VOID or self.config.void_needs_card

    def needs_pin(self) -> bool:
        """Tell whether the PIN has to be keyed."""
        is_asked = self.config.void_needs_pin if self.task.kind is Kind.VOID else True
        return is_asked and self.task.kind is not Kind.REFUND

    def read(self) -> list[Effect]:
        """Find out what is asked of the customer first."""
        if self.needs_card():
            self.then = Trigger.CARD_DUE
            return self.show_original()
        original = self.task.original
        assert original is not None  # only a void goes without a card
        self.task.pan = original.pan
        return [*self.show_original(), *self.read_on()]

    def read_on(self) -> list[Effect]:
        """Find out what is due after the card."""
        if self.needs_pin():
            self.then = Trigger.PIN_DUE
        else:
            self.then = Trigger.EXHAUSTED if self.memory.is_exhausted else Trigger.LINE_DUE
        return []

    def admit(self) -> list[Effect]:
        """Store that nobody knows what became of the refund, until the host has answered."""
        task = self.task
        uncertain = Last(
            task.ticket, task.number, "uncertain", task.amount_minor, till_messages.STILL_OPEN
        )
        return [self.memory.store_last(uncertain)]

    def leave_uncertain(self) -> list[Effect]:
        """End a refund of which nobody knows whether the host has made it: people must clear it."""
        task = self.task
        task.is_uncertain, task.text = True, PROMPTS["REFUND_UNCERTAIN"]
        task.result_code = till_messages.STILL_OPEN
        return [show("REFUND_UNCERTAIN"), *self.finish()]

    def give_up_journal(self) -> list[Effect]:
        """Leave what was approved and cannot be stored to its reversal, a refund to people."""
        if self.task.kind is not Kind.REFUND:
            return super().give_up_journal()
        self.then = Trigger.UNCERTAIN
        return []
