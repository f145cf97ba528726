"""Telling everybody with a place that an event has changed or is off: in the background, each of them once.

What an event is now is compared with what each booking's people were last told, never with the row before the change.
So a slip that is put right is told to nobody, whoever booked in between was told already, and what one change hid from
people the next one tells them.
"""

from datetime import datetime, timedelta
from functools import partial
from typing import Literal
from uuid import UUID

import msgspec

from pledge.database import clock, sql
from pledge.database.unit import read, write
from pledge.events.booking import bookings
from pledge.events.booking.bookings import Loaded
from pledge.events.booking.letters import Kind, Letters, letters
from pledge.events.booking.registering import manage_link
from pledge.events.programme import queries, told
from pledge.events.programme.event import Event, Told
from pledge.mail.outbox import post
from pledge.mail.words import Mailroom
from pledge.worker import queue
from pledge.worker.loop import Handler

BATCH = 25  # bookings in one transaction
SETTLES = timedelta(minutes=1)  # after a change, so that it can be put right before anybody is told

News = Literal["", "told", "known"]
"""People will be told how an event stands, or know it already; "" when there is nobody, or it is over."""

_KINDS: dict[str, Kind] = {"published": "changed", "cancelled": "cancelled", "postponed": "postponed"}
_FIRST = UUID(int=0)


async def tell_later(event: UUID, sequence: int) -> None:
    """Keep what is said of an event, and queue telling people, in the unit that changed it and its ``sequence``.

    It is told when nothing has changed for a while; that it is cancelled, at once, for that cannot be undone.
    """
    await told.keep(event)
    state = await sql.value("SELECT state FROM event WHERE id = {}", event)
    await queue.enqueue(
        "events.tell",
        {"event": str(event), "sequence": sequence},
        dedupe=f"events.tell:{event}:{sequence}",
        run_after=clock.now() + (timedelta(0) if state == "cancelled" else SETTLES),
    )


async def count(event: UUID) -> int:
    """Return to how many addresses a mail about an event would go, in the current unit."""
    number: int = await sql.value(
        "SELECT count(*) FROM (SELECT lower(r.booker_email) AS address FROM registration r "
        "WHERE r.event = {} AND r.status = 'confirmed' UNION "
        "SELECT lower(a.email) FROM attendee a JOIN registration r ON r.id = a.registration "
        "WHERE r.event = {} AND r.status = 'confirmed' AND a.status = 'going') AS known WHERE address <> ''",
        event,
        event,
    )
    return number


def what_to_tell(was: Told | None, event: Event, now: datetime) -> Kind | None:
    """Return which mail says how an event stands to people who were told ``was``; None when they know it. Pure.

    ``was`` is None for what was told before it was kept: then we cannot know.
    """
    if was is None:
        return None if event.over(now) else _KINDS[event.state]
    if was.state == "published" and was.over(now) and event.over(now):
        return None  # they have been there
    if was.state != event.state:
        return "resumed" if event.state == "published" else _KINDS[event.state]
    return "changed" if event.state == "published" and told.changes(was, event) else None


async def news(event: UUID) -> News:
    """Return whether how an event stands now is still to be told to anybody with a place, in the current unit."""
    found, known, now = await queries.with_link(event), await told.by_sequence(event), clock.now()
    rows = await sql.rows(
        "SELECT DISTINCT told, coalesce(knows, told) AS knows FROM registration "
        "WHERE event = {} AND status = 'confirmed' AND told < {}",
        event,
        found.sequence,
    )
    if any(what_to_tell(_was(row["told"], row["knows"], known), found, now) for row in rows):
        return "told"
    return "known" if found.seats_taken and not found.over(now) else ""


async def all_told(event: Event) -> bool:
    """Tell whether everybody with a place has been told that an event is off, in the current unit; False for nobody."""
    known = await told.by_sequence(event.id)
    rows = await sql.rows("SELECT DISTINCT told FROM registration WHERE event = {} AND status = 'confirmed'", event.id)
    return {known[row["told"]].state if row["told"] in known else "" for row in rows} == {event.state}


def handlers(mailroom: Mailroom) -> dict[str, Handler]:
    """Return the background work of events by job kind."""

    async def tell(job: queue.Claimed) -> None:
        """Tell how the event stands now, however many changes there were; go on where an earlier attempt stopped."""
        event = await read(partial(queries.with_link, UUID(job.payload["event"])))
        if job.payload.get("sequence", event.sequence) != event.sequence:
            return  # it has changed since, and that change has a job of its own
        known, last = await read(partial(told.by_sequence, event.id)), _FIRST
        while untold := await read(partial(_untold, event, last)):
            await write(partial(_tell, event, _prepare(mailroom, event, untold, known)))
            last = untold[-1].booking.id

    return {"events.tell": tell}


def _prepare(
    mailroom: Mailroom, event: Event, untold: list[Loaded], known: dict[int, Told]
) -> list[tuple[Loaded, Letters]]:
    now, prepared = clock.now(), []
    for found in untold:
        was = _was(found.told, found.knows, known)
        kind = what_to_tell(was, event, now)
        if kind:
            prepared.append((found, letters(mailroom, event, found.booking, kind, now, was=was)))
    return prepared


def _was(last: int, knows: int, known: dict[int, Told]) -> Told | None:
    """Return what the people of a booking were told ``last``: how the event stands, and what they know of it."""
    stands, facts = known.get(last), known.get(knows)
    return msgspec.structs.replace(facts, state=stands.state) if stands and facts else None


async def _untold(event: Event, after: UUID = _FIRST) -> list[Loaded]:
    rows = await sql.rows(
        f"{bookings.WITH_GUESTS} WHERE r.id IN (SELECT id FROM registration WHERE event = {{}} "  # noqa: S608
        f"AND status = 'confirmed' AND told < {{}} AND id > {{}} ORDER BY id LIMIT {BATCH}) ORDER BY r.id, a.place",
        event.id,
        event.sequence,
        after,
    )
    return bookings.group(rows)


async def _tell(event: Event, prepared: list[tuple[Loaded, Letters]]) -> None:
    for found, write_letters in prepared:
        newly = await sql.rows(
            "UPDATE registration SET told = {}, knows = {} WHERE id = {} AND status = 'confirmed' AND told = {} "
            "RETURNING told",
            event.sequence,
            None if event.state == "published" else found.knows,
            found.booking.id,
            found.told,
        )
        if newly:
            can_cancel = event.state == "published" and found.booking.email and not event.over(clock.now())
            for message in write_letters(await manage_link(event, found.booking) if can_cancel else ""):
                await post(message)
