"""Sessions: a fresh secret at every sign-in, its hash in the database, ended by sign-out, time or password reset."""

from datetime import timedelta
from uuid import UUID

from pledge.accounts.tables import Session
from pledge.database import clock, sql
from pledge.database.ids import new_id, new_token, token_hash

IDLE = timedelta(hours=24)  # without a request
LONGEST = timedelta(days=30)  # from signing in
SEEN_EVERY = timedelta(minutes=10)  # the last use is noted at most this often


async def start(person: UUID, device: str, organisation: UUID | None = None) -> str:
    """Sign a person in, in the current unit, and return the secret for the cookie.

    ``device`` is the browser's own description; ``organisation`` the one they act for (their first, if None is given).
    """
    if organisation is None:
        organisation = await sql.value(
            "SELECT organisation FROM membership WHERE person = {} ORDER BY created, id LIMIT 1", person
        )
    secret = new_token()
    now = clock.now()
    await Session.insert(
        Session(
            id=new_id(),
            token_hash=token_hash(secret),
            person=person,
            organisation=organisation,
            device=device[:200],
            created=now,
            seen=now,
            expires=now + LONGEST,
        )
    )
    await sql.rows("UPDATE person SET signed_in = {}, warned = NULL WHERE id = {}", now, person)
    return secret


async def end(session: UUID) -> None:
    """End one session, in the current unit."""
    await Session.delete().where(Session.id == session)


async def end_all(person: UUID) -> None:
    """End every session of a person, in the current unit."""
    await Session.delete().where(Session.person == person)


async def prune() -> dict[str, int]:
    """Forget sessions that are over, in the current unit. Return the number of rows by table."""
    now = clock.now()
    return {"session": await sql.changed("DELETE FROM session WHERE expires < {} OR seen < {}", now, now - IDLE)}
