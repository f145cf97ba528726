"""Telling everybody with a place that an event has moved or is off: in the background, each of them once."""

from functools import partial
from uuid import UUID

from pledge.database import clock, sql
from pledge.database.unit import read, write
from pledge.events import bookings, queries
from pledge.events.bookings import Loaded
from pledge.events.event import Event
from pledge.events.letters import Kind, Letters, letters
from pledge.events.registering import manage_link
from pledge.mail.outbox import post
from pledge.mail.words import Mailroom
from pledge.worker import queue
from pledge.worker.loop import Handler

BATCH = 25  # bookings in one transaction

_KINDS: dict[str, Kind] = {"published": "changed", "cancelled": "cancelled", "postponed": "postponed"}


async def tell_later(event: UUID, sequence: int) -> None:
    """Queue telling everybody how an event stands now, in the unit that changed it and its ``sequence``."""
    await queue.enqueue("events.tell", {"event": str(event)}, dedupe=f"events.tell:{event}:{sequence}")


def handlers(mailroom: Mailroom) -> dict[str, Handler]:
    """Return the background work of events by job kind."""

    async def tell(job: queue.Claimed) -> None:
        """Tell how the event stands now, however many changes there were; go on where an earlier attempt stopped."""
        event = await read(partial(queries.with_link, UUID(job.payload["event"])))
        if event.over(clock.now()):
            return
        while untold := await read(partial(_untold, event)):
            now = clock.now()
            prepared = [(found, letters(mailroom, event, found.booking, _KINDS[event.state], now)) for found in untold]
            await write(partial(_tell, event, prepared))

    return {"events.tell": tell}


async def _untold(event: Event) -> list[Loaded]:
    rows = await sql.rows(
        f"{bookings.WITH_GUESTS} WHERE r.id IN (SELECT id FROM registration WHERE event = {{}} "  # noqa: S608
        f"AND status = 'confirmed' AND told < {{}} ORDER BY created, id LIMIT {BATCH}) ORDER BY r.id, a.place",
        event.id,
        event.sequence,
    )
    return bookings.group(rows)


async def _tell(event: Event, prepared: list[tuple[Loaded, Letters]]) -> None:
    for found, write_letters in prepared:
        told = await sql.rows(
            "UPDATE registration SET told = {} WHERE id = {} AND status = 'confirmed' AND told < {} RETURNING told",
            event.sequence,
            found.booking.id,
            event.sequence,
        )
        if told:
            path = await manage_link(event, found.booking) if event.state == "published" else ""
            for message in write_letters(path):
                await post(message)
