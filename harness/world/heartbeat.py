"""The pulse of a loop: it tells when the whole bench stood still and no timer could be kept."""

import asyncio
from collections.abc import Callable

BEAT_REAL_S = 0.02
STALL_REAL_S = 0.1  # a beat later than this is told


class Heartbeat:
    """Beats in one loop, and tells by how many real seconds a beat came too late.

    Only stalls are told: a loop, a process or a PC that did nothing for STALL_REAL_S or longer.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, stalled: Callable[[float], None]) -> None:
        self._loop, self._stalled = loop, stalled

    def begin(self) -> None:
        """Beat from now on; to be called in the loop."""
        self._loop.call_later(BEAT_REAL_S, self._beat, self._loop.time() + BEAT_REAL_S)

    def _beat(self, due_s: float) -> None:
        late_s = self._loop.time() - due_s
        if late_s >= STALL_REAL_S:
            self._stalled(late_s)
        self.begin()
