"""pyserial's handler for `sim://` addresses: reading runs virtual time, nothing sleeps.

pyserial finds this module by its name, and a port by its address: the table of open lines is the
one global of the harness.  A world binds its lines while it lives.
`read_until` is our own because pyserial's reads the wall clock.
"""

from collections.abc import Callable
from typing import Any, Protocol

import serial
from serial.serialutil import PortNotOpenError, SerialBase

from harness.errors import MisuseError


class SimLine(Protocol):
    """The near end of an emulated serial line."""

    incoming: bytearray

    def wait(self, until: Callable[[], bool], within_s: float | None) -> bool:
        """Let the world run until the condition holds or the time, None for ever, is over."""

    def write(self, data: bytes) -> None:
        """Send to the device."""


_lines: dict[str, SimLine] = {}


def bind(address: str, line: SimLine) -> None:
    """Make a line known under its address.  Raises MisuseError if another one holds it."""
    if "harness.port" not in serial.protocol_handler_packages:
        serial.protocol_handler_packages.insert(0, "harness.port")
    if address in _lines:
        raise MisuseError(f"{address} is bound already: another world still lives")
    _lines[address] = line


def unbind(address: str) -> None:
    """Forget the line; unknown ones are fine."""
    _lines.pop(address, None)


class Serial(SerialBase):
    """A serial port into the virtual world; `timeout` is in seconds of that world."""

    _line: SimLine

    def open(self) -> None:
        """Find the line.  Raises SerialException as a missing device would."""
        if self.portstr not in _lines:
            raise serial.SerialException(f"could not open port {self.portstr}: no such line")
        self._line = _lines[self.portstr]
        self.is_open = True

    def close(self) -> None:
        """Close; twice is fine."""
        self.is_open = False

    @property
    def in_waiting(self) -> int:
        """Return how many bytes have come."""
        return len(self._open_line().incoming)

    def read(self, size: int = 1, /) -> bytes:
        """Return `size` bytes, or what has come when the timeout is over."""
        line = self._open_line()
        if len(line.incoming) < size:
            line.wait(lambda: len(line.incoming) >= size, self.timeout)
        return self._take(size)

    def read_until(self, expected: bytes = b"\n", size: int | None = None) -> bytes:
        """Return the bytes up to and with `expected`, or what has come when the time is over."""
        line = self._open_line()

        def end() -> int:
            found = line.incoming.find(expected) + len(expected)
            whole = found if expected in line.incoming else len(line.incoming) + 1
            return whole if size is None else min(whole, size)

        line.wait(lambda: len(line.incoming) >= end(), self.timeout)
        return self._take(end())

    def write(self, data: Any, /) -> int:  # noqa: ANN401  # any buffer, as in pyserial
        """Send; the line takes all at once."""
        self._open_line().write(bytes(data))
        return len(data)

    def reset_input_buffer(self) -> None:
        """Throw away what has come."""
        self._open_line().incoming.clear()

    def reset_output_buffer(self) -> None:
        """Do nothing: writes are done at once."""

    def flush(self) -> None:
        """Do nothing: writes are done at once."""

    def _take(self, size: int) -> bytes:
        incoming = self._line.incoming
        data = bytes(incoming[:size])
        del incoming[:size]
        return data

    def _open_line(self) -> SimLine:
        if not self.is_open:
            raise PortNotOpenError
        return self._line

    def _reconfigure_port(self, force_update: bool = False) -> None:  # noqa: FBT001, FBT002
        """Accept any baud rate and format: pyserial calls it on every change."""

    def _update_rts_state(self) -> None:
        """Have no modem lines."""

    def _update_dtr_state(self) -> None:
        """Have no modem lines."""
