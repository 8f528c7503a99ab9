"""The control port of a gate: who holds it, for how long, and what it is told to do.

One holder at a time, and only while it is heard: the gate lets go when its connection ends, and
when it has been silent for longer than its lease.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast

from harness.errors import DecodeError, MisuseError, PortLostError
from harness.fault.plan_json import load_plan
from harness.fault.point import parse
from harness.gate import Word
from harness.gate.runner import Runner
from harness.gate.talk import LEASE_S, VERSION, Lines, written
from harness.port.allow_list import AllowList

Address = tuple[str, int]
Words = Mapping[str, Any]


class Control:
    """Listens for holders; `about` is what each of them gets to know of the gate."""

    def __init__(self, runner: Runner, allow_list: AllowList, about: Words) -> None:
        self._runner, self._allow_list, self._about = runner, allow_list, about
        self._holder: _Line | None = None
        self._lines: set[_Line] = set()
        self._server: asyncio.Server | None = None
        self._deeds: dict[str, Callable[[Words], None]] = {
            "begin": self._begin,
            "also": self._also,
            "proceed": self._proceed,
            "heal": lambda _words: runner.take(runner.core.heal),
            "down": self._set_down,
        }

    async def listen(self, address: Address) -> Address:
        """Open the port and return its address.  Raises PortLostError."""
        loop, (host, port) = asyncio.get_running_loop(), address
        try:
            self._server = await loop.create_server(partial(_Line, self), host, port)
        except (OSError, OverflowError) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise PortLostError(
                f"the gate's control port cannot be {host}:{port}: {why}; choose another one "
                "(--control), or end the program that holds it"
            ) from error
        found = self._server.sockets[0].getsockname()
        return str(found[0]), int(found[1])

    def close(self) -> None:
        """Let no holder in any more, and the present one go."""
        if self._server:
            self._server.close()
        for line in list(self._lines):
            line.end()

    def tell(self, words: Words) -> None:
        """Tell the holder, if there is one."""
        if self._holder:
            self._holder.tell(words)

    def is_welcome(self, line: "_Line", peer: str) -> bool:
        """Tell whether a peer may talk to the gate."""
        if not self._allow_list.allows(peer):
            self._runner.told("refused_peer", {"peer": peer})
            return False
        self._lines.add(line)
        return True

    def heard(self, line: "_Line", words: Words) -> None:
        """Do what a line says, and answer."""
        line.answer(words, self._done(line, words))

    def _done(self, line: "_Line", words: Words) -> str:
        """Do it; return why it cannot be done, "" if it is."""
        what = words.get("do")
        if what == "beat":  # also just after a release
            return ""
        if what == "hold":
            return self._hold(line, words)
        if line is not self._holder:
            return "this gate is not held by you: say hold first"
        if what == "release":
            self._let_go("released")
            return ""
        deed = self._deeds.get(str(what))
        if deed is None:
            return f"unknown word: expected hold, beat, release, {', '.join(self._deeds)}"
        try:
            deed(words)
        except (MisuseError, KeyError, TypeError, ValueError) as error:
            return f"{what}: {error}"
        return ""

    def _hold(self, line: "_Line", words: Words) -> str:
        if words.get("version") != VERSION:
            return f"this gate speaks version {VERSION}: install the same pos-harness on both sides"
        if self._holder not in (None, line):
            return "another harness holds this gate: wait until it lets go"
        self._holder = line
        line.tell({"told": "about", **self._about})
        self._runner.told("held", {})
        return ""

    def _begin(self, words: Words) -> None:
        plan = load_plan(json.dumps(words["plan"]))
        scale, remote = float(words["scale"]), [str(each) for each in words["remote"]]
        self._runner.take(partial(self._runner.core.begin, plan=plan, scale=scale, remote=remote))

    def _also(self, words: Words) -> None:
        plan = load_plan(json.dumps(words["plan"]))
        self._runner.take(partial(self._runner.core.also, plan=plan))

    def _proceed(self, words: Words) -> None:
        point = parse(str(words["point"]))
        self._runner.take(partial(self._runner.core.proceed, point=point))

    def _set_down(self, words: Words) -> None:
        is_down = words["is_down"] is True
        self._runner.take(partial(self._runner.core.set_down, is_down=is_down))

    def lost(self, line: "_Line", why: str) -> None:
        """Learn that a line is gone, or silent for too long."""
        self._lines.discard(line)
        if line is self._holder:
            line.tell({"told": "let_go", "why": why})
            self._let_go(why)

    def _let_go(self, why: str) -> None:
        self._holder = None
        self._runner.take(partial(self._runner.core.drop, why=why))


class _Line(asyncio.Protocol):
    """One connection to the control port."""

    def __init__(self, control: Control) -> None:
        self._control, self._lines = control, Lines()
        self._transport: asyncio.Transport | None = None
        self._lease: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin the lease."""
        self._transport = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername")
        if peer and self._control.is_welcome(self, str(peer[0])):
            self._renew()
        else:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take what it says; whoever does not speak our language is let go."""
        try:
            said = self._lines.feed(data)
        except DecodeError as error:
            self._end(str(error))
            return
        self._renew()
        for words in said:
            self._control.heard(self, words)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Learn that it is gone."""
        self._end("the connection of its holder ended")

    def tell(self, words: Words) -> None:
        """Say something."""
        if self._transport and not self._transport.is_closing():
            self._transport.write(written(words))

    def answer(self, words: Words, why: str) -> None:
        """Answer what was numbered; of the rest only what went wrong is said."""
        if "number" in words:
            self.tell({"told": "answer", "number": words["number"], "why": why})
        elif why:
            self.tell({"told": "failed", "why": why})

    def end(self) -> None:
        """Hang up."""
        if self._lease:
            self._lease.cancel()
        if self._transport:
            self._transport.close()

    def _end(self, why: str) -> None:
        self._control.lost(self, why)
        self.end()

    def _renew(self) -> None:
        if self._lease:
            self._lease.cancel()
        loop = asyncio.get_running_loop()
        self._lease = loop.call_later(LEASE_S, self._end, f"silent for {LEASE_S:.1f} s")


def told_words(what: str, words: Mapping[str, Word], at_us: int) -> dict[str, object]:
    """Return what is told as it is written: with the gate's own time in microseconds."""
    return {"told": what, "at_us": at_us, **words}
