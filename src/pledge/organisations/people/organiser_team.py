"""The organisers of one body: who they are, inviting a colleague by e-mail, removing one.

Every function works in the current unit, within one organiser body. An invitation is a link that works once, for one
address and one body; it only ever adds the account that has this address.
"""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from pledge.accounts import links, passwords, people, sessions
from pledge.accounts.links import NoLongerWorks, Opened, Purpose, Used
from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.ids import new_id, token_hash
from pledge.limits import Limit, hit, hit_to
from pledge.mail.outbox import post
from pledge.mail.words import Mailroom
from pledge.policy.scopes import OrganiserScope
from pledge.refusals import Missing, Refusal
from pledge.web.forms import Form

LIVES = timedelta(hours=24)
PER_BODY = Limit("organiser-invitations", hits=20, seconds=3600)
TO_ADDRESS = Limit("organiser-invitation-to", hits=3, seconds=24 * 3600)  # of one body

ELSEWHERE = (
    "You organise events for another body already, and an account can act for one only. Ask your colleagues to invite "
    "another e-mail address of yours. Nothing was changed."
)


class OneOfUs(Exception):
    """The address belongs to an organiser of the body already."""


class LastOrganiser(Exception):
    """A body keeps at least one organiser."""


class Colleague(msgspec.Struct, frozen=True):
    """An organiser of the body. ``id`` names the membership, not the person."""

    id: UUID
    person: UUID
    name: str
    email: str
    created: datetime


class Invited(msgspec.Struct, frozen=True):
    """An invitation that can still be accepted."""

    id: UUID
    email: str
    expires: datetime


async def colleagues(within: OrganiserScope) -> list[Colleague]:
    """Return everybody who organises for the body, by name."""
    rows = await sql.rows(
        "SELECT m.id, m.person, p.name, p.email, m.created FROM organiser_member m JOIN person p ON p.id = m.person "
        "WHERE m.organiser = {} ORDER BY lower(p.name), m.id",
        within.organiser,
    )
    return [Colleague(**row) for row in rows]


async def colleague(within: OrganiserScope, member: UUID) -> Colleague:
    """Return one organiser of the body. Raises Missing for another body’s."""
    for found in await colleagues(within):
        if found.id == member:
            return found
    raise Missing


async def invited(within: OrganiserScope) -> list[Invited]:
    """Return the invitations that can still be accepted, the newest first."""
    rows = await sql.rows(
        "SELECT id, email, expires FROM organiser_invitation WHERE organiser = {} AND expires > {} "
        "ORDER BY created DESC, id",
        within.organiser,
        clock.now(),
    )
    return [Invited(**row) for row in rows]


async def invite(within: OrganiserScope, email: str, mailroom: Mailroom) -> None:
    """Invite an address to organise for the body; inviting it again sends a new link, and the old one ends.

    Raises OneOfUs, TooMany.
    """
    key = people.email_key(email)
    known = await people.by_email(email)
    if known is not None and any(each.person == known.id for each in await colleagues(within)):
        raise OneOfUs
    await hit(PER_BODY, str(within.organiser))
    await hit_to(TO_ADDRESS, key, str(within.organiser), str(within.person))
    await _end_links("organiser = {} AND email_key = {}", within.organiser, key)
    invitation, now = new_id(), clock.now()
    by = {"body": within.actor.organiser_name, "by": within.actor.name}
    path = await links.make(
        "organiser_new" if known is None else "organiser_join",
        LIVES,
        {"invitation": str(invitation), **by},
        person=None if known is None else known.id,
    )
    await sql.rows(
        "INSERT INTO organiser_invitation (id, organiser, email, email_key, link_hash, created, expires) "
        "VALUES ({}, {}, {}, {}, {}, {}, {}) ON CONFLICT (organiser, email_key) DO UPDATE SET id = excluded.id, "
        "email = excluded.email, link_hash = excluded.link_hash, created = excluded.created, "
        "expires = excluded.expires",
        invitation,
        within.organiser,
        email,
        key,
        token_hash(path.removeprefix("/t/")),
        now,
        now + LIVES,
    )
    recipient = email if known is None else known.email  # what is on record, however it was typed now
    await post(mailroom.write(recipient, "organiser_invited", **by, path=path))
    await record("organiser.invited", within.organiser, person=within.person, invitation=str(invitation))


async def withdraw(within: OrganiserScope, invitation: UUID) -> None:
    """Withdraw an invitation: its link ends. Raises Missing for another body’s; over already is fine."""
    which = ("organiser = {} AND id = {}", within.organiser, invitation)
    await _end_links(*which)
    gone = await sql.rows(f"DELETE FROM organiser_invitation WHERE {which[0]} RETURNING id", *which[1:])  # noqa: S608
    if not gone:
        raise Missing
    await record("organiser.invitation_withdrawn", within.organiser, person=within.person, invitation=str(invitation))


async def remove(within: OrganiserScope, member: UUID, mailroom: Mailroom) -> None:
    """Remove an organiser of the body (oneself too): it counts at their next request. They are told.

    Raises Missing, LastOrganiser.
    """
    # the body's row is locked, so that two who remove each other come one after the other
    await sql.hold("organiser", "name", "id = {}", within.organiser)
    leaving = await colleague(within, member)
    gone = await sql.rows(
        "DELETE FROM organiser_member WHERE id = {} AND organiser = {} "
        "AND (SELECT count(*) FROM organiser_member WHERE organiser = {}) > 1 RETURNING id",
        member,
        within.organiser,
        within.organiser,
    )
    if not gone:
        raise LastOrganiser
    await post(mailroom.write(leaving.email, "organiser_removed", name=leaving.name, body=within.actor.organiser_name))
    await record("organiser.member_removed", leaving.person, person=within.person, organiser=str(within.organiser))


async def _end_links(which: str, *values: Any) -> None:
    await sql.rows(
        "UPDATE link SET used = {} WHERE used IS NULL AND token_hash IN "  # noqa: S608
        f"(SELECT link_hash FROM organiser_invitation WHERE {which})",
        clock.now(),
        *values,
    )


async def prune() -> dict[str, int]:
    """Forget invitations that are over, in the current unit. Return the number of rows by table."""
    gone = await sql.changed("DELETE FROM organiser_invitation WHERE expires <= {}", clock.now())
    return {"organiser_invitation": gone}


# — accepting —


async def _accept(link: Opened) -> dict[str, Any]:
    """Use the invitation up, and return which body and which address it is for. Raises NoLongerWorks."""
    found = await sql.row(
        "DELETE FROM organiser_invitation WHERE id = {} AND expires > {} RETURNING organiser, email, email_key",
        UUID(link.payload["invitation"]),
        clock.now(),
    )
    if found is None:
        raise NoLongerWorks
    return found


async def _add(body: UUID, person: UUID) -> None:
    added = await sql.rows(
        "INSERT INTO organiser_member (id, organiser, person, created) VALUES ({}, {}, {}, {}) "
        "ON CONFLICT (person) DO NOTHING RETURNING id",
        new_id(),
        body,
        person,
        clock.now(),
    )
    if added:
        await record("organiser.member_added", body, person=person, by="invitation")
    elif await sql.value("SELECT organiser FROM organiser_member WHERE person = {}", person) != body:
        raise Refusal(ELSEWHERE)


async def _join(link: Opened, _prepared: object, _device: str) -> Used:
    """Add the account that the link is for. Its holder still signs in: an invitation is no way around that."""
    accepted = await _accept(link)
    account = None if link.person is None else await people.by_id(link.person)
    if account is None or people.email_key(account.email) != accepted["email_key"]:
        raise NoLongerWorks
    await _add(accepted["organiser"], account.id)
    return _to_sign_in()


async def _join_new(link: Opened, typed: tuple[str, str], device: str) -> Used:
    name, password_hash = typed
    accepted = await _accept(link)
    person = await people.add(accepted["email"], name, password_hash)
    if person is None:  # an account was set up since; what was typed for another is not used
        known = await people.by_email(accepted["email"])
        assert known is not None
        await _add(accepted["organiser"], known.id)
        return _to_sign_in()
    await record("account.confirmed", person, person=person)
    await _add(accepted["organiser"], person)
    return Used("/organise?notice=team-joined", await sessions.start(person, device))


def _to_sign_in() -> Used:
    return Used(f"/sign-in?{urlencode({'notice': 'team-joined-sign-in', 'next': '/organise'})}")


async def _read_account(_link: Opened, form: Form) -> tuple[str, str]:
    name = form.plain_name("name", "Enter your name")
    password = form.secret("password")
    found = passwords.problem(password, about=(name,))
    if found:
        form.fail("password", found)
    return name, "" if form.errors else await passwords.hash_password(password)


PURPOSES = {
    "organiser_join": Purpose("organise/link_join.html", _join),
    "organiser_new": Purpose("organise/link_new.html", _join_new, _read_account),
}
