"""The bodies that organise events, and who organises for them. Every function runs in the caller's unit."""

from uuid import UUID

import msgspec

from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.ids import new_id
from pledge.organisations.tables import Organiser, OrganiserMember


class Body(msgspec.Struct, frozen=True):
    """A body that organises events, as staff choose one."""

    id: UUID
    name: str
    email: str


async def bodies() -> list[Body]:
    """Return every body, by name."""
    return [Body(**row) for row in await sql.rows("SELECT id, name, email FROM organiser ORDER BY lower(name), id")]


async def add_body(name: str, kind: str, email: str, url: str = "") -> UUID:
    """Add an organiser body (kind: chamber, partnership or other) and return its id."""
    body = new_id()
    await Organiser.insert(Organiser(id=body, name=name, kind=kind, email=email, url=url, created=clock.now()))
    await record("organiser.added", body)
    return body


async def add_member(body: UUID, person: UUID) -> None:
    """Let a person organise for a body."""
    await OrganiserMember.insert(OrganiserMember(id=new_id(), organiser=body, person=person, created=clock.now()))
    await record("organiser.member_added", body, person=person)
