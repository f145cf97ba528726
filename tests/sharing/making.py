"""Sharing a report, as the pages do it."""

from datetime import date, timedelta
from functools import partial
from uuid import UUID

from tests.support.cast import Person

from pledge.database import clock, sql
from pledge.database.unit import read, write
from pledge.sharing import giving
from pledge.sharing.shared import Kind


async def shared(
    owner: Person, report: UUID, kind: Kind = "summary", days: int = 90, recipient: str = "A trust"
) -> str:
    """Share a report and return the code."""
    content = await read(partial(giving.offered, owner.scope, report, kind))
    until = clock.today() + timedelta(days=days)
    return await write(partial(giving.give, owner.scope, report, kind, recipient, until, content.digest))


async def run_out() -> date:
    """Let everything that is shared have run out yesterday, and return that day."""
    yesterday = clock.today() - timedelta(days=1)
    await write(partial(sql.rows, "UPDATE report_share SET until = {}", yesterday))
    return yesterday


async def rows(table: str) -> list[dict]:
    return await read(partial(sql.rows, f"SELECT * FROM {table}"))
