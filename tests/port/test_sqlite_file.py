"""Evidence in a SQLite file can be read where nothing can be written."""

import sqlite3
from contextlib import closing

import pytest

from harness.errors import MisuseError
from harness.ledger.books import Posting
from harness.port.sql_books import SqlBooks
from harness.port.sqlite_file import lay_to_rest


@pytest.fixture
def path(tmp_path):
    found = tmp_path / "ledger.sqlite"
    books = SqlBooks(f"sqlite:///{found}")
    books.post(Posting(reference="one", name="decline"))
    books.close()
    return found


def mode(path):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA journal_mode").fetchone()[0]


def test_file_needs_no_log_beside_it_any_more(path):
    assert mode(path) == "wal"
    lay_to_rest(path)
    assert mode(path) == "delete"
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_log_that_a_killed_process_left_is_taken_in(path, tmp_path):
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("UPDATE posting SET name = 'sale'")
    copy = tmp_path / "killed"
    copy.mkdir()
    for name in (path.name, f"{path.name}-wal"):
        (copy / name).write_bytes((path.parent / name).read_bytes())
    writer.close()
    lay_to_rest(copy / path.name)
    assert [each.name for each in copy.iterdir()] == [path.name]
    with closing(sqlite3.connect(copy / path.name)) as reader:
        assert reader.execute("SELECT name FROM posting").fetchall() == [("sale",)]


def test_file_that_somebody_reads_stays_as_it_is(path):
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM posting").fetchall()
        lay_to_rest(path)
    assert mode(path) == "wal"


def test_no_file_is_fine_and_another_one_is_refused(tmp_path):
    lay_to_rest(tmp_path / "none")
    assert not (tmp_path / "none").exists()
    (tmp_path / "text").write_text("no database at all, but some text" * 9)
    with pytest.raises(MisuseError, match="text: file is not a database: move it away"):
        lay_to_rest(tmp_path / "text")
