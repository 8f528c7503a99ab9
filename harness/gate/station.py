"""A place on the way where frames are found in a stream, whole or after parts of them have gone."""

from collections import deque
from dataclasses import dataclass, field
from typing import Literal

from harness.gate.wire import Wire
from harness.terms.immutable import immutable


@immutable
class Passing:
    """A frame, and how many of its bytes were let through before it was whole."""

    data: bytes = field(repr=False)
    gone: int = 0


@dataclass(slots=True)
class Station:
    """`tx` of the end that sends, or `rx` of the end that gets; nothing is lost or changed here."""

    wire: Wire
    kind: Literal["tx", "rx"]
    actor: str
    frames: deque[Passing] = field(init=False, default_factory=deque)
    _begun: bytes = field(init=False, default=b"", repr=False)
    _gone: int = field(init=False, default=0)

    @property
    def waiting_size(self) -> int:
        """Return how many bytes of an unfinished frame wait here."""
        return len(self._begun) - self._gone

    @property
    def is_inside(self) -> bool:
        """Tell whether a part of an unfinished frame has gone already."""
        return self._gone > 0

    def feed(self, data: bytes) -> None:
        """Take bytes of the stream, in pieces of any size."""
        found, self._begun = self.wire.split(self._begun + data)
        for each in found:
            gone = min(self._gone, len(each))
            self._gone -= gone
            self.frames.append(Passing(each, gone))

    def let_through(self) -> bytes:
        """Return what waits of an unfinished frame; the rest of that frame follows by itself."""
        piece, self._gone = self._begun[self._gone :], len(self._begun)
        return piece
