"""The reference terminal: UnionPay POS towards the host, ZVT towards the till.  Sans-IO.

`handle` finds out what an event means here and now (a trigger); `step` applies the one table of
transitions.  Nothing raises for what host, till, card or operator do.
"""

from collections.abc import Mapping
from typing import ClassVar

from harness.emulator import (
    CardPresented,
    Closed,
    Connected,
    Disconnect,
    Effect,
    Event,
    KeyPressed,
    PaperIn,
    PaperOut,
    PinKeyed,
    PoweredOn,
    Printed,
    PrinterDead,
    Received,
    Refused,
    SendFailed,
    Stored,
    StoreFailed,
    TimerFired,
)
from harness.emulator.terminal import till_messages
from harness.emulator.terminal.answers import CONCLUDING, Meaning
from harness.emulator.terminal.clock import told
from harness.emulator.terminal.commands import Commands
from harness.emulator.terminal.phases import (
    AWAITING,
    CANCELLABLE,
    DEFERRING,
    REVOCABLE,
    Phase,
    Trigger,
)
from harness.emulator.terminal.state import ANSWER, CONNECT, HOST, OPERATOR, is_authenticated
from harness.emulator.terminal.task import OTHER_REASON, WRONG_MAC_REASON
from harness.emulator.terminal.telling import DEMANDS
from harness.emulator.terminal.transitions import TRANSITIONS, Table
from harness.wire.dialects.unionpay import HEADER_SIZE, PREFIX_SIZE, REQUIREMENT_AT
from harness.wire.pin_block import PIN_SIZE_MAX, PIN_SIZE_MIN
from harness.wire.response_codes import SIGN_IN_AGAIN
from harness.wire.tpdu import TPDU_SIZE

SECOND_NS = 1_000_000_000
HEADER_AT = PREFIX_SIZE + TPDU_SIZE
_PLAIN: Mapping[type, Trigger] = {PaperOut: Trigger.UNPRINTED, PrinterDead: Trigger.UNPRINTED}


class Terminal(Commands):
    """The machine; `functools.partial(Terminal, config)` is its boot."""

    transitions: ClassVar[Table] = TRANSITIONS

    def handle(self, now_ns: int, event: Event) -> list[Effect]:
        """Take one event; what means nothing here changes nothing."""
        self.now_s = now_ns / SECOND_NS
        effects = self._take(event)
        if self.deferred and not self._is_deferring():
            command, self.deferred = self.deferred, b""
            effects += self._obey(command)
        return effects

    def _is_deferring(self) -> bool:
        """Tell whether the till has to wait for something that it has not asked for."""
        return self.phase in DEFERRING or self.task.is_own

    def step(self, trigger: Trigger | None) -> list[Effect]:
        """Apply the table, and go on while an action finds what is due at once."""
        effects: list[Effect] = []
        while trigger is not None and (row := self.transitions.get((self.phase, trigger))):
            self.phase, act = row
            self.then = None
            effects += act(self)
            trigger = self.then
        return effects

    def _take(self, event: Event) -> list[Effect]:
        match event:
            case Received(port="ecr", data=data):
                return self._hear(self.till.receive(data, self.now_s))
            case TimerFired(name="ecr"):
                return self._hear(self.till.tick(self.now_s))
            case Closed(port="ecr") | SendFailed(port="ecr"):
                self.till.lose()
                return self._hear([])
            case Connected(port="ecr"):
                self.till.restart()
                return []
            case Connected(port="host") if self.phase is not Phase.DIALLING:
                return [Disconnect(HOST)]  # the call was given up before it was answered
        return self.step(self._trigger(event))

    def _hear(self, effects: list[Effect]) -> list[Effect]:
        """Go on with what the till said; without it no card is waited for."""
        for command in self.till.take():
            effects += self._obey(command)
        if self.till.is_lost and self.phase in (Phase.AWAITING_CARD, Phase.AWAITING_PIN):
            effects += self.step(Trigger.CANCELLED)
        return effects

    def _obey(self, command: bytes) -> list[Effect]:
        if self._is_deferring():
            self.deferred = command
            return []
        is_repeat = self.till.is_repeat(command)
        if self.phase is Phase.IDLE:
            self.till.restart()
            self.heeded = ""
            effects, trigger = self.order(command)
            return effects + self.step(trigger)
        return self._interrupt(command, is_repeat=is_repeat)

    def _interrupt(self, command: bytes, *, is_repeat: bool) -> list[Effect]:
        """Answer what comes while another command runs."""
        if command[:2] == b"\x06\xb0":
            return [*self.accept(), *self.step(self._cancelled())]
        return [] if is_repeat else self.till.answer(till_messages.BUSY, self.now_s)

    def _trigger(self, event: Event) -> Trigger | None:
        match event:
            case Received(port="host", data=data):
                return self._meaning(data) if self.phase in AWAITING else None
            case Stored(area=area) | StoreFailed(area=area):
                return self._written(area, is_stored=isinstance(event, Stored))
            case CardPresented(track2=track2):
                return self._card(track2)
            case PinKeyed(pin=pin):
                return self._pin(pin)
            case KeyPressed(key=key):
                return self._cancelled() if key == "CANCEL" else None
            case TimerFired(name=name):
                return self._timer(name)
        return self._line(event) or self._printer(event)

    def _line(self, event: Event) -> Trigger | None:
        match event:
            case Connected(port="host"):
                return Trigger.CONNECTED
            case Refused(port="host"):
                self.note_line(is_open=False)
                return Trigger.UNCONNECTED
            case Closed(port="host"):
                self.note_line(is_open=False)
                is_waiting = self.phase in AWAITING
                return Trigger.SILENT if is_waiting else Trigger.UNCONNECTED
            case SendFailed(port="host"):
                self.note_line(is_open=False)
                return Trigger.UNSENT
        return None

    def _printer(self, event: Event) -> Trigger | None:
        match event:
            case PoweredOn():
                return self._booted()
            case Printed():
                is_last = len(self.unprinted) <= 1 and self.phase is not Phase.EXHAUSTING
                return Trigger.ALL_PRINTED if is_last else Trigger.PRINTED
            case PaperIn():
                left = Trigger.SLIP_LEFT if self.memory.is_slip_left else None
                return Trigger.PAPER_IN if self.unprinted else left
        return _PLAIN.get(type(event))

    def _booted(self) -> Trigger:
        """Return what a cut has left to be done at once."""
        if self.memory.is_completed:
            return Trigger.BOOTED_COMPLETED
        is_closing = self.memory.settlement.stage == "slip"
        return Trigger.BOOTED_SETTLED if is_closing else Trigger.BOOTED

    def _written(self, area: str, *, is_stored: bool) -> Trigger | None:
        if not self.memory.is_writing(area):
            return None
        if not is_stored:
            self.memory.give_up()
            return Trigger.STORE_FAILED
        self.memory.commit()
        is_finishing = self.phase is Phase.FINISHING
        return Trigger.REVERSAL_AT_ONCE if is_finishing and self._is_hurried() else Trigger.STORED

    def _is_hurried(self) -> bool:
        """Tell whether the sale that just failed is to be reversed at once."""
        task, memory = self.task, self.memory
        is_own = memory.is_owing and memory.reversal.ticket == task.ticket
        return self.config.reversal_at_once and is_own and not task.is_over

    def _card(self, track2: str) -> Trigger | None:
        if self.phase is not Phase.AWAITING_CARD:
            return None
        self.task.result_code = self.card_fault(track2)
        return Trigger.CARD_REFUSED if self.task.result_code else Trigger.CARD

    def _pin(self, pin: str) -> Trigger | None:
        is_pin = pin.isascii() and pin.isdigit() and PIN_SIZE_MIN <= len(pin) <= PIN_SIZE_MAX
        if self.phase is not Phase.AWAITING_PIN or (pin and not is_pin):
            return None
        self.task.pin = pin
        return Trigger.EXHAUSTED if self.memory.is_exhausted else Trigger.PIN

    def _cancelled(self) -> Trigger | None:
        """Return what CANCEL means: whether it ends the wait for the host, the profile says."""
        may_wait = self.config.cancel_while_waiting == "reverse"
        if self.phase in CANCELLABLE or (self.phase in REVOCABLE and may_wait):
            return Trigger.CANCELLED
        return None

    def _timer(self, name: str) -> Trigger | None:
        self.note_fired(name)
        if name == OPERATOR and self.phase in (Phase.AWAITING_CARD, Phase.AWAITING_PIN):
            return Trigger.CANCELLED
        if name == CONNECT:
            return Trigger.UNCONNECTED
        return Trigger.SILENT if name == ANSWER else None

    def _meaning(self, data: bytes) -> Trigger | None:
        """Return what a frame from the host means to the request that waits."""
        task = self.task
        mak = self.memory.working.mak if is_authenticated(task.request) else None
        meaning, answer = self.answers.judge(task.request, data, mak)
        match meaning:
            case Meaning.FOREIGN:
                return None
            case Meaning.WRONG_MAC:
                task.reason = WRONG_MAC_REASON
                return Trigger.SPOILED
            case Meaning.UNKNOWN if self.phase is not Phase.SIGNING_IN:
                task.reason = OTHER_REASON
                return Trigger.SPOILED
        task.answer = answer
        self._note_requirement(data)
        date_time = answer.text(13) + answer.text(12)
        self.clock_s = told(self.clock_s, self.now_s, self.config.year, date_time)
        return self.weigh(meaning is Meaning.APPROVED, answer.text(39))

    def _note_requirement(self, data: bytes) -> None:
        """Take note of what the host asks for; it is done when nothing runs any more."""
        header = data[HEADER_AT : HEADER_AT + HEADER_SIZE].hex()
        digit = header[REQUIREMENT_AT : REQUIREMENT_AT + 1]
        is_known = self.config.header == "present" and digit in DEMANDS
        if is_known and DEMANDS[digit] is not self.task.kind and digit not in self.requirement:
            self.requirement += digit

    def weigh(self, is_approved: bool, code: str) -> Trigger:  # noqa: FBT001
        """Return what a valid answer means in this phase."""
        if self.phase is Phase.REVERSING:
            return self.weigh_reversal(code)
        if self.phase is Phase.SIGNING_IN and is_approved:
            return Trigger.KEYS if self.is_key_good() else Trigger.SPOILED
        if is_approved:
            return Trigger.APPROVED
        if self.phase in (Phase.UPLOADING, Phase.ENDING) and not self.task.has_signed_in:
            return Trigger.MUST_SIGN_IN if code in SIGN_IN_AGAIN else Trigger.DECLINED
        if self.phase is Phase.AWAITING_ANSWER and code in self.config.reversal_on_f39:
            self.task.reason = OTHER_REASON
            return Trigger.SPOILED
        return Trigger.DECLINED

    def weigh_reversal(self, code: str) -> Trigger:
        """Return what the host's answer to a 0400 means."""
        if code in CONCLUDING:
            return Trigger.CONCLUDED
        may_renew = not self.task.has_signed_in and not self.memory.is_exhausted
        is_renewal = code in SIGN_IN_AGAIN and may_renew
        return Trigger.MUST_SIGN_IN if is_renewal else Trigger.UNCONCLUDED
