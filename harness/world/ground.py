"""What the stage needs of a world: time and lines."""

from collections.abc import Callable
from typing import Literal, Protocol

SECOND_NS = 10**9
Cancel = Callable[[], object]
How = Literal["rst", "fin", "silence", "half_open"]


class Ground(Protocol):
    """Time and lines of one world.  No method calls the stage back before it returns.

    has_wires: its lines are sockets and serial ports, not a model of them.
    """

    has_wires: bool

    def call_later(self, after_ns: int, callback: Callable[[], None]) -> Cancel:
        """Call once, later; calls due at one time keep their order."""

    def connect(self, actor: str, port: str) -> None:
        """Have both ends told Connected, or the caller Refused, unless it hangs up before that."""

    def is_open(self, actor: str, port: str) -> bool:
        """Tell whether the actor has a line there, as far as it can know."""

    def is_call(self, actor: str, port: str) -> bool:
        """Tell whether it is a line that a cut ends and a new call heals; a serial line is none."""

    def send(self, actor: str, port: str, data: bytes) -> None:
        """Carry bytes to the other end; without a line they are lost."""

    def hang_up(self, actor: str, port: str) -> None:
        """End a line, or a call not yet answered, after what was sent; only the peer is told."""

    def cut(self, actor: str, port: str, how: How) -> None:
        """Break a line: the actor hears no more, its peer only what was sent before.

        They are told as `how` says.
        """

    def set_down(self, actor: str, port: str, is_down: bool) -> None:
        """Let nothing through between this port and its peer, nor any call, while it is down."""

    def unplug(self, actor: str) -> None:
        """End all lines and calls of an actor that has lost its power; its peers are not told."""
