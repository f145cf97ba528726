"""Complaints about personal data: taken in and acknowledged at once, answered by staff within the time the law gives.

Every function runs in the caller's unit.
"""

from contextlib import suppress
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.ids import new_id
from pledge.limits import Limit, TooMany, hit_to
from pledge.mail.outbox import post
from pledge.mail.words import Mailroom
from pledge.personal import months_before
from pledge.policy.scopes import AggregateScope
from pledge.refusals import Missing

MONTHS = 24  # that a complaint is kept after its answer
PER_ADDRESS = Limit("complaint-to", hits=3, seconds=24 * 3600)  # acknowledgements to one e-mail address

_COLUMNS = "id, name, email, reach, text, received, answer_by, answered"


class Complaint(msgspec.Struct, frozen=True):
    """A complaint as staff read it."""

    id: UUID
    name: str
    email: str
    reach: str
    text: str
    received: datetime
    answer_by: date
    answered: datetime | None

    @property
    def days_left(self) -> int:
        """How many days are left to answer it; below 0 when it is late."""
        return (self.answer_by - clock.today()).days


async def take(
    mailroom: Mailroom,
    days: int,
    name: str,
    email: str,
    reach: str,
    text: str,
    tell: str | None = None,
    *,
    address: str = "",
) -> UUID:
    """Store a complaint, acknowledge it by e-mail, tell the partnership (``tell``) that it is there; return its id.

    days: the time to answer. address: the network address it came from. An e-mail address that has had enough
    acknowledgements for today gets no more, and the complaint is taken all the same: that is a right. The e-mails
    repeat nothing of the complaint: anybody can type anybody's address.
    """
    complaint, now = new_id(), clock.now()
    answer_by = clock.today() + timedelta(days=days)
    await sql.rows(
        "INSERT INTO complaint (id, name, email, reach, text, received, answer_by) VALUES ({}, {}, {}, {}, {}, {}, {})",
        complaint,
        name,
        email,
        reach,
        text,
        now,
        answer_by,
    )
    if email:
        with suppress(TooMany):
            await hit_to(PER_ADDRESS, email.casefold(), address)
            await post(mailroom.write(email, "complaint_received", complaint=complaint, answer_by=answer_by))
    if tell:
        await post(mailroom.write(tell, "complaint_waiting", answer_by=answer_by))
    await record("complaint.received", complaint)
    return complaint


async def waiting() -> list[Complaint]:
    """Return the complaints that are not answered, the most urgent first."""
    rows = await sql.rows(
        f"SELECT {_COLUMNS} FROM complaint WHERE answered IS NULL ORDER BY answer_by, received, id"  # noqa: S608
    )
    return [Complaint(**row) for row in rows]


async def answered(count: int) -> list[Complaint]:
    """Return the complaints that were answered last."""
    rows = await sql.rows(
        f"SELECT {_COLUMNS} FROM complaint WHERE answered IS NOT NULL ORDER BY answered DESC, id LIMIT {{}}",  # noqa: S608
        count,
    )
    return [Complaint(**row) for row in rows]


async def mark_answered(within: AggregateScope, complaint: UUID) -> None:
    """Note that a complaint was answered; doing it twice does nothing more. Raises Missing."""
    done = await sql.rows(
        "UPDATE complaint SET answered = {}, answered_by = {} WHERE id = {} AND answered IS NULL RETURNING id",
        clock.now(),
        within.person,
        complaint,
    )
    if done:
        await record("complaint.answered", complaint, person=within.person)
    elif not await sql.value("SELECT 1 AS one FROM complaint WHERE id = {}", complaint):
        raise Missing


async def prune() -> dict[str, int]:
    """Forget complaints ``MONTHS`` after they were answered. Return the number of rows by table."""
    before = months_before(clock.now(), MONTHS)
    return {"complaint": await sql.changed("DELETE FROM complaint WHERE answered < {}", before)}
