"""Public pages of events: the list, one event with the form that books it, and both as files."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from pledge.accounts.people import email_key
from pledge.database import clock
from pledge.database.ids import new_id
from pledge.database.unit import read
from pledge.events import booking_form, need_form
from pledge.events.booking import bookings, needs, registering
from pledge.events.booking.letters import letters
from pledge.events.booking.needs import Need
from pledge.events.booking_form import Booker
from pledge.events.programme import calendars, feeds, listing, queries
from pledge.events.programme.event import Booking, Event
from pledge.events.programme.listing import PAGE, Filter, Seen
from pledge.events.programme.when import parse_day
from pledge.limits import Limit, hit, hit_to
from pledge.paging import page_number, pages
from pledge.personal import words
from pledge.policy.actors import Actor
from pledge.policy.policies import PUBLIC
from pledge.policy.scopes import PublicScope
from pledge.questionnaires.topics import TOPICS
from pledge.refusals import Missing
from pledge.web.addresses import client_address
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.once import answer_once, write_once
from pledge.web.pages import page, see_other
from pledge.web.receiving import check_organisation, read_form

VISITOR_LIMIT = Limit("booking-visitor", hits=20, seconds=3600)  # bookings without an account, by network address
MAIL_LIMIT = Limit("booking-mail-to", hits=10, seconds=3600)  # bookings that send mail to an address that was typed
ATTEMPTS = 4  # to book, while others book or the organiser changes the event

_CHANGED = "The event has changed since you opened this page. Look at it as it is now, then book again."
_PUBLIC_FILE = {"cache-control": "public, max-age=300"}


# — the list —


@get("/events", policy=PUBLIC)
async def events_page(request: AnyRequest) -> Response[bytes]:
    """List events. The address holds the whole filter; what cannot be read of it is left out, and the page says so."""
    form, which = _filter(request)
    number = page_number(request.query_params.get("page"))
    found = await read(partial(listing.find, which, page=number))
    if not found.events and number > 1:
        number, found = 1, await read(partial(listing.find, which))
    kept = [(name, value) for name, value in request.query_params.items() if value and name not in ("page", "notice")]
    return page(
        request,
        "events/list.html",
        status=422 if form.errors else 200,
        form=form,
        which=which,
        found=found,
        now=clock.now(),
        topics=TOPICS,
        number=number,
        pages=pages(found.total, PAGE),
        address=f"/events?{urlencode([*kept, ('page', '')])}",
        query=urlencode([(name, value) for name, value in kept if name in ("topic", "online")]),
    )


@get("/events.ics", policy=PUBLIC)
async def events_calendar(request: AnyRequest) -> Response[bytes]:
    """Answer with the coming events, filtered like the list, as a calendar to subscribe to."""
    events = await _coming(request)
    if isinstance(events, Response):
        return events
    content = calendars.file(events, request.app.state.settings.base_url, name="Pledge events")
    return Response(content, media_type=calendars.MEDIA_TYPE, headers=_PUBLIC_FILE)


@get("/events.json", policy=PUBLIC)
async def events_json(request: AnyRequest) -> Response[bytes]:
    """Answer with the coming events, filtered like the list, as JSON."""
    events = await _coming(request)
    if isinstance(events, Response):
        return events
    content = msgspec.json.encode(feeds.as_json(events, request.app.state.settings.base_url, clock.now()))
    return Response(content, media_type="application/json", headers=_PUBLIC_FILE)


async def _coming(request: AnyRequest) -> list[Event] | Response[bytes]:
    """Return the events for a machine; it gets all of what it asked for or, as text, what was wrong with that."""
    form, which = _filter(request)
    if form.errors:
        problems = "\n".join(message for _, message in form.errors)
        return Response(f"{problems}\n".encode(), status_code=422, media_type="text/plain")
    which = msgspec.structs.replace(which, past=False)
    return (await read(partial(listing.find, which, size=feeds.LARGEST))).events


def _filter(request: AnyRequest) -> tuple[Form, Filter]:
    form = Form({name: [value] for name, value in request.query_params.items()})
    topic = form.value("topic")
    if topic and topic not in TOPICS:
        form.fail("topic", "We do not know this topic, so you see all topics. Choose one from the list.")
    days = {}
    for name in ("from", "to"):
        typed = form.text(name, None, limit=50)
        days[name] = parse_day(typed)
        if typed and days[name] is None:
            form.refuse(name, f": “{typed[:20]}” is not a day in the calendar. Enter it like 28/3/2027.")
    return form, Filter(
        topics=(topic,) if topic in TOPICS else (),
        since=days["from"],
        until=days["to"],
        online=form.value("online") == "yes",
        past=form.value("when") == "past",
    )


# — one event —


@get("/events/{slug:str}", policy=PUBLIC)
async def event_page(request: AnyRequest, within: Within[PublicScope], slug: FromPath[str]) -> Response[bytes]:
    """Show an event, with the form that books places; with “.ics” after its address, its calendar file."""
    if slug.endswith(".ics"):
        return await _calendar_file(request, slug.removesuffix(".ics"))
    seen = await read(partial(_see, slug, within.actor))
    source = request.query_params.get("from", "")
    form = Form(defaults={"me": "yes", "from": source if source in booking_form.SOURCES else "list"})
    return await _event_page(request, seen, form)


@post("/events/{slug:str}", policy=PUBLIC)
async def book(request: AnyRequest, within: Within[PublicScope], slug: FromPath[str]) -> Response[Any]:
    """Book places: all that were asked for, or none and why."""
    form = await read_form(request)
    actor = within.actor
    if actor.organisation is not None:
        check_organisation(form, actor.organisation)
    booker = booking_form.read_booker(form, actor)
    for _ in range(ATTEMPTS):
        seen = await read(partial(_see, slug, actor, booker.key))
        booking, wanted = None, dict[int, Need]()
        if seen.booking is None:
            if seen.event.obstacle(clock.now()):
                break
            booking = booking_form.read_booking(form, booker, seen, new_id())
            wanted = need_form.read_needs(form, seen.event, booking_form.coming(form), booking_form.ROWS)
            changed = form.value("sequence") not in ("", str(seen.event.sequence))
            if changed:
                form.fail("book", _CHANGED)
            if form.errors:
                return await _event_page(request, seen, form, status=409 if changed else 422)
        try:
            return see_other(await _book(request, form, seen.event, booking, wanted, booker))
        except registering.AlreadyBooked:
            return await _booked_already(request, form, booker, await read(partial(_see, slug, actor, booker.key)))
        except registering.FirmFull as full:
            form.fail("me", booking_form.too_many(seen.event.per_firm_cap, full.left))
            return await _event_page(request, seen, form, status=422)
        except registering.NotOpen:
            continue
    now = clock.now()
    others = await read(partial(listing.others, seen.event))
    obstacle = seen.event.obstacle(now) or "full"
    context = {"event": seen.event, "obstacle": obstacle, "others": others, "topics": TOPICS, "now": now}
    return page(request, "events/refused.html", status=409, typed=form.typed, **context)


@get("/events/{slug:str}/booked/{registration:uuid}", policy=PUBLIC)
async def booked_page(request: AnyRequest, slug: FromPath[str], registration: FromPath[UUID]) -> Response[bytes]:
    """Confirm a visitor's booking, without names or addresses: anybody may come to have this page's address."""

    async def unit() -> tuple[Seen | None, tuple[UUID, int, str] | None]:
        return await listing.see(slug), await bookings.gist(registration)

    seen, gist = await read(unit)
    if seen is None or gist is None or gist[0] != seen.event.id:
        raise Missing
    _, seats, state = gist
    return page(request, "events/booked.html", event=seen.event, seats=seats, state=state)


async def _see(slug: str, actor: Actor, key: str = "") -> Seen:
    own = key or (email_key(actor.email) if actor.signed_in else "")
    seen = await listing.see(slug, person=actor.person, email_key=own, organisation=actor.organisation)
    if seen is None:
        raise Missing
    return seen


async def _calendar_file(request: AnyRequest, slug: str) -> Response[bytes]:
    seen = await read(partial(listing.see, slug))
    if seen is None:
        raise Missing
    content = calendars.file([seen.event], request.app.state.settings.base_url)
    headers = {**_PUBLIC_FILE, "content-disposition": f'attachment; filename="{seen.event.slug}.ics"'}
    return Response(content, media_type=calendars.MEDIA_TYPE, headers=headers)


async def _event_page(request: AnyRequest, seen: Seen, form: Form, *, status: int = 200) -> Response[bytes]:
    event, now = seen.event, clock.now()
    obstacle = event.obstacle(now)
    others = await read(partial(listing.others, event)) if obstacle not in (None, "external") else []
    firm_left = event.per_firm_cap - seen.firm_seats
    return page(
        request,
        "events/event.html",
        status=status,
        form=form,
        event=event,
        obstacle=obstacle,
        booking=seen.booking,
        firm_left=firm_left,
        rows=booking_form.rows(form, firm_left),
        kinds=need_form.kinds(event),
        kept=words(needs.KEPT),
        others=others,
        topics=TOPICS,
        now=now,
    )


async def _book(
    request: AnyRequest,
    form: Form,
    event: Event,
    booking: Booking | None,
    wanted: Mapping[int, Need],
    booker: Booker,
) -> str:
    """Book once, however often the form was sent, and return the address of the confirmation.

    Without a ``booking`` there is one already: of this very form, or of an earlier one (then AlreadyBooked).
    """
    mailroom = request.app.state.mailroom
    if booking is not None:
        event = await read(partial(queries.with_link, event.id))  # people with a place are told the link to join
        write_letters = letters(mailroom, event, booking, "confirmed", clock.now())

    async def work() -> str:
        if booking is None:
            raise registering.AlreadyBooked
        await _limit(request, booker, [guest.email for guest in booking.guests])
        await registering.register(event, booking, write_letters)
        if any(wanted.values()):
            await needs.put(booking.id, wanted)
        signed_in = booker.person is not None
        return f"/bookings/{booking.id}?notice=booked" if signed_in else f"{event.path}/booked/{booking.id}"

    try:
        return await write_once(form, work)
    except registering.AlreadyBooked:
        booking = None
        return await write_once(form, work)  # the same form may have done it a moment ago


async def _booked_already(request: AnyRequest, form: Form, booker: Booker, seen: Seen) -> Response[Any]:
    """Show somebody signed in their booking; send a visitor's to its address, for a visitor may be anybody."""
    if booker.person is not None:
        return see_other(f"/bookings/{seen.booking}?notice=already-booked" if seen.booking else seen.event.path)

    async def work() -> str:
        await _limit(request, booker, [])
        if seen.booking is not None:
            await registering.remind(seen.booking, request.app.state.mailroom)
        return f"{seen.event.path}?notice=booked-already"

    return await answer_once(form, work)


async def _limit(request: AnyRequest, booker: Booker, guests: list[str]) -> None:
    """Count a booking, in the current unit: of a visitor by network address, and the mail to every address typed.

    Raises TooMany. A signed-in person's own address is proved to be theirs, and is not counted.
    """
    address = client_address(request.scope, request.app.state.settings.trusted_proxies)
    if booker.person is None:
        await hit(VISITOR_LIMIT, address)
    typed = {email_key(email) for email in guests if email} | {booker.key}
    for key in sorted(typed - ({booker.key} if booker.person else set())):
        await hit_to(MAIL_LIMIT, key, str(booker.person or address))


ROUTES = [events_page, events_calendar, events_json, event_page, book, booked_page]
