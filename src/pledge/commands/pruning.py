"""``pledge prune``: delete what has been kept long enough."""

import json

import click

from pledge.command_line import with_database
from pledge.settings import load


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, and nothing else.")
@with_database
async def prune(as_json: bool) -> None:
    """Delete or anonymise what has been kept for as long as the privacy notice says.

    The background worker does the same by itself; this is for a server without one, and for looking.
    """
    from pledge.app import prune as work

    gone = await work(load())
    if as_json:
        click.echo(json.dumps({"deleted": gone}))
        return
    for table, count in gone.items():
        if count:
            click.echo(f"{table}: {count}")
    click.echo(f"Rows deleted or anonymised: {sum(gone.values())}.")
