"""``pledge audit``: checking the log's hash chain."""

import json
import sys
from dataclasses import asdict

import click

from pledge.command_line import with_database


@click.group()
def audit() -> None:
    """Check the log of state changes."""


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, and nothing else.")
@with_database
async def verify(as_json: bool) -> None:
    """Check that no sealed entry of the log was changed, removed or moved. Ends with 0 if so, else with 1."""
    from pledge.audit import chain
    from pledge.words.numbers import plural

    verdict = await chain.verify()
    if as_json:
        click.echo(json.dumps(asdict(verdict), ensure_ascii=False))
        sys.exit(1 if verdict.fault else 0)
    click.echo(f"{plural(verdict.sealed, 'entry is', 'entries are')} sealed and intact.")
    if verdict.unsealed:
        tail = plural(verdict.unsealed, "newer entry is", "newer entries are")
        click.echo(f"{tail} not sealed yet: the worker does that within seconds.")
    if verdict.fault:
        click.echo(f"{verdict.fault} Neither it nor what follows can be relied on.", err=True)
        sys.exit(1)
