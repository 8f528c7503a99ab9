"""What was found in frames, kept for the next row that shows the same bytes."""

from collections.abc import Callable
from dataclasses import dataclass, field

from harness.history.record import Fact, mask_facts

Told = tuple[str, dict[str, Fact]]  # value, facts
SIZE_MAX = 256  # frames: far more than are on their way at one time


@dataclass
class Memo:
    """Keeps the newest; the facts in it are shared and must not be changed."""

    _found: dict[bytes, Told] = field(default_factory=dict, repr=False)

    def get(self, data: bytes, read: Callable[[bytes], Told]) -> Told:
        """Return what was found in these bytes, or find it."""
        told = self._found.get(data)
        if told is None:
            told = self.keep(data, read(data))
        return told

    def find(self, data: bytes) -> Told | None:
        """Return what was found in these bytes, None if they are new here."""
        return self._found.get(data)

    def keep(self, data: bytes, told: Told) -> Told:
        """Keep it, masked once for all its rows, and forget the oldest if there are too many."""
        value, facts = told
        self._found[data] = kept = value, mask_facts(facts)
        if len(self._found) > SIZE_MAX:
            del self._found[next(iter(self._found))]
        return kept

    def clear(self) -> None:
        """Forget everything."""
        self._found.clear()
