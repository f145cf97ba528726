"""Pages on which the organisers of one body see each other, invite a colleague, and remove one."""

from functools import partial
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from pledge.database.unit import read
from pledge.organisations.people import organiser_team
from pledge.policy.policies import ORGANISER
from pledge.policy.scopes import OrganiserScope
from pledge.refusals import Missing, Refusal
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.once import answer_once
from pledge.web.pages import ask, page
from pledge.web.receiving import read_form

_LAST = "You are the only organiser here. Invite a colleague first; they can remove you when they have joined."


@get("/organise/people", policy=ORGANISER)
async def people_page(request: AnyRequest, within: Within[OrganiserScope]) -> Response[bytes]:
    """List the body's organisers and its open invitations, with the form that invites."""
    return await _people_page(request, within, Form())


@post("/organise/people/invite", policy=ORGANISER)
async def invite(request: AnyRequest, within: Within[OrganiserScope]) -> Response[Any]:
    """E-mail somebody an invitation."""
    form = await read_form(request)
    email = form.email("email", "Enter their e-mail address")
    if form.errors:
        return await _people_page(request, within, form, status=422)

    async def work() -> str:
        await organiser_team.invite(within, email, request.app.state.mailroom)
        return "/organise/people?notice=colleague-invited"

    try:
        return await answer_once(form, work)
    except organiser_team.OneOfUs:
        form.fail("email", "This person organises events with you already.")
        return await _people_page(request, within, form, status=422)


@get("/organise/people/invitations/{invitation:uuid}/withdraw", policy=ORGANISER)
async def withdraw_page(
    request: AnyRequest, within: Within[OrganiserScope], invitation: FromPath[UUID]
) -> Response[bytes]:
    """Ask whether to withdraw an invitation."""
    found = next((each for each in await read(partial(organiser_team.invited, within)) if each.id == invitation), None)
    if found is None:
        raise Missing
    return ask(
        request,
        "Withdraw this invitation?",
        f"The link that {found.email} has from you then no longer works. You can invite them again.",
        address=f"/organise/people/invitations/{invitation}/withdraw",
        back="/organise/people",
        yes="Withdraw it",
        no="Leave it open",
    )


@post("/organise/people/invitations/{invitation:uuid}/withdraw", policy=ORGANISER)
async def withdraw(request: AnyRequest, within: Within[OrganiserScope], invitation: FromPath[UUID]) -> Response[Any]:
    """Withdraw an invitation."""
    form = await read_form(request)

    async def work() -> str:
        await organiser_team.withdraw(within, invitation)
        return "/organise/people?notice=invitation-withdrawn"

    return await answer_once(form, work)


@get("/organise/people/{member:uuid}/remove", policy=ORGANISER)
async def remove_page(request: AnyRequest, within: Within[OrganiserScope], member: FromPath[UUID]) -> Response[bytes]:
    """Ask whether to remove a colleague."""
    found = await read(partial(organiser_team.colleague, within, member))
    if found.person == within.person:
        question = f"Stop organising for {within.actor.organiser_name}?"
        what = "You can then no longer see these events or who is coming. Your account stays."
    else:
        question = f"Remove {found.name}?"
        what = (
            f"{found.name} ({found.email}) can then no longer see your events or who is coming. Their account stays, "
            "and we tell them by e-mail."
        )
    return ask(
        request,
        question,
        f"{what} The events stay as they are.",
        address=f"/organise/people/{member}/remove",
        back="/organise/people",
        yes="Leave" if found.person == within.person else "Remove",
        no="Change nothing",
    )


@post("/organise/people/{member:uuid}/remove", policy=ORGANISER)
async def remove(request: AnyRequest, within: Within[OrganiserScope], member: FromPath[UUID]) -> Response[Any]:
    """Remove a colleague, or oneself while another stays."""
    form = await read_form(request)

    async def work() -> str:
        leaving = await organiser_team.colleague(within, member)
        await organiser_team.remove(within, member, request.app.state.mailroom)
        return "/account?notice=team-left" if leaving.person == within.person else "/organise/people?notice=removed"

    try:
        return await answer_once(form, work)
    except organiser_team.LastOrganiser:
        raise Refusal(_LAST) from None


async def _people_page(
    request: AnyRequest, within: OrganiserScope, form: Form, *, status: int = 200
) -> Response[bytes]:
    async def unit() -> tuple[list[organiser_team.Colleague], list[organiser_team.Invited]]:
        return await organiser_team.colleagues(within), await organiser_team.invited(within)

    colleagues, invited = await read(unit)
    return page(request, "organise/people.html", status=status, form=form, colleagues=colleagues, invited=invited)


ROUTES = [people_page, invite, withdraw_page, withdraw, remove_page, remove]
