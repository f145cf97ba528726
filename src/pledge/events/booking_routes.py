"""Pages of somebody's own bookings and their organisation's."""

from functools import partial
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from pledge.database import clock
from pledge.database.unit import read
from pledge.events import bookings, queries, registering
from pledge.events.bookings import Loaded
from pledge.events.event import Event
from pledge.policy.policies import PERSON
from pledge.policy.scopes import PersonScope
from pledge.web.errors import AnyRequest, Missing, Refusal
from pledge.web.forms import read_form
from pledge.web.guard import Within
from pledge.web.once import write_once
from pledge.web.pages import page, see_other


@get("/bookings", policy=PERSON)
async def bookings_page(request: AnyRequest, within: Within[PersonScope]) -> Response[bytes]:
    """List the bookings of whoever is signed in, and of the organisation they act for."""
    now = clock.now()
    lines = await read(partial(bookings.all_of, within.actor))
    live = [line for line in lines if line.status != "cancelled"]
    return page(
        request,
        "events/bookings.html",
        coming=[line for line in live if not line.event.over(now) or line.event.state == "postponed"],
        past=[line for line in reversed(live) if line.event.over(now) and line.event.state != "postponed"],
        cancelled=[line for line in lines if line.status == "cancelled" and not line.event.over(now)],
    )


@get("/bookings/{registration:uuid}", policy=PERSON)
async def booking_page(
    request: AnyRequest, within: Within[PersonScope], registration: FromPath[UUID]
) -> Response[bytes]:
    """Show one booking: who comes, where, the link to join, and the button that cancels it."""
    found, event = await read(partial(_visible, within, registration))
    return page(
        request,
        "events/booking.html",
        found=found,
        booking=found.booking,
        event=event,
        over=event.over(clock.now()) and event.state != "postponed",
        own=bookings.own(within.actor, found.booking),
        may_cancel=bookings.may_cancel(within.actor, found.booking),
    )


@post("/bookings/{registration:uuid}/cancel", policy=PERSON)
async def cancel_booking(
    request: AnyRequest, within: Within[PersonScope], registration: FromPath[UUID]
) -> Response[Any]:
    """Cancel a booking, and give its places back."""
    form = await read_form(request)
    found, event = await read(partial(_visible, within, registration))
    if not bookings.may_cancel(within.actor, found.booking):
        raise Refusal(f"Only {found.booking.name}, or an owner or contributor, can cancel this booking.", status=403)
    if event.over(clock.now()) and event.state == "published":
        raise Refusal("This event is over, so its bookings stay as they are.")

    async def work() -> str:
        await registering.cancel(registration, request.app.state.mailroom, by=within.person)
        return f"/bookings/{registration}?notice=booking-cancelled"

    return see_other(await write_once(str(within.person), form.key, work))


async def _visible(within: PersonScope, registration: UUID) -> tuple[Loaded, Event]:
    found = await bookings.visible(registration, within.actor)
    if found is None:
        raise Missing
    return found, await queries.with_link(found.event)


ROUTES = [bookings_page, booking_page, cancel_booking]
