"""Books in real databases: they do what books in memory do, and nothing of them is lost."""

import sqlite3
from contextlib import closing
from itertools import count

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import MisuseError, RigError
from harness.ledger.books import Entry, MemoryBooks, Posting, open_accounts
from harness.port.sql_books import SqlBooks
from tests import postgres

FRESH = count()
REFERENCES = st.sampled_from(["a", "b", "c", "d", "e"])
NAMES = st.sampled_from(["sale", "void", "decline"])
ACCOUNTS = st.sampled_from(["card:card-1", "card:card-2", "merchant:m"])
AMOUNTS = st.integers(-(10**12), 10**12)
SIDES = st.lists(st.builds(Entry, ACCOUNTS, AMOUNTS), max_size=3)
POSTINGS = st.lists(
    st.builds(
        Posting,
        reference=REFERENCES, name=NAMES, stan=st.integers(0, 2), amount_minor=AMOUNTS,
        card=st.sampled_from(["", "card-1", "卡-2"]), entries=SIDES.map(tuple),
    ),
    max_size=8,
)  # fmt: skip
QUESTIONS = st.dictionaries(st.sampled_from(["name", "card"]), NAMES | st.just("card-1"))


@pytest.fixture(scope="module")
def server_url(tmp_path_factory):
    server, url = postgres.start(tmp_path_factory.mktemp("postgresql"))
    yield url
    server.cleanup()


@pytest.fixture(params=["sqlite in memory", "sqlite file", "postgresql"], scope="module")
def new_url(request, tmp_path_factory):
    """Return what makes the URL of an empty database."""
    if request.param == "sqlite in memory":
        return lambda: "sqlite://"
    if request.param == "sqlite file":
        folder = tmp_path_factory.mktemp("books")
        return lambda: f"sqlite:///{folder}/{next(FRESH)}.db"
    url = request.getfixturevalue("server_url")

    def emptied():
        engine = sa.create_engine(url)
        with engine.begin() as connection:
            connection.execute(sa.text("DROP TABLE IF EXISTS entry, posting"))
        engine.dispose()
        return url

    return emptied


def told(act):
    try:
        return act()
    except MisuseError as error:
        return str(error)


@settings(max_examples=25, deadline=None)
@given(postings=POSTINGS, question=QUESTIONS, is_checked=st.booleans())
def test_they_do_what_books_in_memory_do(new_url, postings, question, is_checked):
    books, peer = SqlBooks(new_url(), is_checked=is_checked), MemoryBooks(is_checked=is_checked)
    for posting in postings:
        assert told(lambda one=posting: books.post(one)) == told(lambda one=posting: peer.post(one))
    assert books.find(**question) == peer.find(**question)
    assert list(books.latest(**question)) == list(peer.latest(**question))
    for account in ("card:card-1", "card:card-2", "merchant:m", "nobody"):
        assert books.balance_minor(account) == peer.balance_minor(account)
    assert books.get("a") == peer.get("a")
    books.close()


def test_books_of_another_name_are_others(new_url):
    url = new_url()
    one, other = SqlBooks(url, "one"), SqlBooks(url, "other")
    for books in (one, other):
        open_accounts(books, [("card:card-1", 500)])
    one.post(Posting(reference="x", name="sale", entries=(Entry("card:card-1", -1), Entry("m", 1))))
    assert (one.balance_minor("card:card-1"), other.balance_minor("card:card-1")) == (499, 500)
    assert other.get("x") is None
    assert len(other.find()) == 1
    one.close()
    other.close()


def test_accounts_are_opened_once(new_url):
    books = SqlBooks(new_url())
    for _ in range(2):
        open_accounts(books, [("card:card-1", 500)])
    assert books.balance_minor("card:card-1") == 500
    books.close()


def test_what_was_posted_is_there_for_the_next_process(tmp_path):
    url = f"sqlite:///{tmp_path}/books.db"
    first = SqlBooks(url)
    first.post(Posting(reference="one", name="sale", entries=(Entry("a", 1), Entry("b", -1))))
    first.close()
    second = SqlBooks(url)
    assert second.get("one").entries == (Entry("a", 1), Entry("b", -1))
    second.close()


def test_books_that_are_closed_close_no_others_of_their_database(tmp_path):
    url = f"sqlite:///{tmp_path}/books.db"
    with closing(SqlBooks(url, "one")) as one:
        with closing(SqlBooks(url, "other")) as other:
            other.post(Posting(reference="a", name="sale"))
        one.post(Posting(reference="b", name="sale"))
        assert [each.reference for each in one.find(name="sale")] == ["b"]


def test_posting_does_not_wait_for_who_reads(tmp_path, monkeypatch):
    monkeypatch.setattr("harness.port.sql_books.LOCKED_S", 0)
    books = SqlBooks(f"sqlite:///{tmp_path}/books.db")
    with closing(sqlite3.connect(tmp_path / "books.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM posting").fetchone() == (0,)
        books.post(Posting(reference="one", name="decline"))
        assert reader.execute("SELECT count(*) FROM posting").fetchone() == (0,)
    books.close()


@pytest.mark.parametrize("url", ["oracle9i://x", "nonsense", "mysql://x"])
def test_url_of_no_kind_known_is_a_misuse(url):
    with pytest.raises(MisuseError, match="expected sqlite:/// or postgresql"):
        SqlBooks(url)


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/books.db", "postgresql+psycopg://x:secret@127.0.0.1:1/x"]
)
def test_database_that_is_not_there_is_a_failure_of_the_bench(url):
    with pytest.raises(RigError, match="check the URL of `ledger`") as caught:
        SqlBooks(url)
    assert "secret" not in str(caught.value)
