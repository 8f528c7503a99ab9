"""Rows of somebody else's database, read-only: what a mapping names of one table or view.

The transaction is opened read-only where the database knows that, and is always rolled back.
Names of tables and columns come from a file of the bench; they are quoted, never pasted.
"""

from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from harness.errors import MisuseError, RigError

PART = "ledger"
_READ_ONLY = {
    "sqlite": "PRAGMA query_only = ON",
    "postgresql": "SET TRANSACTION READ ONLY",
    "mysql": "SET TRANSACTION READ ONLY",
    "mariadb": "SET TRANSACTION READ ONLY",
}


def read_rows(url: str, table: str, columns: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Yield a row for each of the table, its texts by part; `columns` names a column by part.

    table: its name, with its schema before a dot if it has one.
    Raises RigError when the database cannot be reached or has no such table or column, MisuseError
    for a URL of no kind known.
    """
    schema, _, name = table.rpartition(".")
    source = sa.table(name, *map(sa.column, set(columns.values())), schema=schema or None)
    query = sa.select(*(source.c[column].label(part) for part, column in columns.items()))
    try:
        engine = sa.create_engine(url)
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ImportError) as error:
        raise MisuseError(f"{PART}: {_first_line(error)}; expected the URL of a database") from None
    try:
        with engine.connect() as connection:
            if statement := _READ_ONLY.get(engine.dialect.name):
                connection.execute(sa.text(statement))
            rows = connection.execute(query).mappings().all()
            connection.rollback()
    except sa.exc.SQLAlchemyError as error:
        raise RigError(f"{PART}: {_first_line(error)}; check URL, table and columns") from None
    finally:
        engine.dispose()
    for row in rows:
        yield {part: "" if row[part] is None else str(row[part]).strip() for part in columns}


def _first_line(error: Exception) -> str:
    """Return what a library says, without its statement and its links."""
    return str(getattr(error, "orig", None) or error).splitlines()[0]
