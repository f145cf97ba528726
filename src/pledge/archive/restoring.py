"""Restoring a backup, of this or an older schema, into either database: all of it in one transaction, or nothing."""

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg

import pledge
from pledge.archive import schema, target
from pledge.archive.container import Archive, Manifest, Member, opened
from pledge.archive.making import Progress
from pledge.archive.refusals import ArchiveRefused
from pledge.audit import chain, log
from pledge.database import migrating, roles, sql
from pledge.database.troubles import words
from pledge.database.unit import write

# What the databases say of a row that they do not take. A backup's rows have passed the checks of another database.
_ROW_REFUSED = (
    ValueError,
    OverflowError,
    sqlite3.IntegrityError,
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
)

Hook = Callable[[], Awaitable[None]]  # runs in the unit that restores, on the newest schema, before COMMIT


@dataclass(frozen=True, slots=True)
class Restored:
    """A backup that was restored.

    replaced: whether something was there before. migrated: the migrations that brought an older backup to this schema.
    foreign_keys: how many were checked. audit: what verifying the log's chain found, which came with the backup.
    """

    manifest: Manifest
    replaced: bool
    migrated: list[str]
    foreign_keys: int
    audit: chain.Verdict


async def restore(
    path: Path,
    *,
    replace: bool,
    filled_by_installing: Sequence[str],
    hooks: Sequence[Hook],
    progress: Progress,
) -> Restored:
    """Put a backup in the place of what the database holds.

    The whole file is verified before anything is touched. ``filled_by_installing`` names the tables whose rows do not
    make a database count as used; one in use needs ``replace``. ``hooks`` run in the same transaction, in order.
    Raises ArchiveRefused, or the database's errors; then the database is as it was.
    """
    with opened(path) as archive:
        _require_known(path, archive.manifest)
        for table, rows in archive.check():
            progress("Verifying", table, rows)

        async def unit() -> tuple[bool, list[str], int]:
            await migrating.lock()
            await roles.require_owner()
            granted = await roles.grants()
            replaced = await _clear(replace, {*filled_by_installing, *archive.manifest.left_out})
            await migrating.apply(archive.manifest.migrations)
            async with target.unguarded():
                for table in await _matched(path, archive.manifest):
                    await _load(archive, table, progress)
            migrated = await migrating.apply(migrating.known())
            await target.grant(granted)
            for hook in hooks:
                await hook()
            await log.record("backup.restored", archive.manifest.taken.isoformat(), pledge=pledge.__version__)
            if broken := await target.broken_references():
                raise ArchiveRefused(
                    "broken-references",
                    f"{path} was not restored: rows of {', '.join(broken)} refer to others that are not there.",
                )
            return replaced, migrated, await target.foreign_keys()

        replaced, migrated, foreign_keys = await write(unit)
        return Restored(archive.manifest, replaced, migrated, foreign_keys, await chain.verify())


def _require_known(path: Path, manifest: Manifest) -> None:
    known = set(migrating.known())
    if newer := [migration for migration in manifest.migrations if migration not in known]:
        raise ArchiveRefused(
            "newer",
            f"{path} was made by a newer Pledge ({manifest.pledge}: it has {newer[-1]}). Install that version first.",
        )


async def _clear(replace: bool, not_counted: set[str]) -> bool:
    """Drop what is there and return whether that was more than a fresh installation."""
    await target.unhide()
    present = await schema.tables()
    if present and not await migrating.ran():
        raise ArchiveRefused(
            "not-ours", "This database holds tables that are not Pledge’s. Give Pledge a database of its own."
        )
    used = False
    for table in present:
        if table.name not in not_counted and await sql.rows(
            f"SELECT 1 AS found FROM {schema.quoted(table.name)} LIMIT 1"  # noqa: S608
        ):
            used = True
            if not replace:
                raise ArchiveRefused(
                    "not-empty",
                    f"This database is in use (its table {table.name} has rows). "
                    "To replace everything in it with the backup, add --replace.",
                )
    await target.clear(present)
    return used


async def _matched(path: Path, manifest: Manifest) -> list[tuple[Member, schema.Table]]:
    """Return the members with their tables, parents first. Raises ArchiveRefused when the two do not fit."""
    members = {member.name: member for member in manifest.tables}
    tables = {table.name: table for table in await schema.tables() if table.name not in manifest.left_out}
    if set(members) == set(tables) and all(_columns(members[name]) == _kinds(tables[name]) for name in members):
        return [(members[name], tables[name]) for name in tables]
    raise ArchiveRefused("foreign", f"{path} does not fit: its tables are not those that its migrations make.")


def _columns(member: Member) -> set[tuple[str, str, bool]]:
    return set(member.columns)


def _kinds(table: schema.Table) -> set[tuple[str, str, bool]]:
    return {(column.name, column.kind, column.nullable) for column in table.columns}


async def _load(archive: Archive, pair: tuple[Member, schema.Table], progress: Progress) -> None:
    member, table = pair
    names = ", ".join(schema.quoted(name) for name, _, _ in member.columns)
    into = schema.quoted(table.name)
    insert = f"INSERT INTO {into} ({names}) VALUES ({sql.marks(len(member.columns))})"  # noqa: S608
    progress("Restoring", table.name, 0)
    await sql.rows(f"DELETE FROM {into}")  # noqa: S608  # what a migration put there
    try:
        for rows in archive.rows(member):
            await sql.many(insert, rows)
            progress("Restoring", table.name, len(rows))
    except _ROW_REFUSED as error:
        raise ArchiveRefused(
            "does-not-fit",
            f"The database refuses a row of the table {table.name}: {words(error)}. Nothing was changed.",
        ) from error
    count = await sql.value(f"SELECT count(*) FROM {into}")  # noqa: S608
    if count != member.rows:
        raise ArchiveRefused(
            "rows-lost", f"The table {table.name} has {count} rows, and its backup {member.rows}. Nothing was changed."
        )
