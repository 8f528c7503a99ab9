"""Somebody else's database: read as it is, and never written."""

import pytest
import sqlalchemy as sa

from harness.errors import MisuseError, RigError
from harness.port import sql_rows
from harness.port.sql_rows import read_rows
from tests import postgres

COLUMNS = {"stan": "TRACE NO", "amount_minor": "amt", "name": "kind"}
MAKE = 'CREATE TABLE log ("TRACE NO" INTEGER, amt NUMERIC(12, 2), kind TEXT)'
FILL = "INSERT INTO log VALUES (7, 12.34, 'S'), (8, 5, NULL)"


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def url(request, tmp_path_factory):
    server, folder = None, tmp_path_factory.mktemp("theirs")
    if request.param == "postgresql":
        server, found = postgres.start(folder)
    else:
        found = f"sqlite:///{folder}/theirs.db"
    engine = sa.create_engine(found)
    with engine.begin() as connection:
        for statement in (MAKE, FILL):
            connection.execute(sa.text(statement))
    engine.dispose()
    yield found
    if server:
        server.cleanup()


def test_rows_are_read_by_the_parts_that_a_mapping_names(url):
    first, second = read_rows(url, "log", COLUMNS)
    assert (first["stan"], first["name"]) == ("7", "S")
    assert float(first["amount_minor"]) == 12.34
    assert second["name"] == ""


def test_nothing_can_be_written(url, monkeypatch):
    select = sa.select

    def select_and_write(*_columns):
        monkeypatch.setattr(sql_rows.sa, "select", select)
        return sa.text("DELETE FROM log")

    monkeypatch.setattr(sql_rows.sa, "select", select_and_write)
    with pytest.raises(RigError, match="readonly|read-only"):
        list(read_rows(url, "log", COLUMNS))
    assert len(list(read_rows(url, "log", COLUMNS))) == 2


@pytest.mark.parametrize(("table", "columns"), [("nowhere", COLUMNS), ("log", {"stan": "nothing"})])
def test_what_the_database_has_not_is_told_with_the_remedy(url, table, columns):
    with pytest.raises(RigError, match="check URL, table and columns"):
        list(read_rows(url, table, columns))


def test_url_of_no_kind_known_is_a_misuse():
    with pytest.raises(MisuseError, match="expected the URL of a database"):
        list(read_rows("nonsense", "log", COLUMNS))


def test_names_cannot_smuggle_statements(url):
    with pytest.raises(RigError):
        list(read_rows(url, 'log"; DROP TABLE log; --', COLUMNS))
    assert len(list(read_rows(url, "log", COLUMNS))) == 2
