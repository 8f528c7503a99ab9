"""The TCP lines of the live world: who listens, calls, is cut off, and what each end is told.

An end's line is in `_lines` as long as its actor may believe in it.  What has left that table is
read and thrown away until the world ends: closing it would tell the other end what no power loss
and no dead network tells.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol
from weakref import WeakKeyDictionary

from harness.errors import PortLostError
from harness.port.tcp_line import End, TcpLine
from harness.world.ground import Cancel, How
from harness.world.stage import Stage

Address = tuple[str, int]
LAST_TURNS = 8  # of the loop: whoever was accepted last has a line three turns later


class Floor(Protocol):
    """The world that a switchboard serves."""

    stage: Stage

    def call_later(self, after_ns: int, callback: Callable[[], None]) -> Cancel:
        """Call from the loop, later."""

    def act(self, callback: Callable[[], object]) -> None:
        """Run what may touch the stage."""

    def is_allowed(self, end: End, address: str) -> bool:
        """Tell whether a peer may connect here, and note it if not."""


@dataclass(slots=True)
class _State:
    """What faults have made of a line."""

    carries: bool = True  # what is sent from here
    hears: bool = True  # what comes
    is_broken: bool = False  # and its end knows, or will at once
    is_told: bool = True  # when the connection ends


class Switchboard:
    """All connections; called from the loop's thread only."""

    def __init__(
        self,
        world: Floor,
        loop: asyncio.AbstractEventLoop,
        peers: dict[End, End],
        dial_to: dict[End, Address],
    ) -> None:
        self._world, self._loop, self._peers, self._dial_to = world, loop, peers, dial_to
        self._lines: dict[End, TcpLine] = {}
        self._states: WeakKeyDictionary[TcpLine, _State] = WeakKeyDictionary()
        self._down: set[End] = set()
        self._dials: dict[End, asyncio.Task[None]] = {}
        self._servers: dict[End, asyncio.Server] = {}

    async def listen(self, end: End, address: Address) -> None:
        """Open a listener.  Raises PortLostError when that cannot be done."""
        try:
            server = await self._loop.create_server(partial(TcpLine, end, self), *address)
        except (OSError, OverflowError) as error:
            host, number = address
            why = getattr(error, "strerror", None) or str(error)
            raise PortLostError(
                f"{'/'.join(end)} cannot listen on {host}:{number}: {why}; choose another address "
                "(listen: HOST:PORT), or end the program that holds this one"
            ) from error
        self._servers[end] = server

    def listening(self, end: End) -> Address:
        """Return the address on which an end listens."""
        host, number = self._servers[end].sockets[0].getsockname()[:2]
        return str(host), int(number)

    async def end(self) -> None:
        """Close everything; callers that were accepted last must be lines before it goes."""
        dials = list(self._dials.values())
        for task in dials:
            task.cancel()
        for server in self._servers.values():
            for listener in server.sockets:
                self._loop.remove_reader(listener.fileno())
        await asyncio.gather(*dials, return_exceptions=True)
        for _ in range(LAST_TURNS):
            self._lines.clear()
            for line in list(self._states):
                line.cut()
            await asyncio.sleep(0)  # lets callers become lines, and transports close
        for server in self._servers.values():
            server.close()

    def connect(self, caller: End) -> None:
        """Call the other end."""
        self._give_up_call(caller)
        task = self._dials[caller] = self._loop.create_task(self._dial(caller))
        task.add_done_callback(_raise_error)

    def _give_up_call(self, caller: End) -> None:
        if task := self._dials.pop(caller, None):
            task.cancel()

    async def _dial(self, caller: End) -> None:
        if self._is_answered(caller):
            address = self._dial_to.get(caller) or self.listening(self._peers[caller])
            make = partial(TcpLine, caller, self, is_caller=True)
            try:
                await self._loop.create_connection(make, *address)
            except OSError:
                self._refuse(caller)
        else:
            self._refuse(caller)

    def _is_answered(self, caller: End) -> bool:
        is_there = caller in self._dial_to or self._world.stage.is_on(self._peers[caller][0])
        return is_there and caller not in self._down

    def _refuse(self, caller: End) -> None:
        self._dials.pop(caller, None)
        self._world.act(partial(self._world.stage.refuse, *caller))

    def is_open(self, end: End) -> bool:
        """Tell whether the actor has a line there, as far as it can know."""
        line = self._lines.get(end)
        return line is not None and not self._states[line].is_broken

    def is_down(self, end: End) -> bool:
        """Tell whether nothing gets through."""
        return end in self._down

    def send(self, end: End, data: bytes) -> None:
        """Write to the socket."""
        line = self._lines.get(end)
        if line and data and self._states[line].carries and end not in self._down:
            line.send(data)

    def hang_up(self, end: End) -> None:
        """End a line, or a call not yet answered; its end hears no more of it."""
        self._give_up_call(end)
        line = self._lines.pop(end, None)
        if line and self._states[line].carries:
            line.hang_up()

    def cut(self, end: End, how: How) -> None:
        """Break a line: its end hears no more, its peer only what was sent before."""
        line = self._lines.get(end)
        if line is None or self._states[line].is_broken:
            return
        state, far = self._states[line], self._states.get(self._peer_of(line) or line)
        state.hears = False
        for each in (state, far or state):
            each.carries = False
            each.is_broken = how in {"rst", "fin"}
        match how:
            case "rst":
                self._world.call_later(0, line.cut)  # after what was sent before
            case "fin":
                line.hang_up()
                self._world.call_later(0, partial(self.closed, line))
            case "half_open":
                self._world.call_later(0, partial(self.closed, line))
            case "silence":
                state.is_told = False

    def _peer_of(self, line: TcpLine) -> TcpLine | None:
        return self._lines.get(self._peers.get(line.end, line.end))

    def set_down(self, end: End, is_down: bool) -> None:
        """Let nothing through, or again."""
        ends = {end, self._peers.get(end, end)}
        self._down = self._down | ends if is_down else self._down - ends

    def unplug(self, actor: str) -> None:
        """Leave all lines of an actor without a word, and its calls; nobody reaches it there."""
        for end in [end for end in self._dials if end[0] == actor]:
            self._give_up_call(end)
        for end in [end for end in self._lines if end[0] == actor]:
            del self._lines[end]
        for end, line in self._lines.items():
            if self._peers.get(end, end)[0] == actor:
                self._states[line].carries = False

    def opened(self, line: TcpLine) -> None:
        """Take a new socket; one that nobody answers is reset at once."""
        self._states[line] = _State()
        end = line.end
        if line.is_caller:
            self._dials.pop(end, None)
        if not self._world.stage.is_on(end[0]) or not self._is_welcome(line):
            line.cut()
            return
        if older := self._lines.get(end):
            self._replace(older)
        self._lines[end] = line
        self._world.act(partial(self._world.stage.open, *end))

    def _is_welcome(self, line: TcpLine) -> bool:
        if line.end in self._down:
            if line.is_caller:
                self._world.act(partial(self._world.stage.refuse, *line.end))
            return False
        return line.is_caller or self._world.is_allowed(line.end, line.peer_address())

    def _replace(self, older: TcpLine) -> None:
        """End an older line, which the newer one shows to be dead or given up."""
        if self._states[older].carries:
            older.hang_up()
        del self._lines[older.end]
        self._world.act(partial(self._world.stage.close, *older.end))

    def received(self, line: TcpLine, data: bytes) -> None:
        """Pass bytes to the stage, unless the actor has hung up or cannot hear."""
        if self._lines.get(line.end) is line and self._states[line].hears:
            self._world.act(partial(self._world.stage.receive, *line.end, data))

    def closed(self, line: TcpLine) -> None:
        """Tell the actor, unless it has hung up itself or cannot know."""
        if self._lines.get(line.end) is line and self._states[line].is_told:
            del self._lines[line.end]
            close = self._world.stage.close
            self._world.act(partial(close, *line.end, is_read_out=self._is_read_out(line)))

    def _is_read_out(self, line: TcpLine) -> bool:
        """Tell whether a caller from outside hung up, who has read all that was sent to it."""
        peer = self._peers.get(line.end, line.end)
        is_outside = peer[0] not in self._world.stage.actors and not line.is_caller
        return is_outside and line.is_read_out and self._states[line].carries


def _raise_error(dial: asyncio.Task[None]) -> None:
    """Hand an error of ours to the loop at once, not when the task is forgotten."""
    if not dial.cancelled():
        dial.result()
