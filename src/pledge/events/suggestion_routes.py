"""Pages that suggest an event or a calendar, for everybody, and those where staff decide."""

from functools import partial
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from pledge.database import clock
from pledge.database.unit import read
from pledge.events import suggestion_form
from pledge.events.running import suggesting
from pledge.events.running.suggesting import Suggestion
from pledge.organisations.people import organisers
from pledge.organisations.people.organisers import Body
from pledge.policy.policies import PUBLIC, STAFF
from pledge.policy.scopes import AggregateScope
from pledge.refusals import Refusal
from pledge.web.addresses import client_address
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.once import answer_once
from pledge.web.pages import page
from pledge.web.receiving import read_form


@get("/events/suggest", policy=PUBLIC)
async def suggest_page(request: AnyRequest) -> Response[bytes]:
    """Show the form for an event or, with ``?kind=calendar``, for a calendar."""
    return _suggest_page(request, suggestion_form.blank(request.query_params.get("kind", ""), clock.now()))


@post("/events/suggest", policy=PUBLIC)
async def suggest(request: AnyRequest) -> Response[Any]:
    """Send the link that confirms a suggestion."""
    form = await read_form(request)
    found = suggestion_form.read_suggestion(form, clock.now())
    if form.errors:
        return _suggest_page(request, form, status=422)
    address = client_address(request.scope, request.app.state.settings.trusted_proxies)

    async def work() -> str:
        await suggesting.ask(found, address, request.app.state.mailroom)
        return "/events/suggest/check-your-email"

    return await answer_once(form, work)


def _suggest_page(request: AnyRequest, form: Form, *, status: int = 200) -> Response[bytes]:
    return page(
        request,
        "events/suggest.html",
        status=status,
        form=form,
        kind=form.value("kind") if form.value("kind") in suggestion_form.KINDS else "event",
        where=suggestion_form.WHERE,
        limits=suggestion_form.LIMITS,
    )


@get("/events/suggest/check-your-email", policy=PUBLIC)
async def check_your_email(request: AnyRequest) -> Response[bytes]:
    """Say that an e-mail is on its way."""
    return page(request, "events/suggest_sent.html")


# — staff —


@get("/partnership/suggestions", policy=STAFF)
async def suggestions_page(request: AnyRequest, within: Within[AggregateScope]) -> Response[bytes]:
    """List what waits for a decision, and what was decided."""

    async def unit() -> tuple[list[Suggestion], list[Suggestion]]:
        return await suggesting.waiting(within), await suggesting.decided(within)

    waiting, decided = await read(unit)
    return page(request, "events/suggestions.html", waiting=waiting, decided=decided)


@get("/partnership/suggestions/{suggestion:uuid}", policy=STAFF)
async def suggestion_page(
    request: AnyRequest, within: Within[AggregateScope], suggestion: FromPath[UUID]
) -> Response[bytes]:
    """Show a suggestion, with the way to the two pages that decide about it."""

    async def unit() -> tuple[Suggestion, list[Body]]:
        return await suggesting.load(within, suggestion), await organisers.bodies()

    found, bodies = await read(unit)
    return page(request, "events/suggestion.html", suggestion=found, bodies=bodies)


@get("/partnership/suggestions/{suggestion:uuid}/accept", policy=STAFF)
async def accept_page(
    request: AnyRequest, within: Within[AggregateScope], suggestion: FromPath[UUID]
) -> Response[bytes]:
    """Ask who gets a suggestion."""
    return await _accept_page(request, await _waiting(within, suggestion), Form())


@post("/partnership/suggestions/{suggestion:uuid}/accept", policy=STAFF)
async def accept(request: AnyRequest, within: Within[AggregateScope], suggestion: FromPath[UUID]) -> Response[Any]:
    """Give a suggestion to a body of organisers."""
    form = await read_form(request)
    bodies = {str(body.id): body for body in await read(organisers.bodies)}
    chosen = form.choice("organiser", bodies, "Choose the organiser that it goes to")
    if form.errors:
        return await _accept_page(request, await _waiting(within, suggestion), form, status=422)

    async def work() -> str:
        await suggesting.accept(within, suggestion, bodies[chosen], request.app.state.mailroom)
        return "/partnership/suggestions?notice=suggestion-accepted"

    return await answer_once(form, work)


@get("/partnership/suggestions/{suggestion:uuid}/refuse", policy=STAFF)
async def refuse_page(
    request: AnyRequest, within: Within[AggregateScope], suggestion: FromPath[UUID]
) -> Response[bytes]:
    """Ask why a suggestion is refused."""
    return page(request, "events/refuse.html", suggestion=await _waiting(within, suggestion), form=Form())


@post("/partnership/suggestions/{suggestion:uuid}/refuse", policy=STAFF)
async def refuse(request: AnyRequest, within: Within[AggregateScope], suggestion: FromPath[UUID]) -> Response[Any]:
    """Refuse a suggestion, with the reason that its sender is told."""
    form = await read_form(request)
    reason = form.text("reason", "Say why: we send it to whoever suggested it", limit=500, multiline=True)
    if form.errors:
        found = await _waiting(within, suggestion)
        return page(request, "events/refuse.html", status=422, suggestion=found, form=form)

    async def work() -> str:
        await suggesting.refuse(within, suggestion, reason, request.app.state.mailroom)
        return "/partnership/suggestions?notice=suggestion-refused"

    return await answer_once(form, work)


async def _waiting(within: AggregateScope, suggestion: UUID) -> Suggestion:
    found = await read(partial(suggesting.load, within, suggestion))
    if found.state != "waiting":
        raise Refusal(f"This suggestion was {found.state} already, so there is nothing to decide any more.")
    return found


async def _accept_page(
    request: AnyRequest, suggestion: Suggestion, form: Form, *, status: int = 200
) -> Response[bytes]:
    bodies = await read(organisers.bodies)
    if not bodies:
        raise Refusal("There is no body that organises events yet, so nobody could take it.")
    return page(request, "events/accept.html", status=status, suggestion=suggestion, bodies=bodies, form=form)


ROUTES = [
    suggest_page,
    suggest,
    check_your_email,
    suggestions_page,
    suggestion_page,
    accept_page,
    accept,
    refuse_page,
    refuse,
]
