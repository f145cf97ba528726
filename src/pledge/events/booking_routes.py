"""Pages of somebody's own bookings and their organisation's."""

from functools import partial
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from pledge.database import clock
from pledge.database.unit import read
from pledge.events import need_form
from pledge.events.booking import bookings, needs, registering
from pledge.events.booking.bookings import Loaded
from pledge.events.booking.needs import Line, Need
from pledge.events.programme import queries, told
from pledge.events.programme.event import Event
from pledge.personal import words
from pledge.policy.policies import PERSON
from pledge.policy.scopes import PersonScope
from pledge.refusals import ChangedMeanwhile, Missing, Refusal
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.once import answer_once
from pledge.web.pages import ask, page, see_other
from pledge.web.receiving import read_form


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
        says_needs=any(needs.theirs(within.actor, found.booking, guest.email) for guest in found.booking.guests),
        may_cancel=bookings.may_cancel(within.actor, found.booking),
        untrue=() if found.status == "confirmed" and event.state == "published" else ("booked", "already-booked"),
    )


@get("/bookings/{registration:uuid}/cancel", policy=PERSON)
async def cancel_page(request: AnyRequest, within: Within[PersonScope], registration: FromPath[UUID]) -> Response[Any]:
    """Ask whether to cancel a booking; whoever may only see it is shown it."""
    found, event = await read(partial(_visible, within, registration))
    if not bookings.may_cancel(within.actor, found.booking):
        return see_other(f"/bookings/{registration}")
    _check_can_cancel(within, found, event)
    if found.status != "confirmed":
        raise Refusal("This booking is cancelled already.")
    seats = found.booking.seats
    return ask(
        request,
        "Cancel this booking?",
        f"{'Its place is' if seats == 1 else f'All its {seats} places are'} then free for others, and may be gone when "
        "you want to book again. We tell everybody it was booked for, and delete what they need.",
        about=event.title,
        address=f"/bookings/{registration}/cancel",
        back=f"/bookings/{registration}",
        yes="Cancel this booking",
        no="Keep it",
    )


@post("/bookings/{registration:uuid}/cancel", policy=PERSON)
async def cancel_booking(
    request: AnyRequest, within: Within[PersonScope], registration: FromPath[UUID]
) -> Response[Any]:
    """Cancel a booking, and give its places back."""
    form = await read_form(request)
    found, event = await read(partial(_visible, within, registration))
    _check_can_cancel(within, found, event)

    async def work() -> str:
        await registering.cancel(registration, request.app.state.mailroom, by=within.person)
        return f"/bookings/{registration}?notice=booking-cancelled"

    return await answer_once(form, work)


def _check_can_cancel(within: PersonScope, found: Loaded, event: Event) -> None:
    if not bookings.may_cancel(within.actor, found.booking):
        raise Refusal(f"Only {found.booking.name}, or an owner or contributor, can cancel this booking.", status=403)
    if event.over(clock.now()) and event.state == "published":
        raise Refusal("This event is over, so its bookings stay as they are.")


@get("/bookings/{registration:uuid}/needs", policy=PERSON)
async def needs_page(request: AnyRequest, within: Within[PersonScope], registration: FromPath[UUID]) -> Response[bytes]:
    """Show what people of a booking need to eat or to take part, to whoever may change it."""
    found, event, lines = await read(partial(_with_needs, within, registration))
    kept = {line.place: line.need for line in lines}
    return _needs_page(request, found, event, lines, Form(defaults=need_form.defaults(kept)))


@get("/bookings/{registration:uuid}/needs/delete", policy=PERSON)
async def delete_needs_page(
    request: AnyRequest, within: Within[PersonScope], registration: FromPath[UUID]
) -> Response[Any]:
    """Ask whether to delete what people of a booking need; the page of the needs tells others who can."""
    found, event, lines = await read(partial(_with_needs, within, registration))
    if not lines:
        return see_other(f"/bookings/{registration}/needs")
    _check_can_say(found, event, lines)
    return ask(
        request,
        "Delete what you told the organiser?",
        "The organiser then does not see it any more, and cannot arrange it. The booking stays.",
        about=event.title,
        address=f"/bookings/{registration}/needs",
        hidden={"do": "delete", **need_form.marks(lines)},
        back=f"/bookings/{registration}/needs",
        yes="Delete all of it",
        no="Keep it",
    )


@post("/bookings/{registration:uuid}/needs", policy=PERSON)
async def save_needs(request: AnyRequest, within: Within[PersonScope], registration: FromPath[UUID]) -> Response[Any]:
    """Change what people of a booking need, or take all of it back."""
    form = await read_form(request)
    found, event, lines = await read(partial(_with_needs, within, registration))
    _check_can_say(found, event, lines)
    places = {line.place: line.place for line in lines}
    seen = need_form.seen(form, places)
    if form.value("do") == "delete":
        wanted = dict.fromkeys(places, Need())
    else:
        wanted = need_form.read_needs(form, event, places, range(max(places) + 1))
        if form.errors:
            return _needs_page(request, found, event, lines, form, status=422)

    async def work() -> str:
        await needs.change(within.actor, found.booking, wanted, seen)
        return f"/bookings/{registration}?notice={'needs-saved' if any(wanted.values()) else 'needs-deleted'}"

    try:
        return await answer_once(form, work)
    except ChangedMeanwhile as changed:
        found, event, lines = await read(partial(_with_needs, within, registration))
        if form.value("do") == "delete":
            form = Form(defaults=need_form.defaults({line.place: line.need for line in lines}))
        need_form.tell_what_changed(form, changed.now, event)
        return _needs_page(request, found, event, lines, form, status=409)


def _check_can_say(found: Loaded, event: Event, lines: list[Line]) -> None:
    if not lines:
        raise Refusal(f"Only {found.booking.name}, who booked, can say what is needed here.", status=403)
    if _closed(found, event):
        raise Refusal("There is nothing to arrange any more: the booking is cancelled, or the event is off or over.")


def _needs_page(
    request: AnyRequest, found: Loaded, event: Event, lines: list[Line], form: Form, *, status: int = 200
) -> Response[bytes]:
    return page(
        request,
        "events/needs.html",
        status=status,
        form=form,
        booking=found.booking,
        event=event,
        lines=lines,
        closed=_closed(found, event),
        kinds=need_form.kinds(event),
        kept=words(needs.KEPT),
        told=any(line.need for line in lines),
        # after a mistake still what the form was opened with; after somebody else's change what is kept now
        marks={**need_form.marks(lines), **(need_form.sent_marks(form) if status == 422 else {})},
    )


def _closed(found: Loaded, event: Event) -> bool:
    """Tell whether nothing can be arranged any more."""
    over = event.over(clock.now()) and event.state != "postponed"
    return found.status != "confirmed" or event.state == "cancelled" or over


async def _with_needs(within: PersonScope, registration: UUID) -> tuple[Loaded, Event, list[Line]]:
    found, event = await _visible(within, registration)
    return found, event, await needs.lines(within.actor, found.booking)


async def _visible(within: PersonScope, registration: UUID) -> tuple[Loaded, Event]:
    found = await bookings.visible(registration, within.actor)
    if found is None:
        raise Missing
    return found, await told.as_told(await queries.with_link(found.event))


ROUTES = [bookings_page, booking_page, cancel_page, cancel_booking, needs_page, delete_needs_page, save_needs]
