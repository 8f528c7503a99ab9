"""A relay in the line between terminal and host: the wire itself is open, nobody is told."""

from dataclasses import dataclass, field

from harness.device.contact import Contact
from harness.history.record import Facts, Recorder
from harness.world.clock import Clock, wait_until

LAYER = "relay"
US_NS = 1_000


@dataclass
class LineRelay:
    """Opens and closes the line; how long the relay took to say so stands in each row."""

    contact: Contact
    clock: Clock
    recorder: Recorder
    _is_hurried: bool = field(init=False, default=False)

    def open(self) -> None:
        """Break the line."""
        begun_ns = self.clock.now_ns()
        self.contact.interrupt()
        self._note("open", begun_ns)

    def close_line(self) -> None:
        """Make the line whole."""
        begun_ns = self.clock.now_ns()
        self.contact.connect()
        self._note("closed", begun_ns)

    def open_for(self, for_s: float) -> None:
        """Break the line for so many seconds, or until `hurry`; return when it is whole again."""
        self._is_hurried = False
        self.open()
        wait_until(self.clock, lambda: self._is_hurried, for_s)
        self.close_line()

    def hurry(self) -> None:
        """Have a line that is open made whole now."""
        self._is_hurried = True

    def make_safe(self) -> None:
        """Leave the line whole."""
        self.contact.connect()

    def _note(self, state: str, begun_ns: int) -> None:
        took_us = (self.clock.now_ns() - begun_ns) // US_NS
        facts: Facts = {"layer": LAYER, "latency_us": took_us}
        self.recorder.add("bench", "note", "line relay", state, facts)
