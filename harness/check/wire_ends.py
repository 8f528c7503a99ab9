"""Who sent which message on the host line, and whether it is still what he meant.

A row of the sender has the facts of what was meant, also where a fault then cut or spoiled it.
Where only the receiver's rows exist, a message is not the sender's any more once a fault at its
own point has turned or cut bytes: that is the next message that comes, however much later, unless
it can be read as one of another kind.
"""

from bisect import bisect

from harness.check.exchange import Line
from harness.check.message import is_seen_at_terminal, mti_of
from harness.history.record import Row
from harness.terms.immutable import immutable

_ALTERING = frozenset({"corrupt", "truncate", "cut"})
_NEAR = 3  # rows between a fault and what it did


@immutable
class Sent:
    """One message; `who` is "terminal" or "host"."""

    row: Row
    who: str
    is_altered: bool  # by a fault of the bench, or sent wrong because the bench wanted it so
    are_keys_certain: bool  # whether both ends are known to have the keys of the last sign-in


def messages(line: Line) -> list[Sent]:
    """Return the messages of both ends, those of the terminal first."""
    is_near = is_seen_at_terminal(line.history)
    altering = [row for row in line.of("fault") if row.facts.get("action") in _ALTERING]
    struck = _struck([one.request for one in line.exchanges], altering)
    found = [
        Sent(one.request, "terminal", _is_altered(one.request, struck, is_own=is_near),
             one.are_keys_certain)
        for one in line.exchanges
    ]  # fmt: skip
    host = [row for row in line.of("tx") if row.actor == "host" and _is_at(row, "terminal/")]
    is_own = bool(host) or not is_near
    if not is_own:  # a host of somebody else's
        host = [row for row in line.of("rx") if row.actor == "terminal" and _is_at(row, "host/")]
    struck = _struck(host, altering)
    begins = [one.request.index for one in line.exchanges]
    for row in host:
        place = bisect(begins, row.index)
        is_certain = place == 0 or line.exchanges[place - 1].are_keys_certain
        found.append(Sent(row, "host", _is_altered(row, struck, is_own=is_own), is_certain))
    return found


def _is_at(row: Row, prefix: str) -> bool:
    return row.address.startswith(prefix)


def _is_altered(row: Row, struck: set[int], *, is_own: bool) -> bool:
    if any(row.facts.get(mark) for mark in ("spoiled", "partial", "on_purpose")):
        return True
    return not is_own and row.index in struck


def _struck(rows: list[Row], altering: list[Row]) -> set[int]:
    """Return the indices of the messages that a fault has altered, near it or the next to come."""
    near = {
        row.index
        for fault in altering
        for row in rows
        if abs(fault.index - row.index) <= _NEAR and _is_at_point(row, fault)
    }
    nexts = ((fault, _next(rows, fault)) for fault in altering)
    return near | {row.index for fault, row in nexts if row and _may_be_at_point(row, fault)}


def _next(rows: list[Row], fault: Row) -> Row | None:
    """Return the first message after a fault; what a cut left has a mark, or never comes."""
    is_cut = fault.facts.get("action") == "cut"
    later = (row for row in rows if row.index > fault.index)
    return None if is_cut else next(later, None)


def _is_at_point(row: Row, fault: Row) -> bool:
    return f" {mti_of(row)} " in fault.address


def _may_be_at_point(row: Row, fault: Row) -> bool:
    """Tell whether a message is the one that a fault was at, or can no more be told from it."""
    is_unreadable = row.facts.get("malformed") or row.facts.get("name") == "unknown"
    return bool(is_unreadable) or _is_at_point(row, fault)
