"""The TCP lines of a gate: takes calls, and calls the far end for each.

A caller is not read before the far end is there, so nothing it says can be lost.  While the line
is down the listener is closed but keeps its port: the system refuses calls.
"""

import asyncio
import socket
import struct
from contextlib import suppress
from functools import partial

from harness.errors import PortLostError
from harness.gate.runner import Runner
from harness.gate.tcp_end import TcpEnd
from harness.port.allow_list import AllowList

Address = tuple[str, int]
CONNECT_S = 10.0
BACKLOG = 100
_RESET_AT_CLOSE = struct.pack("ii", 1, 0)


class TcpGround:
    """Listens for the near end and calls the far one."""

    def __init__(
        self, runner: Runner, listen: Address, far: Address, allow_list: AllowList
    ) -> None:
        self._runner, self._far, self._allow_list = runner, far, allow_list
        self._listener = _listening(listen)
        self._calls: dict[int, socket.socket] = {}
        self._count = 0
        self._is_open = False
        runner.ground = self
        self.admit(is_open=True)

    @property
    def address(self) -> Address:
        """Return where it listens."""
        host, port = self._listener.getsockname()[:2]
        return str(host), int(port)

    def admit(self, *, is_open: bool) -> None:
        """Take calls, or have the system refuse them; the port stays ours."""
        loop = asyncio.get_running_loop()
        if is_open and not self._is_open:
            self._listener.listen(BACKLOG)
            loop.add_reader(self._listener, self._accept)
        elif self._is_open and not is_open:
            loop.remove_reader(self._listener)
            self._listener.shutdown(socket.SHUT_RD)
        self._is_open = is_open

    def close(self) -> None:
        """Stop listening and let nobody wait."""
        self.admit(is_open=False)
        self._listener.close()
        for line in list(self._calls):
            self.turn_away(line)

    def _accept(self) -> None:
        with suppress(BlockingIOError, ConnectionError):
            call, peer = self._listener.accept()
            if not self._allow_list.allows(str(peer[0])):
                self._runner.told("refused_peer", {"peer": str(peer[0])})
                _reset(call)
                return
            self._count += 1
            call.setblocking(False)
            self._calls[self._count] = call
            self._runner.take(partial(self._runner.core.called, number=self._count))

    def turn_away(self, line: int) -> None:
        """Reset a caller that waits."""
        if call := self._calls.pop(line, None):
            _reset(call)

    def dial(self, line: int) -> None:
        """Call the far end; when it is there both are read."""
        self._runner.work(self._dial(line))

    async def _dial(self, line: int) -> None:
        loop = asyncio.get_running_loop()
        wire = self._runner.core.wire
        far = TcpEnd(self, line, wire.far)
        try:
            async with asyncio.timeout(CONNECT_S):
                await loop.create_connection(lambda: far, *self._far)
        except OSError as error:  # a time-out is one, too
            why = error.strerror or "no answer in time"
            self._runner.take(partial(self._runner.core.not_answered, number=line, why=why))
            return
        call = self._calls.pop(line, None)
        if call is None:  # it was turned away meanwhile
            far.abort()
            return
        near = TcpEnd(self, line, wire.near)
        await loop.connect_accepted_socket(lambda: near, call)
        self._runner.attach(line, {wire.near: near, wire.far: far})

    def received(self, end: TcpEnd, data: bytes) -> None:
        """Give bytes to the core."""
        core = self._runner.core
        self._runner.take(partial(core.received, number=end.line, actor=end.actor, data=data))

    def ended(self, end: TcpEnd) -> None:
        """Tell the core of a FIN, when it is known whether what was carried to that end came.

        An end that was closed before the last bytes reached it answers them by a reset, and the
        other end must not take its FIN for a hang-up of one that has read everything.
        """
        self._runner.work(self._end(end))

    async def _end(self, end: TcpEnd) -> None:
        await end.drain()
        if not end.was_reset:  # of that the core knows
            core = self._runner.core
            self._runner.take(partial(core.ended, number=end.line, actor=end.actor, how="fin"))

    def lost(self, end: TcpEnd, error: Exception | None) -> None:
        """Tell the core of a reset; what we have ended ourselves it knows."""
        self._runner.detach(end.line, end.actor)
        if error:
            core = self._runner.core
            self._runner.take(partial(core.ended, number=end.line, actor=end.actor, how="rst"))

    def is_full(self, end: TcpEnd, *, is_full: bool) -> None:
        """Have the sender wait."""
        self._runner.hold_up(end.line, end.actor, is_full=is_full)


def _listening(listen: Address) -> socket.socket:
    """Return a listener that keeps its port also while it takes no calls.

    A port that the system chose is lost when a listener is shut; so it is asked for by number.
    """
    host, port = listen
    try:
        with _named(host, port) as first:
            port = first.getsockname()[1]
        found = _named(host, port)
        try:
            found.listen(BACKLOG)
        except OSError:
            found.close()
            raise
        return found
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise PortLostError(
            f"the gate cannot listen on {host}:{port}: {why}; choose another address (--listen), "
            "or end the program that holds this one"
        ) from error


def _named(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.setblocking(False)
        found.bind((host, port))
    except BaseException:
        found.close()
        raise
    return found


def _reset(call: socket.socket) -> None:
    call.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_CLOSE)
    call.close()
