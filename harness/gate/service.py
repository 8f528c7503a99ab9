"""A gate as a process has it: its wire, its control port or its own plan, and who is told."""

import asyncio
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field
from functools import partial

from harness.errors import PortLostError
from harness.fault.plan import Plan
from harness.fault.point import parse
from harness.gate import Word
from harness.gate.control import Control, told_words
from harness.gate.core import Core
from harness.gate.runner import Runner
from harness.gate.serial_ground import SerialGround
from harness.gate.switch import Switch
from harness.gate.tcp_ground import TcpGround
from harness.gate.wire import HOST_WIRE, TILL_WIRE
from harness.port.allow_list import AllowList, is_loopback

Address = tuple[str, int]
Say = Callable[[Mapping[str, object]], None]


@dataclass(frozen=True, kw_only=True)
class CallLine:
    """A TCP line: terminals call `listen`, and the gate calls `host` for each."""

    listen: Address
    host: Address


@dataclass(frozen=True, kw_only=True)
class PortLine:
    """A serial line between the ports at the till and at the terminal."""

    till: str
    terminal: str
    baud: int


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """`plan`: what the gate plays by itself, without a control port.  `allow`: who may connect."""

    line: CallLine | PortLine
    control: Address
    allow: tuple[str, ...] = ()
    switches: Mapping[str, Switch] = field(default_factory=dict)
    plan: Plan | None = None


class Service:
    """One gate; `say` gets all that it tells, with its own time, and nothing of any message."""

    def __init__(self, wanted: Wanted, say: Say) -> None:
        self._wanted, self._say = wanted, say
        wire = HOST_WIRE if isinstance(wanted.line, CallLine) else TILL_WIRE
        self.core = Core(wire, wanted.switches)
        self._runner = Runner(self.core, wanted.switches)
        self._runner.told, self._runner.failed = self._tell, self._fail
        self._control: Control | None = None
        self._ended = asyncio.Event()
        self._begun_ns = time.monotonic_ns()
        self._is_lost = False  # a port of the line is gone
        self.failures: list[str] = []
        self.unfired: tuple[str, ...] = ()  # points of the plan at which nothing has happened

    async def run(self, opened: Callable[[Mapping[str, str]], None]) -> None:
        """Be a gate until Ctrl-C; `opened` gets the addresses as soon as all is open.

        Raises PortLostError when a port cannot be opened, or is gone.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._ended.set)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._runner.close)
            addresses = self._open_line(stack)
            if self._wanted.plan is None:
                addresses["control"] = await self._open_control(addresses, stack)
            else:
                begin = partial(self.core.begin, plan=self._wanted.plan)
                self._runner.take(begin)
            self._runner.make_safe()
            opened(addresses)
            await self._ended.wait()
            self.unfired = tuple(sorted(map(str, self.core.unfired)))
            self._runner.take(partial(self.core.drop, why="the gate ends"))
        if self._is_lost:
            raise PortLostError(self.failures[-1])

    def _open_line(self, stack: AsyncExitStack) -> dict[str, str]:
        match self._wanted.line:
            case CallLine() as line:
                allow = self._allowed(line.listen)
                ground = TcpGround(self._runner, line.listen, line.host, allow)
                stack.enter_context(closing(ground))
                return {"listen": _text(ground.address), "host": _text(line.host)}
            case PortLine() as line:
                SerialGround(self._runner, line.till, line.terminal, line.baud)
                return {"till": line.till, "terminal": line.terminal}

    async def _open_control(self, addresses: Mapping[str, str], stack: AsyncExitStack) -> str:
        about = {**addresses, "switches": sorted(self._wanted.switches)}
        allow = self._allowed(self._wanted.control)
        self._control = stack.enter_context(closing(Control(self._runner, allow, about)))
        return _text(await self._control.listen(self._wanted.control))

    def _allowed(self, listen: Address) -> AllowList:
        """Return who may connect: this machine's own programs always, where nobody else can."""
        return AllowList(() if is_loopback(listen[0]) else self._wanted.allow)

    def _tell(self, what: str, words: Mapping[str, Word]) -> None:
        at_us = (time.monotonic_ns() - self._begun_ns) // 1000
        said = told_words(what, words, at_us)
        self._say(said)
        if self._control:
            self._control.tell(said)
        elif what == "firing":  # nobody else has to note it first
            proceed = partial(self.core.proceed, point=parse(str(words["point"])))
            asyncio.get_running_loop().call_soon(self._runner.take, proceed)
        if what == "failed":
            self.failures.append(str(words["why"]))

    def _fail(self, why: str) -> None:
        """End: a port of the line is gone."""
        self._tell("failed", {"why": why})
        self._is_lost = True
        self._ended.set()


def _text(address: Address) -> str:
    host, port = address
    return f"{host}:{port}"
