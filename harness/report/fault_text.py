"""How a report names a fault that was done: what, where, at which layer and by whom."""

from collections import Counter
from collections.abc import Iterable

from harness.check import fact
from harness.history.record import History, Row

LAYERS = {
    "model": "in the emulated bench",
    "message": "to a message",
    "tcp": "by TCP",
    "serial": "on the serial line",
    "relay": "by a relay",
}


def means(row: Row) -> str:
    """Return how a fault was done, such as "by TCP, at the gate"; "" if nobody says."""
    layer = fact.text(row, "layer") or ""
    by = fact.text(row, "by")
    return ", ".join(filter(None, [LAYERS.get(layer, layer), f"at the {by}" if by else ""]))


def faults(history: History) -> tuple[str, ...]:
    """Return the faults of a case in their order, each as one phrase."""
    return tuple(_phrase(row) for row in history.rows if row.kind == "fault")


def _phrase(row: Row) -> str:
    what, how = fact.text(row, "action") or row.value, means(row)
    return f"{what} at {row.address}" + (f" ({how})" if how else "")


def layers(histories: Iterable[History]) -> str:
    """Return how many faults were done at which layer: "tcp 3, message 5"."""
    rows = (row for history in histories for row in history.rows if row.kind == "fault")
    found = Counter(layer for row in rows if (layer := fact.text(row, "layer")))
    return ", ".join(f"{layer} {count}" for layer, count in found.most_common())
