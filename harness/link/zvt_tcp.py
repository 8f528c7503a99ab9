"""ZVT over TCP: bare APDUs one after the other, no framing, no ACK byte.  Sans-IO, both ends alike.

TCP delivers in order or not at all, so `Delivered` says only that the port has the bytes; whether
the peer acted on them, its 80 00 or the lack of it tells.  Nothing times out here: an APDU that
stays unfinished (`unfinished_size`) is the business of whoever waits for it.

Source: ZVT transport protocol PA00P016 (terminalhersteller.de); ports 20007 and 20008.
"""

from dataclasses import dataclass, field

from harness.errors import EncodeError
from harness.link import Delivered, Event, Received, Send
from harness.wire.zvt import split


@dataclass(slots=True)
class ZvtTcpLink:
    """One end of the link; terminal and till run the same machine."""

    _rest: bytes = field(init=False, default=b"", repr=False)

    @property
    def deadline_s(self) -> float | None:
        """Return None: nothing here waits for time."""
        return None

    @property
    def unfinished_size(self) -> int:
        """Return how many bytes of an unfinished APDU have come."""
        return len(self._rest)

    def send(self, payload: bytes, now_s: float) -> list[Event]:  # noqa: ARG002 - the Link contract
        """Send `payload` at once.  Raises EncodeError unless it is one whole APDU."""
        apdus, rest = split(payload)
        if len(apdus) != 1 or rest:
            raise EncodeError(f"{len(payload)} bytes are not one whole APDU")
        return [Send(payload), Delivered()]

    def receive(self, data: bytes, now_s: float) -> list[Event]:  # noqa: ARG002 - the Link contract
        """Take bytes as the port gave them, in pieces of any size; none at all is fine."""
        apdus, self._rest = split(self._rest + data)
        return [Received(apdu) for apdu in apdus]

    def tick(self, now_s: float) -> list[Event]:  # noqa: ARG002 - the Link contract
        """Let time pass: nothing happens."""
        return []
