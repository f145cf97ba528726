"""Signing in with a password, by an e-mailed link, with a second factor; what e-mailed links change; signing out."""

from functools import partial
from urllib.parse import urlencode
from uuid import UUID

from pledge.accounts import factors, known, links, passwords, people, sessions
from pledge.accounts.links import Opened, Purpose, Used
from pledge.audit.log import record
from pledge.database.unit import read, write
from pledge.limits import Limit, hit
from pledge.mail.outbox import post
from pledge.mail.words import Mailroom
from pledge.policy.actors import VISITOR, Actor
from pledge.refusals import Refusal
from pledge.web.forms import Form
from pledge.web.pages import local_path

PER_ACCOUNT = Limit("sign-in-account", hits=10, seconds=900)
PER_ADDRESS = Limit("sign-in-address", hits=40, seconds=900)


def way_to(location: str, *, prove: bool) -> str:
    """Return where somebody goes who has signed in: to ``location``, by the page that asks for a code if they must."""
    return with_next("/sign-in/code", location) if prove else location


def with_next(path: str, then: str) -> str:
    """Return an address of a page that goes on to ``then``, if it is not ""."""
    return f"{path}?{urlencode({'next': then})}" if then else path


async def _begin(person: UUID, location: str, device: str, *, mailed: bool = False) -> Used:
    secret = await sessions.start(person, device, mailed=mailed)
    return Used(way_to(location, prove=await factors.enrolled(person)), secret)


async def sign_in(
    email: str,
    password: str,
    then: str,
    *,
    device: str,
    browser: str,
    address: str,
    replacing: UUID | None = None,
) -> Used | None:
    """Return a new session and where to go when the password fits, else None. The session ``replacing`` ends with it.

    A stranger's address takes as long as a known one. Raises TooMany: by account and by network address, each apart;
    in a browser that the person has signed in with before (``browser`` is the secret in its cookie), by itself.
    """
    account = await read(partial(people.by_email, email))
    await write(
        partial(
            known.count,
            PER_ACCOUNT,
            PER_ADDRESS,
            person=account.id if account else None,
            stranger=people.email_key(email),
            browser=browser,
            address=address,
        )
    )
    if not await passwords.matches(password, account.password_hash if account else None) or account is None:
        await write(partial(record, "sign_in.failed", account.id if account else "nobody"))
        return None

    async def begin() -> Used:
        if replacing is not None:
            await sessions.end(replacing)
        await record("sign_in.done", account.id, person=account.id)
        return await _begin(account.id, then, device)

    return await write(begin)


async def confirm_password(person: UUID, session: UUID, password: str) -> str | None:
    """Return the fresh secret of a session whose person shows again, by the password, who they are, or None.

    Raises TooMany, by session: whoever guesses without one does not count.
    """
    account = await read(partial(people.by_id, person))
    assert account is not None
    await write(partial(hit, PER_ACCOUNT, f"session {session}"))
    fits = await passwords.matches(password, account.password_hash)

    async def unit() -> str | None:
        await record("confirm.done" if fits else "confirm.failed", person, person=person)
        return await sessions.renew(session, proven=False) if fits else None

    return await write(unit)


async def pass_code(person: UUID, session: UUID, typed: str, *, browser: str, address: str) -> str | None:
    """Return the fresh secret of a session that passes the second factor with a code of the app, or None.

    Raises TooMany.
    """
    await factors.count(factors.CODES_PER_ACCOUNT, person, session, browser=browser, address=address)

    async def unit() -> str | None:
        if not await factors.accept(person, typed):
            return None
        await record("factor.passed", person, person=person)
        return await sessions.renew(session, proven=True)

    return await write(unit)


async def pass_recovery_code(
    person: UUID, session: UUID, typed: str, mailroom: Mailroom, *, browser: str, address: str
) -> str | None:
    """Return the fresh secret of a session that passes with a recovery code, and tell the person; or None.

    Raises TooMany.
    """
    await factors.count(factors.RECOVERIES_PER_ACCOUNT, person, session, browser=browser, address=address)

    async def unit() -> str | None:
        if not await factors.use_recovery_code(person, typed):
            return None
        await people.tell(person, mailroom, "recovery_code_used", left=await factors.recovery_codes_left(person))
        return await sessions.renew(session, proven=True)

    return await write(unit)


async def sign_out(actor: Actor) -> None:
    """End the actor's session."""

    async def unit() -> None:
        if actor.session is not None:
            await sessions.end(actor.session)
            person = actor.person or actor.unproven
            await record("sign_out.done", person, person=person)

    await write(unit)


async def sign_out_everywhere(person: UUID) -> None:
    """End every session of a person."""

    async def unit() -> None:
        await sessions.end_all(person)
        await record("sign_out.everywhere", person, person=person)

    await write(unit)


async def _use_sign_in(link: Opened, _prepared: object, device: str) -> Used:
    assert link.person is not None
    await record("sign_in.done", link.person, person=link.person, by="link")
    return await _begin(link.person, local_path(link.payload["then"]) or "/home", device, mailed=True)


async def _read_new_password(_link: Opened, form: Form, name: str = "") -> str:
    password = form.secret("password")
    found = passwords.problem(password, about=(name,))
    if found:
        form.fail("password", found)
    return "" if form.errors else await passwords.hash_password(password)


async def _read_enrolment(link: Opened, form: Form) -> tuple[str, str]:
    name = form.plain_name("name", "Enter your name")
    return name, await _read_new_password(link, form, name)


def purposes(mailroom: Mailroom) -> dict[str, Purpose]:
    """Return what the e-mailed links of accounts do."""

    async def change_password(person: UUID, password_hash: str, by: str) -> None:
        account = await people.by_id(person)
        assert account is not None
        await people.set_password(person, password_hash)
        await sessions.end_all(person)
        await record("password.changed", person, person=person, by=by)
        if account.password_hash or by == "link":
            await post(mailroom.write(account.email, "password_changed", name=account.name))

    async def use_reset(link: Opened, password_hash: str, device: str) -> Used:
        assert link.person is not None
        await change_password(link.person, password_hash, "link")
        return await _begin(link.person, "/home?notice=password-changed", device, mailed=True)

    async def use_enrolment(link: Opened, prepared: tuple[str, str], device: str) -> Used:
        assert link.person is not None
        name, password_hash = prepared
        await people.rename(link.person, name)
        await change_password(link.person, password_hash, "enrolment")
        return await _begin(link.person, "/account/second-factor?next=/home", device)

    async def use_new_email(link: Opened, _prepared: object, _device: str) -> Used:
        if link.person is None or link.actor.person != link.person:  # the new address may be a stranger's, mistyped
            raise Refusal("Sign in to your account in this browser first. Then open the link again.", status=403)
        account = await people.by_id(link.person)
        assert account is not None
        try:
            await people.set_email(link.person, link.payload["email"])
        except people.AddressTaken as error:
            raise Refusal("This address has an account of its own now, so yours was not changed.") from error
        await sessions.end_all(link.person, but=link.actor.session)
        await links.forget(link.person, "sign_in", "reset", "new_email", "enrol")
        await record("email.changed", link.person, person=link.person)
        await post(mailroom.write(account.email, "email_changed", name=account.name))
        return Used("/account?notice=email-changed")

    return {
        "sign_in": Purpose("accounts/link_sign_in.html", _use_sign_in),
        "reset": Purpose("accounts/link_reset.html", use_reset, _read_new_password),
        "enrol": Purpose("accounts/link_enrol.html", use_enrolment, _read_enrolment),
        "new_email": Purpose("accounts/link_new_email.html", use_new_email),
    }


async def use_link(
    secret: str, purposes_by_name: links.Purposes, form: Form, device: str, actor: Actor = VISITOR
) -> Used | None:
    """Do what a link is for, once. None when the form has problems (they are in the form; the link still works).

    When it starts a session, the actor's ends. Raises NoLongerWorks, and Refusal when the actor may not use it.
    """
    opened = await read(partial(links.look, secret, actor))
    purpose = links.purpose_of(opened, purposes_by_name)
    prepared = await purpose.prepare(opened, form) if purpose.prepare else None
    if form.errors:
        return None

    async def unit() -> Used:
        used = await purpose.use(await links.use_up(secret, actor), prepared, device)
        if used.session and actor.session is not None:
            await sessions.end(actor.session)
        return used

    return await write(unit)
