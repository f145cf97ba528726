"""``pledge migrate``, and what else a database needs before anything is served from it."""

import click

from pledge.command_line import Needs, refuse, require_this_version, with_database
from pledge.commands import archiving
from pledge.settings import Settings, load


@click.command()
@with_database(needs=Needs.NOTHING)
async def migrate() -> None:
    """Bring the database to this version's schema, after a backup (see PLEDGE_BACKUPS)."""
    applied = await archiving.migrate()
    await _publish()
    click.echo(f"Applied {len(applied)} migrations." if applied else "Nothing to do.")


@with_database(needs=Needs.NOTHING)
async def prepare() -> None:
    """Bring the embedded database to this version; refuse a server’s that is not. Then its content, or the demo."""
    from pledge.database.unit import database

    if database().engine_type == "sqlite":
        await archiving.migrate()
    else:
        await require_this_version()
    await _publish()
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


async def _publish() -> None:
    from pledge.assessments.definitions import NotPublishable

    try:
        await publish()
    except NotPublishable as error:
        refuse(str(error))


async def publish() -> None:
    """Store the questionnaires and the pledge that come with this version, in one unit. Raises NotPublishable."""
    from pledge.assessments import definitions
    from pledge.database.unit import write
    from pledge.organisations.reference import ReferenceDataError
    from pledge.pledges import publishing
    from pledge.pledges.text import shipped

    async def unit() -> None:
        await definitions.publish()
        await publishing.publish(pledge)

    try:
        pledge = shipped()
        await write(unit)
    except ReferenceDataError as error:
        raise definitions.NotPublishable(str(error)) from None
