"""Calls that people ask the partnership for: who, on which number, when; and what became of it.

Nothing of a firm's answers is in it, nor from where somebody came. Every function runs in the caller's unit.
"""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.ids import new_id
from pledge.mail.outbox import post
from pledge.mail.words import Mailroom
from pledge.policy.scopes import AggregateScope
from pledge.refusals import Missing, Refusal
from pledge.words.dates import uk_moment
from pledge.words.phones import dialled

KEPT = timedelta(days=30)  # after it was closed
UNCLOSED = timedelta(days=90)  # after it was asked for, where nobody closed it

OUTCOMES = {"called": "We spoke", "closed": "Closed without a call"}

WAITING_ALREADY = (
    "You have asked for a call already, and we have not added another. To change your number or the time, take the "
    "first one back on the page “Ask us to ring you”, and ask again."
)

_LIST = ("/partnership/calls", "Calls that people ask for")
_SELECT = (
    "SELECT c.id, c.name, c.phone, c.best_time, c.firm, c.asked, c.outcome, c.closed, p.name AS closed_by "
    "FROM call_request c LEFT JOIN person p ON p.id = c.closed_by"
)
_THEIRS = "(person IS NULL OR person = {})"  # a visitor's is for whoever has its address


class Call(msgspec.Struct, frozen=True):
    """A call that somebody asked for. ``closed_by`` is the name of whoever closed it, None once they are erased."""

    id: UUID
    name: str
    phone: str
    best_time: str
    firm: str
    asked: datetime
    outcome: str
    closed: datetime | None
    closed_by: str | None

    @property
    def tel(self) -> str:
        """The number as a ``tel:`` link wants it."""
        return dialled(self.phone) or ""

    @property
    def ending(self) -> str:
        """The last three digits of the number, without its extension: enough to know it by, for whoever typed it."""
        return self.tel.partition(";")[0][-3:]

    @property
    def days(self) -> int:
        """For how many whole days it has waited."""
        return (clock.now() - self.asked).days

    @property
    def became(self) -> str:
        """What became of it, or "" while it waits."""
        return OUTCOMES.get(self.outcome, "")


async def ask(
    mailroom: Mailroom, tell: str | None, name: str, phone: str, best_time: str, firm: str, *, person: UUID | None
) -> UUID:
    """Store that somebody asks for a call, tell the partnership (``tell``) that somebody does; return its id.

    The e-mail says nothing of who it is. Raises Refusal for a person who waits for a call already.
    """
    call = new_id()
    added = await sql.rows(
        "INSERT INTO call_request (id, person, name, phone, best_time, firm, asked, outcome) "
        "VALUES ({}, {}, {}, {}, {}, {}, {}, '') ON CONFLICT (person) WHERE closed IS NULL DO NOTHING RETURNING id",
        call,
        person,
        name,
        phone,
        best_time,
        firm,
        clock.now(),
    )
    if not added:
        raise Refusal(WAITING_ALREADY)
    if tell:
        await post(mailroom.write(tell, "call_asked"))
    await record("call.asked", call, person=person)
    return call


async def of(person: UUID) -> Call | None:
    """Return the call that a person waits for, or None."""
    row = await sql.row(f"{_SELECT} WHERE c.person = {{}} AND c.closed IS NULL", person)
    return Call(**row) if row else None


async def last_closed(person: UUID) -> Call | None:
    """Return the call of a person that was closed last, or None."""
    row = await sql.row(
        f"{_SELECT} WHERE c.person = {{}} AND c.closed IS NOT NULL ORDER BY c.closed DESC, c.id LIMIT 1", person
    )
    return Call(**row) if row else None


async def load(call: UUID, person: UUID | None) -> Call:
    """Return a call for whoever asked for it. Raises Missing for another person's."""
    row = await sql.row(f"{_SELECT} WHERE c.id = {{}} AND {_THEIRS}", call, person)
    if row is None:
        raise Missing
    return Call(**row)


async def withdraw(call: UUID, person: UUID | None) -> None:
    """Forget a call that somebody asked for and takes back. Raises Missing for another person's."""
    if not await sql.rows(f"DELETE FROM call_request WHERE id = {{}} AND {_THEIRS} RETURNING id", call, person):  # noqa: S608
        raise Missing
    await record("call.withdrawn", call, person=person)


async def waiting() -> list[Call]:
    """Return the calls that nobody has closed, the oldest first."""
    return [Call(**row) for row in await sql.rows(f"{_SELECT} WHERE c.closed IS NULL ORDER BY c.asked, c.id")]


async def closed() -> list[Call]:
    """Return the calls that were closed, the newest first; ``prune`` forgets them in time."""
    found = await sql.rows(f"{_SELECT} WHERE c.closed IS NOT NULL ORDER BY c.closed DESC, c.id")
    return [Call(**row) for row in found]


async def to_close(call: UUID) -> Call:
    """Return a call that can be closed. Raises Refusal, with who was first, for one that is closed or gone."""
    row = await sql.row(f"{_SELECT} WHERE c.id = {{}}", call)
    if row is None:
        raise Refusal(
            "This call is not on the list any more. Whoever asked for it has taken it back, or its time is over: do "
            "not ring.",
            status=404,
            onward=_LIST,
        )
    found = Call(**row)
    if found.closed:
        by = found.closed_by or "Somebody who has left"
        raise Refusal(
            f"{by} closed this call on {uk_moment(found.closed)}: “{found.became}”. There is nothing left to do, and "
            "we have changed nothing.",
            onward=_LIST,
        )
    return found


async def close(within: AggregateScope, call: UUID, outcome: str) -> None:
    """Note what became of a call (a key of ``OUTCOMES``). Of two who do, the first counts: see ``to_close``."""
    done = await sql.rows(
        "UPDATE call_request SET outcome = {}, closed = {}, closed_by = {} WHERE id = {} AND closed IS NULL "
        "RETURNING id",
        outcome,
        clock.now(),
        within.person,
        call,
    )
    if not done:
        await to_close(call)
        raise Missing
    await record("call.closed", call, person=within.person, outcome=outcome)


async def prune() -> dict[str, int]:
    """Forget calls ``KEPT`` after they were closed, and ``UNCLOSED`` after they were asked for where nobody did."""
    now = clock.now()
    statement = "DELETE FROM call_request WHERE closed < {} OR (closed IS NULL AND asked < {})"
    return {"call_request": await sql.changed(statement, now - KEPT, now - UNCLOSED)}
