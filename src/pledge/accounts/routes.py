"""Pages for people without a session: register, sign in, a forgotten password, an e-mailed link; and signing out.

The second step of signing in is in ``factor_routes``.
"""

import logging
from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from pledge.accounts import known, links, passwords, people, requests, signing_in
from pledge.accounts.browsers import address_of, browser_of, device_of, next_of, signed_in, signed_out
from pledge.database.unit import read, write
from pledge.limits import Limit, hit
from pledge.policy.policies import PUBLIC
from pledge.policy.scopes import PublicScope
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within, actor_of
from pledge.web.once import answer_once
from pledge.web.pages import local_path, page, see_other
from pledge.web.receiving import read_form
from pledge.web.resending import unkept

log = logging.getLogger("pledge")

REGISTER_LIMIT = Limit("register", hits=20, seconds=3600)
LINK_LIMIT = Limit("link", hits=20, seconds=3600)  # by network address, known browser or signed-in person


@get("/register", policy=PUBLIC)
async def register_page(request: AnyRequest) -> Response[bytes]:
    """Show the form for an account and its organisation."""
    return page(request, "accounts/register.html", form=Form())


@post("/register", policy=PUBLIC)
async def register(request: AnyRequest) -> Response[Any]:
    """Queue a registration. The same page follows whether or not the address is known."""
    form = await read_form(request)
    carried = form.value(requests.CARRIED)
    if carried:
        unkept(request)  # nothing of a visitor's answers is kept
    if len(carried) > requests.LONGEST_CARRIED:
        form.fail(
            requests.CARRIED, "Your answers are too long to take along. Make them shorter, then try again.", anchor=""
        )
    organisation_name = form.plain_name("organisation_name", "Enter the name of your firm or organisation", firm=True)
    name = form.plain_name("name", "Enter your name")
    email = form.email("email", "Enter your e-mail address")
    password = form.secret("password")
    found = passwords.problem(password, about=(name, email, organisation_name))
    if found:
        form.fail("password", found)
    if form.errors:
        return page(request, "accounts/register.html", status=422, form=form)
    await write(partial(hit, REGISTER_LIMIT, address_of(request)))  # before the work of hashing
    password_hash = await passwords.hash_password(password)

    async def work() -> str:
        await requests.ask_to_register(email, name, organisation_name, password_hash, address_of(request), carried)
        return "/register/check-your-email"

    return await answer_once(form, work)


@get("/register/check-your-email", policy=PUBLIC)
async def check_your_email(request: AnyRequest) -> Response[bytes]:
    """Say that an e-mail is on its way."""
    return page(request, "accounts/check_your_email.html")


@get("/sign-in", policy=PUBLIC)
async def sign_in_page(request: AnyRequest, within: Within[PublicScope]) -> Response[Any]:
    """Show the form to sign in; whoever is signed in goes on."""
    then = next_of(request)
    if within.actor.signed_in or within.actor.unproven:
        return see_other(signing_in.way_to(then or "/home", prove=not within.actor.signed_in))
    return page(request, "accounts/sign_in.html", form=Form(defaults={"next": then}))


@post("/sign-in", policy=PUBLIC)
async def sign_in(request: AnyRequest) -> Response[Any]:
    """Sign in with a password."""
    form = await read_form(request)
    email = form.email("email", "Enter your e-mail address")
    password = form.secret("password")
    if not password:
        form.fail("password", "Enter your password")
    if not form.errors:
        began = await signing_in.sign_in(
            email,
            password,
            local_path(form.value("next")) or "/home",
            device=device_of(request),
            browser=browser_of(request),
            address=address_of(request),
            replacing=actor_of(request).session,
        )
        if began is not None:
            return await signed_in(request, began.location, began.session)
        form.fail("email", "The e-mail address or the password is not right. Check both and try again.")
    return page(request, "accounts/sign_in.html", status=422, form=form)


@get("/sign-in/link", policy=PUBLIC)
async def sign_in_link_page(request: AnyRequest) -> Response[bytes]:
    """Show the form that asks for a link to sign in."""
    return page(request, "accounts/ask_for_link.html", form=Form(), purpose="sign_in")


@post("/sign-in/link", policy=PUBLIC)
async def sign_in_link(request: AnyRequest) -> Response[Any]:
    """Queue a link to sign in."""
    return await _ask_for_link(request, "sign_in")


@get("/sign-in/forgotten", policy=PUBLIC)
async def forgotten_page(request: AnyRequest) -> Response[bytes]:
    """Show the form that asks for a link to choose a new password."""
    return page(request, "accounts/ask_for_link.html", form=Form(), purpose="reset")


@post("/sign-in/forgotten", policy=PUBLIC)
async def forgotten(request: AnyRequest) -> Response[Any]:
    """Queue a link to choose a new password."""
    return await _ask_for_link(request, "reset")


async def _ask_for_link(request: AnyRequest, purpose: str) -> Response[Any]:
    form = await read_form(request)
    email = form.email("email", "Enter your e-mail address")
    if form.errors:
        return page(request, "accounts/ask_for_link.html", status=422, form=form, purpose=purpose)

    async def work() -> str:
        await known.count_request(
            LINK_LIMIT, email_key=people.email_key(email), browser=browser_of(request), address=address_of(request)
        )
        await requests.ask_for_link(purpose, email)
        return "/sign-in/check-your-email"

    return await answer_once(form, work)


@get("/sign-in/check-your-email", policy=PUBLIC)
async def check_for_link(request: AnyRequest) -> Response[bytes]:
    """Say that a link is on its way, if there is an account."""
    return page(request, "accounts/check_for_link.html")


@post("/sign-out", policy=PUBLIC)
async def sign_out(request: AnyRequest, within: Within[PublicScope]) -> Redirect:
    """End the session, and have the browser forget what it kept of it."""
    await signing_in.sign_out(within.actor)
    return signed_out(request)


@get("/t/{secret:str}", policy=PUBLIC)
async def link_page(request: AnyRequest, secret: FromPath[str]) -> Response[bytes]:
    """Show what a link is for, with the button that does it. Opening the page changes nothing."""
    return await _link_page(request, secret, Form(), 200)


@post("/t/{secret:str}", policy=PUBLIC)
async def use_link(request: AnyRequest, secret: FromPath[str]) -> Response[Any]:
    """Do what the link is for."""
    form = await read_form(request)
    try:
        used = await signing_in.use_link(
            secret, request.app.state.purposes, form, device_of(request), actor_of(request)
        )
    except links.NoLongerWorks as over:
        log.warning("refused the use of an e-mailed link: %s", over.reason)
        return _link_over(request, over, form.typed)
    if used is None:
        return await _link_page(request, secret, form, 422)
    if used.session:
        return await signed_in(request, used.location, used.session)
    return see_other(used.location)


async def _link_page(request: AnyRequest, secret: str, form: Form, status: int) -> Response[bytes]:
    async def unit() -> tuple[links.Opened, links.Purpose, dict[str, Any]]:
        link = await links.look(secret, actor_of(request))
        purpose = links.purpose_of(link, request.app.state.purposes)
        return link, purpose, await purpose.show(link) if purpose.show else {}

    try:
        link, purpose, shown = await read(unit)
    except links.NoLongerWorks as over:
        return _link_over(request, over, [])
    step = request.query_params.get("step", "")  # for a page that asks before one of the things it can do
    return page(request, purpose.template, status=status, form=form, link=link, secret=secret, step=step, **shown)


def _link_over(request: AnyRequest, over: links.NoLongerWorks, typed: list[tuple[str, str]]) -> Response[bytes]:
    purpose = request.app.state.purposes.get(over.link.purpose) if over.link else None
    template = purpose.over if purpose else "accounts/link_over.html"
    return page(request, template, status=404, link=over.link, reason=over.reason, typed=typed)


ROUTES = [
    register_page,
    register,
    check_your_email,
    sign_in_page,
    sign_in,
    sign_in_link_page,
    sign_in_link,
    forgotten_page,
    forgotten,
    check_for_link,
    sign_out,
    link_page,
    use_link,
]
