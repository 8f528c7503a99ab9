"""SQLite, PostgreSQL and books in memory: the whole catalogue gives the same histories."""

import pytest

from harness.campaign.play import play
from harness.history.record import dump
from tests import postgres
from tests.acceptance.bench import parts, scenarios

CATALOGUE = scenarios()


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


def test_catalogue_is_the_same_on_a_real_database(url):
    bench = parts("zvt-1")
    differing = [
        scenario.name
        for _, scenario in CATALOGUE
        if dump(play(scenario, bench, ledger=url).history) != dump(play(scenario, bench).history)
    ]
    assert differing == []
