"""The people in an organisation: who they are, what each may do, leaving. Every function runs in the caller's unit.

An organisation always has an owner. Whatever could take the last one away first locks the organisation's row
(``hold``), so that such changes come one after the other on both databases; then one conditional statement decides.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

import msgspec

from pledge.audit.log import record
from pledge.database import sql
from pledge.limits import Limit, hit
from pledge.mail.outbox import Message, post
from pledge.mail.words import Mailroom
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import ChangedMeanwhile, Missing, Refusal

ROLE_CHANGES = Limit("role-changes", hits=30, seconds=24 * 3600)  # each writes an e-mail


class Role(msgspec.Struct, frozen=True):
    """A member's role: its name, and what it may do, in words that follow “can”."""

    name: str
    may: str


ROLES: Mapping[str, Role] = MappingProxyType(
    {
        "contributor": Role(
            "Contributor",
            "read everything, answer the questions, do and give actions, upload suppliers and book places at events",
        ),
        "viewer": Role("Viewer", "read everything and book places at events, and change nothing else"),
        "owner": Role(
            "Owner", "do all that a contributor can, sign the pledge, change the profile, and decide who is here"
        ),
    }
)

ONLY_OWNER = "Every organisation needs an owner, and nobody else is one here. Make a colleague an owner first."

_AN_OWNER_STAYS = (
    "(role <> 'owner' OR EXISTS (SELECT 1 FROM membership o WHERE o.organisation = membership.organisation "
    "AND o.role = 'owner' AND o.id <> membership.id))"
)


class Member(msgspec.Struct, frozen=True):
    """A person in the organisation. ``id`` is the membership's, which ends with it; ``since`` is when they joined."""

    id: UUID
    person: UUID
    name: str
    email: str
    role: str
    since: datetime


_MEMBER = (
    "SELECT m.id, m.person, p.name, p.email, m.role, m.created AS since "
    "FROM membership m JOIN person p ON p.id = m.person WHERE m.organisation = {}"
)


async def everybody(within: OrganisationScope) -> list[Member]:
    """Return the members in the order in which they joined."""
    rows = await sql.rows(f"{_MEMBER} ORDER BY m.created, m.id", within.organisation)
    return [Member(**row) for row in rows]


async def find(within: OrganisationScope, member: UUID) -> Member:
    """Return one member. Raises Missing."""
    return _member(await sql.row(f"{_MEMBER} AND m.id = {{}}", within.organisation, member))


def _member(row: dict[str, Any] | None) -> Member:
    if row is None:
        raise Missing
    return Member(**row)


async def hold(within: OrganisationScope, *, role: str = "owner") -> Member:
    """Keep others from changing who is here until the unit ends, and return the acting person's membership as it is.

    Raises Refusal when they are no longer here, or not with the ``role`` that this needs ("" for any).
    """
    await sql.hold("organisation", "created", "id = {}", within.organisation)
    row = await sql.row(f"{_MEMBER} AND m.person = {{}}", within.organisation, within.person)
    if row is None or (role and row["role"] != role):
        raise Refusal("An owner has changed your role, so you may not do this any more. Nothing changed.", status=403)
    return Member(**row)


async def change_role(
    within: OrganisationScope, member: UUID, role: str, mailroom: Mailroom, *, seen: str | None = None
) -> None:
    """Give a member another role and tell them. ``seen`` is the role that the page showed; None for whatever it is.

    Raises Missing, ChangedMeanwhile, TooMany, and Refusal for the last owner.
    """
    await hold(within)
    who = await find(within, member)
    if who.role == role:
        return
    _check_seen(who, seen)
    await hit(ROLE_CHANGES, str(within.organisation))
    condition = "" if role == "owner" else f"AND {_AN_OWNER_STAYS} "
    changed = await sql.rows(
        f"UPDATE membership SET role = {{}} WHERE organisation = {{}} AND id = {{}} {condition}RETURNING id",  # noqa: S608
        role,
        within.organisation,
        member,
    )
    if not changed:
        raise Refusal(ONLY_OWNER)
    if who.role == "owner":
        await _end_invitations(within, who.person)
    await _record("member.role_changed", within, who.person, role=role)
    await post(_letter(within, mailroom, who, "role_changed", role=ROLES[role], by=within.actor.name))


async def remove(within: OrganisationScope, member: UUID, mailroom: Mailroom, *, seen: str | None = None) -> None:
    """End somebody's membership and tell them; ``seen`` is as of ``change_role``.

    Raises Missing, ChangedMeanwhile, and Refusal for the last owner.
    """
    await hold(within)
    who = await find(within, member)
    _check_seen(who, seen)
    await _end(within, who)
    await _record("member.removed", within, who.person)
    await post(_letter(within, mailroom, who, "member_removed", by=within.actor.name))


def _check_seen(who: Member, seen: str | None) -> None:
    if seen not in (None, who.role):
        raise ChangedMeanwhile


async def leave(within: OrganisationScope, mailroom: Mailroom) -> None:
    """End the person's own membership; they and the owners are told. Raises Refusal for the last owner."""
    who = await hold(within, role="")
    await _end(within, who)
    await _record("member.left", within, who.person)
    await post(_letter(within, mailroom, who, "member_removed", by=""))
    for owner in await everybody(within):
        if owner.role == "owner":
            await post(_letter(within, mailroom, owner, "member_left", who=who.name))


async def hand_over(within: OrganisationScope, member: UUID, mailroom: Mailroom) -> None:
    """Make another member an owner in the acting person's place, who becomes a contributor. Both are told.

    Raises Missing, for oneself too.
    """
    mine = await hold(within)
    successor = await find(within, member)
    if successor.id == mine.id:
        raise Missing
    await sql.rows(
        "UPDATE membership SET role = CASE WHEN id = {} THEN 'owner' ELSE 'contributor' END "
        "WHERE organisation = {} AND id IN ({}, {})",
        successor.id,
        within.organisation,
        successor.id,
        mine.id,
    )
    await _end_invitations(within, mine.person)
    await _record("ownership.handed_over", within, successor.person)
    if successor.role != "owner":
        await post(_letter(within, mailroom, successor, "role_changed", role=ROLES["owner"], by=within.actor.name))
    await post(_letter(within, mailroom, mine, "handed_over", successor=successor.name, role=ROLES["contributor"]))


async def _end(within: OrganisationScope, who: Member) -> None:
    """End a membership, and what hangs on it: invitations by and to the person, and acting for the organisation."""
    ended = await sql.rows(
        f"DELETE FROM membership WHERE organisation = {{}} AND id = {{}} AND {_AN_OWNER_STAYS} RETURNING id",  # noqa: S608
        within.organisation,
        who.id,
    )
    if not ended:
        raise Refusal(ONLY_OWNER)
    await _end_invitations(within, who.person)
    await sql.rows(
        "UPDATE session SET organisation = (SELECT m.organisation FROM membership m WHERE m.person = session.person "
        "ORDER BY m.created, m.id LIMIT 1) WHERE person = {} AND organisation = {}",
        who.person,
        within.organisation,
    )


async def _end_invitations(within: OrganisationScope, person: UUID) -> None:
    """Withdraw what somebody who is no longer an owner has asked: nobody keeps a way back in."""
    await sql.rows(
        "DELETE FROM invitation WHERE organisation = {} "
        "AND (invited_by = {} OR email_key = (SELECT email_key FROM person WHERE id = {}))",
        within.organisation,
        person,
        person,
    )


async def _record(action: str, within: OrganisationScope, subject: UUID, **details: str) -> None:
    await record(action, subject, person=within.person, organisation=within.organisation, **details)


def _letter(within: OrganisationScope, mailroom: Mailroom, to: Member, template: str, **words: Any) -> Message:
    return mailroom.write(to.email, template, name=to.name, organisation_name=within.actor.organisation_name, **words)
