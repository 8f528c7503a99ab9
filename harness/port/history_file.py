"""A history as a file that grows: each row is there as soon as it has happened."""

from pathlib import Path

from harness.errors import MisuseError


class HistoryFile:
    """A new file, written line by line; what stands there already is never replaced."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file = path.open("x", encoding="utf-8", newline="\n")
        except FileExistsError:
            raise MisuseError(
                f"{path} exists: a history is evidence and never replaced: name another file"
            ) from None
        except OSError as error:
            raise MisuseError(
                f"cannot write {path}: {error.strerror}: name a file in a folder that is writable"
            ) from error

    def write(self, line: str) -> None:
        """Add one line; whoever reads the file sees it at once.  Raises OSError."""
        self._file.write(line)
        self._file.flush()

    def close(self) -> None:
        """Close it; twice is fine."""
        self._file.close()

    def discard(self) -> None:
        """Take the file away: nothing has happened that it could tell of."""
        self.close()
        self._path.unlink()
