"""The terminal's current while it works, as rows of the history: evidence, and a look at the meter.

A sample is a row when it says something new: it differs from the last one, or a second has passed.
"""

from dataclasses import dataclass, field

from harness.history.record import Recorder
from harness.port import Meter

ADDRESS = "current"
STEP_MA = 5  # less is no news
STEP_SHARE = 0.05
PAUSE_NS = 1_000_000_000


@dataclass
class CurrentTrace:
    """One meter; `sample` is called again and again, by whoever watches the bench."""

    meter: Meter
    recorder: Recorder
    _last_ma: int = field(init=False, default=-1)
    _last_ns: int = field(init=False, default=0)

    def sample(self) -> None:
        """Measure once.  Raises RigError when the meter does not answer."""
        now_ma = round(self.meter.current_a() * 1000)
        now_ns = self.recorder.now_ns()
        if self._is_news(now_ma) or now_ns - self._last_ns >= PAUSE_NS:
            self._last_ma, self._last_ns = now_ma, now_ns
            facts = {"current_ma": now_ma}
            self.recorder.add("bench", "level", ADDRESS, f"{now_ma} mA", facts)

    def _is_news(self, now_ma: int) -> bool:
        step_ma = max(STEP_MA, self._last_ma * STEP_SHARE)
        return self._last_ma < 0 or abs(now_ma - self._last_ma) >= step_ma
