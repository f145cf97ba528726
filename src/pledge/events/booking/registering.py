"""Booking places and giving them back. What is booked, its mails and its audit entry are one unit, or nothing is."""

from uuid import UUID

from pledge.accounts import links
from pledge.accounts.links import Opened, Purpose, Used
from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.ids import new_id
from pledge.events.booking import bookings, needs, places
from pledge.events.booking.letters import Letters, letters
from pledge.events.programme import queries
from pledge.events.programme.event import Booking, Event
from pledge.mail.outbox import post
from pledge.mail.words import Mailroom
from pledge.web.forms import Form


class NotOpen(Exception):
    """There are not that many places, or the event has changed since it was read. Read it again to say why."""


class AlreadyBooked(Exception):
    """This address has a live booking at this event."""


class FirmFull(Exception):
    """The organisation would have more places than the event allows each. ``left`` is how many it may still book."""

    def __init__(self, left: int) -> None:
        self.left = left


async def register(event: Event, booking: Booking, write: Letters) -> None:
    """Book places in the current unit: all of them, with their mails, or none.

    ``event`` as it was read before; ``write`` from ``letters(…, "confirmed", …)``.
    Raises NotOpen, AlreadyBooked, FirmFull.
    """
    if not await places.claim(event.id, booking.seats, sequence=event.sequence):
        raise NotOpen
    left = event.per_firm_cap
    if booking.organisation is not None:  # the event's row is locked now, so that nobody books beside us
        left -= await _held(event.id, booking.organisation)
    if booking.seats > left:
        raise FirmFull(max(0, left))
    now = clock.now()
    kept = await sql.rows(
        "INSERT INTO registration (id, event, organisation, person, booker_name, booker_email, email_key, "
        "organisation_name, seats, status, source, told, created) "
        "VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, 'confirmed', {}, {}, {}) ON CONFLICT DO NOTHING RETURNING seats",
        booking.id,
        event.id,
        booking.organisation,
        booking.person,
        booking.name,
        booking.email,
        booking.email_key,
        booking.organisation_name,
        booking.seats,
        booking.source,
        event.sequence,
        now,
    )
    if not kept:
        raise AlreadyBooked
    await sql.many(
        "INSERT INTO attendee (id, event, registration, place, name, email, status) "
        "VALUES ({}, {}, {}, {}, {}, {}, 'going')",
        [
            (new_id(), event.id, booking.id, place, guest.name, guest.email)
            for place, guest in enumerate(booking.guests, 1)
        ],
    )
    for message in write(await manage_link(event, booking)):
        await post(message)
    await record(
        "registration.confirmed",
        booking.id,
        person=booking.person,
        organisation=booking.organisation,
        event=str(event.id),
        seats=booking.seats,
    )


async def remind(registration: UUID, mailroom: Mailroom) -> None:
    """Send a booking's details to its booker again, in the current unit."""
    found = await bookings.load(registration)
    if found is not None:
        event = await queries.with_link(found.event)
        for message in letters(mailroom, event, found.booking, "again", clock.now())(
            await manage_link(event, found.booking)
        ):
            await post(message)


async def cancel(registration: UUID, mailroom: Mailroom, *, by: UUID | None = None) -> Event | None:
    """Cancel a booking and give its places back, in the current unit; the event, or None if there was no such booking.

    ``by`` is the person who did it, if they are signed in. Cancelling twice does nothing more.
    """
    await places.hold(registration)
    given_back = await sql.row(
        "UPDATE registration SET status = 'cancelled', cancelled = {} WHERE id = {} AND status = 'confirmed' "
        "RETURNING seats",
        clock.now(),
        registration,
    )
    found = await bookings.load(registration)
    if found is None:
        return None
    event = await queries.with_link(found.event)
    if given_back is None:
        return event
    await places.release(event.id, given_back["seats"])
    await needs.forget(registration)
    await sql.rows("UPDATE attendee SET status = 'cancelled' WHERE registration = {}", registration)
    for message in letters(mailroom, event, found.booking, "withdrawn", clock.now())(""):
        await post(message)
    await record(
        "registration.cancelled",
        registration,
        person=by,
        organisation=found.booking.organisation,
        event=str(event.id),
        seats=given_back["seats"],
    )
    return event


async def manage_link(event: Event, booking: Booking) -> str:
    """Make a link that cancels a booking, or takes back what its people need, in the current unit. Return its path.

    It works until the event ends.
    """
    assert event.ends is not None
    payload = {"registration": str(booking.id), "title": event.title, "path": event.path}
    return await links.make("booking", event.ends - clock.now(), payload)


def purposes(mailroom: Mailroom) -> dict[str, Purpose]:
    """Return what the e-mailed links of events do."""

    async def read(_link: Opened, form: Form) -> bool:
        return form.value("do") == "take-back"

    async def use(link: Opened, takes_back: bool, _device: str) -> Used:
        registration = UUID(link.payload["registration"])
        if takes_back:
            await links.spare(link)
            await needs.take_back(registration)
            return Used(f"{link.payload['path']}?notice=needs-deleted")
        await cancel(registration, mailroom)
        return Used(f"{link.payload['path']}?notice=booking-cancelled")

    async def show(link: Opened) -> dict[str, bool]:
        return {"has_needs": await needs.any_at(UUID(link.payload["registration"]))}

    return {"booking": Purpose("events/link_booking.html", use, read, show)}


async def _held(event: UUID, organisation: UUID) -> int:
    held = await sql.value(
        f"SELECT sum(seats) FROM registration WHERE event = {{}} AND organisation = {{}} AND {queries.LIVE}",  # noqa: S608
        event,
        organisation,
    )
    return int(held or 0)
