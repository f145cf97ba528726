"""Belonging to several organisations, and acting for one at a time. Every function runs in the caller's unit."""

from uuid import UUID

import msgspec

from pledge.audit.log import record
from pledge.database import sql
from pledge.policy.scopes import PersonScope
from pledge.refusals import Missing


class Belonging(msgspec.Struct, frozen=True):
    """An organisation that a person is a member of, and their role there."""

    id: UUID
    name: str
    role: str


async def organisations(within: PersonScope) -> list[Belonging]:
    """Return the person's organisations by name."""
    rows = await sql.rows(
        "SELECT o.id, o.name, m.role FROM membership m JOIN organisation o ON o.id = m.organisation "
        "WHERE m.person = {} ORDER BY o.name, o.id",
        within.person,
    )
    return [Belonging(**row) for row in rows]


async def switch(within: PersonScope, organisation: UUID | None) -> None:
    """Let the person's session act for another of their organisations. Raises Missing for one that is not theirs."""
    switched = await sql.rows(
        "UPDATE session SET organisation = {} WHERE id = {} AND person = {} "
        "AND EXISTS (SELECT 1 FROM membership m WHERE m.person = {} AND m.organisation = {}) RETURNING id",
        organisation,
        within.actor.session,
        within.person,
        within.person,
        organisation,
    )
    if not switched:
        raise Missing
    await record("organisation.switched", organisation, person=within.person, organisation=organisation)
