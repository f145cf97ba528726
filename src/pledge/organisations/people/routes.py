"""Pages about the people in an organisation: the list, inviting, roles, leaving; and acting for another one."""

from functools import partial
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from pledge.database.ids import parse_id
from pledge.database.unit import glance, write
from pledge.limits import TooMany
from pledge.organisations.people import inviting, members, switching
from pledge.organisations.people.members import ROLES, Member
from pledge.policy.policies import CONFIRMED_OWNER, OWNER, PERSON, VIEWER
from pledge.policy.scopes import OrganisationScope, PersonScope
from pledge.refusals import ChangedMeanwhile, Missing
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.once import answer_once
from pledge.web.pages import ask, page, see_other
from pledge.web.receiving import read_form

PEOPLE = "/organisation/people"


@get(PEOPLE, policy=VIEWER)
async def people_page(request: AnyRequest, within: Within[OrganisationScope]) -> Response[bytes]:
    """Show who is in the organisation, and who is invited. Owners change it from here."""

    async def unit() -> tuple[list[Member], list[inviting.Invitation]]:
        return await members.everybody(within), await inviting.unanswered(within)

    everybody, invitations = await glance(unit)
    return page(request, "organisations/people.html", members=everybody, invitations=invitations, roles=ROLES)


@get(f"{PEOPLE}/invite", policy=OWNER)
async def invite_page(request: AnyRequest) -> Response[bytes]:
    """Show the form that invites a colleague."""
    return _invite_page(request, Form(defaults={"role": "contributor"}), 200)


def _invite_page(request: AnyRequest, form: Form, status: int) -> Response[bytes]:
    return page(request, "organisations/invite.html", status=status, form=form, role_options=_role_options())


def _role_options() -> list[dict[str, str]]:
    return [{"value": value, "text": role.name, "hint": f"Can {role.may}"} for value, role in ROLES.items()]


@post(f"{PEOPLE}/invite", policy=OWNER)
async def invite(request: AnyRequest, within: Within[OrganisationScope]) -> Response[Any]:
    """Invite a colleague, or invite them again."""
    form = await read_form(request)
    email = form.email("email", "Enter your colleague’s e-mail address")
    role = form.choice("role", ROLES, "Choose what your colleague may do")
    if form.errors:
        return _invite_page(request, form, 422)

    async def work() -> str:
        again = await inviting.invite(within, email, role, request.app.state.mailroom)
        return f"{PEOPLE}?notice={'invited-again' if again else 'invited'}"

    try:
        return await answer_once(form, work)
    except inviting.AlreadyMember:
        form.fail("email", f"{email} is in {within.actor.organisation_name} already. You can change their role.")
        return _invite_page(request, form, 422)
    except TooMany as error:
        if error.limit is inviting.PER_ORGANISATION:
            told = f"You have sent {error.limit.hits} invitations today. You can send more tomorrow."
        else:
            told = f"{email} has had {error.limit.hits} invitations today. We send no more until tomorrow."
        form.fail("email", told)
        response = _invite_page(request, form, 429)
        response.headers["Retry-After"] = str(error.retry_after)
        return response


@get(PEOPLE + "/invitations/{invitation:uuid}/withdraw", policy=OWNER)
async def withdraw_page(
    request: AnyRequest, within: Within[OrganisationScope], invitation: FromPath[UUID]
) -> Response[bytes]:
    """Ask whether to withdraw an invitation."""
    found = [each for each in await glance(partial(inviting.unanswered, within)) if each.id == invitation]
    if not found:
        raise Missing
    return ask(
        request,
        "Withdraw this invitation?",
        f"The link that {found[0].email} got then no longer works. You can invite them again.",
        about=found[0].email,
        address=f"{PEOPLE}/invitations/{invitation}/withdraw",
        hidden={"organisation": str(within.organisation)},
        back=PEOPLE,
        yes="Withdraw it",
        no="Keep it",
    )


@post(PEOPLE + "/invitations/{invitation:uuid}/withdraw", policy=OWNER)
async def withdraw(request: AnyRequest, within: Within[OrganisationScope], invitation: FromPath[UUID]) -> Response[Any]:
    """Withdraw an invitation; its link no longer works."""
    form = await read_form(request)

    async def work() -> str:
        await inviting.withdraw(within, invitation)
        return f"{PEOPLE}?notice=invitation-withdrawn"

    return await answer_once(form, work)


@get(PEOPLE + "/{member:uuid}", policy=OWNER)
async def member_page(
    request: AnyRequest, within: Within[OrganisationScope], member: FromPath[UUID]
) -> Response[bytes]:
    """Show one member, with the form that changes their role."""
    who = await glance(partial(members.find, within, member))
    return _member_page(request, who, Form(defaults={"role": who.role, "seen": who.role}), 200)


def _member_page(
    request: AnyRequest, who: Member, form: Form, status: int, *, typed: list[tuple[str, str]] | None = None
) -> Response[bytes]:
    roles = _role_options()
    return page(
        request, "organisations/member.html", status=status, form=form, member=who, role_options=roles, typed=typed
    )


def _changed(who: Member, what: str) -> Form:
    """Return a form that chooses nothing, and says what became of a member's role while a page about it was open."""
    form = Form(defaults={"seen": who.role})
    told = f"{who.name}’s role was changed while your page was open. It is “{ROLES[who.role].name}” now. {what}"
    form.fail("", told, anchor="")
    return form


@post(PEOPLE + "/{member:uuid}", policy=OWNER)
async def change_role(request: AnyRequest, within: Within[OrganisationScope], member: FromPath[UUID]) -> Response[Any]:
    """Give a member another role."""
    form = await read_form(request)
    role = form.choice("role", ROLES, "Choose what this person may do")
    if form.errors:
        return _member_page(request, await glance(partial(members.find, within, member)), form, 422)

    async def work() -> str:
        await members.change_role(within, member, role, request.app.state.mailroom, seen=form.value("seen"))
        return f"{PEOPLE}?notice=role-changed"

    try:
        return await answer_once(form, work)
    except ChangedMeanwhile:
        who = await glance(partial(members.find, within, member))
        fresh = _changed(who, "Choose again if you still want to change it.")
        return _member_page(request, who, fresh, 409, typed=form.typed)


@get(PEOPLE + "/{member:uuid}/remove", policy=OWNER)
async def remove_page(
    request: AnyRequest, within: Within[OrganisationScope], member: FromPath[UUID]
) -> Response[bytes]:
    """Ask whether a member shall go."""
    who = await glance(partial(members.find, within, member))
    return page(request, "organisations/remove.html", member=who, form=Form(defaults={"seen": who.role}))


@post(PEOPLE + "/{member:uuid}/remove", policy=OWNER)
async def remove(request: AnyRequest, within: Within[OrganisationScope], member: FromPath[UUID]) -> Response[Any]:
    """End a member's access."""
    form = await read_form(request)

    async def work() -> str:
        await members.remove(within, member, request.app.state.mailroom, seen=form.value("seen"))
        return f"{PEOPLE}?notice=member-removed"

    try:
        return await answer_once(form, work)
    except ChangedMeanwhile:
        who = await glance(partial(members.find, within, member))
        fresh = _changed(who, "Nobody was removed.")
        return page(request, "organisations/remove.html", status=409, member=who, form=fresh)


@get(PEOPLE + "/{member:uuid}/hand-over", policy=CONFIRMED_OWNER)
async def hand_over_page(
    request: AnyRequest, within: Within[OrganisationScope], member: FromPath[UUID]
) -> Response[bytes]:
    """Ask whether a member shall be owner in this owner's place."""
    return page(request, "organisations/hand_over.html", member=await glance(partial(members.find, within, member)))


@post(PEOPLE + "/{member:uuid}/hand-over", policy=CONFIRMED_OWNER)
async def hand_over(request: AnyRequest, within: Within[OrganisationScope], member: FromPath[UUID]) -> Response[Any]:
    """Make a member owner in this owner's place."""
    form = await read_form(request)

    async def work() -> str:
        await members.hand_over(within, member, request.app.state.mailroom)
        return f"{PEOPLE}?notice=handed-over"

    return await answer_once(form, work)


@get(f"{PEOPLE}/leave", policy=VIEWER)
async def leave_page(request: AnyRequest, within: Within[OrganisationScope]) -> Response[bytes]:
    """Ask whether the person wants to leave; the only owner is told what to do first."""
    everybody = await glance(partial(members.everybody, within))
    owners = [member.person for member in everybody if member.role == "owner"]
    return page(request, "organisations/leave.html", only_owner=owners == [within.person], members=everybody)


@post(f"{PEOPLE}/leave", policy=VIEWER)
async def leave(request: AnyRequest, within: Within[OrganisationScope]) -> Response[Any]:
    """End the person's own membership."""
    form = await read_form(request)

    async def work() -> str:
        await members.leave(within, request.app.state.mailroom)
        return "/home?notice=left"

    return await answer_once(form, work)


@get("/organisation/switch", policy=PERSON)
async def switch_page(request: AnyRequest, within: Within[PersonScope]) -> Response[bytes]:
    """Show the organisations that the person may act for."""
    return await _switch_page(request, within, Form(defaults={"to": str(within.actor.organisation)}), 200)


async def _switch_page(request: AnyRequest, within: PersonScope, form: Form, status: int) -> Response[bytes]:
    found = await glance(partial(switching.organisations, within))
    options = [{"value": str(one.id), "text": one.name, "hint": ROLES[one.role].name} for one in found]
    return page(request, "organisations/switch.html", status=status, form=form, options=options)


@post("/organisation/switch", policy=PERSON)
async def switch(request: AnyRequest, within: Within[PersonScope]) -> Response[Any]:
    """Act for another of the person's organisations. Sent again, it is done again: another page may have switched."""
    form = await read_form(request)
    if not form.text("to", "Choose which organisation you want to act for"):
        return await _switch_page(request, within, form, 422)
    await write(partial(switching.switch, within, parse_id(form.value("to"))))
    return see_other("/home?notice=organisation-switched")


ROUTES = [
    people_page,
    invite_page,
    invite,
    withdraw_page,
    withdraw,
    member_page,
    change_role,
    remove_page,
    remove,
    hand_over_page,
    hand_over,
    leave_page,
    leave,
    switch_page,
    switch,
]
