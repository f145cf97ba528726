"""Inviting colleagues: an e-mailed link for one address, one organisation and one role, good once and for a day.

A row of ``invitation`` is there as long as nobody has accepted or withdrawn it. Each sending ends the links before it.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from pledge.accounts import links, passwords, people, sessions
from pledge.accounts.links import NoLongerWorks, Opened, Purpose, Used
from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.ids import new_id
from pledge.database.unit import read
from pledge.limits import Limit, hit, hit_to
from pledge.mail.outbox import post
from pledge.mail.words import Mailroom
from pledge.organisations import joining
from pledge.organisations.people import members
from pledge.organisations.people.members import ROLES
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import Missing, Refusal
from pledge.web.forms import Form

LIVES = timedelta(hours=24)
KEPT = timedelta(days=7)  # after it ran out, so that an owner sees that nobody answered
PER_ORGANISATION = Limit("invitations-of", hits=20, seconds=24 * 3600)
PER_ADDRESS = Limit("invitations-to", hits=3, seconds=24 * 3600)  # of one firm


class Invitation(msgspec.Struct, frozen=True):
    """Who was invited as what, by whom, and until when the link works."""

    id: UUID
    email: str
    role: str
    by: str
    expires: datetime

    @property
    def open(self) -> bool:
        """Whether the link still works."""
        return self.expires > clock.now()


class AlreadyMember(Exception):
    """The address belongs to somebody who is a member already."""


async def unanswered(within: OrganisationScope) -> list[Invitation]:
    """Return the invitations that nobody has accepted, those that ran out too, newest first, in the current unit."""
    rows = await sql.rows(
        "SELECT i.id, i.email, i.role, p.name AS by, i.expires FROM invitation i JOIN person p ON p.id = i.invited_by "
        "WHERE i.organisation = {} ORDER BY i.sent DESC, i.id",
        within.organisation,
    )
    return [Invitation(**row) for row in rows]


async def invite(within: OrganisationScope, email: str, role: str, mailroom: Mailroom) -> bool:
    """Invite an address, in the current unit, and return whether it had been invited before.

    What happens does not depend on whether the address has an account. Raises AlreadyMember, TooMany, and Refusal for
    somebody who is no longer an owner.
    """
    mine = await members.hold(within)
    key = people.email_key(email)
    if await sql.row(
        "SELECT m.id FROM membership m JOIN person p ON p.id = m.person WHERE m.organisation = {} AND p.email_key = {}",
        within.organisation,
        key,
    ):
        raise AlreadyMember
    await hit(PER_ORGANISATION, str(within.organisation))
    await hit_to(PER_ADDRESS, key, str(within.organisation), str(within.person))
    now = clock.now()
    sent = await sql.row(
        "INSERT INTO invitation (id, organisation, email, email_key, role, invited_by, sendings, sent, expires) "
        "VALUES ({}, {}, {}, {}, {}, {}, 1, {}, {}) ON CONFLICT (organisation, email_key) DO UPDATE SET "
        "email = excluded.email, role = excluded.role, invited_by = excluded.invited_by, "
        "sendings = invitation.sendings + 1, sent = excluded.sent, expires = excluded.expires RETURNING id, sendings",
        new_id(),
        within.organisation,
        email,
        key,
        role,
        within.person,
        now,
        now + LIVES,
    )
    assert sent is not None
    words = {"organisation_name": within.actor.organisation_name, "invited_by": mine.name, "email": email}
    named = {"invitation": str(sent["id"]), "sending": sent["sendings"], "organisation": str(within.organisation)}
    path = await links.make("invitation", LIVES, {**words, **named, "role": role}, person=within.person)
    await record("member.invited", sent["id"], person=within.person, organisation=within.organisation, role=role)
    await post(mailroom.write(email, "invitation", role=ROLES[role], path=path, **words))
    return bool(sent["sendings"] > 1)


async def withdraw(within: OrganisationScope, invitation: UUID) -> None:
    """Withdraw an invitation, in the current unit. Raises Missing, also when it was accepted meanwhile."""
    await members.hold(within)
    gone = await sql.rows(
        "DELETE FROM invitation WHERE organisation = {} AND id = {} RETURNING id", within.organisation, invitation
    )
    if not gone:
        raise Missing
    await record("invitation.withdrawn", invitation, person=within.person, organisation=within.organisation)


async def forget_firm(organisation: UUID) -> None:
    """Forget the links that name an organisation, in the current unit; its invitations go with its other rows."""
    await sql.rows("DELETE FROM link WHERE purpose = 'invitation' AND payload LIKE {}", f"%{organisation}%")


async def prune() -> dict[str, int]:
    """Forget invitations a week after they ran out, in the current unit. Return the number of rows by table."""
    return {"invitation": await sql.changed("DELETE FROM invitation WHERE expires < {}", clock.now() - KEPT)}


def purpose(mailroom: Mailroom) -> Purpose:
    """Return what the link of an invitation does."""

    async def accept(link: Opened, newcomer: tuple[str, str] | None, device: str) -> Used:
        asked, actor = link.payload, link.actor
        found = await sql.row(
            "DELETE FROM invitation WHERE id = {} AND sendings = {} RETURNING organisation, role, invited_by",
            *_named(link),
        )
        if found is None:
            raise NoLongerWorks(await _why_over(link), link)
        organisation: UUID = found["organisation"]
        person = actor.person or await _newcomer(asked["email"], newcomer)
        if await joining.add_member(organisation, person, found["role"]):
            await record("member.joined", person, person=person, organisation=organisation, role=found["role"])
            await _tell_inviter(mailroom, found["invited_by"], organisation, person)
        if actor.person is None:
            return Used("/home?notice=joined", await sessions.start(person, device, organisation))
        await sql.rows("UPDATE session SET organisation = {} WHERE id = {}", organisation, actor.session)
        return Used("/home?notice=joined")

    return Purpose(
        "organisations/link_invitation.html", accept, _prepare, _show, over="organisations/invitation_over.html"
    )


def _named(link: Opened) -> tuple[UUID, int]:
    return UUID(link.payload["invitation"]), link.payload["sending"]


async def _why_over(link: Opened) -> str:
    """Return why the newest link of an invitation is not this one: it was sent again, or it is there no more."""
    return "replaced" if await sql.row("SELECT 1 FROM invitation WHERE id = {}", _named(link)[0]) else "withdrawn"


def _is_theirs(link: Opened) -> bool:
    return people.email_key(link.actor.email) == people.email_key(link.payload["email"])


async def _show(link: Opened) -> dict[str, Any]:
    """Return ``who``: the invited person (me), somebody else (other), without a session (known), without account."""
    if not await sql.row("SELECT 1 FROM invitation WHERE id = {} AND sendings = {}", *_named(link)):
        raise NoLongerWorks(await _why_over(link), link)
    if link.actor.signed_in:
        who = "me" if _is_theirs(link) else "other"
    else:
        who = "known" if await people.by_email(link.payload["email"]) else "new"
    return {"who": who, "role": ROLES[link.payload["role"]]}


async def _prepare(link: Opened, form: Form) -> tuple[str, str] | None:
    """Return the name and the password's hash of somebody without an account; None for who is signed in."""
    email, organisation_name = link.payload["email"], link.payload["organisation_name"]
    if link.actor.signed_in:
        if not _is_theirs(link):
            raise Refusal(f"This invitation is for {email}, and you are signed in as {link.actor.email}.", status=403)
        return None
    shown = await read(lambda: _show(link))
    if shown["who"] == "known":
        raise Refusal(_sign_in_first(email), status=403)
    name, password = form.plain_name("name", "Enter your name"), form.secret("password")
    if found := passwords.problem(password, about=(name, email, organisation_name)):
        form.fail("password", found)
    return None if form.errors else (name, await passwords.hash_password(password))


def _sign_in_first(email: str) -> str:
    return f"There is an account for {email} already. Sign in there, then open the link in the e-mail again."


async def _newcomer(email: str, newcomer: tuple[str, str] | None) -> UUID:
    """Add the account of somebody whose address the link has confirmed."""
    person = await people.add(email, *newcomer) if newcomer else None
    if person is None:  # made meanwhile, by another link
        raise Refusal(_sign_in_first(email), status=403)
    await record("account.confirmed", person, person=person)
    return person


async def _tell_inviter(mailroom: Mailroom, inviter: UUID, organisation: UUID, person: UUID) -> None:
    asked, joined = await people.by_id(inviter), await people.by_id(person)
    name = await sql.value("SELECT name FROM organisation WHERE id = {}", organisation)
    assert asked is not None and joined is not None
    await post(mailroom.write(asked.email, "invitation_accepted", name=asked.name, who=joined, organisation_name=name))
