"""How the host keeps what it decides before it says so: one thing after the other.

While a posting or a non-volatile write is on its way, what comes in waits.  So a repeat never
meets a decision that is not in the books yet.
"""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from harness.emulator import (
    Effect,
    Event,
    Post,
    Posted,
    PoweredOn,
    Received,
    Store,
    Stored,
    StoreFailed,
    Told,
)
from harness.emulator.host import safe_area
from harness.ledger.books import Posting
from harness.terms.immutable import immutable

Act = Callable[[], list[Effect]]


@immutable
class _Unsettled:
    """What the host waits for, by reference or area, and what it does then."""

    name: str
    done: Act
    failed: Act


class Keeper(ABC):
    """Takes events in their order; `areas` name what survives of it."""

    areas: tuple[str, ...] = ()

    def __init__(self, survived: Mapping[str, bytes]) -> None:
        self._areas = {area: survived.get(area, b"") for area in self.areas}
        self._waiting: deque[PoweredOn | Received | Told] = deque()
        self._unsettled: _Unsettled | None = None

    def handle(self, now_ns: int, event: Event) -> list[Effect]:
        """Take one event; return what is to be done, in order."""
        effects: list[Effect] = []
        match event:
            case Received() | Told() | PoweredOn():
                self._waiting.append(event)
            case Posted(reference=name) | Stored(area=name):
                effects += self._settle(name, is_done=True)
            case StoreFailed(area=name):
                effects += self._settle(name, is_done=False)
        while self._waiting and self._unsettled is None:
            effects += self._take(now_ns, self._waiting.popleft())
        return effects

    def _settle(self, name: str, *, is_done: bool) -> list[Effect]:
        unsettled = self._unsettled
        if unsettled is None or unsettled.name != name:
            return []
        self._unsettled = None
        return unsettled.done() if is_done else unsettled.failed()

    @abstractmethod
    def _take(self, now_ns: int, event: PoweredOn | Received | Told) -> list[Effect]:
        """Deal with one event when nothing is on its way any more."""

    @abstractmethod
    def _notices(self, posting: Posting) -> list[Effect]:
        """Return what the cardholder is told of a posting."""

    @abstractmethod
    def _consequences(self, posting: Posting) -> list[Posting]:
        """Return what is to be posted because of a posting that is in the books now."""

    def _post(self, postings: Iterable[Posting], *answers: Effect) -> list[Effect]:
        """Post one after the other, each with its notices and consequences, and answer then."""
        due = list(postings)
        if not due:
            return list(answers)
        first = due[0]
        done = partial(self._posted, first, due[1:], answers)
        self._unsettled = _Unsettled(first.reference, done, list)
        return [Post(first.name, first)]

    def _posted(
        self, posting: Posting, rest: list[Posting], answers: tuple[Effect, ...]
    ) -> list[Effect]:
        due = [*self._consequences(posting), *rest]
        return [*self._notices(posting), *self._post(due, *answers)]

    def _store(self, area: str, text: str, done: Act, failed: Act = list) -> list[Effect]:
        data = safe_area.written(self._areas[area], text)
        self._unsettled = _Unsettled(area, partial(self._stored, area, data, done), failed)
        return [Store(area, data)]

    def _stored(self, area: str, data: bytes, done: Act) -> list[Effect]:
        self._areas[area] = data
        return done()

    def _read(self, area: str) -> str | None:
        return safe_area.read(self._areas[area])
