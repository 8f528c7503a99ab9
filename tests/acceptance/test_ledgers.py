"""SQLite, PostgreSQL and books in memory: the whole catalogue gives the same histories."""

from functools import cache
from hashlib import sha256

import pytest

from harness.campaign.play import play
from harness.history.record import dump
from tests import postgres
from tests.acceptance.bench import parts, scenarios

CATALOGUE = scenarios()
BENCH = parts("zvt-1")


@pytest.fixture(scope="module")
def postgresql(tmp_path_factory):
    server, url = postgres.start(tmp_path_factory.mktemp("postgresql"))
    yield url
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def url(request, tmp_path_factory):
    if request.param == "postgresql":
        return request.getfixturevalue("postgresql")
    return f"sqlite:///{tmp_path_factory.mktemp('sqlite')}/ledger.db"


@cache
def in_memory(number):
    return digest(number, ledger="")


def digest(number, ledger):
    _, scenario = CATALOGUE[number]
    written = dump(play(scenario, BENCH, ledger=ledger).history)
    return sha256(written.encode()).hexdigest()


def test_catalogue_is_the_same_on_a_real_database(url):
    numbers = range(len(CATALOGUE))
    differing = [each for each in numbers if digest(each, url) != in_memory(each)]
    assert [CATALOGUE[each][1].name for each in differing] == []
