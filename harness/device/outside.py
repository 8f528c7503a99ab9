"""Acts on a terminal that is no machine of ours, begun by a plan and done in a thread of its own.

A plan fires inside the live world's loop, which must not wait for a robot or a switch: the act is
begun there, and whoever needs it done calls `settle`, or `be_ready` where the line may be open.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from harness.device.line_relay import LineRelay
from harness.device.operator import Operator
from harness.device.power import NoPower, Power, SwitchedPower
from harness.errors import RigError


@dataclass
class OutsideActs:
    """Acts are done in the order in which they were begun; the line has a worker of its own."""

    power: Power = field(default_factory=NoPower)
    operator: Operator | None = None
    line: LineRelay | None = None
    later: Callable[[Callable[[], None]], object] = lambda act: act()  # in the world's own thread
    _worker: ThreadPoolExecutor = field(init=False)
    _line_worker: ThreadPoolExecutor = field(init=False)
    _begun: list[Future[None]] = field(init=False, default_factory=list)
    _opened: list[Future[None]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="outside")
        self._line_worker = ThreadPoolExecutor(1, thread_name_prefix="line")

    def equip(self, power: Power, operator: Operator, line: LineRelay | None = None) -> None:
        """Say who cuts the power, who presses keys, and what opens the line, if anything."""
        self.power, self.operator, self.line = power, operator, line

    def cut_power(self, off_s: float) -> None:
        """Begin to cut the power."""
        self._begun.append(self._worker.submit(self.power.cut, off_s))

    def press(self, key: str) -> None:
        """Begin to press a key."""
        assert self.operator is not None  # a plan begins after the bench is equipped
        self._begun.append(self._worker.submit(self.operator.press, key))

    def open_line(self, for_s: float, healed: Callable[[], None]) -> None:
        """Begin to open the line, for so many seconds; `healed` is called when it is whole."""
        self._opened.append(self._line_worker.submit(self._open_line, for_s, healed))

    def _open_line(self, for_s: float, healed: Callable[[], None]) -> None:
        if self.line is None:
            raise RigError("this bench has no relay in its line: see `line_relay` in devices.yaml")
        self.line.open_for(for_s)
        self.later(healed)

    def close_line(self) -> None:
        """Make the line whole at once; return when it is.  Raises RigError if it cannot be."""
        if self.line:
            self.line.hurry()
            self._wait(self._opened)

    def be_ready(self) -> None:
        """Wait until the power is back, the terminal has booted, and all keys are pressed.

        Raises the RigError of what failed.
        """
        self._wait(self._begun)

    def settle(self) -> None:
        """Wait until all that was begun is done.  Raises the RigError of what failed."""
        self.be_ready()
        self._wait(self._opened)

    def _wait(self, begun: list[Future[None]]) -> None:
        waiting = begun[:]
        begun.clear()
        for each in waiting:
            each.result()

    def finish(self) -> None:
        """Wait for what runs, as short as can be, and forget what failed: `settle` has told it."""
        for part in (self.power, self.line):
            if isinstance(part, SwitchedPower | LineRelay):
                part.hurry()
        for worker in (self._worker, self._line_worker):
            worker.shutdown(wait=True, cancel_futures=True)
