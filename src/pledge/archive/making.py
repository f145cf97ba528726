"""Making a backup: every row of every table, from one snapshot, into a file that is read back before it is named."""

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

import pledge
from pledge.archive import container, schema
from pledge.archive.container import Manifest
from pledge.archive.refusals import ArchiveRefused
from pledge.database import clock, migrating, roles, sql, walls
from pledge.database.troubles import words
from pledge.database.unit import database, read

ROWS = 250  # rows read at a time
BLOBS = 16  # rows read at a time from a table with bytes: an upload's are 256 KB each

Progress = Callable[[str, str, int], None]  # (what is being done, table, rows more)


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made and read back: where, how many bytes, and what is in it."""

    path: Path
    size: int
    manifest: Manifest


async def back_up(path: Path, *, leave_out: Sequence[str], progress: Progress) -> Made:
    """Write a backup to ``path``, replacing an older one there only when the new one is whole.

    leave_out: tables whose rows do not go into a backup. The database may be in use and of any schema. Raises
    ArchiveRefused; OSError; the database's errors. Then nothing new is at ``path``.
    """
    _require_place(path)
    done = await migrating.applied()
    migrating.require_not_newer(done)
    if not done:
        raise ArchiveRefused("empty", "There is nothing to back up: this database has no tables of Pledge yet.")
    with _temporary(path) as (temporary, file):
        manifest = await _write(file, done, leave_out, progress)
        _read_back(temporary, progress)
        size = _name(temporary, path)
    return Made(path, size, manifest)


def _read_back(temporary: Path, progress: Progress) -> None:
    try:
        with container.opened(temporary) as archive:
            for table, rows in archive.check():
                progress("Verifying", table, rows)
    except ArchiveRefused as refused:
        raise ArchiveRefused(
            "unverified", f"The backup was not kept, because it cannot be read back. {refused.message}"
        ) from refused


async def _write(file: BinaryIO, done: list[str], leave_out: Sequence[str], progress: Progress) -> Manifest:
    async def unit() -> Manifest:
        taken = clock.now()
        await roles.require_access(["SELECT"])
        await _see_everything()
        with container.Writer(file) as writer:
            for table in await schema.tables():
                if table.name not in leave_out:
                    progress("Backing up", table.name, 0)
                    await _copy(table, writer, progress)
            return writer.finish(
                pledge=pledge.__version__,
                taken=taken,
                database=database().engine_type,
                migrations=done,
                left_out=sorted(leave_out),
            )

    return await read(unit)


async def _see_everything() -> None:
    """Let no row be missing unseen: what may hide some, besides our own walls, which this unit passes, is an error."""
    if database().engine_type == "postgres" and await sql.value(
        "SELECT count(*) FROM pg_policy WHERE polname <> {}", walls.POLICY
    ):
        await sql.rows("SET LOCAL row_security = off")


async def _copy(table: schema.Table, writer: container.Writer, progress: Progress) -> None:
    columns = ", ".join(schema.quoted(column.name) for column in table.columns)
    order = ", ".join(map(schema.quoted, table.key)) or "1"
    size = BLOBS if any(column.kind == "bytes" for column in table.columns) else ROWS
    with writer.table(table) as lines:

        def take(rows: list[tuple[object, ...]]) -> None:
            lines.write(rows)
            progress("Backing up", table.name, len(rows))

        try:
            await sql.batches(
                f"SELECT {columns} FROM {schema.quoted(table.name)} ORDER BY {order}",  # noqa: S608
                size,
                take,
            )
        except (ValueError, TypeError, ArithmeticError, msgspec.MsgspecError) as error:
            # SQLite keeps whatever was written into a column
            raise ArchiveRefused(
                "unreadable-row", f"The table {table.name} has a row that cannot be read: {words(error)}."
            ) from error


def _require_place(path: Path) -> None:
    if not path.parent.is_dir():
        raise ArchiveRefused("no-folder", f"There is no folder {path.parent}. Make it first, or choose another.")
    if path.exists() and not (path.is_file() and (path.stat().st_size == 0 or container.is_archive(path))):
        raise ArchiveRefused("in-the-way", f"{path} is there already and is not a backup. Choose another name.")


@contextmanager
def _temporary(path: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """Open a file beside ``path`` that only its owner can read, and leave none behind.

    Its name is always the same, so that the rest of a backup that was killed is overwritten by the next.
    """
    temporary = path.with_name(f".{path.name}.partial")
    handle = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            ours = temporary.exists() and os.path.samestat(os.fstat(handle), temporary.stat())
        except BlockingIOError:
            ours = False
        if not ours:  # or another has just given this very file its final name
            raise ArchiveRefused("busy", f"Another backup to {path} is being made. Wait for it to end.")
        try:
            os.fchmod(handle, 0o600)
            file.truncate(0)
            yield temporary, file
        except BaseException:
            with suppress(FileNotFoundError):
                temporary.unlink()
            raise


def _name(temporary: Path, path: Path) -> int:
    """Give a file its final name, durably, and return its size."""
    temporary.rename(path)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return path.stat().st_size
