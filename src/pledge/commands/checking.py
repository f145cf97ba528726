"""``pledge config``: every setting, checked; files that others can read, and proxies that nobody told us about."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import click

from pledge.command_line import refuse
from pledge.commands.archiving import backups_folder
from pledge.commands.preparing import require_content
from pledge.content import ContentError
from pledge.settings import SETTINGS, Settings, SettingsError, load, without_passwords


@click.command()
def config() -> None:
    """Show every setting with its value, check them, and warn of what is not as it should be.

    Passwords are not shown. Nothing is changed or made. Warnings go to standard error.

    Exit code: 0 every setting can be used, warnings or not; 2 one cannot, and it is named.
    """
    from pledge.app import parts

    try:
        settings = load()
        require_content()
        parts(settings)
    except (SettingsError, ContentError, OSError) as error:
        refuse(str(error))
    for name, (default, meaning) in SETTINGS.items():
        value = without_passwords(os.environ.get(name, default))
        click.echo(f"{name} = {value or '(empty)'}\n    {meaning}")
    for warning in warnings(settings):
        click.echo(f"Warning: {warning}", err=True)


def warnings(settings: Settings) -> list[str]:
    """Return a sentence or two for everything that is not as it should be."""
    from pledge.database import files
    from pledge.database.troubles import Unusable

    try:
        proxies, ours = _proxies(settings), True  # opens the database, which keeps its file private
    except Unusable as trouble:
        proxies, ours = [trouble.message], trouble.code not in files.NOT_OURS
    return [*_files(settings, ours=ours), *proxies]


def _files(settings: Settings, *, ours: bool) -> Iterator[str]:
    from pledge.database import files

    folders = {backups_folder().absolute()}
    if settings.database_url.startswith("sqlite:///"):
        file = Path(settings.database_url.removeprefix("sqlite:///")).absolute()
        folders.add(file.parent)
        try:
            if ours and file.is_file() and files.readable_by_others(file):
                yield f"Others on this machine can read {file}, which holds everybody’s answers. Run chmod 600 {file}"
        except OSError as error:
            yield f"{file} cannot be looked at: {error.strerror}."
    for folder in sorted(folders):
        try:
            if folder.is_dir() and files.readable_by_others(folder):
                yield (
                    f"Others on this machine can look into the folder {folder}. If it is for Pledge alone, run "
                    f"chmod 700 {folder}"
                )
        except OSError as error:
            yield f"{folder} cannot be looked at: {error.strerror}."


def _proxies(settings: Settings) -> list[str]:
    from pledge.database import files, installation, migrating
    from pledge.database.troubles import unusable
    from pledge.database.unit import database, read
    from pledge.web.addresses import FORGOTTEN, IGNORED

    async def unit() -> str | None:
        return await installation.get(IGNORED) if "installation" in await migrating.tables() else None

    async def look() -> str | None:
        try:
            database().require()
            await database().start()
            return await read(unit)
        finally:
            await database().stop()

    if settings.trusted_proxies:
        return []
    try:
        day = asyncio.run(look())
    except Exception as error:
        if (trouble := unusable(error, opening=True)) is None:
            raise
        if trouble.code != files.MISSING:
            raise trouble from error
        return []
    return [f"{FORGOTTEN} Last seen on {day}."] if day else []
