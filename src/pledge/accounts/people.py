"""People: adding one, finding one by address, changing a password. Every function runs in the caller's unit."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from email_validator import validate_email

from pledge.accounts.tables import Person, PersonRole
from pledge.audit import log
from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.ids import new_id
from pledge.mail.outbox import post
from pledge.mail.words import Mailroom

ERASED_AFTER = 24  # months after the last sign-in
WARNED_AFTER = 23  # months after it: an e-mail says what will happen


@dataclass(frozen=True, slots=True)
class Account:
    """What signing in needs to know about a person."""

    id: UUID
    name: str
    email: str
    password_hash: str


class AddressTaken(Exception):
    """Somebody else has the address."""


def email_key(email: str) -> str:
    """Return what makes two spellings the same address: local part case-folded, domain in ASCII and lower case.

    Addresses with characters outside ASCII before the @ are refused by the form, so look-alikes cannot differ here.
    Raises EmailNotValidError for what is no address.
    """
    parsed = validate_email(email, check_deliverability=False, allow_smtputf8=False)
    return f"{parsed.local_part.casefold()}@{parsed.ascii_domain.lower()}"


async def by_email(email: str) -> Account | None:
    """Return the account with this address, however it is spelt, or None."""
    row = await sql.row("SELECT id, name, email, password_hash FROM person WHERE email_key = {}", email_key(email))
    return Account(**row) if row else None


async def by_id(person: UUID) -> Account | None:
    """Return the account with this id, or None."""
    row = await sql.row("SELECT id, name, email, password_hash FROM person WHERE id = {}", person)
    return Account(**row) if row else None


async def tell(person: UUID, mailroom: Mailroom, template: str, *, dedupe: str | None = None, **context: Any) -> None:
    """Send a person, if they are still there, an e-mail about their account; the template is given their ``name``."""
    if account := await by_id(person):
        await post(mailroom.write(account.email, template, name=account.name, **context), dedupe=dedupe)


async def add(email: str, name: str, password_hash: str) -> UUID | None:
    """Add a person and return the id, or None when the address has an account already."""
    person = new_id()
    added = await sql.rows(
        "INSERT INTO person (id, email, email_key, name, password_hash, created) VALUES ({}, {}, {}, {}, {}, {}) "
        "ON CONFLICT (email_key) DO NOTHING RETURNING id",
        person,
        email,
        email_key(email),
        name,
        password_hash,
        clock.now(),
    )
    if not added:
        return None
    await log.give_pseudonym(person)
    return person


async def set_password(person: UUID, password_hash: str) -> None:
    """Replace a person's password hash."""
    await Person.update({Person.password_hash: password_hash}).where(Person.id == person)


async def set_email(person: UUID, email: str) -> None:
    """Replace a person's address. Raises AddressTaken; then the unit can only be given up."""
    try:
        await sql.rows("UPDATE person SET email = {}, email_key = {} WHERE id = {}", email, email_key(email), person)
    except sql.DUPLICATE as error:  # the index decides, also between two who do it at the same moment
        raise AddressTaken from error


async def rename(person: UUID, name: str) -> None:
    """Change a person's name."""
    await Person.update({Person.name: name}).where(Person.id == person)
    await record("person.renamed", person, person=person)


async def read_in(person: UUID, language: str) -> None:
    """Remember in which language a person reads the questions; "" for the one that they were written in."""
    await sql.rows("UPDATE person SET language = {} WHERE id = {}", language, person)
    await record("person.language_chosen", person, person=person)


async def give_role(person: UUID, role: str) -> None:
    """Give a person a partnership role (``staff`` or ``operator``); having it already is fine."""
    await sql.rows(
        "INSERT INTO person_role (id, person, role, created) VALUES ({}, {}, {}, {}) "
        "ON CONFLICT (person, role) DO NOTHING",
        new_id(),
        person,
        role,
        clock.now(),
    )


async def addresses_of(role: str) -> list[tuple[UUID, str]]:
    """Return who has a partnership role, each with their e-mail address, in the current unit."""
    rows = await sql.rows(
        "SELECT p.id, p.email FROM person p JOIN person_role r ON r.person = p.id WHERE r.role = {} ORDER BY p.id", role
    )
    return [(row["id"], row["email"]) for row in rows]


async def roles(person: UUID) -> list[str]:
    """Return a person's partnership roles."""
    found: list[dict[str, str]] = await PersonRole.select(PersonRole.role).where(PersonRole.person == person)
    return sorted(row["role"] for row in found)
