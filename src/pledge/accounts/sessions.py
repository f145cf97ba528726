"""Sessions: a fresh secret at every sign-in, its hash in the database, ended by sign-out, time or password reset."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from pledge.accounts import known
from pledge.accounts.devices import in_words
from pledge.accounts.tables import Session
from pledge.database import clock, sql
from pledge.database.ids import new_id, new_token, token_hash

IDLE = timedelta(hours=24)  # without a request
LONGEST = timedelta(days=30)  # from signing in
# Organisers, staff and operators see other people's data, often from a shared office. NIST SP 800-63B-4 §2.2.3 advises
# an hour without use at most; twelve hours hold a working day.
OFFICE_IDLE = timedelta(hours=1)
OFFICE_LONGEST = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=10)  # the last use is noted at most this often
CONFIRMED_FOR = timedelta(minutes=10)  # after showing who one is, one may change what protects the account


@dataclass(frozen=True, slots=True)
class Listed:
    """A session as its person sees it: on what device, since when, and when it was last used (both UTC)."""

    id: UUID
    device: str
    created: datetime
    seen: datetime


def over(created: datetime, seen: datetime, now: datetime) -> bool:
    """Return whether a session of an organiser, of staff or of an operator has ended."""
    return now - seen > OFFICE_IDLE or now - created > OFFICE_LONGEST


async def start(person: UUID, device: str, organisation: UUID | None = None, *, mailed: bool = False) -> str:
    """Sign a person in, in the current unit, and return the secret for the cookie.

    ``device`` is the browser's own description; ``organisation`` the one they act for (their first, if None is given).
    ``mailed``: they came by a link that we e-mailed them.
    Where the person has a second factor, the session reaches nothing until it passes it.
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
            confirmed=now,
            offered="",
            mailed=mailed,
        )
    )
    await sql.rows("UPDATE person SET signed_in = {}, warned = NULL WHERE id = {}", now, person)
    return secret


async def renew(session: UUID, *, proven: bool) -> str:
    """Give a session whose person has just shown who they are a fresh secret, in the current unit, and return it.

    ``proven``: they passed their second factor. The old secret is worth nothing from now on.
    """
    secret, now = new_token(), clock.now()
    await sql.rows(
        "UPDATE session SET token_hash = {}, confirmed = {}, proven = COALESCE({}, proven) WHERE id = {}",
        token_hash(secret),
        now,
        now if proven else None,
        session,
    )
    return secret


async def listed(person: UUID, *, office: bool) -> list[Listed]:
    """Return a person's sessions that have not ended, the last used first. ``office``: the shorter limits count."""
    now = clock.now()
    rows = await sql.rows(
        "SELECT id, device, created, seen FROM session WHERE person = {} AND expires > {} AND seen > {} "
        "ORDER BY seen DESC, id",
        person,
        now,
        now - IDLE,
    )
    return [
        Listed(row["id"], in_words(row["device"]), row["created"], row["seen"])
        for row in rows
        if not (office and over(row["created"], row["seen"], now))
    ]


async def end(session: UUID) -> None:
    """End one session, in the current unit."""
    await Session.delete().where(Session.id == session)


async def end_of(person: UUID, session: UUID) -> bool:
    """End one session of a person, in the current unit, and return whether it was theirs."""
    return bool(await sql.rows("DELETE FROM session WHERE id = {} AND person = {} RETURNING id", session, person))


async def end_all(person: UUID, *, but: UUID | None = None) -> None:
    """End every session of a person (``but`` one), and forget their browsers, in the current unit."""
    await known.forget(person)
    if but is None:
        await Session.delete().where(Session.person == person)
    else:
        await sql.rows("DELETE FROM session WHERE person = {} AND id <> {}", person, but)


async def prune() -> dict[str, int]:
    """Forget sessions that are over, in the current unit. Return the number of rows by table."""
    now = clock.now()
    gone = await sql.changed("DELETE FROM session WHERE expires < {} OR seen < {}", now, now - IDLE)
    gone += await sql.changed(
        "DELETE FROM session WHERE (created < {} OR seen < {}) "
        "AND person IN (SELECT person FROM person_role UNION SELECT person FROM organiser_member)",
        now - OFFICE_LONGEST,
        now - OFFICE_IDLE,
    )
    return {"session": gone}
