"""The guest's first files: an archive of cpio's "newc" form, made in memory.

Source: Linux, Documentation/driver-api/early-userspace/buffer-format.rst.
"""

import gzip
from collections.abc import Mapping

_DIRECTORY, _FILE = 0o040_755, 0o100_755
_MAGIC, _END = "070701", "TRAILER!!!"


def archive(files: Mapping[str, bytes], folders: tuple[str, ...] = ()) -> bytes:
    """Return files and empty folders, by their paths without a leading /, for the kernel."""
    entries = [_entry(path, _DIRECTORY, b"") for path in _folders(files, folders)]
    entries += [_entry(path, _FILE, data) for path, data in files.items()]
    return gzip.compress(b"".join(entries) + _entry(_END, 0, b""), compresslevel=1)


def _folders(files: Mapping[str, bytes], folders: tuple[str, ...]) -> list[str]:
    """Return all folders, each after the one that it is in."""
    found = set(folders)
    for path in [*files, *folders]:
        parts = path.split("/")
        found |= {"/".join(parts[:size]) for size in range(1, len(parts))}
    return sorted(found)


def _entry(path: str, mode: int, data: bytes) -> bytes:
    """Return one file: thirteen numbers of eight digits, its name and its data, each padded."""
    name = path.encode() + b"\0"
    numbers = (0, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name), 0)
    head = _MAGIC + "".join(f"{each:08X}" for each in numbers)
    return _padded(head.encode() + name) + _padded(data)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)
