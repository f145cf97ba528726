"""The database that a backup is restored into: what stands there, clearing it, and loading it without its guards.

Everything here runs in the current unit, so that it happens as a whole or not at all.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from pledge.archive.schema import Table, quoted
from pledge.database import migrating, sql
from pledge.database.migrating import run
from pledge.database.unit import database


def _on_sqlite() -> bool:
    return database().engine_type == "sqlite"


async def clear(tables: Sequence[Table]) -> None:
    """Drop the tables (given parents first), Piccolo's own, and all views and functions.

    What is made afterwards is behind row-level security again, and this unit passes it.
    """
    names = [quoted(table.name) for table in reversed(tables)] + [quoted(migrating.MIGRATIONS)]
    if _on_sqlite():
        for row in await sql.rows("SELECT name FROM sqlite_master WHERE type = 'view'"):
            await run([f"DROP VIEW {quoted(row['name'])}"])
        for name in names:
            await run([f"DROP TABLE IF EXISTS {name}"])
        return
    await run([f"DROP TABLE IF EXISTS {', '.join(names)} CASCADE"])
    for row in await sql.rows(
        "SELECT relname FROM pg_class WHERE relkind = 'v' AND relnamespace = current_schema()::text::regnamespace "
        "AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')"
    ):
        await run([f"DROP VIEW IF EXISTS {quoted(row['relname'])} CASCADE"])
    for row in await sql.rows(
        "SELECT oid::regprocedure::text AS signature FROM pg_proc WHERE "
        "pronamespace = current_schema()::text::regnamespace "
        "AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')"
    ):
        await run([f"DROP ROUTINE IF EXISTS {row['signature']} CASCADE"])
    await sql.rows("SET LOCAL row_security = on")


async def grant(grants: Sequence[tuple[str, str, str]]) -> None:
    """Give back what roles were granted by hand on tables that were dropped and made anew."""
    there = await migrating.tables() if grants else ()
    for table, privilege, role in grants:
        if table in there:
            await run([f"GRANT {privilege} ON {quoted(table)} TO {role}"])


async def unhide() -> None:
    """Let the tables' owner see all rows on PostgreSQL, whatever row-level security says."""
    if not _on_sqlite():
        for table in await _forced():
            await run([f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"])
        await sql.rows("SET LOCAL row_security = off")  # and if that is not enough, say so


@asynccontextmanager
async def unguarded() -> AsyncIterator[None]:
    """Set triggers, foreign keys and row-level security aside for the loading of rows; then all are as they were.

    Raises the database's error when the loaded rows break a foreign key (SQLite: see ``broken_references``).
    """
    if _on_sqlite():
        triggers = await sql.rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        for trigger in triggers:
            await run([f"DROP TRIGGER {quoted(trigger['name'])}"])
        await sql.rows("PRAGMA defer_foreign_keys = ON")  # until COMMIT
        yield
        for trigger in triggers:
            await run([trigger["sql"]])
        return
    forced, keys, triggers = await _forced(), await _keys(), await _triggers()
    await unhide()
    for key in keys:
        await run([f"ALTER TABLE {key['of']} DROP CONSTRAINT {quoted(key['name'])}"])
    for trigger in triggers:
        await run([f"ALTER TABLE {trigger['of']} DISABLE TRIGGER {quoted(trigger['name'])}"])
    yield
    for trigger in triggers:
        how = {"A": "ENABLE ALWAYS", "R": "ENABLE REPLICA"}.get(trigger["enabled"], "ENABLE")
        await run([f"ALTER TABLE {trigger['of']} {how} TRIGGER {quoted(trigger['name'])}"])
    for key in keys:
        await run([f"ALTER TABLE {key['of']} ADD CONSTRAINT {quoted(key['name'])} {key['definition']}"])
    for table in forced:
        await run([f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"])
    await sql.rows("SET LOCAL row_security = on")


async def foreign_keys() -> int:
    """Return how many foreign keys the tables have."""
    if _on_sqlite():
        return int(
            await sql.value(
                "SELECT count(*) FROM (SELECT DISTINCT child.name, pointer.id FROM sqlite_master AS child "
                "JOIN pragma_foreign_key_list(child.name) AS pointer WHERE child.type = 'table')"
            )
        )
    return len(await _keys())


async def broken_references() -> list[str]:
    """Return the tables with rows that refer to rows which are not there; PostgreSQL refuses them by itself."""
    if not _on_sqlite():
        return []
    return sorted({row["table"] for row in await sql.rows("PRAGMA foreign_key_check")})


async def _forced() -> list[str]:
    found = await sql.rows(
        "SELECT oid::regclass::text AS name FROM pg_class WHERE relnamespace = current_schema()::text::regnamespace "
        "AND relkind IN ('r', 'p') AND relforcerowsecurity ORDER BY name"
    )
    return [row["name"] for row in found]


async def _keys() -> list[dict[str, str]]:
    return await sql.rows(
        'SELECT conrelid::regclass::text AS "of", conname AS name, pg_get_constraintdef(oid) AS definition '
        "FROM pg_constraint WHERE contype = 'f' AND conparentid = 0 AND "
        "connamespace = current_schema()::text::regnamespace "
        'ORDER BY "of", name'
    )


async def _triggers() -> list[dict[str, str]]:
    return await sql.rows(
        'SELECT tgrelid::regclass::text AS "of", tgname AS name, tgenabled::text AS enabled FROM pg_trigger '
        "JOIN pg_class ON pg_class.oid = tgrelid "
        "WHERE relnamespace = current_schema()::text::regnamespace AND NOT tgisinternal AND tgenabled <> 'D' "
        'ORDER BY "of", name'
    )
