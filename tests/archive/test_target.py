"""Guards that must not stand in a restore's way, and must stand afterwards."""

from functools import partial

import pytest
from tests.archive.contents import execute, objects

from pledge.archive import schema, target
from pledge.database import clock, ids, migrating, sql
from pledge.database.unit import read, write

REFUSING = {
    "sqlite": [
        f"CREATE TRIGGER no_{what.lower()} BEFORE {what} ON installation "
        "BEGIN SELECT RAISE(ABORT, 'append {} only'); END"
        for what in ("INSERT", "UPDATE", "DELETE")
    ],
    "postgres": [
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'append only'; END $$",
        "CREATE TRIGGER no_change BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON installation "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse()",
        "ALTER TABLE installation ENABLE ALWAYS TRIGGER no_change",
        "CREATE TRIGGER switched_off BEFORE INSERT ON job FOR EACH STATEMENT EXECUTE FUNCTION refuse()",
        "ALTER TABLE job DISABLE TRIGGER switched_off",
        "ALTER TABLE installation ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE installation FORCE ROW LEVEL SECURITY",
        "CREATE POLICY everything ON installation USING (true)",
        "CREATE VIEW names AS SELECT name FROM installation",
    ],
}


@pytest.fixture
async def guarded(db):
    await execute("INSERT INTO installation (name, value) VALUES ('a', 'b')")
    await write(lambda: migrating.run(REFUSING[db.engine_type]))
    return db


async def member_first() -> None:
    """Add a membership before the person and the organisation it refers to."""
    organisation, person = ids.new_id(), ids.new_id()
    await sql.rows(
        "INSERT INTO membership (id, organisation, person, role, created) VALUES ({}, {}, {}, 'owner', {})",
        ids.new_id(), organisation, person, clock.now(),
    )  # fmt: skip
    await sql.rows(
        "INSERT INTO person (id, email, email_key, name, password_hash, created) VALUES ({}, '', '', '', '', {})",
        person, clock.now(),
    )  # fmt: skip
    await sql.rows(
        "INSERT INTO organisation (id, name, created, kind, postcode, district, area, sector, risk_sectors, "
        "headcount_band, labour, outside_work, listed_goods) "
        "VALUES ({}, '', {}, '', '', '', '', '', '', '', '', '', {})",
        organisation, clock.now(), False,
    )  # fmt: skip


async def test_triggers_and_foreign_keys_stand_aside_and_come_back(guarded):
    before = await objects(guarded)

    async def unit() -> None:
        async with target.unguarded():
            await member_first()
            await sql.rows("INSERT INTO installation (name, value) VALUES ('c', 'd')")
        assert await target.broken_references() == []

    with pytest.raises(Exception, match="append"):
        await execute("INSERT INTO installation (name, value) VALUES ('x', 'y')")
    await write(unit)
    assert await objects(guarded) == before
    assert {row["name"] for row in await read(partial(sql.rows, "SELECT name FROM installation"))} >= {"a", "c"}
    for statement in ("INSERT INTO installation (name, value) VALUES ('x', 'y')", "DELETE FROM installation"):
        with pytest.raises(Exception, match="append"):
            await execute(statement)
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        await write(member_first)


async def test_rows_that_refer_to_nothing_are_found(db):
    async def unit() -> list[str]:
        async with target.unguarded():
            await sql.rows(
                "INSERT INTO membership (id, organisation, person, role, created) VALUES ({}, {}, {}, 'owner', {})",
                ids.new_id(), ids.new_id(), ids.new_id(), clock.now(),
            )  # fmt: skip
        return await target.broken_references()

    with pytest.raises(Exception, match=r"(?i)foreign key"):  # at the latest by the COMMIT
        found = await write(unit)
        assert found == ["membership"]


async def test_clearing_leaves_nothing_whatever_guards_it(guarded):
    async def unit() -> None:
        await target.unhide()
        await target.clear(await schema.tables())

    await write(unit)
    assert await read(schema.tables) == []
    assert await objects(guarded) == set()
    assert await migrating.migrate() == migrating.known()
