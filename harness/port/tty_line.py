"""A serial port that is there already, as the device's end of a line: a tty or a pty of others."""

import os
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from harness.errors import PortLostError

_PULLED = "pulled, or its far end is gone"


class TtyLine:
    """Open and raw until `close`; what is written while nobody reads may be lost."""

    def __init__(self, address: str) -> None:
        self.address = address
        try:
            self.fd = os.open(address, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        except OSError as error:
            raise PortLostError(
                f"port {address}: {error.strerror}: name a serial port that is there"
            ) from error
        with suppress(termios.error):  # a FIFO or a socket has no modes
            tty.setraw(self.fd)
            termios.tcflush(self.fd, termios.TCIFLUSH)  # it was off when that came

    def read(self) -> bytes:
        """Return what has come; call it when `fd` is readable.  Raises PortLostError."""
        with self._mapped():
            data = os.read(self.fd, 4096)
        if not data:
            raise PortLostError(f"port {self.address}: {_PULLED}")
        return data

    def write(self, data: bytes) -> None:
        """Send; what a full line cannot take is lost, as on a real one.  Raises PortLostError."""
        with self._mapped(), suppress(BlockingIOError):
            os.write(self.fd, data)

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        try:
            yield
        except BlockingIOError:
            raise  # it is there, and has nothing
        except OSError as error:
            raise PortLostError(f"port {self.address}: {error.strerror}: {_PULLED}") from error

    def close(self) -> None:
        """Close it."""
        os.close(self.fd)
