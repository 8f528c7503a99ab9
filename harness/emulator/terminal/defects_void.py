"""Seeded firmware defects: voids, refunds, and what a host asks for beside an answer."""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from harness.emulator import Effect
from harness.emulator.terminal.defect import Defect, defect, own
from harness.emulator.terminal.flows import Flows
from harness.emulator.terminal.machine import Terminal
from harness.emulator.terminal.memory import Memory
from harness.emulator.terminal.nv import Journal, Reversal, Voucher
from harness.emulator.terminal.phases import Phase, Trigger
from harness.emulator.terminal.slips import Slips
from harness.emulator.terminal.transitions import TRANSITIONS, Table
from harness.wire import zvt
from harness.wire.iso8583 import Message


class VoidSendsJournalsCard(Terminal):
    """Sends the card of the sale with a void, whichever card is presented."""

    def request(self) -> Message:
        """Return the request with the journal's card, and without a PIN of another one."""
        request, original = super().request(), self.task.original
        if original is None or self.task.pan == original.pan:
            return request
        bare = request.without(26, 35, 52, 53)
        return bare.having({2: original.pan, 22: "012"})


class _ForgetfulJournal(Journal):
    def is_voided(self, voucher: Voucher) -> bool:  # noqa: ARG002
        """Tell nothing of voids."""
        return False


class _ForgetfulMemory(Memory):
    journal_class = _ForgetfulJournal


class VoidsAgain(Terminal):
    """Sends the void of a sale that is voided already."""

    memory_class = _ForgetfulMemory


class IgnoresPassword(Terminal):
    """Takes any password for the supervisor's."""

    def password_fault(self, message: zvt.Message) -> int:  # noqa: ARG002
        """Find nothing wrong."""
        return 0


class _NamesNoOriginal(Slips):
    def items(self, voucher: Voucher) -> list[tuple[str, str]]:
        """Return what the slip says, without the voucher of the sale."""
        return [item for item in super().items(voucher) if item[0] != "原凭证号"]


class VoidSlipLacksOriginal(Terminal):
    """Prints no original voucher number on the slip of a void."""

    slips_class = _NamesNoOriginal


class _PrintsOtherAmount(Slips):
    def items(self, voucher: Voucher) -> list[tuple[str, str]]:
        """Return the slip of a void over another amount."""
        if voucher.kind == "void":
            voucher = replace(voucher, amount_minor=voucher.amount_minor + 111)
        return super().items(voucher)


class VoidSlipShowsOtherAmount(Terminal):
    """Prints another amount on the slip of a void than it tells the till."""

    slips_class = _PrintsOtherAmount


class _KeepsVoided(Memory):
    @property
    def is_owing(self) -> bool:
        """Tell whether a reversal is pending, but never that of a void."""
        return super().is_owing and self.reversal.fields.get("3") != "200000"


class ForgetsReversalOfVoid(Terminal):
    """Does not reverse a void without an answer."""

    memory_class = _KeepsVoided


def _secure_refund(terminal: Flows) -> list[Effect]:
    terminal.task.request = terminal.request()
    pending = Reversal(
        state="pending", number=terminal.task.number, ticket=terminal.task.ticket,
        batch=terminal.memory.counters.batch, amount_minor=terminal.task.amount_minor,
        fields=terminal.requests.repeated(terminal.task.request),
    )  # fmt: skip
    return [terminal.memory.store_reversal(pending)]


class ReversesRefund(Terminal):
    """Reverses a refund that was not answered."""

    transitions: ClassVar[Table] = {
        **TRANSITIONS,
        (Phase.NUMBERED, Trigger.REFUND_DUE): (Phase.SECURING, _secure_refund),
        (Phase.SECURING, Trigger.STORED): (Phase.AWAITING_ANSWER, Flows.send_request),
    }


class ObeysHostAtOnce(Terminal):
    """Signs in as the host asks for it while the sale is still running."""

    transitions: ClassVar[Table] = {
        **TRANSITIONS,
        (Phase.AWAITING_ANSWER, Trigger.APPROVED): (Phase.JOURNALLING, own("journal")),
    }

    def journal(self) -> list[Effect]:
        """Ask for new keys in the middle of the sale."""
        effects = super().journal()
        if self.requirement != "3":
            return effects
        self.requirement = ""
        stan = self.stan(self.task.number)
        request = self.requests.sign_in(stan, self.memory.counters.batch)
        answer = self.task.request
        sent = self.transmit(request)
        self.task.request = answer
        return [*sent[:1], *effects]


class IgnoresHostsClock(Terminal):
    """Keeps its own time, whatever the host says."""

    def date_time(self) -> str:
        """Return a time of its own."""
        return "20260101000000"

    def voucher(self) -> Voucher:
        """Return the sale under its own time."""
        return replace(super().voucher(), date="20260101", time="000000")


VOID_DEFECTS: Mapping[str, Defect] = {
    "void-sends-journals-card": defect("V4", VoidSendsJournalsCard),
    "voids-again": defect("V3", VoidsAgain),
    "ignores-password": defect("V7", IgnoresPassword),
    "void-slip-lacks-original": defect("V8", VoidSlipLacksOriginal),
    "void-slip-shows-other-amount": defect("V8", VoidSlipShowsOtherAmount),
    "forgets-reversal-of-void": defect("R3", ForgetsReversalOfVoid),
    "reverses-refund": defect("F3", ReversesRefund),
    "obeys-host-at-once": defect("W5", ObeysHostAtOnce),
    "ignores-hosts-clock": defect("W6", IgnoresHostsClock),
}
