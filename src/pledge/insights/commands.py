"""``pledge release``: compute and publish a release of grouped figures."""

import json
from typing import Any

import click

from pledge.command_line import refuse, with_database
from pledge.insights.figures import Table


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, and nothing else.")
@with_database
async def release(as_json: bool) -> None:
    """Compute and publish today’s release of grouped figures for partnership staff.

    A figure stands for five firms at least, and none can be worked out for fewer from this release and the last. Where
    too few firms have changed for a new figure, the last one is repeated with its date. Firms see beside their reports
    what stands for ten.

    Exit code: 0 published (or nothing has changed since today’s release), 2 refused, with the table that would tell
    of single firms.
    """
    from pledge.insights import releasing
    from pledge.organisations.partnership import partnership
    from pledge.organisations.places import gazetteer
    from pledge.settings import load

    home = partnership(load().partnership)
    try:
        made = await releasing.release(gazetteer(home.districts, home.postcodes))
    except releasing.ReleaseRefused as refused:
        refuse(refused.message, refused.code, table=refused.table)
    tables = [_summary(table, made.day.isoformat()) for table in made.tables]
    if as_json:
        _print({"day": made.day.isoformat(), "published": made.is_new, "tables": tables})
        return
    if not made.is_new:
        click.echo("Nothing has changed since the release of today. It stands.")
    for table in tables:
        click.echo(
            f"{table['title']}: {table['new']} new figures, {table['repeated']} repeated, {table['withheld']} not shown"
        )
    if made.is_new:
        click.echo(f"Published the release of {made.day.isoformat()}. Staff see it at /partnership.")


def _summary(table: Table, today: str) -> dict[str, Any]:
    days = [cell.figure and cell.figure.as_of.isoformat() for cell in table.cells]
    return {
        "id": table.id,
        "title": table.title,
        "new": days.count(today),
        "repeated": sum(day not in (None, today) for day in days),
        "withheld": days.count(None),
    }


def _print(data: object) -> None:
    click.echo(json.dumps(data, ensure_ascii=False))
