"""The till's side of ZVT: plain pyserial, wherever the port leads.

Every command is answered at once by 80 00 00; then the terminal is master, and each of its
messages is acknowledged, until 06 0F or 06 1E.  What the terminal says it is doing (04 FF) is
handed to `react`, so that whoever stands there can present a card or key a PIN.

Source: ZVT protocol PA00P015; transport PA00P016.
"""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import serial

from harness.errors import DecodeError, PortLostError
from harness.history.describe import Describer
from harness.history.record import Fact, Facts, Recorder
from harness.link import Delivered, Event, Link, Received, Send, Undelivered
from harness.port.serial_port import (
    LineSetting,
    close_port,
    mapped_errors,
    open_port,
    require_there,
)
from harness.terms.immutable import immutable
from harness.terms.outcome import Outcome
from harness.wire import zvt
from harness.world.clock import Clock

PART = "till line"
T4_S = 180.0  # how long a till waits for the terminal's next message
SETTLE_S = 170.0  # how long for the acknowledgement of a frame: the link gives up before
READ_MIN_S = 0.001  # less may be no time at all to a clock of whole nanoseconds
PRINT_BY_TILL = 0x06  # configuration: payment and administration receipts by the till
_REPORTED = (
    "amount_minor", "voucher", "original_voucher", "result_code", "approval_code", "card",
    "status_code",
)  # fmt: skip
_PAPERLESS = frozenset({zvt.REGISTRATION, zvt.SIGN_IN, zvt.LAST_RESULT})
_UNDERSTOOD = zvt.encode_message(zvt.acknowledgement())
_MASTER = frozenset({zvt.ACKNOWLEDGE >> 8, zvt.REFUSE >> 8})  # what nobody acknowledges

React = Callable[[int], None]
Slips = Callable[[tuple[str, ...]], None]


@immutable
class Result:
    """How a command ended and what the terminal reported; `is_complete`: with 06 0F."""

    outcome: Outcome
    facts: dict[str, Fact] = field(default_factory=dict)
    is_complete: bool = False


def _ignore(_lines: tuple[str, ...]) -> None:
    pass


def _at_once() -> None:
    pass


@dataclass(kw_only=True)
class ZvtTerminal:
    """One terminal behind one port; `take_slip` gets the lines of each slip the till is to print.

    hear_out: waits until what its own printer prints has come out, so that a command has its slips.
    restarts_timer: each message of the terminal restarts T4; resends: a command of unknown outcome.

    Raises PortLostError when the port fails, never for what the terminal does.  A line that is a
    call (`is_call`: TCP) may end with the terminal's power: then the outcome is unknown, and the
    next command calls again.
    """

    address: str
    clock: Clock
    recorder: Recorder
    describe: Describer
    make_link: Callable[[], Link]
    setting: LineSetting = LineSetting()
    take_slip: Slips = _ignore
    hear_out: Callable[[], None] = _at_once
    result_timeout_s: float = T4_S
    is_call: bool = False
    restarts_timer: bool = True
    resends: bool = False
    read_slice_s: float = T4_S  # how long one read may take, and so how late `give_up` is heard

    def __post_init__(self) -> None:
        self._begin_conversation()
        self._is_over = False  # the call: nothing came of it any more
        self._talking = threading.RLock()  # held by whoever reads the port
        self._heard_size = 0
        self._is_abandoned = False
        self._port = self._opened()

    def _opened(self) -> serial.Serial:
        return open_port(
            self.address, PART, baud=self.setting.baud, character=self.setting.character,
            flow_control=self.setting.flow_control,
        )  # fmt: skip

    def close(self) -> None:
        """Give the port back."""
        close_port(self._port)

    def command(self, message: zvt.Message, react: React) -> Result:
        """Give one command and follow it to its end; silence is an unknown outcome."""
        try:
            with self._talking:
                result = self._converse(message, react)
                if self.resends and result.outcome is Outcome.UNKNOWN:
                    result = self._converse(message, react)
        except PortLostError:
            if not self.is_call:
                raise
            self.recorder.add("bench", "note", "till line", "lost, or nobody answers the call")
            result = Result(Outcome.UNKNOWN)
        self._is_over = self.is_call and result.outcome is Outcome.UNKNOWN
        if message.command not in _PAPERLESS:
            self.hear_out()
        return result

    def _converse(self, message: zvt.Message, react: React) -> Result:
        self._call_again()
        with mapped_errors(self.address, PART):
            self._port.reset_input_buffer()
            self._begin_conversation()
            self._send(zvt.encode_message(message))
            return self._follow(react)

    def _call_again(self) -> None:
        """Call anew, if the call before has come to nothing."""
        if self._is_over:
            close_port(self._port)
            self._port = self._opened()

    def interrupt(self, message: zvt.Message) -> None:
        """Send a command in the middle of another one, without waiting for its end."""
        with mapped_errors(self.address, PART):
            self._send(zvt.encode_message(message))

    def give_up(self) -> None:
        """Expect nothing more of the conversation that runs: the terminal has lost its power."""
        self._is_lost = True

    def abandon(self) -> None:
        """Expect nothing of the terminal any more: the bench has failed."""
        self._is_abandoned = True

    def look(self) -> None:
        """Raise PortLostError if the port is gone, which a call may be with the terminal's power.

        Reads nothing, and may be asked while a command runs.
        """
        if not self.is_call:
            require_there(self._port, self.address, PART)

    def is_silent(self, for_s: float) -> bool:
        """Tell whether the terminal answers nothing for so many seconds, though it is spoken to.

        May be asked while a command runs, whose conversation it then spoils unless the terminal
        is off.
        """
        try:
            with mapped_errors(self.address, PART):
                is_silent = self._hears_nothing(for_s)
        except PortLostError:
            if not self.is_call:
                raise
            is_silent = True
        self._is_over = self.is_call
        return is_silent

    def _hears_nothing(self, for_s: float) -> bool:
        """Speak and listen; while a command runs it is that one which listens."""
        begun_size = self._heard_size
        if not self._talking.acquire(blocking=False):
            self._speak()
            self.clock.wait(lambda: self._heard_size > begun_size, for_s)
            return self._heard_size == begun_size
        try:
            self._call_again()  # a terminal that has booted knows nothing of the call before
            self._port.reset_input_buffer()  # it was on when that came
            self._speak()
            self._port.timeout = self.clock.real_s(for_s)
            return not self._port.read(1)
        finally:
            self._talking.release()

    def _speak(self) -> None:
        """Send what any terminal acknowledges, a registration, beside any conversation."""
        data = zvt.encode_message(zvt.registration(0))
        sent = [event for event in self.make_link().send(data, 0.0) if isinstance(event, Send)]
        for each in sent:
            self._port.write(each.data)

    def _is_waiting(self, deadline_s: float) -> bool:
        return not (self._is_lost or self._is_abandoned) and self._now_s() < deadline_s

    def _begin_conversation(self) -> None:
        """Forget what an earlier conversation left; no two of them are mixed."""
        self._link = self.make_link()
        self._payloads: deque[bytes] = deque()
        self._is_lost = self._is_unacked = False  # our last frame
        self._begun_s = self._now_s()

    def _follow(self, react: React) -> Result:
        facts: dict[str, Fact] = {}
        lines: list[str] = []
        is_taken = False  # the command: a refusal is none of it any more
        while (heard := self._receive()) is not None:
            message, said = heard
            match message.command:
                case zvt.INTERMEDIATE_STATUS:
                    react(message.number("status"))
                case zvt.STATUS_INFORMATION:
                    facts |= _reported(said)
                case zvt.PRINT_LINE | zvt.PRINT_BLOCK:
                    self._print(message, lines)
                case zvt.COMPLETION:
                    is_good = facts.get("result_code", "00") == "00"
                    outcome = Outcome.APPROVED if is_good else Outcome.NOT_APPROVED
                    return Result(outcome, facts, is_complete=True)
                case zvt.ABORT:
                    code = f"{message.number('result_code'):02X}"
                    return Result(Outcome.NOT_APPROVED, {"result_code": code} | facts)
                case zvt.ACKNOWLEDGE:
                    is_taken = True
                case refused if refused & 0xFF00 == zvt.REFUSE and not is_taken:
                    return Result(Outcome.NOT_APPROVED, {"result_code": f"{refused:04X}"})
        return Result(Outcome.UNKNOWN, facts)

    def _print(self, message: zvt.Message, lines: list[str]) -> None:
        """Collect lines up to the end of their slip."""
        lines += zvt.printed_lines(message)
        is_block = message.command == zvt.PRINT_BLOCK
        if is_block or message.number("attribute") & zvt.LAST_LINE:
            self.take_slip(tuple(lines))
            lines.clear()

    def _send(self, data: bytes) -> None:
        self._settle()
        self._is_unacked = True
        self._note("tx", data)
        self._perform(self._link.send(data, self._now_s()))

    def _receive(self) -> tuple[zvt.Message, Facts] | None:
        """Return the next message, acknowledged, and its facts; None when nothing comes more."""
        since_s = self._now_s() if self.restarts_timer else self._begun_s
        payload = self._next_payload(since_s + self.result_timeout_s)
        if payload is None:
            return None
        facts = self._note("rx", payload)
        try:
            message = zvt.decode_message(payload)
        except DecodeError:
            message = zvt.Message(0)  # its row says that it is malformed; the conversation goes on
        if message.command >> 8 not in _MASTER:
            self._send(_UNDERSTOOD)
        return message, facts

    def _settle(self) -> None:
        """Wait until our frame before is acknowledged, or given up."""
        deadline_s = self._now_s() + SETTLE_S
        while self._is_unacked and self._is_waiting(deadline_s):
            self._read(deadline_s)

    def _next_payload(self, deadline_s: float) -> bytes | None:
        while not self._payloads and self._is_waiting(deadline_s):
            self._read(deadline_s)
        return self._payloads.popleft() if self._payloads else None

    def _read(self, deadline_s: float) -> None:
        now_s, due_s = self._now_s(), self._link.deadline_s
        until_s = min(deadline_s, now_s + self.read_slice_s)
        until_s = until_s if due_s is None else min(until_s, due_s)
        self._port.timeout = self.clock.real_s(max(READ_MIN_S, until_s - now_s))
        data = self._port.read(1)
        if data and (waiting := self._port.in_waiting):
            data += self._port.read(waiting)
        self._heard_size += len(data)
        now_s = self._now_s()
        self._perform(self._link.receive(data, now_s) + self._link.tick(now_s))

    def _perform(self, events: list[Event]) -> None:
        for event in events:
            match event:
                case Send(data=data):
                    self._port.write(data)
                case Received(payload=payload):
                    self._payloads.append(payload)
                case Delivered():
                    self._is_unacked = False
                case Undelivered():
                    self._is_lost, self._is_unacked = True, False

    def _note(self, kind: str, payload: bytes) -> Facts:
        value, facts = self.describe.apdu(payload)
        self.recorder.add("till", kind, f"ecr/{zvt.label(payload)}", value, facts)
        return facts

    def _now_s(self) -> float:
        return self.clock.now_ns() / 1e9


def _reported(said: Facts) -> dict[str, Fact]:
    """Return what a status information says of the transaction."""
    found = {name: said[name] for name in _REPORTED if name in said}
    if "additional_text" in said:
        found["text"] = said["additional_text"]
    return found
