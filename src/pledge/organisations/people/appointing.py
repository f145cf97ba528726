"""Giving people roles from the server, and helping those who lost their second factor. In the caller's unit."""

from dataclasses import dataclass
from datetime import datetime

from pledge.accounts import factors, links, people, requests, sessions
from pledge.accounts.requests import ENROLMENT_LIVES
from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.organisations.people import organisers


class CannotAppoint(Exception):
    """The person cannot have the role, or is not there. The message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Appointed:
    """Who has the role now, whether an account was added, and the path of the link with which they go on."""

    email: str
    added: bool
    path: str
    expires: datetime


async def appoint(email: str, role: str, organiser: str | None) -> Appointed:
    """Give the person with this address a role (staff, organiser or operator), adding an account where there is none.

    ``organiser`` names the body that an organiser is for; one that is not there is added. Links made here earlier stop
    working. Raises CannotAppoint.
    """
    added = await people.add(email, email, "")
    account = await people.by_email(email)
    assert account is not None
    if role == "organiser":
        await _organise_for(account, organiser or "")
    else:
        await people.give_role(account.id, role)
    await record("role.given", account.id, role=role, by="command line")
    await links.forget(account.id, "enrol")
    expires = clock.now() + ENROLMENT_LIVES
    path = await links.make("enrol", ENROLMENT_LIVES, {"email": account.email}, person=account.id)
    return Appointed(account.email, added is not None, path, expires)


async def _organise_for(account: people.Account, name: str) -> None:
    name = " ".join(name.split())
    if not name or len(name) > 200:
        raise CannotAppoint("The name of an organiser has 1 to 200 characters.")
    if not name.isprintable():
        raise CannotAppoint("The name of an organiser is one line of letters that can be shown.")
    wanted = await sql.value("SELECT id FROM organiser WHERE lower(name) = lower({}) ORDER BY created LIMIT 1", name)
    current = await sql.row(
        "SELECT o.id, o.name FROM organiser_member m JOIN organiser o ON o.id = m.organiser WHERE m.person = {}",
        account.id,
    )
    if current is None:
        body = wanted or await organisers.add_body(name, "other", account.email)
        await organisers.add_member(body, account.id)
    elif current["id"] != wanted:
        raise CannotAppoint(
            f"{account.email} organises for {current['name']} already, and can do so for one body only."
        )


async def reset_factor(email: str) -> bool:
    """Take a person's second factor away, sign them out everywhere and tell them. Return whether they had one.

    Raises CannotAppoint when nobody has the address.
    """
    account = await people.by_email(email)
    if account is None:
        raise CannotAppoint(f"Nobody has an account with the address {email}.")
    if not await factors.enrolled(account.id):
        return False
    await factors.remove(account.id)
    await sessions.end_all(account.id)
    await requests.ask_to_tell(account.id, "factor_removed")
    return True
