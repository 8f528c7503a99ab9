"""The live world: the same stage in real time, on pseudo terminals and TCP.

One asyncio loop in one thread runs all machines; verbs and drivers stay in their own.  World
time may run faster than real time (`timer_scale` 0.01: a hundred times): machines, plans and
checkers know only world seconds.
"""

import asyncio
import gc
import threading
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping
from functools import partial
from typing import Any

from harness.errors import MisuseError, PortLostError, RigError
from harness.history.record import Header, Recorder
from harness.port.allow_list import AllowList, is_loopback
from harness.port.pty_line import PtyLine
from harness.port.tcp_line import End
from harness.port.tty_line import TtyLine
from harness.world import mishap
from harness.world.ground import SECOND_NS, Cancel, How
from harness.world.heartbeat import Heartbeat
from harness.world.stage import Setting, Stage
from harness.world.switchboard import Address, Switchboard

ANY_PORT: Address = ("127.0.0.1", 0)
REACTION_REAL_S = 30.0  # more, and the loop hangs


class LiveWorld:
    """Clock and Ground in real time; `header.timer_scale` is real seconds per world second.

    `peers` says which two ends make a line: the second one listens.  `serial` ports get a pseudo
    terminal, `ttys` the serial port of that path, `sockets` a TCP port of their own, `listen` says
    where an end listens if not on a free port of loopback, `dial` whom an end calls that is not
    here.  An end whose peer is no machine here waits for the world outside: for the peers that
    `allow` names, if it names any; beyond loopback it must.
    """

    any_port: Address = ANY_PORT
    has_wires: bool = True

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
        ttys: Mapping[End, str] | None = None,
        allow: Iterable[str] = (),
        sink: Callable[[str], object] | None = None,
    ) -> None:
        where = dict.fromkeys((*peers.values(), *sockets), self.any_port) | (listen or {})
        self._allow_list = self._guarded(where, AllowList(allow))
        self._scale, self._start_ns = header.timer_scale, time.monotonic_ns()
        self._changed = threading.Condition()  # held while the stage acts or a row is added
        self._error: BaseException | None = None
        self._peers = peers | {peer: end for end, peer in peers.items()}
        self.recorder = Recorder(header, self.now_ns, guard=self._changed, sink=sink)
        self.stage = Stage(setting, self, self.recorder, mishap)
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(self._fail)
        self._due: set[asyncio.Handle] = set()  # calls of this very moment, not made yet
        self._lines = Switchboard(self, self._loop, self._peers, dial or {})
        self._ptys: dict[End, PtyLine | TtyLine] = {}
        _tidy_up()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        try:
            self._call(self._open_all(where, serial, ttys or {}))
        except PortLostError:
            self.close()
            raise

    def _guarded(self, where: dict[End, Address], allow_list: AllowList) -> AllowList:
        for end, (host, number) in where.items():
            if not is_loopback(host) and not allow_list:
                raise MisuseError(
                    f"{'/'.join(end)} would listen on {host}:{number} for anybody: name the peers "
                    "that may connect (allow: [ADDRESS, ...]), or listen on 127.0.0.1"
                )
        return allow_list

    def _call(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _open_all(
        self, where: dict[End, Address], serial: tuple[End, ...], ttys: Mapping[End, str]
    ) -> None:
        Heartbeat(self._loop, self._stalled).begin()
        for end, address in where.items():
            await self._lines.listen(end, address)
            facts = {"loopback": is_loopback(address[0]), "allow_list": bool(self._allow_list)}
            host, number = self.listening(*end)
            self.recorder.add("bench", "note", "listen", f"{'/'.join(end)} {host}:{number}", facts)
        for end in serial:
            try:
                pty = self._ptys[end] = PtyLine()
            except OSError as error:
                raise PortLostError(
                    f"no pseudo terminal for {'/'.join(end)}: {error.strerror}; close other benches"
                ) from error
            self._loop.add_reader(pty.fd, self._read_pty, end, pty)
        for end, path in ttys.items():
            tty = self._ptys[end] = TtyLine(path)
            self._loop.add_reader(tty.fd, self._read_pty, end, tty)

    def _stalled(self, late_real_s: float) -> None:
        late_s = late_real_s / self._scale
        facts = {"late_ms": int(late_s * 1000)}
        self.recorder.add("bench", "note", "stall", f"nothing ran for {late_s:.1f} s", facts)

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
        return self._lines.listening((actor, port))

    def is_allowed(self, end: End, address: str) -> bool:
        """Tell whether a peer may connect here; machines of this world may always."""
        is_ours = self._peers.get(end, end)[0] in self.stage.actors and end in self._peers
        if is_ours or self._allow_list.allows(address):
            return True
        value = f"{address} is not on the allow-list of {'/'.join(end)}"
        self.recorder.add("bench", "note", "refused peer", value)
        return False

    def perform(self, act: Callable[[], None]) -> None:
        """Let somebody at the bench do something between two events.

        Returns when it is done, and all that follows from it at once.  Raises RigError when it
        fails, or when the world has failed before.
        """
        self._forbid_loop("perform")
        done = threading.Event()

        def work() -> None:
            done.set()
            act()

        self._loop.call_soon_threadsafe(self.act, work)
        with self._changed:
            is_over = self._changed.wait_for(
                lambda: self._error or (done.is_set() and not self._due), REACTION_REAL_S
            )
        self._raise_error()
        if not is_over:
            raise RigError("the live world does not react any more")

    def later(self, after_s: float, act: Callable[[], None]) -> None:
        """Have somebody at the bench do something so many seconds from now."""
        real_s = self.real_s(after_s)
        self._loop.call_soon_threadsafe(lambda: self._loop.call_later(real_s, self.act, act))

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
        self._raise_error()

    def fail(self, error: RigError) -> None:
        """Have every wait of this world end: a part of its bench is gone."""
        with self._changed:
            self._error = self._error or error
            self._changed.notify_all()

    def _raise_error(self) -> None:
        if isinstance(self._error, RigError):
            raise self._error
        if self._error:
            what = f"{type(self._error).__name__}: {self._error}"
            raise RigError(f"the live world failed: {what}") from self._error

    async def _end(self) -> None:
        for pty in self._ptys.values():
            self._loop.remove_reader(pty.fd)
        await self._lines.end()

    def now_ns(self) -> int:
        """Return the world's time."""
        return int((time.monotonic_ns() - self._start_ns) / self._scale)

    def real_s(self, world_s: float) -> float:
        """Return real seconds."""
        return world_s * self._scale

    def wait(self, until: Callable[[], bool], within_s: float | None) -> bool:
        """Wait for the condition; it is looked at whenever a machine has acted.

        Raises RigError when the world fails meanwhile.
        """
        self._forbid_loop("wait")
        with self._changed:
            real_s = None if within_s is None else self.real_s(within_s)
            is_true = self._changed.wait_for(lambda: self._error is not None or until(), real_s)
        self._raise_error()
        return is_true

    def _forbid_loop(self, verb: str) -> None:
        if threading.current_thread() is self._thread:
            raise MisuseError(f"a machine must not {verb}: only verbs and drivers do")

    def call_later(self, after_ns: int, callback: Callable[[], None]) -> Cancel:
        """Give a call to the loop."""
        if not after_ns:
            return self._call_now(callback)
        return self._loop.call_later(self.real_s(after_ns / SECOND_NS), self.act, callback).cancel

    def _call_now(self, callback: Callable[[], None]) -> Cancel:
        def work() -> None:
            self._due.discard(handle)
            callback()

        def cancel() -> None:
            self._due.discard(handle)
            handle.cancel()

        handle = self._loop.call_soon(self.act, work)
        self._due.add(handle)
        return cancel

    def connect(self, actor: str, port: str) -> None:
        """Call the other end; without power, or with the link down, it refuses."""
        self._lines.connect((actor, port))

    def is_open(self, actor: str, port: str) -> bool:
        """Tell whether the actor has a line there, as far as it can know."""
        return (actor, port) in self._ptys or self._lines.is_open((actor, port))

    def is_call(self, actor: str, port: str) -> bool:
        """Tell whether it is a line that a cut ends and a new call heals."""
        return self._lines.is_open((actor, port))

    def send(self, actor: str, port: str, data: bytes) -> None:
        """Write to the pseudo terminal or the socket."""
        end = (actor, port)
        if not (pty := self._ptys.get(end)):
            self._lines.send(end, data)
        elif not self._lines.is_down(end):
            pty.write(data)

    def hang_up(self, actor: str, port: str) -> None:
        """Close the socket, or give up the call; its end hears no more of it."""
        self._lines.hang_up((actor, port))

    def cut(self, actor: str, port: str, how: How) -> None:
        """Break the connection: RST, FIN, or nothing gets through any more."""
        self._lines.cut((actor, port), how)

    def set_down(self, actor: str, port: str, is_down: bool) -> None:
        """Let nothing through, or again; a server of ours refuses callers meanwhile."""
        self._lines.set_down((actor, port), is_down)

    def unplug(self, actor: str) -> None:
        """Leave all sockets of an actor without a word, as a power loss does."""
        self._lines.unplug(actor)

    def _read_pty(self, end: End, pty: PtyLine | TtyLine) -> None:
        try:
            data = pty.read()
        except PortLostError as error:
            self._loop.remove_reader(pty.fd)
            self.fail(error)
            return
        if not self._lines.is_down(end):
            self.act(partial(self.stage.receive, *end, data))

    def act(self, callback: Callable[[], object]) -> None:
        """Run something in the loop; an error ends the world's usefulness, never its thread."""
        with self._changed:
            try:
                callback()
            except BaseException as error:
                self._error = self._error or error
                raise
            finally:
                self._changed.notify_all()

    def _fail(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception") or RuntimeError(context["message"])
        with self._changed:
            self._error = self._error or error
            self._changed.notify_all()


def _tidy_up() -> None:
    """Collect garbage now, and leave what is alive alone later: a collection stops the bench."""
    gc.collect()
    gc.freeze()
