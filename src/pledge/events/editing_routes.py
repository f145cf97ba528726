"""Pages on which organisers say what an event is, and publish it."""

from functools import partial
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from pledge.database import clock
from pledge.database.unit import read
from pledge.events import event_conflict, event_form
from pledge.events.programme.event import MODES, Details, Event
from pledge.events.running import organising
from pledge.events.running.organising import BelowTaken, BookedHere, NotReady
from pledge.events.running.telling import News, news
from pledge.organisations.places import OUTSIDE
from pledge.policy.policies import ORGANISER
from pledge.policy.scopes import OrganiserScope
from pledge.questionnaires.topics import TOPICS
from pledge.refusals import ChangedMeanwhile, Refusal
from pledge.web.forms import CALLED, Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.once import answer_once
from pledge.web.pages import page, see_other
from pledge.web.receiving import read_form
from pledge.words.numbers import plural

CHANGED = "This event was changed while you had it open. Open it afresh, and try again."


@get("/organise/events/new", policy=ORGANISER)
async def new_page(request: AnyRequest) -> Response[bytes]:
    """Show the form for a new event."""
    return _form_page(request, Form(defaults=event_form.defaults(Details(title=""))), None)


@post("/organise/events/new", policy=ORGANISER)
async def create(request: AnyRequest, within: Within[OrganiserScope]) -> Response[Any]:
    """Add an event as a draft."""
    form = await read_form(request)
    details = event_form.read_details(form, request.app.state.gazetteer, public=False)
    event_form.ask_about_the_past(form, details, None, clock.now())
    if form.errors:
        return _form_page(request, form, None, status=422)

    async def work() -> str:
        event = await organising.create(within, details)
        return f"/organise/events/{event}?notice={_saved(details)}"

    return await answer_once(form, work)


@get("/organise/events/{event:uuid}/edit", policy=ORGANISER)
async def edit_page(request: AnyRequest, within: Within[OrganiserScope], event: FromPath[UUID]) -> Response[bytes]:
    """Show the form with what is said about an event."""
    found = await read(partial(organising.load, within, event))
    return _form_page(request, Form(defaults=event_form.defaults(found)), found)


@post("/organise/events/{event:uuid}/edit", policy=ORGANISER)
async def save(request: AnyRequest, within: Within[OrganiserScope], event: FromPath[UUID]) -> Response[Any]:
    """Save what is said about an event; when that changes what people with a place were told, they are told.

    If a colleague changed it since the form was opened, both are shown, and one chooses.
    """
    form = await read_form(request)
    found = await read(partial(organising.load, within, event))
    gazetteer, public = request.app.state.gazetteer, found.state != "draft"
    revision = revision_of(form) or 0
    typed = event_form.read_details(form, gazetteer, public=public)
    details = typed
    if form.value("choosing") and not form.errors:
        details = event_conflict.chosen(form, typed, found)
        if form.errors:
            return _conflict_page(request, form, typed, found, status=422 if revision == found.revision else 409)
        form = Form({**event_form.fields(details), **form.kept("_key", "revision", "past")})
        details = event_form.read_details(form, gazetteer, public=public)  # what fits each alone may not fit together
    event_form.ask_about_the_past(form, details, found, clock.now())
    if form.errors:
        return _form_page(request, form, found, status=422)

    async def work() -> str:
        told = await organising.save(within, event, revision, details)
        return f"/organise/events/{event}?notice={_saved(details, told)}"

    try:
        return await answer_once(form, work)
    except BelowTaken as error:
        form.fail(
            "capacity",
            f"{_booked(error.taken)} already, so there cannot be fewer. Enter {error.taken} or more, or ask somebody "
            "to cancel first.",
        )
    except BookedHere as error:
        form.fail(
            "booking_url",
            f"{_booked(error.taken)} here already, so it cannot be booked on another site from now on. Take the "
            "address out. Or cancel this event, and make a copy that is booked there.",
        )
    except ChangedMeanwhile:
        found = await read(partial(organising.load, within, event))
        if not event_conflict.differences(typed, found):  # the colleague saved the same
            return see_other(f"/organise/events/{event}?notice={_saved(typed)}")
        return _conflict_page(request, Form(form.kept("past", CALLED)), typed, found, status=409)
    return _form_page(request, form, found, status=422)


@post("/organise/events/{event:uuid}/publish", policy=ORGANISER)
async def publish(request: AnyRequest, within: Within[OrganiserScope], event: FromPath[UUID]) -> Response[Any]:
    """Show an event to everybody; when something lacks, its form says what."""
    form = await read_form(request)
    revision = revision_of(form)

    async def work() -> str:
        before = await organising.load(within, event)
        await organising.publish(within, event, revision)
        if before.state != "postponed":
            return f"/organise/events/{event}?notice=event-published"
        known = "" if await news(event) == "told" else "-known"
        return f"/organise/events/{event}?notice=event-resumed{known}"

    try:
        return await answer_once(form, work)
    except NotReady as error:
        found = await read(partial(organising.load, within, event))
        lacking = Form(defaults=event_form.defaults(found))
        for field, message in error.missing:
            lacking.fail(field, message)
        return _form_page(request, lacking, found, status=422, lacking=True)
    except ChangedMeanwhile:
        raise Refusal(CHANGED) from None


def revision_of(form: Form) -> int | None:
    """Return the revision of the event that a form was made of; None when it does not say."""
    said = form.value("revision")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None


def _saved(details: Details, told: News = "") -> str:
    return "event-saved" + f"-{told}" * bool(told) + "-twice" * event_form.happens_twice(details)


def _booked(taken: int) -> str:
    return f"{plural(taken, 'place')} {'is' if taken == 1 else 'are'} booked"


def _conflict_page(request: AnyRequest, form: Form, typed: Details, event: Event, *, status: int) -> Response[bytes]:
    return page(
        request,
        "organise/conflict.html",
        status=status,
        form=form,
        event=event,
        typed={**event_form.fields(typed), **form.kept("past", CALLED)},
        differences=event_conflict.differences(typed, event),
    )


def _form_page(
    request: AnyRequest, form: Form, event: Event | None, *, status: int = 200, lacking: bool = False
) -> Response[bytes]:
    places = request.app.state.gazetteer
    return page(
        request,
        "organise/form.html",
        status=status,
        form=form,
        event=event,
        lacking=lacking,
        over=event is not None and event.over(clock.now()),
        topics=TOPICS,
        modes=MODES,
        limits=event_form.LIMITS,
        asks_district=event_form.asks_district(form, places),
        district_options=[
            *({"value": district.code, "text": district.name} for district in places.districts),
            {"value": OUTSIDE, "text": places.district_name(OUTSIDE)},
        ],
    )


ROUTES = [new_page, create, edit_page, save, publish]
