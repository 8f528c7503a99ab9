"""A terminal master key in a file of its own: never in devices.yaml, never in a message."""

import stat
from pathlib import Path

from harness.errors import ConfigError

SIZE = 16
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def read_key(path: Path) -> bytes:
    """Return the key whose hexadecimal digits are in the file.  Raises ConfigError."""
    try:
        mode, text = path.stat().st_mode, path.read_text("ascii")
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}: put the test key there, in hex") from error
    except ValueError:
        raise ConfigError(f"{path}: this is no text: expected a key in hex") from None
    if mode & _OTHERS:
        raise ConfigError(f"{path}: others may read this key: run chmod 600 {path}")
    try:
        key = bytes.fromhex(text)
    except ValueError:
        raise ConfigError(f"{path}: expected hexadecimal digits only") from None
    if len(key) != SIZE:
        raise ConfigError(f"{path}: {len(key)} bytes are no master key: expected {SIZE}")
    return key
