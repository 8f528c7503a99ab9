"""SHA256SUMS: what every file of a report was when it was written.

    cd reports/RUN && sha256sum -c SHA256SUMS

The list is written last; it names all files below the folder but itself, in order.
"""

import hashlib
from pathlib import Path

from harness.report.file import write_text

FILE_NAME = "SHA256SUMS"


def write_manifest(folder: Path) -> None:
    """Write the list.  Raises MisuseError if the folder cannot be written."""
    lines = (f"{_digest(path)}  {path.relative_to(folder).as_posix()}\n" for path in _files(folder))
    write_text(folder / FILE_NAME, "".join(lines))


def _files(folder: Path) -> list[Path]:
    found = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sorted(path for path in found if path != folder / FILE_NAME)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
