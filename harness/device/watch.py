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
class Watch:
    """`on_failure` is called once, from the thread that saw it."""

    recorder: Recorder
    on_failure: Callable[[], object] = lambda: None
    failure: str = field(init=False, default="")
    _ended: threading.Event = field(init=False, default_factory=threading.Event)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)
    _threads: list[threading.Thread] = field(init=False, default_factory=list)

    def add(self, look: Look, every_s: float = LOOK_S) -> None:
        """Look at a part from now on; `look` raises RigError when it is gone."""
        thread = threading.Thread(target=self._look_on, args=(look, every_s), daemon=True)
        self._threads.append(thread)
        thread.start()

    def _look_on(self, look: Look, every_s: float) -> None:
        while not self._ended.wait(every_s):
            try:
                look()
            except RigError as error:
                self._tell(str(error))
                return

    def _tell(self, why: str) -> None:
        with self._lock:
            if self.failure or self._ended.is_set():
                return
            self.failure = why
            self.recorder.add("bench", "note", "bench failure", why)
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
