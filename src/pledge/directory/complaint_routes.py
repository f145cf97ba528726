"""The complaint form, and the list of complaints that staff answer."""

from functools import partial
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from pledge.database.unit import read, write
from pledge.directory import complaints
from pledge.directory.contacts import contacts
from pledge.directory.law import law
from pledge.directory.privacy import REVIEWED
from pledge.limits import Limit, hit
from pledge.policy.policies import PUBLIC, STAFF
from pledge.policy.scopes import AggregateScope
from pledge.refusals import Missing
from pledge.web.addresses import client_address
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within, actor_of
from pledge.web.once import answer_once
from pledge.web.pages import ask, page
from pledge.web.receiving import read_form

SENT = Limit("complaint", hits=10, seconds=3600)
SHOWN = 20  # answered ones on the staff page


@get("/complaints", policy=PUBLIC)
async def complaints_page(request: AnyRequest) -> Response[bytes]:
    """Say how to complain about personal data, with the form for it."""
    actor = actor_of(request)
    return _page(request, Form(defaults={"name": actor.name, "email": actor.email}))


@post("/complaints", policy=PUBLIC)
async def complain(request: AnyRequest) -> Response[Any]:
    """Take a complaint in, and acknowledge it at once."""
    form = await read_form(request)
    name = form.text("name", "Enter your name")
    email = form.email("email", None)
    reach = form.text("reach", None, limit=300, multiline=True)
    if not email and not reach and form.error("email") is None:
        form.fail("email", "Enter an e-mail address, or say below how else we can reach you.")
    text = form.text("text", "Say what happened", limit=5000, multiline=True)
    if form.errors:
        return _page(request, form, status=422)
    address = client_address(request.scope, request.app.state.settings.trusted_proxies)
    await write(partial(hit, SENT, address))
    state, days = request.app.state, law().figures["complaint_reply"].days
    assert days is not None

    async def work() -> str:
        complaint = await complaints.take(
            state.mailroom, days, name, email, reach, text, state.partnership.email, address=address
        )
        return f"/complaints/received/{complaint}"

    return await answer_once(form, work)


@get("/complaints/received/{complaint:uuid}", policy=PUBLIC)
async def received_page(request: AnyRequest, complaint: FromPath[UUID]) -> Response[bytes]:
    """Say that we have the complaint, under which number, and what comes next."""
    return page(request, "directory/complaint_received.html", complaint=complaint, law=law())


def _page(request: AnyRequest, form: Form, *, status: int = 200) -> Response[bytes]:
    return page(
        request,
        "directory/complaints.html",
        status=status,
        form=form,
        law=law(),
        regulator=contacts()["ico"],
        reviewed=REVIEWED,
    )


@get("/partnership/complaints", policy=STAFF)
async def staff_page(request: AnyRequest) -> Response[bytes]:
    """Show the complaints that wait for an answer, with the days that are left, and the last answered ones."""

    async def unit() -> tuple[list[complaints.Complaint], list[complaints.Complaint]]:
        return await complaints.waiting(), await complaints.answered(SHOWN)

    waiting, answered = await read(unit)
    return page(request, "directory/staff_complaints.html", waiting=waiting, answered=answered)


@get("/partnership/complaints/{complaint:uuid}/answered", policy=STAFF)
async def answered_page(request: AnyRequest, complaint: FromPath[UUID]) -> Response[bytes]:
    """Ask whether a complaint was answered."""
    found = next((each for each in await read(complaints.waiting) if each.id == complaint), None)
    if found is None:
        raise Missing
    return ask(
        request,
        "Have you answered this complaint?",
        "Say so when the answer has gone out. The complaint then no longer waits, and nobody is reminded of it.",
        about=found.name,
        address=f"/partnership/complaints/{complaint}/answered",
        back="/partnership/complaints",
        yes="I have answered it",
        no="Not yet",
    )


@post("/partnership/complaints/{complaint:uuid}/answered", policy=STAFF)
async def mark_answered(
    request: AnyRequest, within: Within[AggregateScope], complaint: FromPath[UUID]
) -> Response[Any]:
    """Note that a complaint was answered."""
    form = await read_form(request)

    async def work() -> str:
        await complaints.mark_answered(within, complaint)
        return "/partnership/complaints?notice=complaint-answered"

    return await answer_once(form, work)


ROUTES = [complaints_page, complain, received_page, staff_page, answered_page, mark_answered]
