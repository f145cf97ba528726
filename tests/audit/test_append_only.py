"""The database itself refuses to change the log or to take entries away, whoever asks, except the tables' owner."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import asyncpg
import pysqlite3
import pytest
from tests.support.log import as_owner, unguarded_log

from pledge.audit import chain, retention
from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.unit import read, write

DAY = timedelta(days=1)
NOW = clock.now()
REFUSED = (pysqlite3.IntegrityError, asyncpg.RestrictViolationError)


async def execute(text: str, *args) -> None:
    await write(partial(sql.rows, text, *args))


async def log() -> list[dict]:
    return await read(partial(sql.rows, "SELECT * FROM audit_entry ORDER BY position, id"))


async def refuse(text: str, *args, words: str) -> None:
    before = await log()
    with pytest.raises(REFUSED, match=words):
        await execute(text, *args)
    assert await log() == before


@pytest.fixture
async def entries(db):
    """Five sealed entries, 900, 800, 729, 728 and 5 days old, and one that waits for its seal."""
    async with unguarded_log():
        await execute("DELETE FROM audit_entry")
    for days in (900, 800, 729, 728, 5):
        with clock.at(NOW - days * DAY):
            await write(partial(record, "thing.changed", days))
    await chain.seal()
    await write(partial(record, "thing.changed", "waits"))
    return await log()


CHANGES = {
    "id": uuid4(), "at": NOW, "person": uuid4(), "organisation": uuid4(), "action": "x", "subject": "x", "details": "x",
}  # fmt: skip


@pytest.mark.parametrize("which", ["position = 3", "position IS NULL"])
async def test_no_column_of_an_entry_is_ever_changed(entries, which):
    for column, value in CHANGES.items():
        await refuse(f"UPDATE audit_entry SET {column} = {{}} WHERE {which}", value, words="never changed")
        if which == "position IS NULL":  # nor while it is sealed
            seal = f"UPDATE audit_entry SET position = 6, hash = 'x', {column} = {{}} WHERE {which}"
            await refuse(seal, value, words="never changed")


async def test_a_seal_is_never_changed_or_taken_away(entries):
    for change in ("position = 100", "hash = 'x'", "position = NULL, hash = NULL", "position = position"):
        await refuse(f"UPDATE audit_entry SET {change} WHERE position = 3", words="never changed")


async def test_an_entry_comes_without_a_seal(entries):
    columns = "id, at, action, subject, details, position, hash"
    add = f"INSERT INTO audit_entry ({columns}) VALUES ({{}}, {{}}, 'a', 's', '', 6, 'x')"
    await refuse(add, uuid4(), NOW, words="without a place")


async def test_one_entry_is_not_put_in_the_place_of_another(db, entries):
    if db.engine_type == "postgres":
        pytest.skip("PostgreSQL knows no REPLACE; its ON CONFLICT DO UPDATE is an update")
    columns = "id, at, action, subject, details"
    for add in (
        f"INSERT OR REPLACE INTO audit_entry ({columns}) SELECT {columns} FROM audit_entry WHERE position = 3",
        f"INSERT OR REPLACE INTO audit_entry (rowid, {columns}) SELECT 1, 'x', at, action, subject, details "
        "FROM audit_entry WHERE position = 3",
        "UPDATE OR REPLACE audit_entry SET position = 3, hash = 'x' WHERE position IS NULL",
    ):
        await refuse(add, words="goes only when it is old")


async def test_nothing_is_taken_away_before_the_log_says_so(entries):
    for which in ("position = 1", "position <= 2", "position = 5", "position IS NULL", "1 = 1"):
        await refuse(f"DELETE FROM audit_entry WHERE {which}", words="goes only when it is old")


async def test_when_the_log_says_so_only_what_is_old_and_stands_before_goes(entries):
    for details in ({}, {"position": "x"}, {"position": None}):  # says nothing
        await write(partial(record, retention.FORGOTTEN, "log", **details))
        await refuse("DELETE FROM audit_entry WHERE position = 1", words="goes only")
    await execute(
        "INSERT INTO audit_entry (id, at, action, subject, details) VALUES ({}, {}, 'log.forgotten', 'log', 'no JSON')",
        uuid4(), NOW,
    )  # fmt: skip
    await write(partial(record, retention.FORGOTTEN, "log", position=1, hash=entries[0]["hash"]))
    await refuse("DELETE FROM audit_entry WHERE position = 2", words="goes only")  # it stands behind
    await write(partial(record, retention.FORGOTTEN, "log", position=5, hash=entries[4]["hash"]))
    for which in ("position = 4", "position = 5", "position IS NULL", "position <= 4"):
        await refuse(f"DELETE FROM audit_entry WHERE {which}", words="goes only")
    await execute("DELETE FROM audit_entry WHERE position <= 3")
    assert [entry["subject"] for entry in await log() if entry["position"]] == ["728", "5"]


async def test_the_table_is_not_emptied_even_by_its_owner(db, entries):
    if db.engine_type == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await execute("TRUNCATE audit_entry")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
    for statement in ("TRUNCATE audit_entry", "DELETE FROM audit_entry WHERE position = 1"):
        with pytest.raises(asyncpg.RestrictViolationError):
            await as_owner(statement)
    assert await log() == entries
