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
from pledge.events.booking import needs
from pledge.events.editing_routes import CHANGED, revision_of
from pledge.events.programme import told
from pledge.events.programme.event import Event
from pledge.events.running import attendee_file, door, organising, telling
from pledge.events.running.organising import PAGE
from pledge.paging import page_number, pages
from pledge.personal import words
from pledge.policy.policies import ORGANISER
from pledge.policy.scopes import OrganiserScope
from pledge.questionnaires.topics import TOPICS
from pledge.refusals import ChangedMeanwhile, Refusal
from pledge.web.file_turns import in_turn
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.once import answer_once
from pledge.web.pages import ask, download, page
from pledge.web.receiving import read_form

SHOWN = 300  # attendees on a page; the spreadsheet has all


@get("/organise", policy=ORGANISER)
async def organise_page(request: AnyRequest, within: Within[OrganiserScope]) -> Response[bytes]:
    """List the organiser's events: coming, drafts, past."""
    number = page_number(request.query_params.get("page"))
    mine = await read(partial(organising.mine, within, page=number))
    return page(request, "organise/index.html", mine=mine, number=number, pages=pages(mine.past_total, PAGE))


# — one event —


@get("/organise/events/{event:uuid}", policy=ORGANISER)
async def event_page(request: AnyRequest, within: Within[OrganiserScope], event: FromPath[UUID]) -> Response[bytes]:
    """Show an event as its organiser needs it: how it stands, what can be done, who comes."""

    async def unit() -> tuple[Event, list[organising.Attendee], dict[str, Any]]:
        found, attendees = await _with_attendees(within, event)
        off = found.state in ("cancelled", "postponed")
        return (
            found,
            attendees,
            {
                "door": await door.link(within, event),
                "new_date": found.state == "postponed" and await told.moved_since_postponed(found),
                "told": off and await telling.all_told(found),
                "telling": off and await telling.news(event) == "told",
            },
        )

    found, attendees, more = await read(unit)
    return page(
        request,
        "organise/event.html",
        event=found,
        attendees=attendees[:SHOWN],
        total=len(attendees),
        here=sum(each.checked_in is not None for each in attendees),
        over=found.over(clock.now()),
        topics=TOPICS,
        **more,
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


@post("/organise/events/{event:uuid}/copy", policy=ORGANISER)
async def copy(request: AnyRequest, within: Within[OrganiserScope], event: FromPath[UUID]) -> Response[Any]:
    """Make a draft with the same words, to be given new days."""
    form = await read_form(request)

    async def work() -> str:
        return f"/organise/events/{await organising.copy(within, event)}/edit?notice=event-copied"

    return await answer_once(form, work)


@get("/organise/events/{event:uuid}/call-off", policy=ORGANISER)
async def call_off_page(request: AnyRequest, within: Within[OrganiserScope], event: FromPath[UUID]) -> Response[bytes]:
    """Show the form that cancels or postpones an event."""
    found = await read(partial(organising.load, within, event))
    _check_can_be_off(found)
    return page(request, "organise/call_off.html", event=found, form=Form())


@post("/organise/events/{event:uuid}/call-off", policy=ORGANISER)
async def call_off(request: AnyRequest, within: Within[OrganiserScope], event: FromPath[UUID]) -> Response[Any]:
    """Cancel or postpone an event, and tell everybody with a place. That it is cancelled for good is asked first."""
    form = await read_form(request)
    found = await read(partial(organising.load, within, event))
    if form.value("sure") == "back":
        _check_can_be_off(found)
        return page(request, "organise/call_off.html", status=422, event=found, form=form)
    state = form.choice("state", ("cancelled", "postponed"), "Choose what happens to it")
    reason = form.text("reason", "Say why, for the people who booked", limit=500)
    if form.errors:
        return page(request, "organise/call_off.html", status=422, event=found, form=form)
    if state == "cancelled" and form.value("sure") != "yes":
        _check_can_be_off(found)
        people = await read(partial(telling.count, event))
        return page(request, "organise/cancel.html", status=422, event=found, form=form, people=people)

    async def work() -> str:
        _check_can_be_off(await organising.load(within, event))
        await organising.call_off(within, event, state, reason)
        return f"/organise/events/{event}?notice=event-{state}"

    return await answer_once(form, work)


def _check_can_be_off(event: Event) -> None:
    if event.state == "draft":
        raise Refusal("Nobody can see this event yet, so there is nothing to cancel. You can delete the draft.")
    if event.state == "cancelled":
        raise Refusal(f"This event is cancelled already. We said then: {event.reason}")
    if event.state == "published" and event.over(clock.now()):
        raise Refusal("This event is over, so it cannot be cancelled.")


@get("/organise/events/{event:uuid}/delete", policy=ORGANISER)
async def delete_page(request: AnyRequest, within: Within[OrganiserScope], event: FromPath[UUID]) -> Response[bytes]:
    """Ask whether to delete a draft."""
    found = await read(partial(organising.load, within, event))
    if found.state != "draft":
        raise Refusal(organising.SEEN)
    return ask(
        request,
        "Delete this draft?",
        "It is a draft, so nobody but your colleagues has seen it. Once deleted it cannot be brought back.",
        about=found.title,
        address=f"/organise/events/{event}/delete",
        hidden={"revision": str(found.revision)},
        back=f"/organise/events/{event}",
        yes="Delete it",
        no="Keep it",
    )


@post("/organise/events/{event:uuid}/delete", policy=ORGANISER)
async def delete(request: AnyRequest, within: Within[OrganiserScope], event: FromPath[UUID]) -> Response[Any]:
    """Delete a draft."""
    form = await read_form(request)

    async def work() -> str:
        await organising.delete(within, event, revision_of(form))
        return "/organise?notice=event-deleted"

    try:
        return await answer_once(form, work)
    except ChangedMeanwhile:
        raise Refusal(CHANGED) from None


ROUTES = [
    organise_page,
    event_page,
    preview_page,
    attendees_file,
    needs_page,
    copy,
    call_off_page,
    call_off,
    delete_page,
    delete,
]
