"""The serial line of a gate: two ports, by whatever address pyserial knows.

Each port has a thread that reads it and one that writes it; all else happens in the gate's loop.
"""

import asyncio
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from harness.errors import PortLostError
from harness.gate.runner import Runner
from harness.port.serial_port import close_port, mapped_errors, open_port

LINE = 1
READ_S = 0.1
_LOOK_S = 0.001


class SerialEnd:
    """One port, at one actor."""

    def __init__(self, actor: str, address: str, baud: int) -> None:
        self.actor, self._address = actor, address
        self._port = open_port(address, f"{actor} end", baud=baud, timeout_s=READ_S)
        self._waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._written = self._sent = 0
        self._is_open = True
        self._threads: list[threading.Thread] = []

    @property
    def delivered(self) -> int:
        """Return how many bytes have left the port."""
        return self._sent

    def begin(self, take: Callable[[bytes], None], failed: Callable[[str], None]) -> None:
        """Read and write from now on; both are told in the threads of the port."""
        for work in (partial(self._read, take), self._write):
            thread = threading.Thread(target=self._guarded, args=(work, failed), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _guarded(self, work: Callable[[], None], failed: Callable[[str], None]) -> None:
        try:
            with mapped_errors(self._address, f"{self.actor} end"):
                work()
        except PortLostError as error:
            if self._is_open:
                failed(str(error))

    def _read(self, take: Callable[[bytes], None]) -> None:
        while self._is_open:
            if data := self._port.read(1):
                take(data + self._port.read(self._port.in_waiting))

    def _write(self) -> None:
        while data := self._waiting.get():
            self._port.write(data)
            self._port.flush()
            self._sent += len(data)

    def write(self, data: bytes) -> None:
        """Carry bytes to the other side."""
        self._written += len(data)
        self._waiting.put(data)

    async def drain(self) -> bool:
        """Wait until all has left the port."""
        while self._is_open and self._sent < self._written:
            await asyncio.sleep(_LOOK_S)
        return self._sent == self._written

    def finish(self) -> None:
        """Close the port; a serial line has no other end."""
        if self._is_open:
            self._is_open = False
            self._waiting.put(b"")
            for thread in self._threads:
                thread.join(READ_S * 10)
            close_port(self._port)

    async def reset(self) -> None:
        """Do nothing: a serial line knows no reset."""

    def pause(self, *, is_paused: bool) -> None:
        """Do nothing: what comes is kept until it has left."""


class SerialGround:
    """Both ports; there are no calls on such a line."""

    def __init__(self, runner: Runner, near: str, far: str, baud: int) -> None:
        self._runner, self._loop = runner, asyncio.get_running_loop()
        wire = runner.core.wire
        first = SerialEnd(wire.near, near, baud)
        try:
            second = SerialEnd(wire.far, far, baud)
        except PortLostError:
            first.finish()
            raise
        runner.ground = self
        runner.attach(LINE, {wire.near: first, wire.far: second})
        for end in (first, second):
            take, failed = partial(self._take, end.actor), partial(self._call, runner.failed)
            end.begin(take, failed)

    def _take(self, actor: str, data: bytes) -> None:
        core = self._runner.core
        received = partial(core.received, number=LINE, actor=actor, data=data)
        self._call(self._runner.take, received)

    def _call(self, work: Callable[..., None], *words: object) -> None:
        with suppress(RuntimeError):  # the loop has ended meanwhile
            self._loop.call_soon_threadsafe(work, *words)

    def dial(self, line: int) -> None:
        """Refuse: nobody calls here."""
        raise AssertionError(f"no call on a serial line: {line}")

    def turn_away(self, line: int) -> None:
        """Do nothing: nobody calls here."""

    def admit(self, *, is_open: bool) -> None:
        """Do nothing: nobody calls here."""

    def close(self) -> None:
        """Leave the ports to the runner, which closes its ends."""
