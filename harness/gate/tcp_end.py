"""One end of a TCP connection through the gate, which knows what the other side has acknowledged.

A reset destroys what is not acknowledged yet, and a close with bytes unread turns into a reset:
so an end is reset only when it has drained, and reads on when it has said FIN.
"""

import asyncio
import fcntl
import socket
import struct
import sys
import termios
from typing import Protocol, cast

DRAIN_S = 5.0  # how long a peer that does not read may hold up a reset
_LOOKS_AT_ONCE, _LOOK_S = 20, 0.0005
_RESET_AT_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER on, 0 s


class Owner(Protocol):
    """Who is told what happens at an end."""

    def received(self, end: "TcpEnd", data: bytes) -> None:
        """Take bytes."""

    def ended(self, end: "TcpEnd") -> None:
        """Learn that the other side says no more."""

    def lost(self, end: "TcpEnd", error: Exception | None) -> None:
        """Learn that the connection is gone, by our own doing if there is no error."""

    def is_full(self, end: "TcpEnd", *, is_full: bool) -> None:
        """Learn that this end takes no more bytes for now, or takes them again."""


class TcpEnd(asyncio.Protocol):
    """The end at one actor."""

    def __init__(self, owner: Owner, line: int, actor: str) -> None:
        self._owner, self.line, self.actor = owner, line, actor
        self._transport: asyncio.Transport | None = None
        self._written = self._unacknowledged = 0
        self._is_finished = self._has_heard_end = self.is_gone = self.was_reset = False

    @property
    def delivered(self) -> int:
        """Return how many bytes the other side has acknowledged."""
        self._look()
        return self._written - self._unacknowledged

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin; nothing is read before the other end is there too."""
        self._transport = cast(asyncio.Transport, transport)
        self._transport.pause_reading()
        self._socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data: bytes) -> None:
        """Pass on what came."""
        self._owner.received(self, data)

    def eof_received(self) -> bool:
        """Learn of the FIN; the own direction stays open."""
        self._has_heard_end = True
        self._owner.ended(self)
        self._close_when_over()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """Learn that it is gone."""
        self.is_gone, self.was_reset = True, exc is not None
        self._owner.lost(self, exc)

    def pause_writing(self) -> None:
        """Have the other end read no more: this one does not get rid of it."""
        self._owner.is_full(self, is_full=True)

    def resume_writing(self) -> None:
        """Have the other end read on."""
        self._owner.is_full(self, is_full=False)

    def pause(self, *, is_paused: bool) -> None:
        """Read no more, or read on; a closed end does neither."""
        if not self._made().is_closing():
            (self._made().pause_reading if is_paused else self._made().resume_reading)()

    def write(self, data: bytes) -> None:
        """Carry bytes to the other side."""
        if not (self._made().is_closing() or self._is_finished):
            self._written += len(data)
            self._made().write(data)

    def finish(self) -> None:
        """Say FIN after all that was written; what still comes is read."""
        if not (self._made().is_closing() or self._is_finished):
            self._is_finished = True
            self._made().write_eof()
            self._close_when_over()

    def _close_when_over(self) -> None:
        if self._is_finished and self._has_heard_end:
            self._made().close()

    async def drain(self) -> bool:
        """Wait until all that was written is acknowledged; tell whether it is."""
        until_s = asyncio.get_running_loop().time() + DRAIN_S
        looks = 0
        while not self.is_gone and self._look():
            if asyncio.get_running_loop().time() > until_s:
                return False
            await asyncio.sleep(0 if looks < _LOOKS_AT_ONCE else _LOOK_S)
            looks += 1
        return not self._unacknowledged

    async def reset(self) -> None:
        """Say RST, after all that was written has arrived."""
        await self.drain()
        self.abort()

    def abort(self) -> None:
        """Say RST now; an end that is closed already is fine."""
        self._look()
        if not self.is_gone:
            self._socket().setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_CLOSE)
            self._made().abort()

    def _look(self) -> int:
        """Return how many bytes are not acknowledged; of a closed end the last that was seen."""
        if not self.is_gone and self._socket().fileno() >= 0:
            found = fcntl.ioctl(self._socket().fileno(), termios.TIOCOUTQ, bytes(4))
            buffered = self._made().get_write_buffer_size()
            self._unacknowledged = buffered + int.from_bytes(found, sys.byteorder)
        return self._unacknowledged

    def _made(self) -> asyncio.Transport:
        assert self._transport is not None
        return self._transport

    def _socket(self) -> socket.socket:
        return cast(socket.socket, self._made().get_extra_info("socket"))
