"""What every command shares: refusing in one sentence, and running with the database open.

Exit codes of every command: 0 done, 1 done with findings, 2 refused. A refusal is one line on standard error; with
``--json`` standard output has ``{"refused": {"code", "message"}}`` too.
"""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from functools import wraps
from typing import Any, NoReturn, TypeVar

import click

from pledge.content import ContentError
from pledge.settings import SettingsError, load

T = TypeVar("T")


class Needs(Enum):
    """What must be there for a command: nothing (it makes the database), a database, or one of this version."""

    NOTHING = 0
    DATABASE = 1
    THIS_VERSION = 2


def refuse(message: str, code: str = "refused", **more: str) -> NoReturn:
    """Print one plain sentence on standard error, and JSON where it was asked for, and leave with exit code 2.

    ``more`` is said in the JSON only.
    """
    context = click.get_current_context(silent=True)
    if context is not None and context.params.get("as_json"):
        try:
            click.echo(json.dumps({"refused": {"code": code, **more, "message": message}}, ensure_ascii=False))
        except (OSError, NotPrinted):
            forget_output()
    with suppress(OSError):
        click.echo(message, err=True)
    raise SystemExit(2)


def with_database(
    command: Callable[..., Awaitable[T]] | None = None, *, needs: Needs = Needs.THIS_VERSION
) -> Callable[..., Any]:
    """Run an async command with the database open.

    A wrong setting, a database that is not as the command needs it, or one that fails meanwhile, is one sentence;
    content that cannot be used is one for each reason.
    """
    if command is None:
        return lambda command: with_database(command, needs=needs)

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> T:
        try:
            load()
        except SettingsError as error:
            refuse(str(error), "settings")
        try:
            with _printing():
                return asyncio.run(_inside(lambda: command(*args, **kwargs), needs))
        except ContentError as error:
            refuse(str(error), error.code)

    return run


class NotPrinted(Exception):
    """What a command had to say could not be printed. What it did is done."""


@contextmanager
def _printing() -> Iterator[None]:
    """Tell an error of printing from one of the database or of a file: whatever was to be done is done by then."""
    streams = [(stream, stream.write, stream.flush) for stream in (sys.stdout, sys.stderr)]
    try:
        for stream, write, flush in streams:
            heard = stream is sys.stdout  # what is said meanwhile on standard error stops nothing
            stream.write, stream.flush = _marked(write, heard), _marked(flush, heard)  # type: ignore[method-assign]
        yield
    except NotPrinted as error:
        said = f"It was done, but what it had to say could not be printed: {error}."
        if click.get_current_context().command_path.endswith("user add"):
            said += " The link that it made is lost: do it again for another."
        with suppress(OSError):
            os.write(2, f"{said}\n".encode())
        forget_output()
        raise SystemExit(1) from error
    finally:
        for stream, write, flush in streams:
            stream.write, stream.flush = write, flush  # type: ignore[method-assign]


def _marked(act: Callable[..., Any], heard: bool) -> Callable[..., Any]:
    def marked(*args: Any) -> Any:
        try:
            return act(*args)
        except OSError as error:
            if not heard:
                return 0
            raise NotPrinted(error.strerror or str(error)) from error

    return marked


def forget_output() -> None:
    """Let what Python still holds for standard output go nowhere, so that it does not fail once more at the end."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


async def _inside(work: Callable[[], Awaitable[T]], needs: Needs) -> T:
    from pledge.database import troubles
    from pledge.database.unit import database

    opening = True
    try:
        try:
            if needs is not Needs.NOTHING:
                database().require()
            await database().start()
            opening = False
            if needs is Needs.THIS_VERSION:
                await require_this_version()
            return await work()
        finally:
            await database().stop()
    except Exception as error:
        if (trouble := troubles.unusable(error, opening=opening)) is None:
            raise
        # what does not need this version is one transaction: if it failed in the middle, it did nothing
        undone = trouble is not error and not opening and needs is not Needs.THIS_VERSION
        refuse(trouble.message + (" Nothing was changed." if undone else ""), trouble.code)


async def require_this_version() -> None:
    """Refuse a database that another version of Pledge has prepared, or that our role may not use."""
    from pledge.database import migrating, roles
    from pledge.database.unit import read

    await read(roles.require_access)
    done = await migrating.applied()
    migrating.require_not_newer(done)
    if missing := len(set(migrating.known()) - set(done)):
        refuse(
            f"The database has not been prepared for this version: it lacks {missing} migrations. "
            "Run “pledge migrate” first.",
            "not-prepared",
        )
