"""When evidence ends: its action opens again, and what stood on it falls back. In the caller's unit but for ``note``.

Of an action's evidence the last that ends counts: a new licence stands in for the old one.
"""

from datetime import date, timedelta
from functools import partial
from typing import Any

from pledge.actions.evidence import BEFORE
from pledge.actions.merging import told
from pledge.database import clock, sql
from pledge.database.ids import new_id
from pledge.database.unit import read, write
from pledge.pledges import standing

AGAIN = timedelta(days=14)  # to do it in, once it is open again

_LAST = "NOT EXISTS (SELECT 1 FROM evidence l WHERE l.action = e.action AND l.ends > e.ends)"
_SOON = f"""
SELECT e.id, e.organisation, e.ends, e.told, a.member FROM evidence e
JOIN action a ON a.organisation = e.organisation AND a.id = e.action
WHERE NOT e.ended AND e.ends >= {{}} AND e.ends <= {{}} AND e.told < 3 AND {_LAST} ORDER BY e.ends, e.id
"""  # noqa: S608  a text of ours
_OVER = f"""
SELECT e.id, e.organisation, e.action, {_LAST} AS last FROM evidence e WHERE NOT e.ended AND e.ends < {{}}
ORDER BY e.organisation, e.id
"""  # noqa: S608  a text of ours


async def soon(today: date) -> list[dict[str, Any]]:
    """Return the evidence that ends within 30 days, of every firm: id, organisation, ends, told, and whose action."""
    return await sql.rows(_SOON, today, today + max(BEFORE))


async def note() -> None:
    """Open the action of everything that has ended, once. Done by the worker."""
    for row in await read(partial(sql.rows, _OVER, clock.today())):
        await write(partial(_end, row))


async def _end(row: dict[str, Any]) -> None:
    noted = await sql.rows(
        "UPDATE evidence SET ended = {} WHERE organisation = {} AND id = {} AND NOT ended RETURNING id",
        True,
        row["organisation"],
        row["id"],
    )
    if not noted or not row["last"]:
        return
    await standing.ask_to_refresh(row["organisation"])
    now, today = clock.now(), clock.today()
    due = today + AGAIN
    opened = await sql.rows(
        "UPDATE action SET status = 'todo', closed = NULL, closed_by = '', due = {}, told = {}, "
        "revision = revision + 1 WHERE organisation = {} AND id = {} AND status = 'done' RETURNING id",
        due,
        told(due, today),
        row["organisation"],
        row["action"],
    )
    await sql.rows(
        "INSERT INTO action_change (id, organisation, action, at, person, kind, status, due, given, member, noted) "
        "VALUES ({}, {}, {}, {}, NULL, 'evidence-ended', {}, {}, {}, NULL, {})",
        new_id(),
        row["organisation"],
        row["action"],
        now,
        "todo" if opened else "",
        due if opened else None,
        False,
        False,
    )
