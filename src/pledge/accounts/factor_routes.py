"""Pages of the second factor: the code when signing in, setting an app up, recovery codes, taking it away."""

from functools import partial
from typing import Any

from litestar import Response, get, post

from pledge.accounts import factors, people, signing_in, totp
from pledge.accounts.browsers import address_of, browser_of, keep_signed_in, next_of, signed_in
from pledge.accounts.sessions import renew
from pledge.database.unit import read, write
from pledge.policy.actors import NO_FACTOR, PASSED
from pledge.policy.policies import ACCOUNT, CONFIRMED, PUBLIC
from pledge.policy.scopes import PersonScope, PublicScope
from pledge.refusals import Refusal
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.once import answer_once
from pledge.web.pages import local_path, page, see_other
from pledge.web.receiving import read_form

OWN = "/account/second-factor"
WRONG = "This code is not right, or it was used before. Wait for the next one in the app and type that."
WRONG_RECOVERY = "This is none of your recovery codes, or it was used before."


@get("/sign-in/code", policy=PUBLIC)
async def code_page(request: AnyRequest, within: Within[PublicScope]) -> Response[Any]:
    """Ask for the code of the app, the second step of signing in."""
    return _second_step(request, within, "accounts/code.html")


@get("/sign-in/recovery", policy=PUBLIC)
async def recovery_page(request: AnyRequest, within: Within[PublicScope]) -> Response[Any]:
    """Ask for a recovery code in place of the app's."""
    return _second_step(request, within, "accounts/recovery.html")


def _second_step(request: AnyRequest, within: PublicScope, template: str) -> Response[Any]:
    then = next_of(request)
    if within.actor.unproven is None:
        return see_other((then or "/home") if within.actor.signed_in else "/sign-in")
    return page(request, template, form=Form(defaults={"next": then}))


@post("/sign-in/code", policy=PUBLIC)
async def pass_code(request: AnyRequest, within: Within[PublicScope]) -> Response[Any]:
    """Pass with a code of the app."""
    actor, form = within.actor, await read_form(request)
    if actor.unproven is None or actor.session is None:
        return see_other("/sign-in")
    typed = form.text("code", "Enter the code that your app shows")
    if not form.errors:
        secret = await signing_in.pass_code(
            actor.unproven, actor.session, typed, browser=browser_of(request), address=address_of(request)
        )
        if secret is not None:
            return await signed_in(request, local_path(form.value("next")) or "/home", secret)
        form.fail("code", WRONG)
    return page(request, "accounts/code.html", status=422, form=form)


@post("/sign-in/recovery", policy=PUBLIC)
async def pass_recovery_code(request: AnyRequest, within: Within[PublicScope]) -> Response[Any]:
    """Pass with a recovery code."""
    actor, form = within.actor, await read_form(request)
    if actor.unproven is None or actor.session is None:
        return see_other("/sign-in")
    typed = form.text("code", "Enter one of your recovery codes")
    if not form.errors:
        mailroom = request.app.state.mailroom
        secret = await signing_in.pass_recovery_code(
            actor.unproven,
            actor.session,
            typed,
            mailroom,
            browser=browser_of(request),
            address=address_of(request),
        )
        if secret is not None:
            return await signed_in(request, f"{OWN}?notice=recovery-code-used", secret)
        form.fail("code", WRONG_RECOVERY)
    return page(request, "accounts/recovery.html", status=422, form=form)


@get(OWN, policy=ACCOUNT)
async def factor_page(request: AnyRequest, within: Within[PersonScope]) -> Response[bytes]:
    """Show whether there is a second factor, and what can be done about it."""
    left = await read(partial(factors.recovery_codes_left, within.person)) if within.actor.factor == PASSED else 0
    return page(request, "accounts/second_factor.html", left=left, form=Form(defaults={"next": next_of(request)}))


@post(OWN, policy=CONFIRMED)
async def begin(request: AnyRequest, within: Within[PersonScope]) -> Response[Any]:
    """Offer the session a new secret for an app."""
    form, session = await read_form(request), within.actor.session
    assert session is not None
    then = local_path(form.value("next")) or ""

    async def work() -> str:
        await factors.offer(session, within.person)
        return signing_in.with_next(f"{OWN}/set-up", then)

    return await answer_once(form, work)


@get(f"{OWN}/set-up", policy=CONFIRMED)
async def set_up_page(request: AnyRequest, within: Within[PersonScope]) -> Response[Any]:
    """Show the secret, as a QR code and to type."""
    return await _set_up_page(request, within, Form(defaults={"next": next_of(request)}), 200)


async def _set_up_page(request: AnyRequest, within: PersonScope, form: Form, status: int) -> Response[Any]:
    assert within.actor.session is not None
    secret = await read(partial(factors.offered, within.actor.session))
    if not secret:
        return see_other(OWN)
    size, path = totp.qr(totp.address(secret, within.actor.email, "Pledge"))
    return page(
        request,
        "accounts/factor_set_up.html",
        status=status,
        form=form,
        size=size,
        path=path,
        secret=totp.groups(secret),
    )


@post(f"{OWN}/set-up", policy=CONFIRMED)
async def set_up(request: AnyRequest, within: Within[PersonScope]) -> Response[Any]:
    """Take the app as the second factor when its code fits, and show the recovery codes, this once."""
    form, actor, mailroom = await read_form(request), within.actor, request.app.state.mailroom
    session = actor.session
    assert session is not None
    typed = form.text("code", "Enter the code that your app shows")

    async def unit() -> tuple[list[str], str] | None:
        codes = await factors.enrol(session, within.person, typed)
        if codes is None:
            return None
        await people.tell(within.person, mailroom, "factor_set_up", replaced=actor.factor == PASSED)
        return codes, await renew(session, proven=True)

    enrolled = None if form.errors else await write(unit)
    if enrolled is None:
        if not form.errors:
            form.fail("code", "This code is not right. Wait for the next one in the app and type that.")
        return await _set_up_page(request, within, form, 422)
    return await _codes_page(request, enrolled[0], enrolled[1], local_path(form.value("next")) or "")


@get(f"{OWN}/codes", policy=CONFIRMED)
async def new_codes_page(request: AnyRequest, within: Within[PersonScope]) -> Response[Any]:
    """Ask whether to make new recovery codes."""
    if within.actor.factor == NO_FACTOR:
        return see_other(OWN)
    return page(request, "accounts/new_codes.html", form=Form())


@post(f"{OWN}/codes", policy=CONFIRMED)
async def new_codes(request: AnyRequest, within: Within[PersonScope]) -> Response[Any]:
    """Make new recovery codes and show them, this once."""
    await read_form(request)
    session, mailroom = within.actor.session, request.app.state.mailroom
    assert session is not None
    if within.actor.factor == NO_FACTOR:
        return see_other(OWN)

    async def unit() -> tuple[list[str], str]:
        codes = await factors.new_recovery_codes(within.person)
        await people.tell(within.person, mailroom, "recovery_codes_made")
        return codes, await renew(session, proven=True)

    codes, secret = await write(unit)
    return await _codes_page(request, codes, secret, "")


async def _codes_page(request: AnyRequest, codes: list[str], secret: str, then: str) -> Response[Any]:
    response = page(request, "accounts/recovery_codes.html", codes=codes, then=then or OWN)
    return await keep_signed_in(request, response, secret)


@get(f"{OWN}/remove", policy=CONFIRMED)
async def remove_page(request: AnyRequest, within: Within[PersonScope]) -> Response[Any]:
    """Ask whether to take the second factor away."""
    if within.actor.factor == NO_FACTOR:
        return see_other(OWN)
    return page(request, "accounts/factor_remove.html", form=Form())


@post(f"{OWN}/remove", policy=CONFIRMED)
async def remove(request: AnyRequest, within: Within[PersonScope]) -> Response[Any]:
    """Take the second factor away."""
    form, mailroom = await read_form(request), request.app.state.mailroom
    if within.actor.needs_factor:
        raise Refusal("Your role needs a second step. You can set it up anew with another app, but not remove it.")

    async def work() -> str:
        await factors.remove(within.person)
        await people.tell(within.person, mailroom, "factor_removed")
        return f"{OWN}?notice=factor-removed"

    return await answer_once(form, work)


ROUTES = [
    code_page,
    recovery_page,
    pass_code,
    pass_recovery_code,
    factor_page,
    begin,
    set_up_page,
    set_up,
    new_codes_page,
    new_codes,
    remove_page,
    remove,
]
