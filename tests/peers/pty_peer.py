"""Somebody at the far end of a pseudo terminal who can be pulled out."""

import os
import select
import threading
import tty
from contextlib import suppress


class PtyPeer:
    """`take` is called, in a thread, with all that comes; `address` is what the bench opens."""

    def __init__(self, take):
        self._take = take
        self._near, self._far = os.openpty()
        for fd in (self._near, self._far):
            tty.setraw(fd)
        self.address = os.ttyname(self._far)
        self._stop, self._stopped = os.pipe()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self):
        while True:
            ready, _, _ = select.select([self._near, self._stop], [], [])
            if self._stop in ready:
                return
            with suppress(OSError):
                self._take(os.read(self._near, 4096))

    def write(self, data):
        os.write(self._near, data)

    def close(self):
        """Be gone; twice is fine."""
        if self._near < 0:
            return
        os.close(self._stopped)
        self._thread.join()
        for fd in (self._near, self._far, self._stop):
            os.close(fd)
        self._near = -1
