"""Hot reads: who is asking."""

import logging
from functools import partial
from uuid import UUID

from pledge.accounts.sessions import CONFIRMED_FOR, IDLE, SEEN_EVERY, over
from pledge.database import clock, sql
from pledge.database.ids import token_hash
from pledge.database.outages import is_outage
from pledge.database.unit import glance, write
from pledge.policy.actors import ENROLLED, NO_FACTOR, PASSED, VISITOR, Actor

log = logging.getLogger("pledge")

_ACTOR = """
SELECT s.id AS session, s.created, s.seen, s.confirmed, s.proven, f.person AS enrolled, s.person, p.name, p.email,
    p.language,
    m.organisation, m.role AS member_role, o.name AS organisation_name,
    (SELECT count(*) FROM membership n WHERE n.person = s.person) AS organisations,
    b.organiser, g.name AS organiser_name,
    EXISTS (SELECT 1 FROM person_role r WHERE r.person = s.person AND r.role = 'staff') AS staff,
    EXISTS (SELECT 1 FROM person_role r WHERE r.person = s.person AND r.role = 'operator') AS operator
FROM session s
JOIN person p ON p.id = s.person
LEFT JOIN factor f ON f.person = s.person
LEFT JOIN membership m ON m.person = s.person AND m.organisation = s.organisation
LEFT JOIN organisation o ON o.id = m.organisation
LEFT JOIN organiser_member b ON b.person = s.person
LEFT JOIN organiser g ON g.id = b.organiser
WHERE s.token_hash = {} AND s.expires > {} AND s.seen > {}
"""


async def load_actor(secret: str) -> Actor:
    """Return whose session a cookie's secret is, and what they act for now; a visitor when it is nobody's.

    One round trip; a second one, at most every ten minutes, notes that the session was used.
    """
    now = clock.now()
    row = await glance(partial(sql.row, _ACTOR, token_hash(secret), now, now - IDLE))
    if row is None:
        return VISITOR
    office = bool(row["staff"] or row["operator"] or row["organiser"])
    if office and over(row["created"], row["seen"], now):
        return VISITOR
    if row["enrolled"] and not row["proven"]:
        return Actor(session=row["session"], factor=ENROLLED, unproven=row["person"])
    if now - row["seen"] > SEEN_EVERY:
        await _note_use(row["session"])
    return Actor(
        person=row["person"],
        name=row["name"],
        email=row["email"],
        session=row["session"],
        organisation=row["organisation"],
        organisation_name=row["organisation_name"] or "",
        member_role=row["member_role"] or "",
        organisations=row["organisations"],
        organiser=row["organiser"],
        organiser_name=row["organiser_name"] or "",
        staff=bool(row["staff"]),
        operator=bool(row["operator"]),
        language=row["language"],
        factor=PASSED if row["enrolled"] else NO_FACTOR,
        confirmed=row["confirmed"] is not None and now - row["confirmed"] < CONFIRMED_FOR,
    )


async def _note_use(session: UUID) -> None:
    """Note that a session was used just now; a database that cannot write must not keep anybody from reading."""
    try:
        await write(partial(sql.rows, "UPDATE session SET seen = {} WHERE id = {}", clock.now(), session))
    except Exception as error:
        if not is_outage(error):
            raise
        log.warning("the use of a session could not be noted: %s", error)
