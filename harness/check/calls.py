"""Calls of the till: a verb from its invocation to its end."""

from collections import defaultdict
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
    found: list[Row] = []
    ends: dict[int, Row] = {}
    begun: defaultdict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in history.rows:
        if row.actor != "till":
            continue
        name = row.address, row.facts.get("call")
        if row.kind == "invoke":
            found.append(row)
            begun[name].append(row)
        elif row.kind in ENDS and begun[name]:
            ends[begun[name].pop(0).index] = row
    return [Call(row, ends.get(row.index)) for row in found]
