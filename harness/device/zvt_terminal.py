"""The till's side of ZVT: plain pyserial, wherever the port leads.

Every command is answered at once by 80 00 00; then the terminal is master, and each of its
messages is acknowledged, until 06 0F or 06 1E.  What the terminal says it is doing (04 FF) is
handed to `react`, so that whoever stands there can present a card or key a PIN.

Source: ZVT protocol PA00P015; transport PA00P016.
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import serial

from harness.errors import DecodeError, PortLostError
from harness.history.describe import Describer
from harness.history.record import Fact, Recorder
from harness.link import Delivered, Event, Received, Send, Undelivered
from harness.link.zvt_serial import ZvtSerialLink
from harness.link.zvt_tcp import ZvtTcpLink
from harness.terms.outcome import Outcome
from harness.wire import zvt
from harness.world.clock import Clock

T4_S = 180.0  # how long a till waits for the terminal's next message
_REPORTED = ("amount_minor", "voucher", "result_code", "approval_code", "card", "status_code")
PRINT_BY_ECR = 0x06  # configuration: payment and administration receipts by the till


@dataclass(frozen=True, slots=True)
class Result:
    """How a command ended: what the terminal reported, and the lines it asked us to print."""

    outcome: Outcome
    facts: dict[str, Fact] = field(default_factory=dict)
    lines: tuple[str, ...] = ()


@dataclass(kw_only=True)
class ZvtTerminal:
    """Raises PortLostError when the port fails, never for what the terminal does."""

    address: str
    clock: Clock
    recorder: Recorder
    describe: Describer
    is_serial: bool = True
    result_timeout_s: float = T4_S
    link_timers: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._link = ZvtSerialLink(**self.link_timers) if self.is_serial else ZvtTcpLink()
        self._payloads: deque[bytes] = deque()
        self._is_lost = False  # our last frame was never acknowledged
        self._is_unacked = False
        with mapped_errors(self.address):
            self._port = serial.serial_for_url(self.address, timeout=0)

    def close(self) -> None:
        """Give the port back."""
        self._port.close()

    def command(
        self, message: zvt.Message, react: Callable[[int], None], *, within_s: float | None = None
    ) -> Result:
        """Give one command and follow it to its end; silence is an unknown outcome."""
        wait_s = self.result_timeout_s if within_s is None else within_s
        with mapped_errors(self.address):
            self._discard()
            self._send(message)
            return self._follow(react, wait_s)

    def interrupt(self, message: zvt.Message) -> None:
        """Send a command in the middle of another one, without waiting for its end."""
        with mapped_errors(self.address):
            self._send(message)

    def _follow(self, react: Callable[[int], None], wait_s: float) -> Result:
        facts: dict[str, Fact] = {}
        lines: list[str] = []
        while (message := self._receive(wait_s)) is not None:
            match message.command:
                case zvt.INTERMEDIATE_STATUS:
                    react(message.number("status"))
                case zvt.STATUS_INFORMATION:
                    facts |= self._reported(message)
                case zvt.PRINT_LINE | zvt.PRINT_BLOCK:
                    lines += zvt.printed_lines(message)
                case zvt.COMPLETION | zvt.ABORT:
                    return self._ended(message, facts, tuple(lines))
                case command if command >> 8 == 0x84:
                    return Result(Outcome.NOT_APPROVED, {"result_code": f"{command:04X}"})
        return Result(Outcome.UNKNOWN, facts, tuple(lines))

    def _ended(
        self, message: zvt.Message, facts: dict[str, Fact], lines: tuple[str, ...]
    ) -> Result:
        if message.command == zvt.ABORT:
            facts = {"result_code": f"{message.number('result_code'):02X}"} | facts
            return Result(Outcome.NOT_APPROVED, facts, lines)
        is_good = facts.get("result_code", "00") == "00"
        return Result(Outcome.APPROVED if is_good else Outcome.NOT_APPROVED, facts, lines)

    def _reported(self, message: zvt.Message) -> dict[str, Fact]:
        _, facts = self.describe.apdu(zvt.encode_message(message))
        found = {name: facts[name] for name in _REPORTED if name in facts}
        if "additional_text" in facts:
            found["text"] = facts["additional_text"]
        return found

    def _discard(self) -> None:
        """Throw away what an earlier conversation left on the line; no two of them are mixed."""
        self._port.reset_input_buffer()
        self._payloads.clear()
        self._link = ZvtSerialLink(**self.link_timers) if self.is_serial else ZvtTcpLink()
        self._is_lost = self._is_unacked = False

    def _send(self, message: zvt.Message) -> None:
        self._settle()
        data = zvt.encode_message(message)
        self._is_unacked = True
        self._note("tx", data)
        self._perform(self._link.send(data, self._now_s()))

    def _receive(self, within_s: float) -> zvt.Message | None:
        """Return the next message, acknowledged; None when nothing comes any more."""
        payload = self._next_payload(self._now_s() + within_s)
        if payload is None:
            return None
        self._note("rx", payload)
        try:
            message = zvt.decode_message(payload)
        except DecodeError:
            return zvt.Message(0)  # its row says that it is malformed; the conversation goes on
        if message.command >> 8 not in (0x80, 0x84):
            self._send(zvt.acknowledgement())
        return message

    def _settle(self) -> None:
        """Wait until our frame before is acknowledged, or given up."""
        deadline_s = self._now_s() + 20.0
        while self._is_unacked and self._now_s() < deadline_s and not self._is_lost:
            self._read(deadline_s)

    def _next_payload(self, deadline_s: float) -> bytes | None:
        while not self._payloads and self._now_s() < deadline_s and not self._is_lost:
            self._read(deadline_s)
        return self._payloads.popleft() if self._payloads else None

    def _read(self, deadline_s: float) -> None:
        due_s = self._link.deadline_s
        until_s = deadline_s if due_s is None else min(deadline_s, due_s)
        self._port.timeout = self.clock.real_s(max(0.0, until_s - self._now_s()))
        data = self._port.read(1)
        if data:
            data += self._port.read(self._port.in_waiting)
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

    def _note(self, kind: str, payload: bytes) -> None:
        value, facts = self.describe.apdu(payload)
        self.recorder.add("till", kind, f"ecr/{zvt.label(payload)}", value, facts)

    def _now_s(self) -> float:
        return self.clock.now_ns() / 1e9


@contextmanager
def mapped_errors(address: str) -> Iterator[None]:
    """Turn what pyserial raises into PortLostError."""
    try:
        yield
    except (serial.SerialException, OSError) as error:
        raise PortLostError(f"till link {address}: {error}; is the terminal connected?") from error
