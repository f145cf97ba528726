"""Looking at the log of changes."""

from functools import partial
from uuid import UUID

from pledge.database import sql
from pledge.database.unit import read


async def logged_as(person: UUID) -> UUID:
    """The pseudonym under which the log has a person."""
    found = await read(partial(sql.value, "SELECT pseudonym FROM audit_subject WHERE person = {}", person))
    assert isinstance(found, UUID)
    return found
