"""Seeded firmware defects: answers that are taken although they are not those of the request."""

from collections.abc import Mapping
from typing import ClassVar

from harness.emulator import Effect
from harness.emulator.terminal.answers import Answers
from harness.emulator.terminal.config import TerminalConfig
from harness.emulator.terminal.defect import Defect, defect, own
from harness.emulator.terminal.machine import Terminal
from harness.emulator.terminal.phases import Phase, Trigger
from harness.emulator.terminal.transitions import TRANSITIONS, Table
from harness.wire.iso8583 import Message

REFERRAL = "02"


class _IgnoresTerminal(Answers):
    def is_ours(self, request: Message, answer: Message) -> bool:
        named = {number: request.text(number) for number in (41, 42)}
        return super().is_ours(request, answer.having(named))


class AcceptsOtherTerminal(Terminal):
    """Takes answers to another terminal or merchant."""

    answers_class = _IgnoresTerminal


class _IgnoresProcessingCode(Answers):
    def is_repeated(self, request: Message, answer: Message, number: int, *, is_owed: bool) -> bool:
        return number == 3 or super().is_repeated(request, answer, number, is_owed=is_owed)


class AcceptsOtherProcessingCode(Terminal):
    """Takes answers to a transaction of another kind."""

    answers_class = _IgnoresProcessingCode


class _IgnoresMti(Answers):
    def is_ours(self, request: Message, answer: Message) -> bool:
        return super().is_ours(request, Message(f"{int(request.mti) + 10:04}", answer.fields))


class AcceptsOtherMti(Terminal):
    """Takes answers of another MTI."""

    answers_class = _IgnoresMti


class _ApprovesReferral(Answers):
    def __init__(self, config: TerminalConfig) -> None:
        super().__init__(config)
        self.approvals |= {REFERRAL}


class ApprovesReferral(Terminal):
    """Takes 02, by which the issuer wants to be called, for an approval."""

    answers_class = _ApprovesReferral


class SignsInForEver(Terminal):
    """Repeats a sign-in that the host has asked for until it is answered."""

    transitions: ClassVar[Table] = {
        **TRANSITIONS,
        (Phase.SIGNING_IN, Trigger.SILENT): (Phase.SIGNING_IN, own("repeat")),
    }

    def repeat(self) -> list[Effect]:
        """Send it once more, or give it up where the till has asked for it."""
        if self.task.is_own:
            return self.transmit(self.task.request)
        self.phase = Phase.FINISHING
        return self.fail_answer()


ANSWER_DEFECTS: Mapping[str, Defect] = {
    "accepts-other-terminal": defect("W4", AcceptsOtherTerminal),
    "accepts-other-processing-code": defect("W4", AcceptsOtherProcessingCode),
    "accepts-other-mti": defect("W4", AcceptsOtherMti),
    "approves-referral": defect("L1", ApprovesReferral),
    "signs-in-for-ever": defect("T2", SignsInForEver),
}
