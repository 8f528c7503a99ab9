"""Gives a gate's core its time, its lines and its switches, in one asyncio loop."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Protocol

from harness.errors import HarnessError
from harness.gate import Admit, Carry, Confirm, Dial, Effect, End, State, Tell, Turn, Word
from harness.gate.core import Core
from harness.gate.switch import Switch

Take = Callable[[int], list[Effect]]  # an input of the core, at a time


class WireEnd(Protocol):
    """One end of one line."""

    actor: str

    @property
    def delivered(self) -> int:
        """Return how many bytes have arrived at the other side, as far as anybody can know."""

    def write(self, data: bytes) -> None:
        """Carry bytes to the other side."""

    def finish(self) -> None:
        """Say that nothing more comes, after all that was written."""

    async def drain(self) -> bool:
        """Wait until all that was written has arrived; tell whether it has."""

    async def reset(self) -> None:
        """Break the line, after all that was written has arrived."""

    def pause(self, *, is_paused: bool) -> None:
        """Read no more, or read on."""


class Ground(Protocol):
    """Where lines come from."""

    def dial(self, line: int) -> None:
        """Call the far end for a caller that waits."""

    def turn_away(self, line: int) -> None:
        """Reset a caller that waits; one that waits no more is fine."""

    def admit(self, *, is_open: bool) -> None:
        """Take calls, or have the system refuse them."""


class Runner:
    """One gate.  `told` gets what its core tells, `failed` why the gate is of no use any more."""

    def __init__(self, core: Core, switches: Mapping[str, Switch]) -> None:
        self.core, self._switches = core, switches
        self.told: Callable[[str, Mapping[str, Word]], None] = lambda _what, _words: None
        self.failed: Callable[[str], None] = lambda _why: None
        self.ground: Ground | None = None
        self._ends: dict[int, dict[str, WireEnd]] = {}
        self._resets: dict[int, list[asyncio.Task[None]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._turns: set[asyncio.Task[None]] = set()
        self._hand = ThreadPoolExecutor(1, "switch")  # one switch at a time, in the order told
        self._alarm: asyncio.TimerHandle | None = None

    def take(self, take: Take) -> None:
        """Give the core an input, carry out what it answers, and wind its clock."""
        for effect in take(time.monotonic_ns()):
            self._perform(effect)
        self._wind()

    def attach(self, line: int, ends: Mapping[str, WireEnd]) -> None:
        """Take both ends of a line; they may be read from now on."""
        self._ends[line] = dict(ends)
        self.take(partial(self.core.dialled, number=line))
        for end in ends.values():
            end.pause(is_paused=False)

    def detach(self, line: int, actor: str) -> None:
        """Forget an end that is gone."""
        ends = self._ends.get(line, {})
        ends.pop(actor, None)
        if not ends:
            self._ends.pop(line, None)
            self._resets.pop(line, None)

    def hold_up(self, line: int, actor: str, *, is_full: bool) -> None:
        """Have what comes from the other end wait, or come again: this one is full or not."""
        if end := self._ends.get(line, {}).get(self.core.wire.peer(actor)):
            end.pause(is_paused=is_full)

    def make_safe(self) -> None:
        """Turn all switches to where they belong while nobody holds the gate."""
        for name in self._switches:
            self._perform(Turn(name, "safe"))

    async def close(self) -> None:
        """Let go of everything."""
        if self._alarm:
            self._alarm.cancel()
        await asyncio.gather(*self._turns, return_exceptions=True)
        for ends in list(self._ends.values()):
            for end in list(ends.values()):
                end.finish()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._hand.shutdown()

    def _perform(self, effect: Effect) -> None:
        match effect:
            case Carry(line=line, to=actor, data=data):
                if end := self._ends.get(line, {}).get(actor):
                    end.write(data)
            case End(line=line, to=actor, how=how):
                self._end(line, actor, how)
            case Confirm():
                self.work(self._confirm(effect, list(self._ends.get(effect.line, {}).values())))
            case Tell(what=what, words=words):
                self.told(what, words)
            case Turn(switch=name, state=state):
                turn = self.work(self._turn(name, state))
                self._turns.add(turn)
                turn.add_done_callback(self._turns.discard)
            case Dial(line=line):
                self._made_ground().dial(line)
            case Admit(is_open=is_open):
                self._made_ground().admit(is_open=is_open)

    def _end(self, line: int, actor: str, how: str) -> None:
        end = self._ends.get(line, {}).get(actor)
        if end is None:
            self._made_ground().turn_away(line)
        elif how == "fin":
            end.finish()
        else:
            self._resets.setdefault(line, []).append(self.work(end.reset()))

    async def _confirm(self, effect: Confirm, ends: list[WireEnd]) -> None:
        """Say that an action is done, with the bytes that each end of its line has got so far."""
        await asyncio.gather(*self._resets.pop(effect.line, ()), *self._turns)
        are_drained = [await end.drain() for end in ends]
        words: dict[str, Word] = {
            "point": str(effect.point),
            "line": effect.line,
            "is_exact": all(are_drained),
            "delivered": {end.actor: end.delivered for end in ends},
        }
        self.told("done", words)

    async def _turn(self, name: str, state: State) -> None:
        try:
            turn = partial(self._switches[name].turn, state)
            await asyncio.get_running_loop().run_in_executor(self._hand, turn)
            self.told("turned", {"switch": name, "state": state})
        except HarnessError as error:
            self.told("failed", {"why": str(error)})

    def work(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do something that takes its time."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _wind(self) -> None:
        if self._alarm:
            self._alarm.cancel()
            self._alarm = None
        due_ns = self.core.deadline_ns
        if due_ns is not None:
            after_s = max(0.0, (due_ns - time.monotonic_ns()) / 1e9)
            loop = asyncio.get_running_loop()
            self._alarm = loop.call_later(after_s, self.take, self.core.tick)

    def _made_ground(self) -> Ground:
        assert self.ground is not None
        return self.ground
