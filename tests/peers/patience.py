"""Waits for what others do in their own time."""

import threading
import time

_NEVER = threading.Event()


def holds(condition, within_s=5.0):
    """Tell whether a condition comes to hold in time."""
    end_s = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > end_s:
            return False
        _NEVER.wait(0.02)
    return True
