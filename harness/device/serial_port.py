"""Serial ports of the bench, by whatever address pyserial knows: a tty, socket://, rfc2217://."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import serial

from harness.errors import PortLostError


def open_port(address: str, part: str, *, baud: int, timeout_s: float = 0.0) -> serial.Serial:
    """Open the port of a part of the bench, such as "till line".  Raises PortLostError."""
    with mapped_errors(address, part):
        try:
            return serial.serial_for_url(address, baudrate=baud, timeout=timeout_s)
        except ValueError as error:  # an address of no kind that it knows
            raise PortLostError(
                f"{part} {address}: {error}: name a tty, socket://HOST:PORT or rfc2217://HOST:PORT"
            ) from error


def close_port(port: serial.Serial) -> None:
    """Close a port; pyserial forgets to close a socket that the other side has reset."""
    left = getattr(port, "_socket", None)
    port.close()
    if left is not None:
        left.close()


@contextmanager
def mapped_errors(address: str, part: str) -> Iterator[None]:
    """Turn what pyserial raises into PortLostError."""
    try:
        yield
    except (serial.SerialException, OSError) as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise PortLostError(
            f"{part} {address}: {why}: name the port as this machine knows it, and see that the "
            "device is connected and nobody else has the port"
        ) from error
