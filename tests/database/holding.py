"""Making the database wait or fail at a chosen moment, for real, on either database."""

import asyncio
import sqlite3
import threading
from contextlib import asynccontextmanager
from functools import partial

from tests.support.log import as_owner
from tests.support.waiting import eventually

from pledge.database import sql
from pledge.database.unit import write

GATE = 4711


@asynccontextmanager
async def held_commits(db, monkeypatch):
    """While this is open, a COMMIT that changed the table ``throttle`` waits; closing it lets it go on."""
    if db.engine_type == "postgres":
        import asyncpg

        await _run_all(POSTGRES_WAITS)
        holder = await asyncpg.connect(db.config["dsn"])
        await holder.execute(f"SELECT pg_advisory_lock({GATE})")

        try:
            yield partial(waiting_at_gate, holder, 1)
        finally:
            await holder.close()
        return

    arrived, gate = threading.Event(), threading.Event()

    class Held(sqlite3.Connection):
        def execute(self, statement, *args):
            if statement == "COMMIT":
                arrived.set()
                gate.wait(10)
            return super().execute(statement, *args)

    await db.stop()
    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Held))
        await db.start()

    try:
        yield partial(eventually, arrived.is_set)
    finally:
        gate.set()


async def waiting_at_gate(connection, count: int) -> None:
    """Return when so many units wait for the lock that ``connection`` holds."""
    query = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"

    async def enough() -> bool:
        return await connection.fetchval(query) >= count

    await eventually(enough)


async def fail_commits_that_touch(table: str, db) -> None:
    """From now on, whoever adds a row to ``table`` is refused by the database at COMMIT, and not before."""
    await _run_all(POSTGRES_FAILS if db.engine_type == "postgres" else SQLITE_FAILS, table)


async def _run_all(statements, table: str = "throttle") -> None:
    for statement in statements:
        await as_owner(statement.replace("TABLE_NAME", table))


SQLITE_FAILS = (
    "CREATE TABLE nowhere (id INTEGER PRIMARY KEY)",
    "CREATE TABLE broken (id INTEGER REFERENCES nowhere (id) DEFERRABLE INITIALLY DEFERRED)",
    "CREATE TRIGGER break_it AFTER INSERT ON TABLE_NAME BEGIN INSERT INTO broken VALUES (1); END",
)
POSTGRES_FAILS = (
    "CREATE FUNCTION break_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused at COMMIT'; END $$",
    "CREATE CONSTRAINT TRIGGER break_it AFTER INSERT ON TABLE_NAME DEFERRABLE INITIALLY DEFERRED "
    "FOR EACH ROW EXECUTE FUNCTION break_it()",
)
POSTGRES_WAITS = (
    "CREATE FUNCTION hold_it() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN PERFORM pg_advisory_xact_lock({GATE}); RETURN NULL; END $$",
    "CREATE CONSTRAINT TRIGGER hold_it AFTER INSERT ON TABLE_NAME DEFERRABLE INITIALLY DEFERRED "
    "FOR EACH ROW EXECUTE FUNCTION hold_it()",
)


@asynccontextmanager
async def busy_writer(db, *, units: int = 1):
    """While this is open, everything that can write (one thread, or ``units`` connections) is busy in a unit."""
    if db.engine_type == "postgres":
        import asyncpg

        holder = await asyncpg.connect(db.config["dsn"])
        await holder.execute(f"SELECT pg_advisory_lock({GATE})")
        waiting = [
            asyncio.ensure_future(write(partial(sql.rows, f"SELECT pg_advisory_xact_lock({GATE})")))
            for _ in range(units)
        ]
        await waiting_at_gate(holder, units)
        try:
            yield
        finally:
            await holder.close()
            await asyncio.gather(*waiting)
        return

    began, gate = threading.Event(), threading.Event()

    async def block() -> None:
        began.set()
        gate.wait(10)

    waiting = [asyncio.ensure_future(write(block))]
    await eventually(began.is_set)
    try:
        yield
    finally:
        gate.set()
        await asyncio.gather(*waiting)
