"""One reading of a history serves all checkers: they come one after the other."""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from harness.history.record import History

T = TypeVar("T")


class _Key:
    """A history by identity."""

    __slots__ = ("history",)

    def __init__(self, history: History) -> None:
        self.history = history

    def __hash__(self) -> int:
        return id(self.history)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.history is other.history


def once(read: Callable[[History], T]) -> Callable[[History], T]:
    """Keep what was read of the last history; nobody may change it."""

    @lru_cache(maxsize=1)
    def kept(key: _Key) -> T:
        return read(key.history)

    return lambda history: kept(_Key(history))
