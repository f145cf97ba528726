"""How an organisation comes to be here: its first owner confirms an e-mail address, or adds it later."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from pledge.accounts import people, sessions
from pledge.accounts.links import Opened, Purpose, Used
from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.ids import new_id
from pledge.organisations.tables import Organisation


async def found(name: str, owner: UUID) -> UUID:
    """Add an organisation with its first owner, in the current unit, and return its id."""
    organisation, now = new_id(), clock.now()
    await Organisation.insert(Organisation(id=organisation, name=name, created=now))
    await add_member(organisation, owner, "owner")
    await record("organisation.added", organisation, person=owner, organisation=organisation)
    return organisation


async def add_member(organisation: UUID, person: UUID, role: str) -> bool:
    """Make a person a member with a role (owner, contributor or viewer), in the current unit.

    False when they are one already; then they keep the role they have.
    """
    return bool(
        await sql.rows(
            "INSERT INTO membership (id, organisation, person, role, created) VALUES ({}, {}, {}, {}, {}) "
            "ON CONFLICT (organisation, person) DO NOTHING RETURNING id",
            new_id(),
            organisation,
            person,
            role,
            clock.now(),
        )
    )


async def found_for_session(name: str, owner: UUID, session: UUID) -> UUID:
    """Add an organisation and make it the active one of the owner's session, in the current unit."""
    organisation = await found(name, owner)
    await sql.rows("UPDATE session SET organisation = {} WHERE id = {} AND person = {}", organisation, session, owner)
    return organisation


Carried = Callable[[UUID, UUID, str], Awaitable[None]]  # of the organisation, its owner, and what was taken along


def confirm(bring: Carried, carried_for: str) -> Purpose:
    """Return what the link of a registration does. ``bring`` keeps what the person took along, in the same unit.

    ``carried_for`` is in words for how long it does.
    """

    async def show(_link: Opened) -> dict[str, str]:
        return {"carried_for": carried_for}

    async def use(link: Opened, _prepared: object, device: str) -> Used:
        asked = link.payload
        person = await people.add(asked["email"], asked["name"], asked["password_hash"])
        if person is None:  # confirmed by an earlier link: the account is there, so signing in is what is left to do
            return Used("/sign-in?notice=already-registered")
        await record("account.confirmed", person, person=person)
        organisation = await found(asked["organisation_name"], person)
        if link.sealed:
            await bring(organisation, person, link.sealed)
        return Used("/organisation", await sessions.start(person, device, organisation))

    return Purpose("accounts/link_confirm.html", use, show=show)
