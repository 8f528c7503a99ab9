"""What every flow of the terminal works on, and the small things that all of them do."""

from collections.abc import Mapping
from typing import ClassVar

from harness.emulator import CancelTimer, Disconnect, Effect, SetTimer, Transmit
from harness.emulator.terminal import till_messages
from harness.emulator.terminal.answers import Answers
from harness.emulator.terminal.clock import moment
from harness.emulator.terminal.config import TerminalConfig
from harness.emulator.terminal.memory import Memory
from harness.emulator.terminal.nv import Last, stan_of
from harness.emulator.terminal.phases import Phase, Trigger
from harness.emulator.terminal.requests import Requests
from harness.emulator.terminal.slips import Slip, Slips
from harness.emulator.terminal.task import Task
from harness.emulator.terminal.till_port import TillPort
from harness.wire.iso8583 import Message

HOST = "host"
BARE = frozenset({"0800", "0820", "0500"})  # messages without a MAC
GROUPED = frozenset({"201", "202", "207"})  # uploads without one
ANSWER, CONNECT, OPERATOR = "answer", "connect", "operator"
TIMERS = (ANSWER, CONNECT, OPERATOR)


def is_authenticated(message: Message) -> bool:
    """Tell whether a request and its answer carry a MAC."""
    is_grouped = message.mti == "0320" and message.text(60)[8:11] in GROUPED
    return message.mti not in BARE and not is_grouped


class TerminalState:
    """A terminal between power-on and power-off; what is not in `memory` is lost with the power."""

    memory_class: ClassVar[type[Memory]] = Memory
    requests_class: ClassVar[type[Requests]] = Requests
    answers_class: ClassVar[type[Answers]] = Answers
    slips_class: ClassVar[type[Slips]] = Slips

    def __init__(self, config: TerminalConfig, survived: Mapping[str, bytes]) -> None:
        self.config = config
        self.phase = Phase.IDLE
        self.memory = self.memory_class(config, survived)
        self.requests = self.requests_class(config)
        self.answers = self.answers_class(config)
        self.slips = self.slips_class(config)
        self.till = TillPort(config)
        self.task = Task()
        self.then: Trigger | None = None  # what an action finds to be due at once
        self.now_s = 0.0
        self.clock_s = self.memory.counters.clock_s
        self.prints_at_till = False
        self.unprinted: list[Slip] = []
        self.requirement = ""  # what the host asks for beside its answers: digits, oldest first
        self.heeded = ""  # those that were tried since the till's last command
        self.deferred = b""  # a command of the till that came while slips were printed
        self._running: set[str] = set()
        self._is_off_hook = False

    def say(self, payload: bytes) -> list[Effect]:
        """Tell the till something, in its turn."""
        return self.till.say(payload, self.now_s)

    def accept(self) -> list[Effect]:
        """Answer the till's command: it is understood."""
        return self.till.answer(till_messages.DONE, self.now_s)

    def say_status(self, code: int) -> list[Effect]:
        """Tell the till what the terminal is doing, unless it has just been told."""
        if self.task.status == code or self.task.is_own:
            return []
        self.task.status = code
        return self.say(till_messages.status(code))

    def start(self, timer: str, after_s: float) -> list[Effect]:
        """Start a timer."""
        self._running.add(timer)
        return [SetTimer(timer, after_s)]

    def stop(self, *timers: str) -> list[Effect]:
        """Stop those of the timers that run."""
        stopped: list[Effect] = [CancelTimer(each) for each in timers if each in self._running]
        self._running.difference_update(timers)
        return stopped

    def note_fired(self, timer: str) -> None:
        """Take note that a timer has run out."""
        self._running.discard(timer)

    def note_line(self, *, is_open: bool) -> None:
        """Take note that the host line is up or being called, or is gone."""
        self._is_off_hook = is_open

    @property
    def is_off_hook(self) -> bool:
        """Tell whether the host line is up, as far as the terminal knows."""
        return self._is_off_hook

    def hang_up(self) -> list[Effect]:
        """Close the host line, unless it is closed."""
        if not self._is_off_hook:
            return []
        self._is_off_hook = False
        return [Disconnect(HOST)]

    def end_wait(self) -> list[Effect]:
        """Stop waiting for whatever was waited for."""
        return [*self.stop(*TIMERS), *self.hang_up()]

    def transmit(self, message: Message) -> list[Effect]:
        """Send a message to the host and begin to wait for its answer."""
        self.task.request = message
        has_mac = is_authenticated(message)
        frame = self.requests.frame(message, self.memory.working.mak if has_mac else None)
        return [
            Transmit(message.mti, HOST, frame),
            *self.start(ANSWER, self.config.answer_timeout_s),
        ]

    def date_time(self) -> str:
        """Return the terminal's time, YYYYMMDDHHMMSS."""
        return moment(self.clock_s, self.now_s, self.config.year)

    def stan(self, number: int) -> str:
        """Return the STAN of a request number."""
        return f"{stan_of(number):06}"

    def finish(self) -> list[Effect]:
        """End the task: store what became of it, if it is a payment."""
        task = self.task
        if not task.ticket:  # no payment
            self.then = Trigger.STORED
            return self.end_wait()
        outcome = "uncertain" if task.is_uncertain else self.memory.outcome_of(task.ticket)
        last = Last(
            ticket=task.ticket,
            number=task.number,
            outcome=outcome,
            amount_minor=task.amount_minor,
            result_code=task.result_code,
            text=task.text,
            is_printed=outcome == "approved" and not self.unprinted,
        )
        return [*self.end_wait(), self.memory.store_last(last)]

    def fail(self, result_code: int) -> list[Effect]:
        """End the task without success; the first reason counts."""
        self.task.result_code = self.task.result_code or result_code
        return self.finish()

    def fail_store(self) -> list[Effect]:
        """End the task because something could not be stored."""
        return self.fail(till_messages.MEMORY_FAULT)

    def fail_connect(self) -> list[Effect]:
        """End the task because the host cannot be reached."""
        return self.fail(till_messages.NO_CONNECTION)

    def fail_answer(self) -> list[Effect]:
        """End the task because no valid answer came."""
        return self.fail(till_messages.NO_ANSWER)

    def cancel(self) -> list[Effect]:
        """End the task because somebody wants it so, or nobody came."""
        return self.fail(till_messages.CANCELLED)
