"""What every test may ask for: a fresh database (SQLite, or PostgreSQL with --database postgres) and a clock.

Tests that use ``db`` run once on each database; all others run once. ``make test`` runs both.
"""

import gc
import os
import shutil
import tempfile
from functools import partial
from pathlib import Path

os.environ["PLEDGE_DATABASE_URL"] = f"sqlite:///{tempfile.gettempdir()}/pledge-tests-unused.sqlite"

import pytest
from hypothesis import is_hypothesis_test, settings

import pledge  # noqa: F401  # before any other library takes hold of Python's own SQLite
from tests.support import days
from tests.support.databases import PostgresServer, SQLiteFiles
from tests.support.forking import Forked

# What the processes import that read and write supplier files.
READERS = (
    "pledge.suppliers.writing.annotating_child", "pledge.suppliers.writing.list_child", "openpyxl", "python_calamine",
)  # fmt: skip

# No deadline: how long an example takes says how busy the machine is.
settings.register_profile("few", deadline=None, max_examples=30)
settings.register_profile("many", deadline=None, max_examples=1_000)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.addoption("--now", help="as if it were this moment (2027-03-28T00:58Z), whatever the day is")
    parser.addoption("--soak", action="store_true", help="run the long tests too (make soak)")


def pytest_configure(config: pytest.Config) -> None:
    if moment := config.getoption("--now"):
        days.shift_to(moment)
    settings.load_profile("many" if config.getoption("--soak") else "few")
    config.addinivalue_line("markers", "soak: the same as a short test, with full numbers; takes long")
    if config.getoption("--database") == "postgres":
        os.environ["PLEDGE_DATABASE_URL"] = "postgresql://unused"


def pytest_collection_finish(session: pytest.Session) -> None:
    gc.collect()
    gc.freeze()  # what was imported and collected stays to the end, so nobody looks through it again and again


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--soak"):
        for item in items:
            if is_hypothesis_test(getattr(item, "obj", None)):
                item.add_marker("soak")
    else:
        long = [item for item in items if item.get_closest_marker("soak")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in set(long)]
    if config.getoption("--database") != "postgres":
        return
    both = [
        item for item in items if "databases" in (names := getattr(item, "fixturenames", ())) and "live" not in names
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(both)])
    items[:] = both


@pytest.fixture(scope="session", autouse=True)
def quick_passwords():
    """Hash with no memory and once: whoever asks for ``real_hasher`` sees what people's passwords get."""
    from argon2 import PasswordHasher

    from pledge.accounts import passwords

    real = passwords._HASHER
    passwords._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield real
    passwords._HASHER = real


@pytest.fixture
def real_hasher(quick_passwords):
    """The hasher that people's passwords go through."""
    return quick_passwords


@pytest.fixture(scope="session", autouse=True)
def quick_readers():
    """Start what reads and writes supplier files in forks; ``real_readers`` start from nothing."""
    from pledge.suppliers.reading import process
    from pledge.suppliers.writing import file_making

    modules, real = (process, file_making), process.Popen
    for module in modules:
        module.Popen = partial(Forked, imported=READERS)
    yield modules, real
    for module in modules:
        module.Popen = real


@pytest.fixture
def real_readers(quick_readers, monkeypatch):
    """Start what reads and writes supplier files as it is started for people."""
    modules, real = quick_readers
    for module in modules:
        monkeypatch.setattr(module, "Popen", real)


@pytest.fixture(scope="session")
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(request.config.getoption("--database"))


@pytest.fixture(scope="session")
async def databases(database_kind: str):
    """Somewhere to make fresh, migrated databases quickly."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # a database in memory is made three times as fast
    folder = Path(tempfile.mkdtemp(prefix="pledge-databases-", dir=memory))
    source = SQLiteFiles(folder) if database_kind == "sqlite" else PostgresServer(folder)
    try:
        await source.prepare()
        yield source
    finally:
        source.close()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def db(databases):
    """A fresh, migrated, started database; the engine of the whole process points to it."""
    from pledge.assessments import definitions
    from pledge.database.unit import database

    url = await databases.lend()
    if databases.url(database()) != url:
        databases.point(database(), url)
    await database().start()
    yield database()
    definitions.forget()
    await databases.give_back(database())


@pytest.fixture(scope="session")
def application():
    from tests.support.site import make_application

    return make_application()


@pytest.fixture
async def site(db, application):
    """The whole site on a fresh database."""
    from tests.support.site import Site

    application[0].litestar.state.peers.forget()  # it keeps the newest release, of another database, for ten minutes
    made = Site(*application)
    yield made
    await made.close()


@pytest.fixture
async def alice(site):
    """Alice owns Pendle Joinery."""
    from tests.support.cast import member_of_new_organisation

    return await member_of_new_organisation(site, "Alice", "Pendle Joinery")


@pytest.fixture
async def bob(site, alice):
    """Bob is a contributor at Pendle Joinery."""
    from tests.support.cast import colleague

    return await colleague(site, "Bob", alice, "contributor")


@pytest.fixture
async def charlie(site):
    """Charlie owns another firm."""
    from tests.support.cast import member_of_new_organisation

    return await member_of_new_organisation(site, "Charlie", "Ribble Catering")


@pytest.fixture
async def olive(site):
    """Olive organises events for a chamber."""
    from tests.support.cast import organiser

    return await organiser(site, "Olive", "Wyre Chamber of Commerce")


@pytest.fixture
async def stella(site):
    """Stella is partnership staff."""
    from tests.support.cast import with_role

    return await with_role(site, "Stella", "staff")


@pytest.fixture
async def rosa(site):
    """Rosa runs the server."""
    from tests.support.cast import with_role

    return await with_role(site, "Rosa", "operator")


@pytest.fixture
async def visitor(site):
    """Somebody without an account."""
    return site.browser()


@pytest.fixture
def newer(monkeypatch, tmp_path):
    """A folder of questionnaires of one's own, with the published ones in it."""
    from pledge.assessments import definitions
    from pledge.questionnaires.installed import installed
    from tests.support.newer import Newer

    made = Newer(tmp_path / "own")
    monkeypatch.setenv("PLEDGE_QUESTIONNAIRES", str(made.folder))
    installed.cache_clear()
    yield made
    installed.cache_clear()
    definitions.forget()
