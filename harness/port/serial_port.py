"""Serial ports of the bench, by whatever address pyserial knows: a tty, socket://, rfc2217://.

A tty is opened for us alone.  A port that is pulled shows at once to whoever reads it, and to
`is_gone` while nobody does.
"""

import errno
import os
import re
import select
import termios
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import serial

from harness.errors import MisuseError, PortLostError

FlowControl = Literal["none", "rts_cts", "dsr_dtr", "xon_xoff"]
CHARACTER = re.compile(r"([5-8])([NEOMS])(1\.5|1|2)")
_STOP_BITS = {"1": 1.0, "1.5": 1.5, "2": 2.0}
_HUNG_UP = "returned no data"  # readable, and nothing there: what pyserial says of a hang-up
_TAKEN = frozenset({errno.EAGAIN, errno.EBUSY})
_NO_CONTROL = "waiting for option 'control'"
_MODEM_LINES = ("cts", "dsr", "cd", "ri")
_GONE = select.POLLHUP | select.POLLERR | select.POLLNVAL | select.POLLRDHUP


@dataclass(frozen=True, slots=True)
class LineSetting:
    """How a line is set; `character` is data bits, parity and stop bits, such as 8N1 or 7E1."""

    baud: int = 9600
    character: str = "8N1"
    flow_control: FlowControl = "none"


def open_port(
    address: str,
    part: str,
    *,
    baud: int = 9600,
    timeout_s: float = 0.0,
    character: str = "8N1",
    flow_control: FlowControl = "none",
) -> serial.Serial:
    """Open the port of a part of the bench, such as "till line".  Raises PortLostError."""
    bits, parity, stop = character_of(character)
    with mapped_errors(address, part):
        try:
            return _opened(serial.serial_for_url(
                address, do_not_open=True, baudrate=baud, timeout=timeout_s, write_timeout=None,
                bytesize=bits, parity=parity, stopbits=stop,
                rtscts=flow_control == "rts_cts", dsrdtr=flow_control == "dsr_dtr",
                xonxoff=flow_control == "xon_xoff",
                exclusive=True if address.startswith("/") else None,
            ))  # fmt: skip
        except ValueError as error:  # an address of no kind that it knows
            raise PortLostError(
                f"{part} {address}: {error}: name a tty, socket://HOST:PORT or rfc2217://HOST:PORT"
            ) from error


def _opened(port: serial.Serial) -> serial.Serial:
    try:
        port.open()
    except BaseException:
        close_port(port)  # half open: its far end hung up meanwhile
        raise
    return port


def character_of(text: str) -> tuple[int, str, float]:
    """Return data bits, parity and stop bits of such as 8N1.  Raises MisuseError."""
    found = CHARACTER.fullmatch(text)
    if not found:
        raise MisuseError(
            f"{text!r}: expected data bits, parity (N, E, O, M, S) and stop bits, such as 8N1"
        )
    return int(found[1]), found[2], _STOP_BITS[found[3]]


def close_port(port: serial.Serial) -> None:
    """Close a port; pyserial forgets to close a socket that the other side has reset."""
    left = getattr(port, "_socket", None)
    port.close()
    if left is not None:
        left.close()


def is_gone(port: serial.Serial) -> bool:
    """Tell whether the device or the connection behind an open port is gone; reads nothing."""
    handle = getattr(port, "fd", None)
    if handle is None:
        line = getattr(port, "_socket", None)
        if line is None:
            return False  # the virtual world's
        handle = line.fileno()
    return handle < 0 or is_handle_gone(handle) or _is_node_gone(port)


def is_handle_gone(handle: int) -> bool:
    """Tell whether the far end of an open file or socket is gone; reads nothing."""
    look = select.poll()
    look.register(handle, select.POLLRDHUP)
    return any(event & _GONE for _, event in look.poll(0))


def _is_node_gone(port: serial.Serial) -> bool:
    """Tell whether a tty's name is away, as it is when an adapter was pulled."""
    name = str(port.port)
    return name.startswith("/") and not os.path.exists(name)


def require_there(port: serial.Serial, address: str, part: str) -> None:
    """Raise PortLostError if what is behind an open port is gone."""
    if is_gone(port):
        raise PortLostError(f"{part} {address}: pulled, or its server is gone: {PORT_REMEDY}")


def modem_lines(port: serial.Serial) -> Mapping[str, bool]:
    """Return the modem lines that can be read, by name; none for a port that has none (a pty)."""
    try:
        return {name: bool(getattr(port, name)) for name in _MODEM_LINES}
    except (OSError, AttributeError, NotImplementedError):
        return {}


PORT_REMEDY = (
    "name the port as this machine knows it, and see that the device is connected and nobody else "
    "has the port"
)


@contextmanager
def mapped_errors(address: str, part: str) -> Iterator[None]:
    """Turn what pyserial raises into PortLostError."""
    try:
        yield
    except termios.error as error:
        why = f"{error.args[-1]}: this port does not take these settings (a pty has no parity)"
        raise PortLostError(f"{part} {address}: {why}") from error
    except (serial.SerialException, OSError) as error:
        raise PortLostError(f"{part} {address}: {_reason(error)}: {PORT_REMEDY}") from error


def _reason(error: OSError) -> str:
    if _HUNG_UP in str(error):
        return "pulled, or its far end is gone"
    if _NO_CONTROL in str(error):
        return f"{error}: if its server has no modem lines, end the address with ?ign_set_control"
    if error.errno in _TAKEN:
        return "another program has it"
    return os.strerror(error.errno) if error.errno else str(error)
