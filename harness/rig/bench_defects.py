"""Benches that are wrong in one way: the harness itself would do harm; the rule must name it.

They act on emulated terminals only.  The one that listens to anybody is live, and turns away
whoever does not call from this machine, so that nobody is harmed.
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from harness.device.operator import StageOperator
from harness.emulator import CardPresented
from harness.history.describe import Describer
from harness.history.record import Facts
from harness.port.allow_list import AllowList, is_loopback
from harness.port.tcp_line import End
from harness.terms.card import Card
from harness.world.live import LiveWorld
from harness.world.switchboard import Address

STRANGER = Card("stranger", "4761739001010119", expiry="4912")  # on no list of test cards
SWAPPED = "card-2"


@dataclass(frozen=True, slots=True)
class BenchDefect:
    """A bench that is wrong in one way, and the rule that must name it."""

    rule: str
    what: str
    keys_from: str = ""  # where it says that its keys come from
    keeps_frames: bool = False  # in the history, bytes and all
    escapes: bool = True  # what devices wrote, where it shows it
    takes_strangers: bool = False  # cards that nobody declared
    is_exposed: bool = False  # its ports, to anybody; there are some in a live world only


BENCH_DEFECTS: Mapping[str, BenchDefect] = MappingProxyType(
    {
        "bench-keeps-whole-frames": BenchDefect(
            "C1", "The bench keeps the bytes of each frame in the history.", keeps_frames=True
        ),
        "bench-listens-to-anybody": BenchDefect(
            "X1", "The bench listens on all networks and has no list of peers.", is_exposed=True
        ),
        "bench-takes-a-strangers-card": BenchDefect(
            "X2", "The bench goes on after a card that nobody declared.", takes_strangers=True
        ),
        "bench-has-keys-in-its-settings": BenchDefect(
            "X3", "The bench takes its keys out of devices.yaml.", keys_from="devices.yaml"
        ),
        "bench-shows-text-as-it-came": BenchDefect(
            "X4", "The bench shows what a device wrote without escaping it.", escapes=False
        ),
    }
)
SOUND_BENCH = BenchDefect("", "")


class FrameKeeper(Describer):
    """Describes a frame and adds all of it, so that no masking sees the digits."""

    def frame(self, port: str, label: str, data: bytes) -> tuple[str, str, Facts]:
        """Return what a row says of a frame on a line."""
        address, value, facts = super().frame(port, label, data)
        return address, f"{value} {b64encode(data).decode()}", facts


class CardSwapper(StageOperator):
    """Presents a card of somebody else's in place of one of the test cards."""

    def present_card(self, card: Card) -> None:
        """Swipe the card, or the other one."""
        shown = STRANGER if card.token == SWAPPED else card
        self._act("card", card.token, CardPresented(shown.track2))


class OpenWorld(LiveWorld):
    """Listens on all networks without a list of peers."""

    any_port: Address = ("0.0.0.0", 0)  # the defect

    def _guarded(self, where: dict[End, Address], allow_list: AllowList) -> AllowList:  # noqa: ARG002
        return allow_list

    def is_allowed(self, end: End, address: str) -> bool:  # noqa: ARG002  # no end is spared
        """Tell whether a peer may connect: nobody of another machine, whatever is noted."""
        return is_loopback(address)
