"""USB printer class: this machine as the printer (its gadget), and the paper bits of a real one.

A terminal with a USB printer port prints into /dev/g_printerN of a machine that poses as one.
A printer at this machine tells by usblp's LPGETSTATUS whether it has paper.

Source: Linux drivers usblp (linux/lp.h: LPGETSTATUS) and g_printer; USB printer class 1.1, 4.2.2.
"""

import fcntl
import os
import select
import sys
from dataclasses import dataclass, field

from harness.errors import PortLostError
from harness.port.serial_port import is_handle_gone

GADGET = "usb://"  # before the device, in devices.yaml
LPGETSTATUS = 0x060B
PAPER_EMPTY, SELECTED, NO_ERROR = 0x20, 0x10, 0x08
_SIZE = 4096
_STALE_S = 0.1  # silence after which nothing is left of what was printed before
_STALE_READS_MAX = 64  # three times what the gadget keeps; a printer that never stops is in use


@dataclass
class UsbPrinterPort:
    """The printer's side: what a terminal prints comes out here.

    The gadget keeps what came while nobody had it open; that is thrown away when it is opened, as
    a serial port does.
    """

    device: str
    part: str
    timeout_s: float = 0.0
    _handle: int = field(init=False, default=-1)

    def __post_init__(self) -> None:
        try:
            self._handle = os.open(self.device, os.O_RDWR | os.O_NONBLOCK)
        except OSError as error:
            raise PortLostError(
                f"{self.part} {self.device}: {error.strerror}: is the printer gadget bound, and "
                "may you open its device?"
            ) from error
        self._forget()

    def _forget(self) -> None:
        try:
            for _ in range(_STALE_READS_MAX):
                if not self._read(_STALE_S):
                    break
        except PortLostError:
            self.close()
            raise

    def read(self) -> bytes:
        """Return what has come, waiting at most `timeout_s`.  Raises PortLostError."""
        return self._read(self.timeout_s)

    def _read(self, within_s: float) -> bytes:
        ready, _, _ = select.select([self._handle], [], [], within_s)
        if not ready:
            return b""
        try:
            data = os.read(self._handle, _SIZE)
        except OSError as error:
            raise PortLostError(f"{self.part} {self.device}: {error.strerror}: pulled") from error
        if not data and is_handle_gone(self._handle):
            raise PortLostError(f"{self.part} {self.device}: pulled")
        return data

    def require_there(self) -> None:
        """Raise PortLostError if it is gone."""
        if is_handle_gone(self._handle):
            raise PortLostError(f"{self.part} {self.device}: pulled, or unbound")

    def close(self) -> None:
        """Give the device back; twice is fine."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def has_paper(device: str) -> bool:
    """Ask a printer at this machine, such as /dev/usb/lp0, for paper.  Raises PortLostError."""
    try:
        handle = os.open(device, os.O_RDWR)
    except OSError as error:
        raise PortLostError(f"printer {device}: {error.strerror}") from error
    try:
        found = fcntl.ioctl(handle, LPGETSTATUS, bytes(4))
    except OSError as error:
        raise PortLostError(f"printer {device}: it tells no status: {error.strerror}") from error
    finally:
        os.close(handle)
    return not status_of(found) & PAPER_EMPTY


def status_of(found: bytes) -> int:
    """Return the status bits of what LPGETSTATUS has given."""
    return int.from_bytes(found, sys.byteorder) & 0xFF
