"""Applying the one chain of migrations, on either database.

A migration is a file in ``migrations/`` with an ``ID`` and an async ``forwards()`` that runs portable SQL through
``run``. All that have not run yet run in one transaction: they all happen, or none.
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from piccolo.apps.migrations.tables import Migration

from pledge.database import roles, sql, walls
from pledge.database.troubles import Unusable
from pledge.database.unit import database, read, write
from pledge.resources import resource

MIGRATIONS = "migration"  # Piccolo's own table
_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    # not those of an extension
    "postgres": "SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'p') "
    "AND relnamespace = current_schema()::text::regnamespace "
    "AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')",
}
_LOCK = 727_274_001  # any fixed number: two processes must not migrate one PostgreSQL database at once


class MigrationRefused(Unusable):
    """The database cannot be migrated as it is. The message says why and what to do."""


async def run(statements: Sequence[str]) -> None:
    """Run data-definition statements in the current unit (called by migrations)."""
    engine: Any = database()
    for statement in statements:
        await engine.run_ddl(statement)


async def run_for(*, sqlite: Sequence[str], postgres: Sequence[str]) -> None:
    """Run the statements for the database at hand, where the two have no common words (triggers, row security)."""
    await run(sqlite if database().engine_type == "sqlite" else postgres)


def known() -> list[str]:
    """Return the IDs of the migrations in this version of Pledge, oldest first."""
    return [path.stem for path in sorted(resource("migrations").glob("pledge_*.py"))]


async def applied() -> list[str]:
    """Return the IDs of the migrations this database has had, oldest first."""
    return await read(ran)


async def ran() -> list[str]:
    """Return the same in the current unit."""
    if MIGRATIONS not in await tables():
        return []
    found: list[dict[str, str]] = await Migration.select(Migration.name).order_by(Migration.name)
    return [row["name"] for row in found]


async def tables() -> set[str]:
    """Return the names of all tables, in the current unit, also of those that our role may not look into."""
    return {row["name"] for row in await sql.rows(_TABLES[database().engine_type])}


async def migrate(before: Callable[[], Awaitable[object]] | None = None) -> list[str]:
    """Bring the database to this version's schema and return the IDs that were applied.

    ``before`` runs first when the database is one of an earlier version: it takes a backup. Raises MigrationRefused
    when the database has migrations that this version does not know: it was used by a newer Pledge; or when its
    tables are not Pledge's. Raises roles.NotAllowed.
    """
    done = await applied()
    require_not_newer(done)
    if set(known()) <= set(done):
        return []
    await read(partial(_require_ours, done))
    if done and before is not None:
        await before()

    async def unit() -> list[str]:
        await lock()
        return await apply(known())

    return await write(unit)


def require_not_newer(done: Sequence[str]) -> None:
    """Raise MigrationRefused when a database that has had these migrations was used by a newer Pledge."""
    if newer := [migration for migration in done if migration not in known()]:
        raise MigrationRefused(
            "newer",
            f"This database was used by a newer Pledge (it has {newer[-1]}). Install that version or restore a backup.",
        )


async def _require_ours(done: Sequence[str]) -> None:
    await roles.require_owner()
    if not done and await tables() - {MIGRATIONS}:
        raise MigrationRefused(
            "not-ours",
            "This database holds tables that are not Pledge’s. Give Pledge a database of its own: name it in "
            "PLEDGE_DATABASE_URL.",
        )


async def lock() -> None:
    """Let no other process change the schema until the current unit ends. SQLite has one writer at a time anyway."""
    if database().engine_type == "postgres":
        await sql.rows("SELECT pg_advisory_xact_lock({})", _LOCK)


async def apply(names: Sequence[str]) -> list[str]:
    """Apply those of the named migrations that the database lacks, in the current unit; return their IDs in order."""
    from piccolo.apps.migrations.commands.base import BaseMigrationManager  # late: it loads much

    runner = BaseMigrationManager()
    await runner.create_migration_table()
    modules = runner.get_migration_modules(str(resource("migrations")))
    missing = sorted(set(names) - set(await ran()))
    for name in missing:
        await modules[name].forwards()
        await Migration.insert(Migration(name=name, app_name="pledge"))
    if missing:
        await walls.build()
    return missing
