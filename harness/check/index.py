"""The rows of one history, sorted once, so that no rule walks through all of them again."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property

from harness.check.observability import blind_between
from harness.check.once import once
from harness.history.record import Facts, History, Row


@once
def by_kind(history: History) -> Mapping[str, list[Row]]:
    """Return the rows of each kind, in order."""
    kinds: defaultdict[str, list[Row]] = defaultdict(list)
    for row in history.rows:
        kinds[row.kind].append(row)
    return dict(kinds)


def notes(history: History) -> list[Row]:
    """Return the notes of a history, in order."""
    return by_kind(history).get("note", [])


class Index:
    """A history by kinds of rows, and what every rule asks about it."""

    def __init__(self, history: History) -> None:
        self.history = history
        self._by_kind = by_kind(history)

    @property
    def profile(self) -> Facts:
        """Return the parameters of the rules."""
        return self.history.header.profile

    @property
    def size(self) -> int:
        """Return the number of rows."""
        return len(self.history.rows)

    def of(self, kind: str) -> list[Row]:
        """Return the rows of one kind, in order."""
        return self._by_kind.get(kind, [])

    def notes(self, address: str) -> list[Row]:
        """Return the notes of the bench about one matter."""
        return [row for row in self.of("note") if row.address == address]

    @cached_property
    def rest_end(self) -> int | None:
        """Return the index at which the last rest ended, None if there was none."""
        return next((row.index for row in reversed(self.notes("rest")) if row.value == "end"), None)

    def observes(self, *channels: str) -> bool:
        """Tell whether the bench sees one of the channels."""
        return any(channel in self.history.header.observes for channel in channels)

    def is_blind(self, channel: str, first: int = 0, last: int | None = None) -> bool:
        """Tell whether the channel was blind at any time between two rows, both included."""
        changes = self._changes
        return bool(changes) and blind_between(
            changes, channel, first, self.size - 1 if last is None else last
        )

    @cached_property
    def _changes(self) -> list[Row]:
        blind = self.of("blind")
        return sorted(blind + self.of("sees"), key=lambda row: row.index) if blind else []
