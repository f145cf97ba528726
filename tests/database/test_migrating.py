import pytest

from pledge.database import migrating, sql
from pledge.database.unit import database, write


@pytest.fixture
async def empty(db, databases):
    """The engine on an empty database (after a normal one, so that both databases run this)."""
    await database().stop()
    lent = databases.url(database())
    databases.point(database(), await databases.empty_url())
    await database().start()
    yield database()
    await database().stop()
    await databases.drop(database())
    databases.point(database(), lent)


async def test_the_chain_runs_once_and_then_has_nothing_to_do(empty):
    assert await migrating.applied() == []
    assert await migrating.migrate() == migrating.known()
    assert await migrating.migrate() == []
    assert await migrating.applied() == migrating.known()


async def test_a_database_of_a_newer_version_is_refused(db):
    async def from_the_future():
        await sql.rows(
            "INSERT INTO migration (name, app_name, ran_on) VALUES ({}, 'pledge', '2099-01-01 00:00:00')",
            "pledge_2099_01_01_01_later",
        ) if db.engine_type == "sqlite" else await sql.rows(
            "INSERT INTO migration (id, name, app_name, ran_on) VALUES (999, {}, 'pledge', now())",
            "pledge_2099_01_01_01_later",
        )

    await write(from_the_future)
    with pytest.raises(migrating.MigrationRefused, match="newer Pledge"):
        await migrating.migrate()


async def test_a_failing_chain_leaves_nothing_behind(empty, monkeypatch):
    async def failing(*_):
        await sql.rows("CREATE TABLE half_done (id INTEGER)")
        raise RuntimeError("the second migration failed")

    monkeypatch.setattr(migrating, "apply", failing)
    with pytest.raises(RuntimeError):
        await migrating.migrate()
    assert await migrating.applied() == []
    with pytest.raises(Exception, match="half_done"):
        await write(lambda: sql.rows("SELECT * FROM half_done"))
