"""Commands for whoever runs the server: serve, migrate, worker, config."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, NoReturn, TypeVar

import click

from pledge.settings import LOOPBACK, SETTINGS, SettingsError, load

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


@click.command()
@click.option("--demo", is_flag=True, help="Seed the invented demo county once, and print a sign-in for each role.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Web processes.")
def serve(demo: bool, host: str, port: int, workers: int) -> None:
    """Migrate the embedded database, serve the site, and run the background worker."""
    os.environ.setdefault("PLEDGE_BASE_URL", f"http://{host if host in LOOPBACK else '127.0.0.1'}:{port}")
    if demo:
        os.environ["PLEDGE_DEMO"] = "1"
    try:
        settings = load()
    except SettingsError as error:
        refuse(str(error))
    if settings.demo and host not in LOOPBACK:
        refuse("The demo listens on this machine only. Leave --host at 127.0.0.1.")
    _prepare()
    click.echo(f"Pledge is at {settings.base_url}", err=True)
    background = subprocess.Popen([sys.executable, "-m", "pledge", "worker", "--with-parent"], stdin=subprocess.PIPE)
    try:
        _granian(host, port, workers)
    finally:
        background.terminate()
        try:
            background.wait(3)
        except subprocess.TimeoutExpired:
            background.kill()


@with_database
async def _prepare() -> None:
    from pledge.database import migrating
    from pledge.database.unit import database

    try:
        if database().engine_type == "sqlite":
            await migrating.migrate()
        elif missing := sorted(set(migrating.known()) - set(await migrating.applied())):
            refuse(f"The database lacks {len(missing)} migrations. Run “pledge migrate” first.")
    except migrating.MigrationRefused as error:
        refuse(str(error))
    await _publish()


async def _publish() -> None:
    from pledge.app import publish
    from pledge.assessments.definitions import NotPublishable

    try:
        await publish()
    except NotPublishable as error:
        refuse(str(error))


def _granian(host: str, port: int, workers: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces, Loops
    from granian.log import LogLevels

    Granian(
        "pledge.app:from_environment",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        loop=Loops.uvloop,
        websockets=False,  # not used, and one part less to attack
        backpressure=128,
        workers_kill_timeout=3,
        log_level=LogLevels.warning,
    ).serve()


@click.command()
@with_database
async def migrate() -> None:
    """Bring the database to this version's schema (a SQLite file is copied first)."""
    from pledge.database import migrating

    try:
        applied = await migrating.migrate()
    except migrating.MigrationRefused as error:
        refuse(str(error))
    await _publish()
    click.echo(f"Applied {len(applied)} migrations." if applied else "Nothing to do.")


@click.command()
@click.option("--with-parent", is_flag=True, hidden=True, help="Stop when standard input ends.")
@with_database
async def worker(with_parent: bool) -> None:
    """Run background work on its own: mail, imports, the audit chain, retention."""
    from pledge.app import worker as build

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if with_parent:  # our parent holds the other end: when it dies, however it dies, we read the end of file
        loop.add_reader(sys.stdin.fileno(), stop.set)
    await build(load()).run(stop)


@click.command()
def config() -> None:
    """Show every setting with its value, and check them. Passwords are not shown."""
    try:
        load()
    except SettingsError as error:
        refuse(str(error))
    for name, (default, meaning) in SETTINGS.items():
        value = os.environ.get(name, default)
        if "://" in value and "@" in value:
            scheme, _, rest = value.partition("://")
            value = f"{scheme}://…@{rest.rpartition('@')[2]}"
        click.echo(f"{name} = {value or '(empty)'}\n    {meaning}")
