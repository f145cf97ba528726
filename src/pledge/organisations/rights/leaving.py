"""Who may leave: no organisation that others use is left without an owner. Every function runs in the caller's unit."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from pledge.audit.log import record
from pledge.database import sql
from pledge.mail.outbox import post
from pledge.mail.words import Mailroom
from pledge.organisations.rights import erasing
from pledge.organisations.rights.erasing import Receipt
from pledge.personal import Holdings
from pledge.refusals import Refusal

ERASE = "erase"  # instead of a successor


class Colleague(msgspec.Struct, frozen=True):
    """Another member of an organisation, who could become its owner."""

    id: UUID
    name: str
    email: str


class Owned(msgspec.Struct, frozen=True):
    """An organisation whose one owner a person is, and its other members."""

    id: UUID
    name: str
    colleagues: tuple[Colleague, ...]


async def owned_alone(person: UUID) -> list[Owned]:
    """Return the organisations that would have no owner without this person, by name."""
    rows = await sql.rows(
        "SELECT o.id, o.name, p.id AS colleague, p.name AS colleague_name, p.email FROM membership m "
        "JOIN organisation o ON o.id = m.organisation "
        "LEFT JOIN membership c ON c.organisation = o.id AND c.person <> m.person "
        "LEFT JOIN person p ON p.id = c.person "
        "WHERE m.person = {} AND m.role = 'owner' AND NOT EXISTS (SELECT 1 FROM membership x "
        "WHERE x.organisation = o.id AND x.person <> m.person AND x.role = 'owner') "
        "ORDER BY lower(o.name), o.id, p.name, p.id",
        person,
    )
    found: dict[UUID, Owned] = {}
    for row in rows:
        so_far = found.get(row["id"]) or Owned(row["id"], row["name"], ())
        if row["colleague"] is not None:
            colleague = Colleague(row["colleague"], row["colleague_name"], row["email"])
            so_far = msgspec.structs.replace(so_far, colleagues=(*so_far.colleagues, colleague))
        found[row["id"]] = so_far
    return list(found.values())


async def leave_for_good(
    holdings: Holdings, mailroom: Mailroom, person: UUID, decided: Mapping[UUID, str]
) -> tuple[Receipt, ...]:
    """Erase a person, after each organisation they alone own was handed over or erased as decided; the receipts.

    decided: organisation → ``ERASE`` or the id of the member who becomes its owner. The person's receipt comes last,
    and is e-mailed to them. Raises Refusal when an organisation is left undecided, or the successor has left meanwhile.
    """
    who = await erasing.subject(person)
    if who is None:
        return ()
    receipts = []
    # nobody comes or goes meanwhile: see ``members.hold``
    theirs = "id IN (SELECT organisation FROM membership WHERE person = {})"
    await sql.hold("organisation", "created", theirs, person)
    for owned in await owned_alone(person):
        decision = decided.get(owned.id, "")
        successor = next((each for each in owned.colleagues if str(each.id) == decision), None)
        if successor is not None:
            await _hand_over(mailroom, owned, successor, person)
        elif decision == ERASE:
            receipts.append(await erase_firm(holdings, mailroom, owned.id, person))
        else:
            raise Refusal(
                f"{owned.name} would be left without an owner, so nothing was erased. Open the page again and choose "
                "who becomes its owner, or that it is erased too."
            )
    receipts.append(await erasing.erase_person(holdings, person))
    made = tuple(each for each in receipts if each is not None)
    await post(mailroom.write(who.email, "erased", name=who.name, receipts=made), fleeting=True)
    return made


async def erase_firm(holdings: Holdings, mailroom: Mailroom, organisation: UUID, by: UUID) -> Receipt | None:
    """Erase an organisation and tell its other members; the receipt, or None when it is gone already."""
    others = await sql.rows(
        "SELECT p.name, p.email, o.name AS organisation FROM membership m JOIN person p ON p.id = m.person "
        "JOIN organisation o ON o.id = m.organisation WHERE m.organisation = {} AND m.person <> {} ORDER BY p.id",
        organisation,
        by,
    )
    receipt = await erasing.erase_organisation(holdings, organisation, by=by)
    for other in others:
        message = mailroom.write(other["email"], "firm_erased", name=other["name"], organisation=other["organisation"])
        await post(message, fleeting=True)
    return receipt


async def _hand_over(mailroom: Mailroom, owned: Owned, successor: Colleague, by: UUID) -> None:
    await sql.rows(
        "UPDATE membership SET role = 'owner' WHERE organisation = {} AND person = {}", owned.id, successor.id
    )
    await record("ownership.handed_over", successor.id, person=by, organisation=owned.id)
    await post(mailroom.write(successor.email, "now_owner", name=successor.name, organisation=owned.name))


async def needed_by_others(person: UUID, since: datetime) -> bool:
    """Tell whether a person is the one owner of an organisation that another member has used since."""
    for owned in await owned_alone(person):
        for colleague in owned.colleagues:
            if await sql.value(
                "SELECT 1 AS one FROM person WHERE id = {} AND COALESCE(signed_in, created) >= {}", colleague.id, since
            ):
                return True
    return False
