"""Pages of organisers: their events, the form, and who comes."""

import asyncio
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from pledge.audit.log import record
from pledge.database import clock
from pledge.database.unit import read, write
from pledge.events import attendee_file, door, event_form, needs, organising
from pledge.events.event import MODES, Details, Event
from pledge.events.organising import PAGE, BelowTaken, ChangedMeanwhile, NotReady
from pledge.events.routes import page_number
from pledge.events.topics import TOPICS
from pledge.organisations.places import OUTSIDE
from pledge.personal import words
from pledge.policy.policies import ORGANISER
from pledge.policy.scopes import OrganiserScope
from pledge.web.errors import AnyRequest, Refusal
from pledge.web.file_turns import in_turn
from pledge.web.forms import Form, read_form
from pledge.web.guard import Within
from pledge.web.once import write_once
from pledge.web.pages import download, page, see_other
from pledge.web.templates import plural

SHOWN = 300  # attendees on a page; the spreadsheet has all
_CHANGED = "Somebody else changed this event while you had it open. Open it afresh, and try again."


@get("/organise", policy=ORGANISER)
async def organise_page(request: AnyRequest, within: Within[OrganiserScope]) -> Response[bytes]:
    """List the organiser's events: coming, drafts, past."""
    number = page_number(request)
    mine = await read(partial(organising.mine, within, page=number))
    return page(request, "organise/index.html", mine=mine, number=number, pages=-(-mine.past_total // PAGE))


# — what is said about an event —


@get("/organise/events/new", policy=ORGANISER)
async def new_page(request: AnyRequest) -> Response[bytes]:
    """Show the form for a new event."""
    return _form_page(request, Form(defaults=event_form.defaults(Details(title=""))), None)


@post("/organise/events/new", policy=ORGANISER)
async def create(request: AnyRequest, within: Within[OrganiserScope]) -> Response[Any]:
    """Add an event as a draft."""
    form = await read_form(request)
    details = event_form.read_details(form, request.app.state.gazetteer, public=False)
    if form.errors:
        return _form_page(request, form, None, status=422)

    async def work() -> str:
        event = await organising.create(within, details)
        return f"/organise/events/{event}?notice={_saved(details)}"

    return see_other(await write_once(str(within.person), form.key, work))


@get("/organise/events/{event:uuid}/edit", policy=ORGANISER)
async def edit_page(request: AnyRequest, within: Within[OrganiserScope], event: FromPath[UUID]) -> Response[bytes]:
    """Show the form with what is said about an event."""
    found = await read(partial(organising.load, within, event))
    return _form_page(request, Form(defaults=event_form.defaults(found)), found)


@post("/organise/events/{event:uuid}/edit", policy=ORGANISER)
async def save(request: AnyRequest, within: Within[OrganiserScope], event: FromPath[UUID]) -> Response[Any]:
    """Save what is said about an event; everybody with a place is told when it moves."""
    form = await read_form(request)
    found = await read(partial(organising.load, within, event))
    details = event_form.read_details(form, request.app.state.gazetteer, public=found.state != "draft")
    revision = form.number("revision", None, least=0, most=10**9) or 0
    if form.errors:
        return _form_page(request, form, found, status=422)

    async def work() -> str:
        await organising.save(within, event, revision, details)
        return f"/organise/events/{event}?notice={_saved(details)}"

    try:
        return see_other(await write_once(str(within.person), form.key, work))
    except BelowTaken as error:
        form.fail(
            "capacity",
            f"{plural(error.taken, 'place')} {'is' if error.taken == 1 else 'are'} booked already, so there cannot be "
            f"fewer. Enter {error.taken} or more, or ask somebody to cancel first.",
        )
        return _form_page(request, form, found, status=422)
    except ChangedMeanwhile:
        form.fail(
            "changed",
            "Somebody else changed this event while you had it open. What you typed is below, and not saved yet. "
            "Look at the event as it is now. To put yours in its place, save again.",
            anchor="title",
        )
        return _form_page(request, form, await read(partial(organising.load, within, event)), status=409)


def _saved(details: Details) -> str:
    return "event-saved-twice" if event_form.happens_twice(details) else "event-saved"


def _form_page(request: AnyRequest, form: Form, event: Event | None, *, status: int = 200) -> Response[bytes]:
    places = request.app.state.gazetteer
    return page(
        request,
        "organise/form.html",
        status=status,
        form=form,
        event=event,
        topics=TOPICS,
        modes=MODES,
        limits=event_form.LIMITS,
        asks_district=event_form.asks_district(form, places),
        district_options=[
            *({"value": district.code, "text": district.name} for district in places.districts),
            {"value": OUTSIDE, "text": places.district_name(OUTSIDE)},
        ],
    )


# — one event —


@get("/organise/events/{event:uuid}", policy=ORGANISER)
async def event_page(request: AnyRequest, within: Within[OrganiserScope], event: FromPath[UUID]) -> Response[bytes]:
    """Show an event as its organiser needs it: how it stands, what can be done, who comes."""

    async def unit() -> tuple[Event, list[organising.Attendee], door.Standing | None]:
        return *await _with_attendees(within, event), await door.standing(within, event)

    found, attendees, standing = await read(unit)
    return page(
        request,
        "organise/event.html",
        event=found,
        attendees=attendees[:SHOWN],
        total=len(attendees),
        here=sum(each.checked_in is not None for each in attendees),
        over=found.over(clock.now()),
        door=standing,
        topics=TOPICS,
    )


async def _with_attendees(within: OrganiserScope, event: UUID) -> tuple[Event, list[organising.Attendee]]:
    return await organising.load(within, event), await organising.attendees(within, event)


@get("/organise/events/{event:uuid}/preview", policy=ORGANISER)
async def preview_page(request: AnyRequest, within: Within[OrganiserScope], event: FromPath[UUID]) -> Response[bytes]:
    """Show an event as its page will be."""
    found = await read(partial(organising.load, within, event))
    return page(request, "organise/preview.html", event=found, topics=TOPICS)


@get("/organise/events/{event:uuid}/attendees.xlsx", policy=ORGANISER)
async def attendees_file(within: Within[OrganiserScope], event: FromPath[UUID]) -> Response[bytes]:
    """Answer with the attendee list as a workbook. That it was taken out is noted in the log."""

    async def unit() -> tuple[Event, list[organising.Attendee]]:
        found, attendees = await _with_attendees(within, event)
        await record("attendees.downloaded", event, person=within.person, attendees=len(attendees))
        return found, attendees

    async def make() -> tuple[Event, bytes]:
        found, attendees = await write(unit)
        return found, await asyncio.to_thread(attendee_file.workbook, attendees)

    found, content = await in_turn(within.organiser, make)
    return download(content, f"Attendees – {found.title}.xlsx", attendee_file.MEDIA_TYPE)


@get("/organise/events/{event:uuid}/needs", policy=ORGANISER)
async def needs_page(request: AnyRequest, within: Within[OrganiserScope], event: FromPath[UUID]) -> Response[bytes]:
    """Show what people need to eat or to take part. That somebody looked is noted in the log."""

    async def unit() -> tuple[Event, dict[needs.Kind, list[needs.Asked]]]:
        return await organising.load(within, event), await needs.told(within, event)

    found, told = await write(unit)
    return page(request, "organise/needs.html", event=found, told=told, delay=needs.KEPT, kept=words(needs.KEPT))


@post("/organise/events/{event:uuid}/publish", policy=ORGANISER)
async def publish(request: AnyRequest, within: Within[OrganiserScope], event: FromPath[UUID]) -> Response[Any]:
    """Show an event to everybody; when something lacks, its form says what."""
    form = await read_form(request)

    async def work() -> str:
        await organising.publish(within, event)
        return f"/organise/events/{event}?notice=event-published"

    try:
        return see_other(await write_once(str(within.person), form.key, work))
    except NotReady as error:
        found = await read(partial(organising.load, within, event))
        lacking = Form(defaults=event_form.defaults(found))
        for field, message in error.missing:
            lacking.fail(field, message)
        return _form_page(request, lacking, found, status=422)
    except ChangedMeanwhile:
        raise Refusal(_CHANGED) from None


@post("/organise/events/{event:uuid}/copy", policy=ORGANISER)
async def copy(request: AnyRequest, within: Within[OrganiserScope], event: FromPath[UUID]) -> Response[Any]:
    """Make a draft with the same words, to be given new days."""
    form = await read_form(request)

    async def work() -> str:
        return f"/organise/events/{await organising.copy(within, event)}/edit?notice=event-copied"

    return see_other(await write_once(str(within.person), form.key, work))


@get("/organise/events/{event:uuid}/call-off", policy=ORGANISER)
async def call_off_page(request: AnyRequest, within: Within[OrganiserScope], event: FromPath[UUID]) -> Response[bytes]:
    """Show the form that cancels or postpones an event."""
    found = await read(partial(organising.load, within, event))
    _check_can_be_off(found)
    return page(request, "organise/call_off.html", event=found, form=Form())


@post("/organise/events/{event:uuid}/call-off", policy=ORGANISER)
async def call_off(request: AnyRequest, within: Within[OrganiserScope], event: FromPath[UUID]) -> Response[Any]:
    """Cancel or postpone an event, and tell everybody with a place."""
    form = await read_form(request)
    found = await read(partial(organising.load, within, event))
    state = form.choice("state", ("cancelled", "postponed"), "Choose what happens to it")
    reason = form.text("reason", "Say why, for the people who booked", limit=500)
    if form.errors:
        return page(request, "organise/call_off.html", status=422, event=found, form=form)
    if found.state != state:
        _check_can_be_off(found)

    async def work() -> str:
        await organising.call_off(within, event, state, reason)
        return f"/organise/events/{event}?notice=event-{state}"

    return see_other(await write_once(str(within.person), form.key, work))


def _check_can_be_off(event: Event) -> None:
    if event.state == "draft":
        raise Refusal("Nobody can see this event yet, so there is nothing to cancel. You can delete the draft.")
    if event.state == "cancelled":
        raise Refusal("This event is cancelled already.")
    if event.state == "published" and event.over(clock.now()):
        raise Refusal("This event is over, so it cannot be cancelled.")


@get("/organise/events/{event:uuid}/delete", policy=ORGANISER)
async def delete_page(request: AnyRequest, within: Within[OrganiserScope], event: FromPath[UUID]) -> Response[bytes]:
    """Ask whether to delete a draft."""
    found = await read(partial(organising.load, within, event))
    if found.state != "draft":
        raise Refusal("People have seen this event. Cancel it instead, so that they learn of it.")
    return page(request, "organise/delete.html", event=found)


@post("/organise/events/{event:uuid}/delete", policy=ORGANISER)
async def delete(request: AnyRequest, within: Within[OrganiserScope], event: FromPath[UUID]) -> Response[Any]:
    """Delete a draft."""
    form = await read_form(request)

    async def work() -> str:
        await organising.delete(within, event)
        return "/organise?notice=event-deleted"

    return see_other(await write_once(str(within.person), form.key, work))


ROUTES = [
    organise_page,
    new_page,
    create,
    event_page,
    edit_page,
    save,
    preview_page,
    attendees_file,
    needs_page,
    publish,
    copy,
    call_off_page,
    call_off,
    delete_page,
    delete,
]
