"""Reminding colleagues, by e-mail, of what they were asked to answer. Done by the worker, once for each asking."""

from datetime import date, timedelta
from functools import partial
from uuid import UUID

from pledge.assessments.colleagues.assignments import WITH_DRAFT, about, how_far, with_draft
from pledge.database import clock, sql
from pledge.database.unit import read, write
from pledge.mail.outbox import post
from pledge.mail.words import Mailroom

BEFORE = timedelta(days=2)  # of the day it is due
REST = timedelta(days=1)  # after the asking, whatever day it is due


async def remind(mailroom: Mailroom) -> None:
    """Write to everybody who was asked for a part that is due soon, or was, and is not all answered.

    Nobody is reminded within a day of the asking; a reminder that was missed (nothing ran on that day) comes late.
    """
    for assignment in await read(partial(_due, clock.today())):
        await write(partial(_remind, assignment, mailroom))


async def _due(today: date) -> list[UUID]:
    rows = await sql.rows(
        "SELECT id FROM assignment WHERE reminded IS NULL AND done IS NULL AND due <= {} AND asked <= {} "
        "ORDER BY due, id",
        today + BEFORE,
        clock.now() - REST,
    )
    return [row["id"] for row in rows]


async def _remind(assignment: UUID, mailroom: Mailroom) -> None:
    """Note the reminder and queue its e-mail; nothing when another worker was first, or it is done or gone."""
    noted = await sql.rows(
        "UPDATE assignment SET reminded = {} WHERE id = {} AND reminded IS NULL AND done IS NULL RETURNING id",
        clock.now(),
        assignment,
    )
    row = await sql.row(f"{WITH_DRAFT} WHERE g.id = {{}}", assignment) if noted else None
    if row is None:
        return
    found, draft = await with_draft(row)
    so_far = how_far(draft, found.part)
    if found.stands and not so_far.all:
        said = about(draft, found.part, found.id, found.due)
        late = found.due < clock.today()
        await post(
            mailroom.write(found.email, "assignment_reminder", name=found.name, how_far=so_far, late=late, **said)
        )
