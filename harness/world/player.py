"""One machine on the stage, and what belongs to it: memory, timers, bytes of unfinished frames."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVarTuple

from harness.emulator import Boot, Machine
from harness.world.ground import Cancel

Given = TypeVarTuple("Given")


@dataclass
class Player:
    """A machine with or without power."""

    boot: Boot
    machine: Machine | None = None  # None: no power
    survives: dict[str, bytes] = field(default_factory=dict)
    timers: dict[str, Cancel] = field(default_factory=dict)
    return_of_power: Cancel | None = None
    _pieces: dict[str, bytes] = field(default_factory=dict)  # port -> of an unfinished frame
    _patience: dict[str, Cancel] = field(default_factory=dict)  # port -> its byte time-out
    _frames: dict[str, deque[bytes]] = field(default_factory=dict)  # port -> read, not yet taken

    def power_on(self) -> None:
        """Begin a new life with what survived."""
        self.forget_return()
        self.machine = self.boot(dict(self.survives))

    def forget_return(self) -> None:
        """Have the power come back no more by itself."""
        if self.return_of_power:
            self.return_of_power()
        self.return_of_power = None

    def power_off(self) -> None:
        """Lose everything volatile."""
        self.machine = None
        for cancel in (*self.timers.values(), *self._patience.values()):
            cancel()
        for frames in self._frames.values():
            frames.clear()
        for volatile in (self.timers, self._patience, self._pieces):
            volatile.clear()

    def do_unless_off(
        self, machine: Machine | None, act: Callable[[*Given], None], *given: *Given
    ) -> None:
        """Do something, unless the machine that was on has lost its power since."""
        if self.machine is machine:
            act(*given)

    def stop_timer(self, name: str) -> None:
        """Stop a timer, if it runs."""
        if cancel := self.timers.pop(name, None):
            cancel()

    def keep_piece(self, port: str, piece: bytes, patience: Cancel) -> None:
        """Keep the beginning of a frame until the rest comes, or the byte time-out ends."""
        self._pieces[port], self._patience[port] = piece, patience

    def take_piece(self, port: str) -> bytes:
        """Return what has come of an unfinished frame, and forget it."""
        if cancel := self._patience.pop(port, None):
            cancel()
        return self._pieces.pop(port, b"")

    def taking(self, port: str, frames: list[bytes]) -> Iterator[bytes]:
        """Yield the frames of one read, until something makes the machine deaf on that port."""
        waiting = self._frames[port] = deque(frames)
        while waiting:
            yield waiting.popleft()

    def forget_frames(self, port: str) -> None:
        """Lose what was read on a port and not yet taken."""
        if port in self._frames:
            self._frames[port].clear()
