"""Seeded firmware defects: reversals that are stored, sent, counted or concluded wrongly."""

from collections.abc import Mapping
from dataclasses import replace

from harness.emulator import Effect
from harness.emulator.terminal import till_messages
from harness.emulator.terminal.answers import Answers
from harness.emulator.terminal.config import TerminalConfig
from harness.emulator.terminal.defect import Defect, defect
from harness.emulator.terminal.flows import Flows
from harness.emulator.terminal.machine import Terminal
from harness.emulator.terminal.memory import CLEAR, PENDING, Memory
from harness.emulator.terminal.nv import Reversal, Voucher
from harness.emulator.terminal.phases import Phase, Trigger
from harness.emulator.terminal.requests import Requests
from harness.emulator.terminal.task import UNABLE_REASON
from harness.emulator.terminal.transitions import TRANSITIONS
from harness.wire.iso8583 import Message


def _send_then_store(terminal: Flows) -> list[Effect]:
    stored = terminal.secure()
    return [*terminal.send_request(), *stored]


class StoresAfterSend(Terminal):
    """Stores the reversal only after the request has left."""

    transitions = {
        **TRANSITIONS,
        (Phase.NUMBERED, Trigger.SALE_DUE): (Phase.AWAITING_ANSWER, _send_then_store),
    }


def _pend_inquiry(terminal: Flows) -> list[Effect]:
    task = terminal.task
    pending = Reversal(
        state=PENDING,
        number=task.number,
        batch=terminal.memory.counters.batch,
        fields=terminal.requests.repeated(task.request),
    )
    return [*terminal.end_wait(), terminal.memory.store_reversal(pending)]


class ReversesInquiry(Terminal):
    """Reverses a balance inquiry that was not answered."""

    transitions = {
        **TRANSITIONS,
        (Phase.INQUIRING, Trigger.SILENT): (Phase.GIVING_UP, _pend_inquiry),
    }


class ForgetsAfterTimeOut(Terminal):
    """Drops the pending reversal when the answer does not come in time."""

    transitions = {
        **TRANSITIONS,
        (Phase.AWAITING_ANSWER, Trigger.SILENT): (Phase.GIVING_UP, Flows.clear),
    }


def _forget_cancelled(terminal: Flows) -> list[Effect]:
    terminal.give_up_cancelled()
    return terminal.clear()


class ForgetsOnCancel(Terminal):
    """Drops the pending reversal when CANCEL ends the wait for the answer."""

    transitions = {
        **TRANSITIONS,
        (Phase.AWAITING_ANSWER, Trigger.CANCELLED): (Phase.GIVING_UP, _forget_cancelled),
    }


class _KnowsEveryCode(Answers):
    def is_known(self, code: str) -> bool:  # noqa: ARG002
        return True


class AcceptsUnknownCode(Terminal):
    """Takes a response code that no table has for a decline, and does not reverse."""

    answers_class = _KnowsEveryCode


class ReversesDecline(Terminal):
    """Leaves the reversal pending after a valid decline."""

    transitions = {
        **TRANSITIONS,
        (Phase.AWAITING_ANSWER, Trigger.DECLINED): (Phase.DECLINING, Flows.weigh_decline),
    }


class ReversesHostFailure(Terminal):
    """Reverses after the declines 91, 96 and 98, as if they were no answer."""

    def weigh(self, is_approved: bool, code: str) -> Trigger:  # noqa: FBT001
        """Return what a valid answer means."""
        if self.phase is Phase.AWAITING_ANSWER and code in ("91", "96", "98"):
            return Trigger.SPOILED
        return super().weigh(is_approved, code)


class SendsSaleFirst(Terminal):
    """Sends the next sale before a pending reversal, which goes only after it."""

    postponed: Reversal | None = None
    _is_late = False

    def reversal_due(self) -> Trigger:
        """Return that the sale is due, the first time."""
        owing = super().reversal_due()
        return owing if self._is_late or not self.task.amount_minor else Trigger.SALE_DUE

    def request(self) -> Message:
        """Return the request of the task, before which the reversal is put aside."""
        if self.memory.is_owing:
            self.postponed = self.memory.reversal
        return super().request()

    def step(self, trigger: Trigger | None) -> list[Effect]:
        """Apply the table, and take the reversal up again when the sale is over."""
        effects = super().step(trigger)
        if self.postponed and self.phase is Phase.IDLE and not self.memory.is_owing:
            effects.append(self.memory.store_reversal(self.postponed))
            self.phase, self.postponed, self._is_late = Phase.RECOVERING, None, True
        return effects


class _RepeatsTrack(Requests):
    def repeated(self, request: Message) -> Mapping[str, str]:
        return {**super().repeated(request), "35": request.text(35)}


class ReversalCarriesTrack(Terminal):
    """Leaves track 2 in the 0400."""

    requests_class = _RepeatsTrack


class _GivesNoReason(Requests):
    def reversal(self, record: Reversal, stan: str) -> Message:
        return super().reversal(record, stan).having({39: "00"})


class ReversalHasWrongReason(Terminal):
    """Gives 00 as the reason of every 0400."""

    requests_class = _GivesNoReason


class _ChangesAmount(Requests):
    def reversal(self, record: Reversal, stan: str) -> Message:
        return super().reversal(record, stan).having({4: f"{record.amount_minor + 1:012}"})


class ReversalChangesAmount(Terminal):
    """Reverses another amount than that of the sale."""

    requests_class = _ChangesAmount


class ConcludesOn96(Terminal):
    """Takes 96 for the end of a reversal."""

    def weigh_reversal(self, code: str) -> Trigger:
        """Return what the answer to a 0400 means."""
        return Trigger.CONCLUDED if code == "96" else super().weigh_reversal(code)


class ConcludesOnAnyAnswer(Terminal):
    """Takes any response code for the end of a reversal."""

    def weigh_reversal(self, code: str) -> Trigger:  # noqa: ARG002
        """Return what the answer to a 0400 means."""
        return Trigger.CONCLUDED


def _drop_silently(terminal: Flows) -> list[Effect]:
    return [*terminal.end_wait(), *terminal.drop()]


class DropsSilently(Terminal):
    """Drops a reversal after its last attempt and tells nobody."""

    transitions = {
        **TRANSITIONS,
        (Phase.FAILING, Trigger.EXHAUSTED): (Phase.DROPPING, _drop_silently),
        (Phase.DROPPING, Trigger.STORED): (Phase.FINISHING, Flows.finish),
    }


def _count_failure(terminal: Flows) -> list[Effect]:
    terminal.task.result_code = till_messages.NO_CONNECTION
    if terminal.memory.is_owing:
        return [*terminal.end_wait(), *terminal.count()]
    terminal.then = Trigger.STORED
    return terminal.end_wait()


class CountsConnectFailures(Terminal):
    """Counts a call that nobody answered as an attempt to reverse, and gives up unsent."""

    transitions = {
        **TRANSITIONS,
        (Phase.DIALLING, Trigger.UNCONNECTED): (Phase.UNCOUNTING, _count_failure),
    }


class RetriesForEver(Terminal):
    """Counts no attempt, so that a reversal is never given up."""

    def recount(self, by: int) -> list[Effect]:  # noqa: ARG002
        """Store the number of attempts as it was."""
        return super().recount(0)


class _TakesOlderStan(Answers):
    def is_ours(self, request: Message, answer: Message) -> bool:
        if answer.text(11) < request.text(11) and answer.mti == "0210":
            answer = answer.having({11: request.text(11)})
        return super().is_ours(request, answer)


class TakesLateAnswer(Terminal):
    """Takes the late answer of an earlier sale for that of the present one."""

    answers_class = _TakesOlderStan


class _LosesReversal(Memory):
    def __init__(self, config: TerminalConfig, survived: Mapping[str, bytes]) -> None:
        super().__init__(config, {area: survived[area] for area in survived if area != "reversal"})


class LosesReversalAtPowerCut(Terminal):
    """Keeps the pending reversal in memory that the power cut takes away."""

    memory_class = _LosesReversal


class _ComparesNothing(Memory):
    @property
    def is_completed(self) -> bool:
        return False


class ReversesCompletedSale(Terminal):
    """Reverses after a power cut a sale that the journal has."""

    memory_class = _ComparesNothing


class _UndoesCompleted(Memory):
    """Lets a sale be reversed that the journal has, if the terminal cannot finish it."""

    @property
    def is_completed(self) -> bool:
        return super().is_completed and self.reversal.reason != UNABLE_REASON


def _undo(terminal: Flows) -> list[Effect]:
    terminal.unprinted = []
    pending = replace(terminal.memory.reversal, state=PENDING, reason=UNABLE_REASON)
    return [terminal.memory.store_reversal(pending)]


def _fail_to_print(terminal: Flows) -> list[Effect]:
    terminal.task.reason = UNABLE_REASON
    return _undo(terminal)


class ReversesAtPaperOut(Terminal):
    """Reverses an approved sale because its slip could not be printed."""

    memory_class = _UndoesCompleted
    transitions = {
        **TRANSITIONS,
        (Phase.PRINTING, Trigger.UNPRINTED): (Phase.GIVING_UP, _fail_to_print),
    }


class ReversesWhenTillIsLost(Terminal):
    """Reverses an approved sale because the till did not acknowledge its result."""

    memory_class = _UndoesCompleted

    def _hear(self, effects: list[Effect]) -> list[Effect]:
        effects = super()._hear(effects)
        is_cleared = self.memory.reversal.state == CLEAR
        if self.till.is_lost and self.phase is Phase.IDLE and is_cleared and self._is_new():
            effects += _undo(self)
        return effects

    def _is_new(self) -> bool:
        last: Voucher | None = self.memory.journal.last
        return last is not None and last.ticket == self.memory.ticket


REVERSAL_DEFECTS: Mapping[str, Defect] = {
    "stores-reversal-after-send": defect("R1", StoresAfterSend),
    "reverses-balance-inquiry": defect("R2", ReversesInquiry),
    "forgets-reversal-after-time-out": defect("R3", ForgetsAfterTimeOut),
    "forgets-reversal-on-cancel": defect("R3", ForgetsOnCancel),
    "accepts-unknown-response-code": defect("R3", AcceptsUnknownCode),
    "reverses-decline": defect("R4", ReversesDecline),
    "reverses-host-failure": defect("R4", ReversesHostFailure),
    "sends-sale-before-reversal": defect("R5", SendsSaleFirst),
    "reversal-carries-track": defect("R6", ReversalCarriesTrack),
    "reversal-has-wrong-reason": defect("R6", ReversalHasWrongReason),
    "reversal-changes-amount": defect("R6", ReversalChangesAmount),
    "concludes-reversal-on-96": defect("R7", ConcludesOn96),
    "concludes-reversal-on-any-answer": defect("R7", ConcludesOnAnyAnswer),
    "drops-reversal-silently": defect("R8", DropsSilently),
    "counts-connect-failures": defect("R8", CountsConnectFailures),
    "retries-reversal-for-ever": defect("R8", RetriesForEver),
    "takes-late-answer": defect("R9", TakesLateAnswer),
    "loses-reversal-at-power-cut": defect("R12", LosesReversalAtPowerCut),
    "reverses-completed-sale": defect("R12", ReversesCompletedSale),
    "reverses-at-paper-out": defect("R14", ReversesAtPaperOut),
    "reverses-when-till-is-lost": defect("E4", ReversesWhenTillIsLost),
}
