"""The second wall, on PostgreSQL: what a statement that forgets its organisation finds, and what it may change."""

from functools import partial
from uuid import uuid4

import asyncpg
import pytest
from tests.support.cast import member_of_new_organisation
from tests.support.databases import owned

from pledge.database import migrating, sql, walls
from pledge.database.unit import EVERYTHING, NO_ORGANISATION, Reach, database, glance, reaching, read, write

ALL = partial(sql.rows, "SELECT organisation FROM membership")
NAMES = partial(sql.rows, "SELECT name FROM organisation ORDER BY name")


@pytest.fixture
def walled(db):
    if db.engine_type != "postgres":
        pytest.skip("SQLite has no row-level security")
    return db


@pytest.fixture
async def firms(walled, site):
    """The ids of two firms."""
    one = await member_of_new_organisation(site, "Alice", "Pendle Joinery")
    other = await member_of_new_organisation(site, "Charlie", "Ribble Catering")
    return one.organisation, other.organisation


async def found(unit=read, query=ALL) -> list:
    return [next(iter(row.values())) for row in await unit(query)]


@pytest.mark.parametrize("unit", [read, glance, write])
async def test_a_unit_finds_its_own_organisation_and_no_other(firms, unit):
    for own in firms:
        with reaching(Reach(own)):
            assert await found(unit) == [own]
    with reaching(NO_ORGANISATION):
        assert await found(unit) == []
    assert sorted(await found(unit)) == sorted(firms)


@pytest.mark.parametrize("unit", [read, glance, write])
async def test_nothing_of_an_earlier_unit_is_left_on_a_connection(firms, unit):
    """Trusted, then one firm's, then nobody's: on every connection of the pool, and as often as there are."""
    for _ in range(25):
        with reaching(EVERYTHING):
            assert len(await found(unit)) == 2
        with reaching(Reach(firms[0])):
            assert await found(unit) == [firms[0]]
        with reaching(NO_ORGANISATION):
            assert await found(unit) == []


async def test_a_failed_unit_leaves_nothing_either(firms):
    async def fail():
        await ALL()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), reaching(EVERYTHING):
        await write(fail)
    with reaching(NO_ORGANISATION):
        assert await found() == await found(write) == []


async def test_a_raw_connection_of_the_application_s_role_finds_nothing(firms, walled):
    """Nobody said how far it reaches; a setting that ended with its transaction is '', and that is no firm either."""
    connection = await asyncpg.connect(walled.config["dsn"])
    try:
        assert await connection.fetchval("SELECT current_user") == "pledge_app"
        assert await connection.fetch("SELECT * FROM membership") == []
        assert await connection.execute("DELETE FROM membership") == "DELETE 0"
        for _ in range(2):
            async with connection.transaction():
                await connection.execute(f"SET LOCAL pledge.organisation = '{firms[0]}'")
                assert len(await connection.fetch("SELECT * FROM membership")) == 1
            assert await connection.fetchval("SELECT current_setting('pledge.organisation')") == ""
            assert await connection.fetch("SELECT * FROM membership") == []
    finally:
        await connection.close()


async def test_an_organisation_itself_is_behind_the_wall(firms):
    with reaching(Reach(firms[0])):
        assert await found(query=NAMES) == ["Pendle Joinery"]
        assert await found(glance, NAMES) == ["Pendle Joinery"]


async def test_another_s_rows_are_neither_changed_nor_added_to(firms):
    own, other = firms
    before = await found(query=partial(sql.rows, "SELECT role FROM membership WHERE organisation = {}", other))
    with reaching(Reach(own)):
        for statement in ("UPDATE membership SET role = 'viewer'", "DELETE FROM membership"):
            text = f"{statement} WHERE organisation = {{}} RETURNING id"
            assert await write(partial(sql.rows, text, other)) == []
        insert = "INSERT INTO audit_entry (id, at, organisation, action, subject, details) "
        for refused in (
            partial(sql.rows, f"{insert} VALUES ({{}}, now(), {{}}, 'x', 'x', '')", uuid4(), other),
            partial(sql.rows, "UPDATE membership SET organisation = {}", other),
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
                await write(refused)
        await write(partial(sql.rows, f"{insert} VALUES ({{}}, now(), {{}}, 'x', 'x', '')", uuid4(), own))
        await write(partial(sql.rows, f"{insert} VALUES ({{}}, now(), NULL, 'x', 'x', '')", uuid4()))
    after = await found(query=partial(sql.rows, "SELECT role FROM membership WHERE organisation = {}", other))
    assert before == after == ["owner"]


async def test_every_table_of_organisations_is_behind_the_wall_and_its_owner_too(walled):
    columns = await read(
        partial(
            sql.rows,
            "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AS forced, "
            "(SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) AS policies FROM pg_class c "
            "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organisation' "
            "WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace",
        )
    )
    assert len(columns) >= 15
    assert [row for row in columns if not row["forced"] or row["policies"] != 1] == []


async def test_a_table_of_a_later_migration_gets_its_wall_when_it_is_made(walled, databases):
    databases.point(walled, await databases.empty_url())
    await walled.stop()
    await walled.start()

    async def later():
        await migrating.run(["CREATE TABLE later (id UUID PRIMARY KEY, organisation UUID NOT NULL, note TEXT)"])
        await walls.build()
        await walls.build()  # again does nothing

    await write(later)
    forced = partial(sql.value, "SELECT relforcerowsecurity FROM pg_class WHERE relname = 'later'")
    assert await read(forced) is True


async def test_saying_how_far_a_unit_reaches_is_no_statement_and_at_most_one_message(firms, monkeypatch):
    """In a transaction it goes with BEGIN; a glance that is not trusted has one message more, a trusted one none."""
    messages = []
    execute = asyncpg.Connection.execute

    async def count(self, query, *args, **kwargs):
        messages.append(query)
        return await execute(self, query, *args, **kwargs)

    monkeypatch.setattr(asyncpg.Connection, "execute", count)
    for unit, reach, expected in (
        (read, EVERYTHING, 2), (read, Reach(firms[0]), 2), (write, Reach(firms[0]), 2),
        (glance, EVERYTHING, 0), (glance, Reach(firms[0]), 1), (glance, NO_ORGANISATION, 1),
    ):  # fmt: skip
        messages.clear()
        before = database().statements
        with reaching(reach):
            await unit(ALL)
        assert len(messages) == expected, messages
        assert database().statements == before + 1


async def test_a_role_for_which_the_wall_is_none_is_named_in_the_log(walled, databases, caplog):
    caplog.set_level("INFO", "pledge")
    await walled.stop()
    await walled.start()
    assert "row-level security" not in caplog.text
    databases.point(walled, owned(await databases.empty_url(), "postgres"))
    await walled.stop()
    await walled.start()
    assert "row-level security does nothing for the PostgreSQL role “postgres”" in caplog.text
