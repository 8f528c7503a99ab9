"""The terminal's end of the ECR line: frames in, commands out; messages in, frames out.

The terminal is master of a conversation: each of its messages waits for the till's 80 00 before
the next one goes; its own 80 00 and 84 xx wait for nobody.  A till that acknowledges nothing is
lost until it gives its next command, and what was still to be said to it is forgotten.

Source: ZVT protocol PA00P015; transport PA00P016.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from harness.emulator import CancelTimer, Effect, SetTimer, Transmit
from harness.emulator.terminal.config import TerminalConfig
from harness.link import Delivered, Event, Link, Received, Send, Undelivered
from harness.link.zvt_serial import ACK, ZvtSerialLink
from harness.link.zvt_tcp import ZvtTcpLink

PORT = TIMER = "ecr"
WAIT_MIN_S = 0.001  # so that rounding never makes a timer fire before its deadline, and again


@dataclass
class TillPort:
    """One end of the line; what the till said since the last call of `take` is kept for it."""

    config: TerminalConfig
    is_lost: bool = field(init=False, default=False)
    _link: Link = field(init=False)
    _queue: deque[tuple[bytes, bool]] = field(init=False, default_factory=deque)
    _commands: list[bytes] = field(init=False, default_factory=list)
    _current: bytes = field(init=False, default=b"", repr=False)  # the payload on its way
    _is_unacked: bool = field(init=False, default=False)
    _is_unanswered: bool = field(init=False, default=False)
    _answer_due_s: float | None = field(init=False, default=None)  # once it is acknowledged
    _is_timed: bool = field(init=False, default=False)
    _last_command: bytes = field(init=False, default=b"", repr=False)

    def __post_init__(self) -> None:
        self._link = self._new_link()

    def _new_link(self) -> Link:
        if self.config.ecr_link == "tcp":
            return ZvtTcpLink()
        return ZvtSerialLink(ack_timeout_s=self.config.ecr_ack_timeout_s)

    def restart(self) -> None:
        """Begin a new conversation: nothing of an older one is left to be said."""
        self._link = self._new_link()
        self._queue.clear()
        self._is_unacked = self._is_unanswered = self.is_lost = False
        self._answer_due_s = None

    def take(self) -> list[bytes]:
        """Return the till's commands, each once."""
        commands, self._commands = self._commands, []
        return commands

    def is_repeat(self, command: bytes) -> bool:
        """Tell whether a command is the running one once more, its acknowledgement being lost."""
        is_same = command == self._last_command
        self._last_command = command
        return is_same

    def receive(self, data: bytes, now_s: float) -> list[Effect]:
        """Take bytes off the line."""
        return self._perform(self._link.receive(data, now_s), now_s)

    def tick(self, now_s: float) -> list[Effect]:
        """Let time pass."""
        self._is_timed = False
        if self._answer_due_s is not None and now_s >= self._answer_due_s:
            self.lose()
        return self._perform(self._link.tick(now_s), now_s)

    def say(self, payload: bytes, now_s: float) -> list[Effect]:
        """Send a message of the terminal as master, in its turn; to a lost till nothing."""
        if self.is_lost:
            return []
        self._queue.append((payload, True))
        return self._perform((), now_s)

    def answer(self, payload: bytes, now_s: float) -> list[Effect]:
        """Answer a command of the till, before what else is to be said."""
        self._queue.appendleft((payload, False))
        return self._perform((), now_s)

    def lose(self) -> None:
        """Give the till up until it gives a command."""
        self.restart()
        self.is_lost = True

    def _perform(self, events: Iterable[Event], now_s: float) -> list[Effect]:
        effects: list[Effect] = []
        for event in events:
            match event:
                case Send(data=data):
                    effects.append(Transmit(self._label(data), PORT, data))
                case Received(payload=payload):
                    self._hear(payload)
                case Delivered():
                    self._note_delivered(now_s)
                case Undelivered():
                    self.lose()
        effects += self._pump(now_s)
        return effects

    def _note_delivered(self, now_s: float) -> None:
        """Begin to wait for the answer; after a lost acknowledgement it may be here already."""
        self._is_unacked = False
        if self._is_unanswered and self._answer_due_s is None:
            self._answer_due_s = now_s + self.config.ecr_answer_timeout_s

    def _label(self, data: bytes) -> str:
        if len(data) == 1:
            return "ACK" if data[0] == ACK else "NAK"
        return self._current[:2].hex().upper()

    def _hear(self, payload: bytes) -> None:
        if payload[:1] in (b"\x80", b"\x84"):
            self._is_unanswered, self._answer_due_s, self._last_command = False, None, b""
        else:
            self._commands.append(payload)

    def _pump(self, now_s: float) -> list[Effect]:
        """Send what may be sent now."""
        effects: list[Effect] = []
        while self._queue and not self._is_unacked and self._may_go(self._queue[0]):
            self._current, is_master = self._queue.popleft()
            self._is_unacked, self._is_unanswered = True, self._is_unanswered or is_master
            for event in self._link.send(self._current, now_s):
                if isinstance(event, Send):
                    effects.append(Transmit(self._label(event.data), PORT, event.data))
                elif isinstance(event, Delivered):
                    self._note_delivered(now_s)
            self._is_timed = False
        return [*effects, *self._timed(now_s)]

    def _may_go(self, message: tuple[bytes, bool]) -> bool:
        _, is_master = message
        return not (is_master and self._is_unanswered)

    def _timed(self, now_s: float) -> list[Effect]:
        """Keep one timer running while something is waited for."""
        due = [at for at in (self._link.deadline_s, self._answer_due_s) if at is not None]
        if due and not self._is_timed:
            self._is_timed = True
            return [SetTimer(TIMER, max(min(due) - now_s, WAIT_MIN_S))]
        if not due and self._is_timed:
            self._is_timed = False
            return [CancelTimer(TIMER)]
        return []
