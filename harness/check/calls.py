"""Calls of the till: a verb from its invocation to its end."""

from collections import defaultdict

from harness.check.once import once
from harness.history.record import History, Row
from harness.terms.immutable import immutable

ENDS = frozenset({"ok", "fail", "info"})
PRINTING = frozenset({"reprint", "reprint_settlement", "details", "totals"})  # paper only


@immutable
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


@once
def calls(history: History) -> list[Call]:
    """Return the calls in the order of their invocation; the fact `call` pairs their ends.

    Do not change the list: all who ask share it.
    """
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
