"""Files of a report: whole or not there at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.errors import MisuseError


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what the system says of a place that cannot be written into one clear sentence."""
    try:
        yield
    except OSError as error:
        raise MisuseError(
            f"cannot write {path}: {error.strerror}: make the folder writable, free some space "
            "or name another folder for reports"
        ) from error


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 file with line feeds.  Raises MisuseError."""
    write_bytes(path, text.encode("utf-8", "backslashreplace"))


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file under another name, then give it its own.  Raises MisuseError."""
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with open(handle, "wb") as file:
                file.write(data)
            os.chmod(temporary, 0o644)  # mkstemp hides it from the web server that may serve it
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
