"""Secrets in files of their own: never in devices.yaml, never in a message."""

import re
import stat
from pathlib import Path

from harness.errors import ConfigError

KEY_SIZE = 16
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def read_key(path: Path) -> bytes:
    """Return the master key whose hexadecimal digits are in the file.  Raises ConfigError."""
    try:
        key = bytes.fromhex(_read(path, "the test key there, in hex"))
    except ValueError:
        raise ConfigError(f"{path}: expected hexadecimal digits only") from None
    if len(key) != KEY_SIZE:
        raise ConfigError(f"{path}: {len(key)} bytes are no master key: expected {KEY_SIZE}")
    return key


def read_password(path: Path) -> str:
    """Return the six digits of the terminal's supervisor.  Raises ConfigError."""
    text = _read(path, "the supervisor's six digits there")
    if not re.fullmatch(r"[0-9]{6}", text):
        raise ConfigError(f"{path}: expected six digits")
    return text


def read_url(path: Path) -> str:
    """Return the URL of a database.  Raises ConfigError."""
    text = _read(path, "the URL of the database there")
    if "://" not in text:
        raise ConfigError(f"{path}: this is no URL: expected postgresql+psycopg://...")
    return text


def _read(path: Path, remedy: str) -> str:
    try:
        mode, text = path.stat().st_mode, path.read_text("ascii")
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}: put {remedy}") from error
    except ValueError:
        raise ConfigError(f"{path}: this is no text: put {remedy}") from None
    if mode & _OTHERS:
        raise ConfigError(f"{path}: others may read this secret: run chmod 600 {path}")
    return text.strip()
