"""One reading of a history serves all checkers: they come one after the other."""

from collections.abc import Callable
from typing import TypeVar

from harness.history.record import History

T = TypeVar("T")


def once(read: Callable[[History], T]) -> Callable[[History], T]:
    """Keep what was read of the last history, known by identity; nobody may change it."""
    kept: tuple[History, T] | None = None

    def read_once(history: History) -> T:
        nonlocal kept
        found = kept
        if found is None or found[0] is not history:
            kept = found = history, read(history)
        return found[1]

    return read_once
