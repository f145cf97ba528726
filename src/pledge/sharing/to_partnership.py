"""What firms invited the partnership to read. Every function works in the current unit, which must reach everything.

Staff reach no firm's rows, on PostgreSQL by row-level security. These are the only statements that go further for them
(``database.unit.reaching``), and each names what a firm agreed to: ``to_partnership``, not over, not taken back.
"""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.policy.scopes import AggregateScope
from pledge.refusals import Missing
from pledge.sharing import opening, shared
from pledge.sharing.shared import Shared

_SELECT = """
SELECT id, organisation, content, until FROM report_share WHERE to_partnership AND withdrawn IS NULL AND until >= {}
"""


class Invited(msgspec.Struct, frozen=True):
    """A report that a firm invited the partnership to read, and through which day."""

    id: UUID
    organisation: UUID
    shared: Shared
    until: date


async def everything(_within: AggregateScope) -> list[Invited]:
    """Return all that can be read today, by the firm's name."""
    found = [_invited(row) for row in await sql.rows(_SELECT, clock.today())]
    return sorted(found, key=lambda each: (each.shared.summary.organisation.casefold(), str(each.id)))


async def look(within: AggregateScope, share: UUID) -> Invited:
    """Return one of them, count that it was opened today, and log by whom. Raises Missing."""
    row = await sql.row(f"{_SELECT} AND id = {{}}", clock.today(), share)
    if row is None:
        raise Missing
    found = _invited(row)
    await opening.count(found.organisation, found.id)
    await record("report.share-read-by-staff", found.id, person=within.person, organisation=found.organisation)
    return found


def _invited(row: dict[str, Any]) -> Invited:
    return Invited(row["id"], row["organisation"], shared.decode(row["content"]), row["until"])
