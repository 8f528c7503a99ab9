"""What every link offers and reports.  A bad peer is our test object: events, never errors.

A link is a sans-IO machine: no port, clock or thread.  Its owner writes every `Send` to the port,
in order, hands the other events upwards, and calls `tick` no later than `deadline_s`.  A new
connection needs a new link.
"""

from dataclasses import field
from typing import Protocol

from harness.terms.immutable import immutable


@immutable
class Send:
    """Write these bytes to the port."""

    data: bytes = field(repr=False)


@immutable
class Received:
    """A payload whose frame was right; its acknowledgement, if any, is the `Send` just before.

    After a lost acknowledgement the peer repeats its frame, and the payload is received twice: a
    link without sequence numbers cannot tell that from two equal payloads, so it hands up both.
    """

    payload: bytes = field(repr=False)


@immutable
class Delivered:
    """The peer acknowledged our payload; where no such byte exists: it was handed to the port."""


@immutable
class Undelivered:
    """No acknowledgement after the last attempt; the peer may have acted on the payload."""

    attempts: int


@immutable
class Damaged:
    """A frame began and was thrown away: what was wrong, and how many of its bytes came."""

    what: str
    size: int


@immutable
class Stray:
    """A byte that means nothing between frames."""

    byte: bytes


Event = Send | Received | Delivered | Undelivered | Damaged | Stray


class Link(Protocol):
    """A sans-IO state machine; `now_s` is in seconds on one clock that never goes back."""

    @property
    def deadline_s(self) -> float | None:
        """Return when `tick` has something to do; None while it has not."""

    def send(self, payload: bytes, now_s: float) -> list[Event]:
        """Begin to send a payload.  Raises LinkBusyError while another one is unsettled."""

    def receive(self, data: bytes, now_s: float) -> list[Event]:
        """Take bytes that came in, in pieces of any size; none at all is fine."""

    def tick(self, now_s: float) -> list[Event]:
        """Let time pass: repeat, give up, or throw away a frame that fell silent."""
