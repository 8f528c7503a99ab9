"""Looks at each part of the bench all the time: what is pulled is the bench's failure, at once.

Each part has a thread of its own, as one that is silent takes its time-out to say so.  The first
that fails is noted, and whoever waits for the terminal is told to wait no more.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from harness.errors import RigError
from harness.history.record import Recorder

LOOK_S = 0.25  # real seconds between two looks

Look = Callable[[], object]


@dataclass
class _Part:
    """One part: how it is looked at, and how far the history was when it was whole for sure."""

    look: Look
    whole_until: int = 0


@dataclass
class Watch:
    """`on_failure` is called once, from the thread that saw it."""

    recorder: Recorder
    on_failure: Callable[[], object] = lambda: None
    failure: str = field(init=False, default="")
    _ended: threading.Event = field(init=False, default_factory=threading.Event)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)
    _parts: list[_Part] = field(init=False, default_factory=list)
    _threads: list[threading.Thread] = field(init=False, default_factory=list)

    def add(self, look: Look, every_s: float = LOOK_S) -> None:
        """Look at a part from now on; `look` raises RigError when it is gone."""
        part = _Part(look)
        thread = threading.Thread(target=self._look_on, args=(part, every_s), daemon=True)
        self._parts.append(part)
        self._threads.append(thread)
        thread.start()

    def look_now(self) -> None:
        """Look at all parts, one after the other: what ends well has ended on a whole bench."""
        for part in self._parts:
            self._is_whole(part)

    def _look_on(self, part: _Part, every_s: float) -> None:
        while not self._ended.wait(every_s) and self._is_whole(part):
            pass

    def _is_whole(self, part: _Part) -> bool:
        begun_at = len(self.recorder.history().rows)
        try:
            part.look()
        except RigError as error:
            self._tell(str(error), part.whole_until)
            return False
        part.whole_until = begun_at
        return True

    def _tell(self, why: str, whole_until: int) -> None:
        with self._lock:
            if self.failure or self._ended.is_set():
                return
            self.failure = why
            facts = {"whole_until": whole_until}
            self.recorder.add("bench", "note", "bench failure", why, facts)
        self.on_failure()

    def has_failed(self) -> bool:
        """Tell whether a part has failed."""
        return bool(self.failure)

    def require_whole(self) -> None:
        """Raise RigError if a part has failed, with what was seen first."""
        if self.failure:
            raise RigError(self.failure)

    def close(self) -> None:
        """Look no more."""
        self._ended.set()
        for thread in self._threads:
            thread.join()
