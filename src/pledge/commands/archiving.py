"""Commands that keep the data safe: backup and restore, and the backup that goes before every migration."""

import json
import sys
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from pledge.command_line import Needs, refuse, with_database
from pledge.settings import load

if TYPE_CHECKING:
    from datetime import datetime

    from pledge.archive.container import Manifest

_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object, and nothing else.")


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@_json_option
@with_database(needs=Needs.DATABASE)
async def backup(file: Path, as_json: bool) -> None:
    """Write everything in the database into FILE, and read it back before it gets that name.

    Pledge may be running. Sign-ins and e-mailed links are left out. FILE holds everybody’s answers: only you can read
    it, and it must be kept so. An older backup at FILE is replaced once the new one is whole.

    Exit code: 0 the backup is there and verified, 2 refused, with the reason.
    """
    from pledge import declared
    from pledge.archive import making

    with _Progress(shown=not as_json) as progress:
        made = await making.back_up(file, leave_out=declared.NOT_BACKED_UP, progress=progress)
    manifest = made.manifest
    if as_json:
        _print(_summary(manifest) | {"file": str(made.path), "bytes": made.size})
        return
    click.echo(
        f"{made.path}: {manifest.rows:,} rows of {len(manifest.tables)} tables as of {_moment(manifest.taken)}, "
        f"{made.size / 1e6:,.1f} MB, read back and verified."
    )


def _is_backup(command: Callable[..., None]) -> Callable[..., None]:
    """Refuse a FILE that is no whole backup before the database is opened, which would make one."""

    @wraps(command)
    def run(file: Path, **others: Any) -> None:
        from pledge.archive.container import opened
        from pledge.archive.refusals import ArchiveRefused

        try:
            with opened(file):
                pass
        except ArchiveRefused as error:
            refuse(error.message, error.code)
        command(file=file, **others)

    return run


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Replace everything in a database that is in use.")
@_json_option
@_is_backup
@with_database(needs=Needs.NOTHING)
async def restore(file: Path, replace: bool, as_json: bool) -> None:
    """Put the backup in FILE into the database that PLEDGE_DATABASE_URL names. Stop Pledge first.

    The backup may be of SQLite or PostgreSQL, of this version or an older one. FILE is verified before anything is
    touched; then all of it is restored or nothing is changed. Everybody signs in again afterwards.

    Exit code: 0 restored, 1 restored but the log in the backup is broken, 2 refused, with the reason.
    """
    from pledge import app, declared
    from pledge.archive import restoring

    with _Progress(shown=not as_json) as progress:
        done = await restoring.restore(
            file,
            replace=replace,
            filled_by_installing=declared.FILLED_BY_INSTALLING,
            hooks=await app.after_restore(),
            progress=progress,
        )
    manifest, audit = done.manifest, done.audit
    if as_json:
        log = {"sealed": audit.sealed, "unsealed": audit.unsealed, "fault": audit.fault}
        found = {"file": str(file), "replaced": done.replaced, "migrated": done.migrated}
        _print(_summary(manifest) | found | {"foreign_keys": done.foreign_keys, "audit": log})
    else:
        click.echo(f"Restored {manifest.rows:,} rows of {len(manifest.tables)} tables as of {_moment(manifest.taken)}.")
        if done.migrated:
            click.echo(f"Brought to this version by {len(done.migrated)} migrations.")
        click.echo(f"Verified: every table’s rows counted, {done.foreign_keys} foreign keys hold.")
        click.echo(f"The log: {audit.sealed:,} entries sealed and intact, {audit.unsealed:,} not sealed yet.")
        click.echo("Sign-ins and unused links did not come back: everybody signs in again. You can start Pledge now.")
    if audit.fault:
        click.echo(f"{audit.fault} It was so in the backup: neither it nor what follows can be relied on.", err=True)
        sys.exit(1)


async def migrate() -> list[str]:
    """Bring the database to this version's schema, after a backup when it is of an earlier one; return what ran.

    Raises MigrationRefused, when the backup cannot be made too.
    """
    from pledge.database import migrating

    return await migrating.migrate(_before_migrating)


async def _before_migrating() -> None:
    from pledge import declared
    from pledge.archive import making
    from pledge.database import clock, files, migrating
    from pledge.database.troubles import unusable

    folder = backups_folder()
    file = folder / f"before-migrating-{clock.now():%Y%m%dT%H%M%SZ}.pledge"
    try:
        files.make_folder(folder)
        await making.back_up(file, leave_out=declared.NOT_BACKED_UP, progress=lambda *_: None)
    except Exception as error:
        if (refusal := unusable(error)) is None:
            raise
        raise migrating.MigrationRefused(
            refusal.code,
            f"The backup that goes before a migration cannot be made, so nothing was changed. {refusal.message} "
            "PLEDGE_BACKUPS says where it goes.",
        ) from error
    click.echo(f"The data as it was is in {file}.", err=True)


def backups_folder() -> Path:
    """Return where the backup that goes before a migration is put. It may not be there yet."""
    settings = load()
    if settings.backups:
        return settings.backups
    if settings.database_url.startswith("sqlite:///"):
        return Path(settings.database_url.removeprefix("sqlite:///")).parent / "backups"
    return Path("var/backups")


def _summary(manifest: "Manifest") -> dict[str, Any]:
    return {
        "taken": manifest.taken,
        "pledge": manifest.pledge,
        "database": manifest.database,
        "schema": manifest.migrations[-1],
        "rows": manifest.rows,
        "tables": {member.name: member.rows for member in manifest.tables},
        "left_out": manifest.left_out,
    }


def _moment(taken: "datetime") -> str:
    return f"{taken:%Y-%m-%d %H:%M:%S} UTC"


def _print(data: object) -> None:
    click.echo(json.dumps(msgspec.to_builtins(data), ensure_ascii=False))


class _Progress:
    """Rows done so far, on one line of standard error that is written twice a second at most."""

    def __init__(self, *, shown: bool) -> None:
        self._shown = shown and sys.stderr.isatty()
        self._doing = ""
        self._rows = 0
        self._next = 0.0

    def __call__(self, doing: str, table: str, rows: int) -> None:
        """Count ``rows`` more of a table."""
        if doing != self._doing:
            self._doing, self._rows = doing, 0
        self._rows += rows
        if self._shown and time.monotonic() >= self._next:
            self._next = time.monotonic() + 0.5
            sys.stderr.write(f"\r\x1b[K{doing}: {self._rows:,} rows, in {table}")
            sys.stderr.flush()

    def __enter__(self) -> "_Progress":
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown and self._doing:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
