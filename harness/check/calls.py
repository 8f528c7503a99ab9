"""Calls of the till: a verb from its invocation to its end."""

from collections.abc import Collection
from dataclasses import dataclass

from harness.history.record import History, Row

ENDS = frozenset({"ok", "fail", "info"})


@dataclass(frozen=True, slots=True)
class Call:
    """One verb; `end` is None if the history ends before it."""

    invoke: Row
    end: Row | None

    @property
    def verb(self) -> str:
        """Return the verb."""
        return self.invoke.address

    def holds(self, row: Row) -> bool:
        """Tell whether the row lies between invocation and end."""
        is_begun = self.invoke.index < row.index
        return is_begun and (self.end is None or row.index < self.end.index)


def calls(history: History) -> list[Call]:
    """Return the calls in the order of their invocation; the fact `call` pairs their ends."""
    till = [row for row in history.rows if row.actor == "till"]
    ends = [row for row in till if row.kind in ENDS]
    return [Call(row, _end(row, ends)) for row in till if row.kind == "invoke"]


def _end(invoke: Row, ends: list[Row]) -> Row | None:
    later = (row for row in ends if row.index > invoke.index and row.address == invoke.address)
    return next((row for row in later if row.facts.get("call") == invoke.facts.get("call")), None)


def call_of(found: Collection[Call], row: Row, *verbs: str) -> Call | None:
    """Return the last of the calls that hold the row; of those of `verbs` if any are named."""
    holding = [call for call in found if call.holds(row) and (not verbs or call.verb in verbs)]
    return holding[-1] if holding else None
