"""``pledge migrate``, and what else a database needs before anything is served from it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click

from pledge.command_line import Needs, refuse, require_this_version, with_database
from pledge.commands import archiving
from pledge.content import ContentError
from pledge.settings import Settings, load

T = TypeVar("T")


def content_first(command: Callable[..., T]) -> Callable[..., T]:
    """Refuse content that cannot be used before a command opens or makes a database."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> T:
        try:
            require_content()
        except ContentError as error:
            refuse(str(error), error.code)
        return command(*args, **kwargs)

    return run


@click.command()
@content_first
@with_database(needs=Needs.NOTHING)
async def migrate() -> None:
    """Bring the database to this version's schema, after a backup (see PLEDGE_BACKUPS)."""
    applied = await archiving.migrate()
    await publish()
    click.echo(f"Applied {len(applied)} migrations." if applied else "Nothing to do.")


@with_database(needs=Needs.NOTHING)
async def prepare() -> None:
    """Bring the embedded database to this version; refuse a server’s that is not. Then its content, or the demo."""
    from pledge.database.unit import database

    if database().engine_type == "sqlite":
        await archiving.migrate()
    else:
        await require_this_version()
    await publish()
    settings = load()
    if settings.demo:
        await _seed(settings)


async def _seed(settings: Settings) -> None:
    from pledge.app import seed
    from pledge.demo.people import sign_ins
    from pledge.demo.seeding import NotADemo

    try:
        await seed(settings, lambda line: click.echo(line, err=True))
    except NotADemo as error:
        refuse(str(error))
    click.echo(sign_ins(), err=True)


def require_content() -> None:
    """Read the questionnaires and the pledge. Raises ContentError with every problem in both."""
    from pledge.pledges.text import shipped
    from pledge.questionnaires.installed import PLEDGE, installed

    problems: list[str] = []
    try:
        installed()
    except ContentError as error:
        problems += error.problems
    if not any(PLEDGE in problem for problem in problems):
        try:
            shipped()
        except ContentError as error:
            problems += [problem for problem in error.problems if problem not in problems]
    if problems:
        raise ContentError(*problems)


async def publish() -> None:
    """Store the pledge, and the questionnaires that wait for nobody's decision, in one unit. Raises ContentError."""
    from pledge.assessments import definitions
    from pledge.assessments.versions import publishing as questionnaires
    from pledge.database.unit import read, write
    from pledge.pledges import publishing
    from pledge.pledges.text import shipped

    async def unit() -> None:
        await questionnaires.at_start()
        await publishing.publish(pledge)

    pledge = shipped()
    await write(unit)
    await read(definitions.catch_up)
    for sentence in await read(questionnaires.left):
        click.echo(sentence, err=True)
