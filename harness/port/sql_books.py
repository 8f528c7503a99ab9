"""The host's books in a real database, by SQLAlchemy: SQLite or PostgreSQL, by URL.

Two tables: `posting`, one row for each, numbered in the order in which they were made, and `entry`,
the sides of each.  A posting is one transaction: all or none of it is there, whoever is cut.
The tables are made where they are missing, and what is in them stays.  They hold many books, told
apart by name: each case of a run has its own, a host that goes on for weeks has one.
"""

from collections.abc import Iterator
from dataclasses import fields
from functools import lru_cache
from itertools import groupby
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from harness.errors import MisuseError, RigError
from harness.ledger.books import Entry, Posting, require_balanced

PART = "ledger"
LOCKED_S = 60  # how long one process waits for another to have written
_MEMORY = frozenset({"sqlite://", "sqlite:///:memory:"})
_NUMBERS = frozenset({"amount_minor", "stan"})
_COLUMNS = tuple(each.name for each in fields(Posting) if each.name != "entries")

_metadata = sa.MetaData()
POSTING = sa.Table(
    "posting",
    _metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("book", sa.Text, nullable=False, index=True),
    *(
        sa.Column(
            name,
            sa.BigInteger if name in _NUMBERS else sa.Text,
            nullable=False,
            index=name in {"stan", "card", "original", "name"},
        )
        for name in _COLUMNS
    ),
    sa.UniqueConstraint("book", "reference"),
)
ENTRY = sa.Table(
    "entry",
    _metadata,
    sa.Column("posting", sa.ForeignKey(POSTING.c.number), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("account", sa.Text, nullable=False, index=True),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
)
_EVERY = sa.select(POSTING, ENTRY.c.account, ENTRY.c.amount_minor.label("side_minor")).join_from(
    POSTING, ENTRY, isouter=True
)
_BALANCE = (
    sa.select(sa.func.sum(ENTRY.c.amount_minor))
    .join_from(ENTRY, POSTING)
    .where(ENTRY.c.account == sa.bindparam("account"), POSTING.c.book == sa.bindparam("book"))
)

First = Literal["oldest", "newest"]


@lru_cache(maxsize=256)  # a host asks some twenty questions, and each of them at every message
def _question(first: First, names: tuple[str, ...]) -> sa.Select[Any]:
    """Return what asks for the postings by the values of these columns."""
    wanted = [POSTING.c[name] == sa.bindparam(name) for name in names]
    number = POSTING.c.number if first == "oldest" else POSTING.c.number.desc()
    return _EVERY.where(*wanted).order_by(number, ENTRY.c.place)


class SqlBooks:
    """Books in the database of a URL; unchecked ones take what no real books would.

    Raises RigError when the database cannot be reached, MisuseError for a URL of no kind known.
    """

    def __init__(self, url: str, book: str = "", *, is_checked: bool = True) -> None:
        self._book, self._is_checked = book, is_checked
        self._engine = _engine(url)
        try:
            _make_tables(self._engine)
        except sa.exc.SQLAlchemyError as error:
            raise RigError(f"{PART}: {_words(error)}; check the URL of `ledger`") from None

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def get(self, reference: str) -> Posting | None:
        """Return the posting of this reference."""
        return next(iter(self.find(reference=reference)), None)

    def find(self, **equal: str | int) -> list[Posting]:
        """Return the postings whose attributes have these values, oldest first."""
        return self._read("oldest", equal)

    def latest(self, **equal: str | int) -> Iterator[Posting]:
        """Return the same as `find`, newest first."""
        return iter(self._read("newest", equal))

    def _read(self, first: First, equal: dict[str, str | int]) -> list[Posting]:
        asked = {"book": self._book, **equal}
        with self._engine.connect() as connection:
            rows = connection.execute(_question(first, tuple(asked)), asked).mappings().all()
        return [_posting(list(same)) for _, same in groupby(rows, key=lambda row: row["number"])]

    def post(self, posting: Posting) -> None:
        """Add it whole.  Raises MisuseError if it is unbalanced or a repeat."""
        if self.get(posting.reference):
            raise _repeat(posting)
        if self._is_checked:
            require_balanced(posting)
        values = {"book": self._book} | {name: getattr(posting, name) for name in _COLUMNS}
        try:
            with self._engine.begin() as connection:
                number = connection.execute(POSTING.insert().values(**values)).inserted_primary_key
                sides = [_side(number, place, each) for place, each in enumerate(posting.entries)]
                if sides:
                    connection.execute(ENTRY.insert(), sides)
        except sa.exc.IntegrityError:  # somebody else was faster
            raise _repeat(posting) from None

    def balance_minor(self, account: str) -> int:
        """Return the sum of all entries of an account."""
        asked = {"account": account, "book": self._book}
        with self._engine.connect() as connection:
            return int(connection.execute(_BALANCE, asked).scalar() or 0)


def _make_tables(engine: sa.Engine) -> None:
    """Make the tables where they are missing, though another process makes them just now."""
    try:
        _metadata.create_all(engine)
    except sa.exc.DBAPIError:
        _metadata.create_all(engine)  # those of the other one are there by now, or it is broken


def _repeat(posting: Posting) -> MisuseError:
    return MisuseError(f"posting {posting.reference!r} is in the books already")


def _engine(url: str) -> sa.Engine:
    if url in _MEMORY:  # one connection: another one would see another, empty database
        return sa.create_engine(
            url, poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
    return _shared_engine(url)


@lru_cache(maxsize=8)  # it knows what it has compiled: each case of a run has its own books there
def _shared_engine(url: str) -> sa.Engine:
    try:
        if sa.make_url(url).get_backend_name() == "sqlite":
            return _sqlite(url)
        return sa.create_engine(url)
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ImportError) as error:
        raise MisuseError(
            f"{PART}: {_words(error)}; expected sqlite:/// or postgresql+psycopg://"
        ) from None


def _sqlite(url: str) -> sa.Engine:
    """Return an engine whose writers do not wait for the disk: a host that does stops a bench.

    A log that is written ahead keeps every posting whole, whichever process is killed; only a PC
    that loses its power may lose the last ones.
    """
    engine = sa.create_engine(url, connect_args={"timeout": LOCKED_S})
    sa.event.listen(engine, "connect", _write_ahead)
    return engine


def _write_ahead(connection: Any, _record: Any) -> None:  # noqa: ANN401  # of any driver
    for setting in ("journal_mode = WAL", "synchronous = NORMAL"):
        connection.execute(f"PRAGMA {setting}")


def _words(error: Exception) -> str:
    """Return the first line of what a library says, without its statement and its links."""
    return str(getattr(error, "orig", None) or error).splitlines()[0]


def _side(number: Any, place: int, entry: Entry) -> dict[str, Any]:  # noqa: ANN401  # a key
    return {
        "posting": number[0], "place": place, "account": entry.account,
        "amount_minor": entry.amount_minor,
    }  # fmt: skip


def _posting(rows: list[sa.RowMapping]) -> Posting:
    sides = ((row["account"], row["side_minor"]) for row in rows if row["account"] is not None)
    values = {name: rows[0][name] for name in _COLUMNS}
    return Posting(**values, entries=tuple(Entry(*side) for side in sides))
