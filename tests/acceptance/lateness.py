"""How late this PC is: what a busy one makes of the time-outs of a scaled world proves nothing."""

import threading
import time
from contextlib import contextmanager

TICK_S = 0.02


class Lateness:
    """The greatest delay of a tick so far, in real seconds."""

    worst_s = 0.0

    def measure(self, end):
        while True:
            begun_s = time.monotonic()
            if end.wait(TICK_S):
                return
            self.worst_s = max(self.worst_s, time.monotonic() - begun_s - TICK_S)


@contextmanager
def measured():
    lateness, end = Lateness(), threading.Event()
    thread = threading.Thread(target=lateness.measure, args=(end,))
    thread.start()
    try:
        yield lateness
    finally:
        end.set()
        thread.join()


def is_late(played):
    """Tell whether times prove nothing in a history, because this PC was too busy."""
    return any(row.address == "stall" for row in played.history.rows)
