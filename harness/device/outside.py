"""Acts on a terminal that is no machine of ours, begun by a plan and done in a thread of its own.

A plan fires inside the live world's loop, which must not wait for a robot or a switch: the act is
begun there, and whoever needs it done calls `settle`.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from harness.device.operator import Operator
from harness.device.power import NoPower, Power


@dataclass
class OutsideActs:
    """One worker: acts are done in the order in which they were begun."""

    power: Power = field(default_factory=NoPower)
    operator: Operator | None = None
    _worker: ThreadPoolExecutor = field(init=False)
    _begun: list[Future[None]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="outside")

    def equip(self, power: Power, operator: Operator) -> None:
        """Say who cuts the power and who presses keys."""
        self.power, self.operator = power, operator

    def cut_power(self, off_s: float) -> None:
        """Begin to cut the power."""
        self._begun.append(self._worker.submit(self.power.cut, off_s))

    def press(self, key: str) -> None:
        """Begin to press a key."""
        assert self.operator is not None  # a plan begins after the bench is equipped
        self._begun.append(self._worker.submit(self.operator.press, key))

    def settle(self) -> None:
        """Wait until all that was begun is done.  Raises the RigError of what failed."""
        begun, self._begun = self._begun, []
        for each in begun:
            each.result()

    def close(self) -> None:
        """Wait for what runs, and forget what failed: its case has been told by `settle`."""
        self._worker.shutdown(wait=True, cancel_futures=True)
