"""What every command shares: refusing in one sentence, and running with the database open."""

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
                reason = " ".join(str(error).split()) or type(error).__name__
                refuse(f"The database cannot be opened: {reason.rstrip('.')}. Check PLEDGE_DATABASE_URL.")
            try:
                return await command(*args, **kwargs)
            finally:
                await database().stop()

        return asyncio.run(inside())

    return run
