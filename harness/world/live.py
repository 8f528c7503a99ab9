"""The live world: the same stage in real time, on pseudo terminals and TCP.

One asyncio loop in one thread runs all machines; verbs and drivers stay in their own.  World
time may run faster than real time (`timer_scale` 0.01: a hundred times): machines, plans and
checkers know only world seconds.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from harness.errors import PortLostError, RigError
from harness.history.record import Header, Recorder
from harness.port.pty_line import PtyLine
from harness.port.tcp_line import End, TcpLine
from harness.world import mishap
from harness.world.ground import SECOND_NS, Cancel, How
from harness.world.stage import Setting, Stage

Address = tuple[str, int]
ANY_PORT: Address = ("127.0.0.1", 0)


class LiveWorld:
    """Clock and Ground in real time; `header.timer_scale` is real seconds per world second.

    `peers` says which two ends make a line: the second one listens.  `serial` ports get a pseudo
    terminal, `sockets` a TCP port of their own, `listen` says where an end listens if not on a
    free port of loopback.  An end whose peer is no machine here waits for the world outside.
    """

    def __init__(
        self,
        setting: Setting,
        header: Header,
        *,
        peers: dict[End, End],
        serial: tuple[End, ...] = (("terminal", "ecr"),),
        sockets: tuple[End, ...] = (),
        listen: dict[End, Address] | None = None,
        dial: dict[End, Address] | None = None,
        sink: Callable[[str], object] | None = None,
    ) -> None:
        self._scale, self._start_ns = header.timer_scale, time.monotonic_ns()
        self._changed = threading.Condition()  # held while the stage acts or a row is added
        self._error: BaseException | None = None
        self._peers = peers | {peer: end for end, peer in peers.items()}
        self._listen = dict.fromkeys((*peers.values(), *sockets), ANY_PORT) | (listen or {})
        self._dial_to = dial or {}
        self._lines: dict[End, TcpLine] = {}
        self._abandoned: list[TcpLine] = []  # their owner lost its power: no FIN may be sent
        self._deaf: set[TcpLine] = set()  # blackholes
        self._down: set[End] = set()
        self._ptys = {end: PtyLine() for end in serial}
        self._servers: dict[End, asyncio.Server] = {}
        self.recorder = Recorder(header, self.now_ns, guard=self._changed, sink=sink)
        self.stage = Stage(setting, self, self.recorder, mishap)
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(self._fail)
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        try:
            self._call(self._listen_all())
        except OSError as error:
            self.close()
            raise PortLostError(f"a port of the bench cannot be opened: {error}") from error

    def _call(self, work: Any) -> None:  # noqa: ANN401  # a coroutine
        asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _listen_all(self) -> None:
        for end, address in self._listen.items():
            make = partial(TcpLine, end, self)
            self._servers[end] = await self._loop.create_server(make, *address, reuse_address=True)
        for end, pty in self._ptys.items():
            self._loop.add_reader(pty.fd, self._read_pty, end, pty)

    def begin(self) -> None:
        """Give power to all machines."""
        for actor in self.stage.actors:
            self.perform(partial(self.stage.power_on, actor))

    def address(self, actor: str, port: str) -> str:
        """Return where a driver finds this port: a pty or `socket://`."""
        if pty := self._ptys.get((actor, port)):
            return pty.address
        host, number = self.listening(actor, port)
        return f"socket://{host}:{number}"

    def listening(self, actor: str, port: str) -> Address:
        """Return the address on which an end listens."""
        host, number = self._servers[actor, port].sockets[0].getsockname()[:2]
        return str(host), int(number)

    def perform(self, act: Callable[[], None]) -> None:
        """Let somebody at the bench do something between two events; return when it is done."""
        done = threading.Event()

        def work() -> None:
            try:
                self._act(act)
            finally:
                done.set()

        self._loop.call_soon_threadsafe(work)
        if not done.wait(30):
            raise RigError("the live world does not react any more")

    def later(self, after_s: float, act: Callable[[], None]) -> None:
        """Have somebody at the bench do something so many seconds from now."""
        real_s = self.real_s(after_s)
        self._loop.call_soon_threadsafe(lambda: self._loop.call_later(real_s, self._act, act))

    def close(self) -> None:
        """Stop.  Raises RigError if anything in the loop had failed."""
        if self._loop.is_closed():
            return
        self._call(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        for pty in self._ptys.values():
            pty.close()
        if self._error:
            what = f"{type(self._error).__name__}: {self._error}"
            raise RigError(f"the live world failed: {what}") from self._error

    async def _end(self) -> None:
        for pty in self._ptys.values():
            self._loop.remove_reader(pty.fd)
        for server in self._servers.values():
            server.close()
        for line in [*self._lines.values(), *self._abandoned]:
            line.cut()
        self._lines.clear()
        await asyncio.sleep(0)  # lets the transports close

    def now_ns(self) -> int:
        """Return the world's time."""
        return int((time.monotonic_ns() - self._start_ns) / self._scale)

    def real_s(self, world_s: float) -> float:
        """Return real seconds."""
        return world_s * self._scale

    def wait(self, until: Callable[[], bool], within_s: float | None) -> bool:
        """Wait for the condition; it is looked at whenever a machine has acted."""
        with self._changed:
            real_s = None if within_s is None else self.real_s(within_s)
            return self._changed.wait_for(lambda: until() or self._error is not None, real_s)

    def call_later(self, after_ns: int, callback: Callable[[], None]) -> Cancel:
        """Give a call to the loop."""
        if not after_ns:
            return self._loop.call_soon(self._act, callback).cancel
        return self._loop.call_later(self.real_s(after_ns / SECOND_NS), self._act, callback).cancel

    def connect(self, actor: str, port: str) -> None:
        """Call the other end; without power, or with the link down, it refuses."""
        caller = (actor, port)
        if caller in self._down or not self._is_there(caller):
            self.call_later(0, partial(self.stage.refuse, actor, port))
        else:
            self._loop.create_task(self._dial(caller))

    def _is_there(self, caller: End) -> bool:
        return caller in self._dial_to or self.stage.is_on(self._peers[caller][0])

    async def _dial(self, caller: End) -> None:
        address = self._dial_to.get(caller) or self.listening(*self._peers[caller])
        try:
            await self._loop.create_connection(partial(TcpLine, caller, self), *address)
        except OSError:
            self._act(partial(self.stage.refuse, *caller))

    def is_open(self, actor: str, port: str) -> bool:
        """Tell whether there is a line that can be cut."""
        return (actor, port) in self._lines or (actor, port) in self._ptys

    def send(self, actor: str, port: str, data: bytes) -> None:
        """Write to the pseudo terminal or the socket."""
        end = (actor, port)
        if end in self._down or not data:
            return
        if pty := self._ptys.get(end):
            pty.write(data)
        elif (line := self._lines.get(end)) and line not in self._deaf:
            line.send(data)

    def hang_up(self, actor: str, port: str) -> None:
        """Close the socket; its end hears no more of it."""
        if line := self._lines.pop((actor, port), None):
            if line in self._deaf:
                self._abandoned.append(line)
            else:
                line.hang_up()

    def cut(self, actor: str, port: str, how: How) -> None:
        """Break the connection: RST, FIN, or nothing gets through any more."""
        line = self._lines.get((actor, port))
        if line is None:
            return
        match how:
            case "rst":
                self.call_later(0, line.cut)  # after what was sent before
            case "fin":
                line.hang_up()
            case "silence" | "half_open":
                self._silence(line, is_told=how == "half_open")

    def _silence(self, line: TcpLine, *, is_told: bool) -> None:
        peer = self._lines.get(self._peers.get(line.end, line.end))
        self._deaf |= {each for each in (line, peer) if each}
        if is_told:
            del self._lines[line.end]
            self._abandoned.append(line)
            self.call_later(0, partial(self.stage.close, *line.end))

    def set_down(self, actor: str, port: str, is_down: bool) -> None:
        """Let nothing through, or again; a server of ours refuses callers meanwhile."""
        end = (actor, port)
        ends = {end, self._peers.get(end, end)}
        self._down = self._down | ends if is_down else self._down - ends

    def unplug(self, actor: str) -> None:
        """Leave all sockets of an actor without a word, as a power loss does."""
        for end in [end for end in self._lines if end[0] == actor]:
            self._abandoned.append(self._lines.pop(end))

    def opened(self, line: TcpLine) -> None:
        """Take a new socket; without power, or with the link down, it is closed at once."""
        if not self.stage.is_on(line.end[0]) or line.end in self._down:
            self._abandoned.append(line)
            line.cut()
            return
        if older := self._lines.pop(line.end, None):
            self._abandoned.append(older)
            self._act(partial(self.stage.close, *older.end))
        self._lines[line.end] = line
        self._act(partial(self.stage.open, *line.end))

    def received(self, line: TcpLine, data: bytes) -> None:
        """Pass bytes to the stage, unless the actor has hung up."""
        if self._lines.get(line.end) is line and line not in self._deaf:
            self._act(partial(self.stage.receive, *line.end, data))

    def closed(self, line: TcpLine) -> None:
        """Tell the actor, unless it has hung up itself or cannot know."""
        if self._lines.get(line.end) is line and line not in self._deaf:
            del self._lines[line.end]
            self._act(partial(self.stage.close, *line.end))

    def _read_pty(self, end: End, pty: PtyLine) -> None:
        data = pty.read()
        if end not in self._down:
            self._act(partial(self.stage.receive, *end, data))

    def _act(self, callback: Callable[[], object]) -> None:
        with self._changed:
            try:
                callback()
            except BaseException as error:
                self._error = self._error or error
                raise
            finally:
                self._changed.notify_all()

    def _fail(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self._error = self._error or context.get("exception") or RuntimeError(context["message"])
