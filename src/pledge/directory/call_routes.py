"""“Ask us to ring”: the form, the page of a call that was asked for, and the list from which staff ring."""

from functools import partial
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from pledge.database.unit import read, write
from pledge.directory import calls
from pledge.directory.contacts import contacts
from pledge.limits import Limit, hit
from pledge.personal import words
from pledge.policy.policies import PUBLIC, STAFF
from pledge.policy.scopes import AggregateScope
from pledge.web.addresses import client_address
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within, actor_of
from pledge.web.once import answer_once
from pledge.web.pages import page
from pledge.web.receiving import read_form

ASKED = Limit("call", hits=5, seconds=3600)


@get("/help/ring", policy=PUBLIC)
async def ring_page(request: AnyRequest) -> Response[bytes]:
    """Say who rings, when, and what we keep, with the form for it; or show the call that somebody waits for."""
    actor = actor_of(request)
    if actor.person is None:
        return _form(request, Form())
    if found := await read(partial(calls.of, actor.person)):
        return page(request, "directory/call.html", call=found)
    last = await read(partial(calls.last_closed, actor.person))
    return _form(request, Form(defaults={"name": actor.name}), last=last)


@post("/help/ring", policy=PUBLIC)
async def ring(request: AnyRequest) -> Response[Any]:
    """Take in that somebody asks for a call, and tell the partnership that somebody does."""
    form = await read_form(request)
    name = form.text("name", "Enter the name to ask for", limit=100)
    phone = form.phone("phone", "Enter the number to ring")
    best_time = form.text("best_time", None, limit=100)
    firm = form.text("firm", None)
    form.tick("consent", "Tick the box if we may ring you. Without it we may not")
    if form.errors:
        return _form(request, form, status=422)
    state = request.app.state
    await write(partial(hit, ASKED, client_address(request.scope, state.settings.trusted_proxies)))
    person = actor_of(request).person

    async def work() -> str:
        tell = state.partnership.email
        call = await calls.ask(state.mailroom, tell, name, phone, best_time, firm, person=person)
        return f"/help/ring/{call}"

    return await answer_once(form, work)


@get("/help/ring/{call:uuid}", policy=PUBLIC)
async def call_page(request: AnyRequest, call: FromPath[UUID]) -> Response[bytes]:
    """Show what became of a call to whoever asked for it, and let them take it back."""
    found = await read(partial(calls.load, call, actor_of(request).person))
    return page(request, "directory/call.html", call=found)


@post("/help/ring/{call:uuid}/withdraw", policy=PUBLIC)
async def withdraw(request: AnyRequest, call: FromPath[UUID]) -> Response[Any]:
    """Forget a call that somebody takes back."""
    form, person = await read_form(request), actor_of(request).person

    async def work() -> str:
        await calls.withdraw(call, person)
        return "/help/ring?notice=call-withdrawn"

    return await answer_once(form, work)


def _form(request: AnyRequest, form: Form, *, last: calls.Call | None = None, status: int = 200) -> Response[bytes]:
    return page(
        request,
        "directory/ring.html",
        status=status,
        form=form,
        last=last,
        contacts=contacts(),
        kept=words(calls.KEPT),
        unclosed=words(calls.UNCLOSED),
    )


@get("/partnership/calls", policy=STAFF)
async def staff_page(request: AnyRequest) -> Response[bytes]:
    """Show the calls that people wait for, the oldest first, and what became of the others."""

    async def unit() -> tuple[list[calls.Call], list[calls.Call]]:
        return await calls.waiting(), await calls.closed()

    waiting, closed = await read(unit)
    return page(
        request, "directory/staff_calls.html", waiting=waiting, closed=closed, emergency=contacts()["emergency"]
    )


@get("/partnership/calls/{call:uuid}/close", policy=STAFF)
async def close_page(request: AnyRequest, call: FromPath[UUID]) -> Response[bytes]:
    """Ask what became of a call."""
    return await _close_form(request, call, Form())


@post("/partnership/calls/{call:uuid}/close", policy=STAFF)
async def close(request: AnyRequest, within: Within[AggregateScope], call: FromPath[UUID]) -> Response[Any]:
    """Note what became of a call."""
    form = await read_form(request)
    outcome = form.choice("outcome", calls.OUTCOMES, "Say what became of the call")
    if form.errors:
        return await _close_form(request, call, form, status=422)

    async def work() -> str:
        await calls.close(within, call, outcome)
        return "/partnership/calls?notice=call-closed"

    return await answer_once(form, work)


async def _close_form(request: AnyRequest, call: UUID, form: Form, *, status: int = 200) -> Response[bytes]:
    found = await read(partial(calls.to_close, call))
    return page(request, "directory/close_call.html", status=status, form=form, call=found, outcomes=calls.OUTCOMES)


ROUTES = [ring_page, ring, call_page, withdraw, staff_page, close_page, close]
