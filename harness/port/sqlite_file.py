"""A SQLite file that nobody writes any more: evidence that may lie where nothing can be written."""

import sqlite3
from contextlib import closing
from pathlib import Path

from harness.errors import MisuseError


def lay_to_rest(path: Path) -> None:
    """Have all of a database in its one file, and the file readable on a read-only medium.

    Nothing happens where there is no such file.  Raises MisuseError if it is none of SQLite's.
    Source: SQLite, "Write-Ahead Logging": read-only databases.
    """
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(path, timeout=0)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError:
        pass  # somebody reads it now: with its log beside it, it is whole all the same
    except sqlite3.DatabaseError as error:
        raise MisuseError(f"{path}: {error}: move it away, and run the suite again") from error
