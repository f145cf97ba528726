"""Applying the one chain of migrations, on either database.

A migration is a file in ``migrations/`` with an ``ID`` and an async ``forwards()`` that runs portable SQL through
``run``. All that have not run yet run in one transaction: they all happen, or none.
"""

import contextlib
import io
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from piccolo.apps.migrations.commands.forwards import run_forwards
from piccolo.apps.migrations.tables import Migration

from pledge.database import clock, sql, walls
from pledge.database.sqlite import SQLiteDatabase
from pledge.database.unit import database, read, write
from pledge.resources import resource

_LOCK = 727_274_001  # any fixed number: two processes must not migrate one PostgreSQL database at once


class MigrationRefused(Exception):
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

    async def unit() -> list[str]:
        if not await Migration.table_exists():
            return []
        found: list[dict[str, str]] = await Migration.select(Migration.name).order_by(Migration.name)
        return [row["name"] for row in found]

    return await read(unit)


async def migrate() -> list[str]:
    """Bring the database to this version's schema and return the IDs that were applied.

    An existing SQLite file is copied beside itself first (``….before-<time>``). Raises MigrationRefused when the
    database has migrations that this version does not know: it was used by a newer Pledge.
    """
    done = await applied()
    newer = [migration for migration in done if migration not in known()]
    if newer:
        raise MigrationRefused(
            f"This database was used by a newer Pledge (it has {newer[-1]}). Install that version or restore a backup."
        )
    missing = [migration for migration in known() if migration not in done]
    if not missing:
        return []
    engine = database()
    if done and isinstance(engine, SQLiteDatabase):
        _copy(Path(engine.path))

    async def unit() -> None:
        if engine.engine_type == "postgres":
            await sql.rows("SELECT pg_advisory_xact_lock({})", _LOCK)
        await run_forwards("pledge")
        await walls.build()

    with contextlib.redirect_stdout(io.StringIO()):
        await write(unit)
    return missing


def _copy(path: Path) -> None:
    target = path.with_name(f"{path.name}.before-{clock.now():%Y%m%dT%H%M%SZ}")
    with contextlib.closing(sqlite3.connect(path)) as source:
        source.execute("VACUUM INTO ?", (str(target),))
