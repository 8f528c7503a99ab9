"""Sign-in: working keys, batch and clock from the host; and what else it may want to be told."""

from dataclasses import replace

from harness.emulator import Effect
from harness.emulator.terminal import till_messages
from harness.emulator.terminal.card_flow import CardFlow
from harness.emulator.terminal.nv import Keys
from harness.emulator.terminal.prompts import show
from harness.emulator.terminal.state import ANSWER
from harness.emulator.terminal.task import Kind
from harness.errors import DecodeError
from harness.wire.dialects.unionpay_subfields import parse_batch_data
from harness.wire.keys import parse_working_keys


class SignInFlow(CardFlow):
    """The actions of sign-in and of being signed out."""

    def begin_sign_in(self) -> list[Effect]:
        """Take the till's order."""
        return [*self.accept(), *self.dial()]

    def send_sign_in(self) -> list[Effect]:
        """Ask for the keys."""
        self.task.has_signed_in = True
        stan = self.stan(self.task.side_number)
        request = self.requests.sign_in(stan, self.memory.counters.batch)
        return [show("SIGNING_IN"), *self.transmit(request)]

    def send_report(self) -> list[Effect]:
        """Send what the host has asked for: its parameters to be fetched, or the status."""
        batch = self.memory.counters.batch
        if self.task.kind is Kind.PARAMETERS:
            return [show("UPDATING"), *self.transmit(self.requests.parameters(batch))]
        return [show("UPDATING"), *self.transmit(self.requests.status(batch, self.status()))]

    def status(self) -> str:
        """Return the terminal's status: signed in, paper, and the size of the journal."""
        has_paper = not (self.unprinted or self.memory.is_slip_left)
        return f"{self.memory.is_signed_in:d}{has_paper:d}{len(self.memory.journal.vouchers):03}"

    def is_key_good(self) -> bool:
        """Tell whether the answer's keys have the check values that they ought to have."""
        try:
            parse_working_keys(self.config.tmk, self.task.answer.text(62))
        except DecodeError:
            return False
        return True

    def take_batch(self) -> list[Effect]:
        """Store batch and clock."""
        counters = replace(self.memory.counters, batch=self.batch(), clock_s=self.clock_s)
        return [*self.stop(ANSWER), self.memory.store_counters(counters)]

    def batch(self) -> str:
        """Return the batch that the host wants; our own if it says none, or while it is settled."""
        if self.memory.is_settling:
            return self.memory.counters.batch
        try:
            return parse_batch_data(self.task.answer.text(60)).batch
        except DecodeError:
            return self.memory.counters.batch

    def take_keys(self) -> list[Effect]:
        """Store the keys, still wrapped."""
        before = self.memory.keys
        wrapped = self.task.answer.text(62)
        return [self.memory.store_keys(Keys(before.generation + 1, wrapped, is_signed_in=True))]

    def refuse_keys(self) -> list[Effect]:
        """End the sign-in: the keys are wrong, the old ones stand."""
        return self.fail(till_messages.NO_KEY)

    def decline_sign_in(self) -> list[Effect]:
        """End the sign-in: the host does not want us."""
        code = self.task.answer.text(39)
        return self.fail(till_messages.host_code(code))

    def sign_out(self) -> list[Effect]:
        """Store that no financial message may be sent with these keys."""
        signed_out = replace(self.memory.keys, is_signed_in=False)
        return [*self.stop(ANSWER), self.memory.store_keys(signed_out)]

    def say_signed_out(self) -> list[Effect]:
        """Tell the operator to sign in, and end the task."""
        return [show("SIGN_IN_FIRST"), *self.finish()]
