"""Looking at everything that a database holds, and making it one that is worth a backup."""

import os
from functools import partial
from pathlib import Path
from typing import Any

from tests.support.databases import owned

from pledge import declared
from pledge.archive import making, restoring, schema
from pledge.archive.container import Manifest, opened
from pledge.database import clock, ids, sql
from pledge.database.unit import read, write


def url_of(db) -> str:
    return f"sqlite:///{db.path}" if db.engine_type == "sqlite" else db.config["dsn"]


def quiet(*_: object) -> None:
    return


async def back_up(path: Path) -> Manifest:
    return (await making.back_up(path, leave_out=declared.NOT_BACKED_UP, progress=quiet)).manifest


async def restore(path: Path, *, replace: bool = False, hooks=()) -> restoring.Restored:
    return await restoring.restore(
        path, replace=replace, filled_by_installing=declared.FILLED_BY_INSTALLING, hooks=hooks, progress=quiet
    )


async def fresh(databases) -> str:
    """The address of a new database as after installing; on PostgreSQL as the owner: only the owner restores."""
    return owned(await databases.new_url())


async def move(db, databases, url: str) -> None:
    """Point the engine to another database."""
    await db.stop()
    databases.point(db, url)
    await db.start()


async def everything(columns: dict[str, list[str]] | None = None) -> dict[str, list[str]]:
    """Every row of every table that goes into a backup, in an order that does not depend on the database.

    ``columns`` (table → names) leaves out all others.
    """

    async def unit() -> dict[str, list[str]]:
        found = {}
        for table in await schema.tables():
            if table.name not in declared.NOT_BACKED_UP and (columns is None or table.name in columns):
                names = columns[table.name] if columns else sorted(column.name for column in table.columns)
                rows = await sql.rows(f"SELECT * FROM {schema.quoted(table.name)}")
                found[table.name] = sorted(repr([_plain(row[name]) for name in names]) for row in rows)
        return found

    return await read(unit)


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | int | bytes | None) else str(value)


def in_archive(path: Path) -> dict[str, list[str]]:
    """The same of an archive."""
    with opened(path) as archive:
        found = {}
        for member in archive.manifest.tables:
            order = sorted(range(len(member.columns)), key=lambda place: member.columns[place][0])
            rows = [row for batch in archive.rows(member) for row in batch]
            found[member.name] = sorted(repr([_plain(row[place]) for place in order]) for row in rows)
        return found


def without_restoring(found: dict[str, list[str]]) -> dict[str, list[str]]:
    """The contents without what restoring itself writes into the log."""
    return {**found, "audit_entry": [row for row in found["audit_entry"] if "backup.restored" not in row]}


async def execute(text: str, *args: Any) -> None:
    await write(partial(sql.rows, text, *args))


async def objects(db) -> set[tuple[str, str]]:
    """Every table, index, constraint, trigger and function, as the database writes it."""
    if db.engine_type == "sqlite":
        rows = await read(partial(sql.rows, "SELECT name, sql AS text FROM sqlite_master WHERE sql IS NOT NULL"))
        return {(row["name"], row["text"].replace(" IF NOT EXISTS", "")) for row in rows}
    found = set()
    for text in (
        "SELECT conname::text AS name, pg_get_constraintdef(oid) AS text FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace",
        "SELECT indexname::text AS name, indexdef AS text FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT tgname::text AS name, pg_get_triggerdef(pg_trigger.oid) || tgenabled::text AS text FROM pg_trigger "
        "WHERE NOT tgisinternal",
        "SELECT proname::text AS name, pg_get_functiondef(oid) AS text FROM pg_proc "
        "WHERE pronamespace = 'public'::regnamespace",
        "SELECT relname::text AS name, format('%s %s', relrowsecurity, relforcerowsecurity) AS text FROM pg_class "
        "WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'",
    ):
        found |= {(row["name"], row["text"]) for row in await read(partial(sql.rows, text))}
    return found


async def fill(megabytes: int) -> None:
    """Add an upload of so many megabytes that do not get smaller, in rows of 256 KB as Pledge keeps them."""
    organisation, upload, size = ids.new_id(), ids.new_id(), 256 * 1024

    async def firm() -> None:
        await sql.rows(
            "INSERT INTO organisation (id, name, created, kind, postcode, district, area, sector, risk_sectors, "
            "headcount_band, labour, outside_work, listed_goods) VALUES ({}, 'Big', {}, '', '', '', '', '', '', '', "
            "'', '', {})",
            organisation, clock.now(), False,
        )  # fmt: skip
        await sql.rows(
            "INSERT INTO upload (id, organisation, sha256, size, name, format, state, refusal, message, uploaded, "
            "outline, plan, next_sheet, next_row, rows_read, accepted, rejected, suppliers, problems) "
            "VALUES ({}, {}, {}, 1, 'a.xlsx', 'xlsx', 'received', '', '', {}, '', '', 0, 1, 0, 0, 0, 0, '')",
            upload, organisation, "0" * 64, clock.now(),
        )  # fmt: skip

    await write(firm)
    for first in range(0, megabytes * 4, 16):
        rows = [(organisation, upload, first + place, os.urandom(size)) for place in range(16)]
        await write(
            partial(
                sql.many, "INSERT INTO upload_chunk (organisation, upload, place, data) VALUES ({}, {}, {}, {})", rows
            )
        )
