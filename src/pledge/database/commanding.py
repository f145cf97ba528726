"""Running a command of the command line with the database open."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, NoReturn, TypeVar

import click

from pledge.settings import SettingsError, load

T = TypeVar("T")


def refuse(message: str) -> NoReturn:
    """Print one plain sentence on standard error and leave with exit code 2."""
    click.echo(message, err=True)
    raise SystemExit(2)


def with_database(command: Callable[..., Awaitable[T]]) -> Callable[..., T]:
    """Run an async command with the database open; a wrong setting or an unreachable database is one sentence."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> T:
        try:
            load()
        except SettingsError as error:
            refuse(str(error))
        from pledge.database.unit import database

        async def inside() -> T:
            try:
                await database().start()
            except Exception as error:
                refuse(f"The database cannot be opened: {error}. Check PLEDGE_DATABASE_URL.")
            try:
                return await command(*args, **kwargs)
            finally:
                await database().stop()

        return asyncio.run(inside())

    return run


async def require_schema() -> None:
    """End the command with a sentence when the database has not had every migration of this version."""
    from pledge.database import migrating

    if missing := sorted(set(migrating.known()) - set(await migrating.applied())):
        refuse(f"The database lacks {len(missing)} migrations. Run “pledge migrate” first.")
