"""Signing in with a password, changing it by an e-mailed link, signing out."""

from functools import partial
from uuid import UUID

from pledge.accounts import links, passwords, people, sessions
from pledge.accounts.links import Opened, Purpose, Used
from pledge.accounts.people import Account
from pledge.accounts.requests import SIGN_IN_LIVES
from pledge.audit.log import record
from pledge.database.unit import read, write
from pledge.mail.outbox import post
from pledge.mail.words import Mailroom
from pledge.policy.actors import Actor
from pledge.web.forms import Form
from pledge.web.limits import Limit, hit
from pledge.web.pages import local_path

PER_ACCOUNT = Limit("sign-in-account", hits=10, seconds=900)
PER_ADDRESS = Limit("sign-in-address", hits=40, seconds=900)


async def sign_in(email: str, password: str, *, device: str, address: str, replacing: UUID | None = None) -> str | None:
    """Return the secret of a new session when the password fits, else None. The session ``replacing`` ends with it.

    A stranger's address takes as long as a known one. Raises TooMany: by account and by network address, each apart.
    """
    key = people.email_key(email)

    async def count() -> None:
        await hit(PER_ACCOUNT, key)
        await hit(PER_ADDRESS, address)

    await write(count)
    account = await read(partial(people.by_email, email))
    if not await passwords.matches(password, account.password_hash if account else None) or account is None:
        await write(partial(record, "sign_in.failed", account.id if account else "nobody"))
        return None

    async def begin() -> str:
        if replacing is not None:
            await sessions.end(replacing)
        secret = await sessions.start(account.id, device)
        await record("sign_in.done", account.id, person=account.id)
        return secret

    return await write(begin)


async def is_password_of(account: Account, password: str) -> bool:
    """Tell whether a signed-in person typed their own password again. Raises TooMany, as signing in does."""
    await write(partial(hit, PER_ACCOUNT, people.email_key(account.email)))
    if await passwords.matches(password, account.password_hash):
        return True
    await write(partial(record, "sign_in.failed", account.id, person=account.id, again=True))
    return False


async def sign_out(actor: Actor) -> None:
    """End the actor's session."""

    async def unit() -> None:
        if actor.session is not None:
            await sessions.end(actor.session)
            await record("sign_out.done", actor.person, person=actor.person)

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
    return Used(local_path(link.payload["then"]) or "/home", await sessions.start(link.person, device))


async def _read_new_password(form: Form) -> str:
    password = form.secret("password")
    found = passwords.problem(password)
    if found:
        form.fail("password", found)
        return ""
    return await passwords.hash_password(password)


def purposes(mailroom: Mailroom) -> dict[str, Purpose]:
    """Return what the e-mailed links of accounts do."""

    async def use_reset(link: Opened, password_hash: str, device: str) -> Used:
        assert link.person is not None
        account = await people.by_id(link.person)
        assert account is not None
        await people.set_password(link.person, password_hash)
        await sessions.end_all(link.person)
        await record("password.changed", link.person, person=link.person, by="link")
        await post(mailroom.write(account.email, "password_changed", name=account.name))
        return Used("/home?notice=password-changed", await sessions.start(link.person, device))

    return {
        "sign_in": Purpose("accounts/link_sign_in.html", SIGN_IN_LIVES, _use_sign_in),
        "reset": Purpose("accounts/link_reset.html", SIGN_IN_LIVES, use_reset, _read_new_password),
    }


async def use_link(
    secret: str, purposes_by_name: links.Purposes, form: Form, device: str, *, replacing: UUID | None = None
) -> Used | None:
    """Do what a link is for, once. None when the form has problems (they are in the form; the link still works).

    When it starts a session, the session ``replacing`` ends. Raises NoLongerWorks.
    """
    opened = await read(partial(links.look, secret))
    purpose = links.purpose_of(opened, purposes_by_name)
    prepared = await purpose.prepare(form) if purpose.prepare else None
    if form.errors:
        return None

    async def unit() -> Used:
        used = await purpose.use(await links.use_up(secret), prepared, device)
        if used.session and replacing is not None:
            await sessions.end(replacing)
        return used

    return await write(unit)
