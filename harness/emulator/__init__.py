"""The contract of every emulated device: events in, effects out.  Sans-IO.

A machine has no clock, random or I/O.  What it holds is volatile; what must survive a power cut
it stores by an effect, and gets back when `Boot` makes its successor.

A list of effects is applied in order, one at a time, and may end anywhere: power can fail
between any two.  So an effect that needs another one's success never stands in the same list;
it is the answer to the event that reports the success.  That event comes after the whole list.

Every effect has the `kind` and the `label` of its fault point.
"""

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import ClassVar, Protocol

from harness.ledger.books import Posting
from harness.terms.immutable import immutable


@immutable
class _Labelled:
    label: str


@immutable
class Transmit(_Labelled):
    """Send one whole frame; on a closed line it is lost, and `SendFailed` follows.

    `label` names the message ("0200", "060F"); ports of a terminal are "host" and "ecr", of a
    host "terminal".  `data` is the frame as the line carries it; `on_purpose`: it is wrong
    because the machine was told to send it so.
    """

    kind: ClassVar[str] = "tx"
    port: str
    data: bytes = field(repr=False)
    on_purpose: bool = False


@immutable
class Store(_Labelled):
    """Write the non-volatile area `label`; `Stored` or `StoreFailed` follows.

    The checksum is inside the bytes: a torn write is real bytes.
    """

    kind: ClassVar[str] = "nv"
    data: bytes = field(repr=False)


@immutable
class Post(_Labelled):
    """Put a posting into the books, whole or not at all; `Posted` follows."""

    kind: ClassVar[str] = "ledger"
    posting: Posting


@immutable
class Notify(_Labelled):
    """Send a message to the cardholder `card`; `direction` is "debit" or "return"."""

    kind: ClassVar[str] = "notify"
    card: str
    direction: str
    amount_minor: int
    reference: str


@immutable
class Print(_Labelled):
    """Print ESC/POS bytes; `Printed`, `PaperOut` or `PrinterDead` follows."""

    kind: ClassVar[str] = "print"
    data: bytes = field(repr=False)


@immutable
class Show(_Labelled):
    """Put a text on the display; `label` names the prompt, as in PRESENT_CARD."""

    kind: ClassVar[str] = "show"
    text: str


@immutable
class Connect(_Labelled):
    """Open the line `label`; `Connected` or `Refused` follows."""

    kind: ClassVar[str] = "connect"


@immutable
class Disconnect(_Labelled):
    """Close the line `label` in order; nothing follows."""

    kind: ClassVar[str] = "disconnect"


@immutable
class SetTimer(_Labelled):
    """Start or restart a timer; `TimerFired` follows after so many seconds of the world."""

    kind: ClassVar[str] = "timer"
    after_s: float


@immutable
class CancelTimer(_Labelled):
    """Stop a timer; one that does not run is fine."""

    kind: ClassVar[str] = "cancel"


@immutable
class Level(_Labelled):
    """Set an output, such as a lamp or a buzzer, to `value`."""

    kind: ClassVar[str] = "level"
    value: str


Effect = (
    Transmit
    | Store
    | Post
    | Notify
    | Print
    | Show
    | Connect
    | Disconnect
    | SetTimer
    | CancelTimer
    | Level
)


@immutable
class Arrival(_Labelled):
    """A frame about to be handed to a machine; no effect, but a fault point like one."""

    kind: ClassVar[str] = "rx"
    port: str
    data: bytes = field(repr=False)


@immutable
class PoweredOn:
    """The first event of a machine's life."""


@immutable
class Connected:
    """A line is open; both ends are told."""

    port: str


@immutable
class Refused:
    """Nobody took the call; no byte has left."""

    port: str


@immutable
class Closed:
    """The other side or the line is gone; after one's own Disconnect it does not come."""

    port: str


@immutable
class Received:
    """One whole frame, or what had come of one when the line was lost."""

    port: str
    data: bytes = field(repr=False)


@immutable
class SendFailed:
    """The line was not open: nothing left."""

    port: str
    label: str


@immutable
class Stored:
    """The write is safe from power cuts."""

    area: str


@immutable
class StoreFailed:
    """The area is full or broken; the old bytes stand."""

    area: str


@immutable
class Posted:
    """The posting is in the books."""

    reference: str


@immutable
class Printed:
    """The slip is out."""


@immutable
class PaperOut:
    """The paper ended before or within the slip."""


@immutable
class PaperIn:
    """Somebody has put in paper."""


@immutable
class PrinterDead:
    """The printer does not answer."""


@immutable
class TimerFired:
    """A timer has run out."""

    name: str


@immutable
class CardPresented:
    """A stripe was swiped: track 2 as read, separator D, no sentinels."""

    track2: str = field(repr=False)


@immutable
class PinKeyed:
    """The cardholder keyed a PIN and pressed ENTER; empty is ENTER alone."""

    pin: str = field(repr=False)


@immutable
class KeyPressed:
    """Somebody pressed a key of the device: CANCEL, ENTER, ..."""

    key: str


@immutable
class Told:
    """Somebody at the bench tells the device what only its kind understands, as "next day"."""

    order: object


Event = (
    PoweredOn
    | Connected
    | Refused
    | Closed
    | Received
    | SendFailed
    | Stored
    | StoreFailed
    | Posted
    | Printed
    | PaperOut
    | PaperIn
    | PrinterDead
    | TimerFired
    | CardPresented
    | PinKeyed
    | KeyPressed
    | Told
)


class Machine(Protocol):
    """An emulated device between power-on and power-off."""

    def handle(self, now_ns: int, event: Event) -> list[Effect]:
        """Take one event; return what is to be done, in order."""


Boot = Callable[[Mapping[str, bytes]], Machine]  # areas that survived -> a fresh machine
