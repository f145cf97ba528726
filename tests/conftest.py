"""What every test may ask for: a fresh database (SQLite, or PostgreSQL with --database postgres) and a clock.

Tests that use ``db`` run once on each database; all others run once. ``make test`` runs both.
"""

import os
import tempfile
from pathlib import Path

os.environ["PLEDGE_DATABASE_URL"] = f"sqlite:///{tempfile.gettempdir()}/pledge-tests-unused.sqlite"

import pytest

from tests.support.databases import PostgresServer, SQLiteFiles


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgres"], default="sqlite")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--database") == "postgres":
        os.environ["PLEDGE_DATABASE_URL"] = "postgresql://unused"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--database") != "postgres":
        return
    both = [item for item in items if "db" in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(both)])
    items[:] = both


@pytest.fixture(scope="session")
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(request.config.getoption("--database"))


@pytest.fixture(scope="session")
async def databases(database_kind: str, tmp_path_factory: pytest.TempPathFactory):
    """Somewhere to make fresh, migrated databases quickly."""
    folder = Path(tmp_path_factory.mktemp("databases"))
    source = SQLiteFiles(folder) if database_kind == "sqlite" else PostgresServer(folder)
    await source.prepare()
    yield source
    source.close()


@pytest.fixture
async def db(databases):
    """A fresh, migrated, started database; the engine of the whole process points to it."""
    from pledge.database.unit import database

    databases.point(database(), await databases.new_url())
    await database().start()
    yield database()
    await database().stop()
    await databases.drop(database())
