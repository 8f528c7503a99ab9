"""Addresses of the command line: HOST:PORT."""

from harness.errors import MisuseError

PORT_MAX = 65_535


def address_of(text: str, name: str) -> tuple[str, int]:
    """Return host and port.  Raises MisuseError for any other text."""
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or int(port) > PORT_MAX:
        raise MisuseError(f"{name} {text!r}: expected HOST:PORT, such as 127.0.0.1:8583")
    return host.strip("[]"), int(port)
