"""A line gate in a process of its own, before the host of a bench."""

from contextlib import ExitStack

from tests.live.bench import free_port
from tests.live.program import addresses, started


class GateProcess:
    """Calls one host; what was killed is started again at the same addresses."""

    def __init__(self, host_port):
        self.port = free_port()
        self.seat = {
            "listen": f"127.0.0.1:{self.port}", "control": f"127.0.0.1:{free_port()}",
        }  # fmt: skip
        self._words = ("gate", "--host", f"127.0.0.1:{host_port}", "--json")
        self._stack = ExitStack()
        self._process = None

    def start(self):
        """Start it, if it does not run."""
        if self._process is None or self._process.poll() is not None:
            self._stack.close()
            options = [word for key, at in self.seat.items() for word in (f"--{key}", at)]
            self._process = self._stack.enter_context(started(*self._words, *options))
            addresses(self._process)

    def kill(self):
        """End it without a word."""
        self._process.kill()

    def close(self):
        self._stack.close()
