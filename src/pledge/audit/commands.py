"""``pledge audit``: checking the log's hash chain."""

import sys

import click

from pledge.commands import with_database


@click.group()
def audit() -> None:
    """Check the log of state changes."""


@audit.command()
@with_database
async def verify() -> None:
    """Check that no sealed entry of the log was changed, removed or moved. Ends with 0 if so, else with 1."""
    from pledge.audit import chain

    verdict = await chain.verify()
    click.echo(f"{verdict.sealed} entries are sealed and intact.")
    if verdict.unsealed:
        click.echo(f"{verdict.unsealed} newer entries are not sealed yet: the worker seals them within seconds.")
    if verdict.fault:
        click.echo(f"{verdict.fault} Entries from there on prove nothing.", err=True)
        sys.exit(1)
