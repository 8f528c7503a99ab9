"""Who sent which message on the host line, and whether it is still what he meant.

A row of the sender has the facts of what was meant, also where a fault then cut or spoiled it.
Where only the receiver's rows exist, a message is not the sender's any more once a fault at its
own point has turned or cut bytes.
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
    found = [
        Sent(one.request, "terminal", _is_altered(one.request, altering, is_own=is_near),
             one.are_keys_certain)
        for one in line.exchanges
    ]  # fmt: skip
    host = [row for row in line.of("tx") if row.actor == "host" and _is_at(row, "terminal/")]
    is_own = bool(host) or not is_near
    if not is_own:  # a host of somebody else's
        host = [row for row in line.of("rx") if row.actor == "terminal" and _is_at(row, "host/")]
    begins = [one.request.index for one in line.exchanges]
    for row in host:
        place = bisect(begins, row.index)
        is_certain = place == 0 or line.exchanges[place - 1].are_keys_certain
        found.append(Sent(row, "host", _is_altered(row, altering, is_own=is_own), is_certain))
    return found


def _is_at(row: Row, prefix: str) -> bool:
    return row.address.startswith(prefix)


def _is_altered(row: Row, altering: list[Row], *, is_own: bool) -> bool:
    if any(row.facts.get(mark) for mark in ("spoiled", "partial", "on_purpose")):
        return True
    if is_own:
        return False
    return any(
        abs(fault.index - row.index) <= _NEAR and f" {mti_of(row)} " in fault.address
        for fault in altering
    )
