"""Pages of one's own account: name, e-mail address, sessions, and showing again who one is."""

from functools import partial
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from pledge.accounts import people, requests, sessions, signing_in
from pledge.accounts.browsers import address_of, browser_of, next_of, signed_in, signed_out
from pledge.accounts.factor_routes import WRONG
from pledge.accounts.routes import LINK_LIMIT
from pledge.audit.log import record
from pledge.database.unit import read, write
from pledge.limits import hit
from pledge.policy.actors import PASSED
from pledge.policy.policies import ACCOUNT, CONFIRMED
from pledge.policy.scopes import PersonScope
from pledge.refusals import Missing
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.once import answer_once
from pledge.web.pages import local_path, page, see_other
from pledge.web.receiving import read_form


@get("/account", policy=ACCOUNT)
async def account_page(request: AnyRequest, within: Within[PersonScope]) -> Response[bytes]:
    """Show who is signed in, and what they can change."""
    return page(request, "accounts/account.html", form=Form(defaults={"name": within.actor.name}))


@post("/account", policy=ACCOUNT)
async def save_account(request: AnyRequest, within: Within[PersonScope]) -> Response[Any]:
    """Save the person's name."""
    form = await read_form(request)
    name = form.plain_name("name", "Enter your name")
    if form.errors:
        return page(request, "accounts/account.html", status=422, form=form)

    async def work() -> str:
        await people.rename(within.person, name)
        return "/account?notice=name-saved"

    return await answer_once(form, work)


# — showing again who one is —


@get("/account/confirm", policy=ACCOUNT)
async def confirm_page(request: AnyRequest, within: Within[PersonScope]) -> Response[Any]:
    """Ask again who this is."""
    then = next_of(request) or "/account"
    if within.actor.confirmed:
        return see_other(then)
    return await _confirm_page(request, within, Form(defaults={"next": then}), 200)


async def _confirm_page(request: AnyRequest, within: PersonScope, form: Form, status: int) -> Response[bytes]:
    return page(request, "accounts/confirm.html", status=status, form=form, by=await _shown_by(within))


async def _shown_by(within: PersonScope) -> str:
    """Return what the person can show here: ``password``, ``code``, or only a fresh ``link``."""
    account = await read(partial(people.by_id, within.person))
    if account is not None and account.password_hash:
        return "password"
    return "code" if within.actor.factor == PASSED else "link"


@post("/account/confirm", policy=ACCOUNT)
async def confirm(request: AnyRequest, within: Within[PersonScope]) -> Response[Any]:
    """Take the password, or the code of whoever has no password, as a sign that it is still the same person."""
    form, session = await read_form(request), within.actor.session
    assert session is not None
    by, secret = await _shown_by(within), None
    if by == "password":
        password = form.secret("password")
        if not password:
            form.fail("password", "Enter your password")
        else:
            secret = await signing_in.confirm_password(within.person, session, password)
            form.fail("password", "This password is not right.")
    elif by == "code" and (typed := form.text("code", "Enter the code that your app shows")):
        secret = await signing_in.pass_code(
            within.person, session, typed, browser=browser_of(request), address=address_of(request)
        )
        form.fail("code", WRONG)
    if secret is not None:
        return await signed_in(request, local_path(form.value("next")) or "/account", secret)
    return await _confirm_page(request, within, form, 422)


@post("/account/confirm/link", policy=ACCOUNT)
async def confirm_by_link(request: AnyRequest, within: Within[PersonScope]) -> Redirect:
    """Send a link that signs in afresh, for whoever has no password or does not know it."""
    form = await read_form(request)

    async def work() -> str:
        await hit(LINK_LIMIT, str(within.person))
        await requests.ask_for_link("sign_in", within.actor.email, local_path(form.value("next")) or "/account")
        return "/sign-in/check-your-email"

    return await answer_once(form, work)


# — the e-mail address —


@get("/account/email", policy=CONFIRMED)
async def email_page(request: AnyRequest) -> Response[bytes]:
    """Show the form for another address."""
    return page(request, "accounts/email.html", form=Form())


@post("/account/email", policy=CONFIRMED)
async def change_email(request: AnyRequest, within: Within[PersonScope]) -> Response[Any]:
    """Queue a link to the new address. The same page follows whether or not somebody else has it."""
    form = await read_form(request)
    email = form.email("email", "Enter your new e-mail address")
    if email and email == within.actor.email:
        form.fail("email", "This is your address already.")
    if form.errors:
        return page(request, "accounts/email.html", status=422, form=form)

    async def work() -> str:
        await hit(LINK_LIMIT, str(within.person))
        await requests.ask_for_new_email(within.person, email)
        return "/account?notice=email-asked"

    return await answer_once(form, work)


# — sessions —


@get("/account/sessions", policy=ACCOUNT)
async def sessions_page(request: AnyRequest, within: Within[PersonScope]) -> Response[bytes]:
    """Show where the person is signed in."""
    found = await read(partial(sessions.listed, within.person, office=within.actor.needs_factor))
    return page(request, "accounts/sessions.html", sessions=found)


@post("/account/sessions/{session:uuid}/end", policy=ACCOUNT)
async def end_session(request: AnyRequest, within: Within[PersonScope], session: FromPath[UUID]) -> Redirect:
    """End one session of the person; this one is signing out."""

    async def unit() -> None:
        if not await sessions.end_of(within.person, session):
            raise Missing
        await record("session.ended", within.person, person=within.person)

    await write(unit)
    if session == within.actor.session:
        return signed_out(request)
    return see_other("/account/sessions?notice=session-ended")


@post("/account/sessions/end-others", policy=ACCOUNT)
async def end_other_sessions(within: Within[PersonScope]) -> Redirect:
    """End every session of the person but this one."""

    async def unit() -> None:
        await sessions.end_all(within.person, but=within.actor.session)
        await record("session.others_ended", within.person, person=within.person)

    await write(unit)
    return see_other("/account/sessions?notice=sessions-ended")


@post("/account/sign-out-everywhere", policy=ACCOUNT)
async def sign_out_everywhere(request: AnyRequest, within: Within[PersonScope]) -> Redirect:
    """End every session of the person, this one too."""
    await signing_in.sign_out_everywhere(within.person)
    return signed_out(request)


ROUTES = [
    account_page,
    save_account,
    confirm_page,
    confirm,
    confirm_by_link,
    email_page,
    change_email,
    sessions_page,
    end_session,
    end_other_sessions,
    sign_out_everywhere,
]
