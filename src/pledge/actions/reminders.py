"""Reminding people, by e-mail, of actions: 7 days before the day, on it, and once after. Done by the worker.

And of evidence that ends: 30 days before its last day, 7 days before, and on it.

Whoever does an action is reminded; where nobody does who can, the firm's owners are. One e-mail says all of a day, and
says nothing of what there is to do: an e-mail is read and kept where we cannot delete it.
"""

from collections import Counter, defaultdict
from datetime import date, timedelta
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from pledge.accounts import links
from pledge.accounts.links import NoLongerWorks, Opened, Purpose, Used
from pledge.actions import ending, evidence
from pledge.actions.merging import SOON, told
from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.unit import read, write
from pledge.mail.outbox import post
from pledge.mail.words import Mailroom
from pledge.policy.scopes import OrganisationScope

PURPOSE = "action_reminders"  # of the link that stops the e-mails
LINK_LIVES = timedelta(days=60)

_DUE = """
SELECT id, organisation, due, told FROM action
WHERE status IN ('todo', 'doing') AND told < 3 AND due <= {} ORDER BY organisation, due, id
"""
_MEMBERS = """
SELECT m.id, m.role, m.person, p.name, p.email, o.name AS firm,
    EXISTS (SELECT 1 FROM action_silence s WHERE s.member = m.id) AS silent
FROM membership m JOIN person p ON p.id = m.person JOIN organisation o ON o.id = m.organisation
WHERE m.organisation = {} AND m.role <> 'viewer' ORDER BY m.created, m.id
"""


class Counted(NamedTuple):
    """How many of somebody's actions are late, due today, due within seven days; and how much evidence ends soon."""

    late: int
    today: int
    soon: int
    ending: int = 0

    def __str__(self) -> str:
        """Say it in words, as after “You have”."""
        parts = [(self.late, "late"), (self.today, "due today"), (self.soon, "due soon")]
        parts.append((self.ending, "with evidence that ends soon"))
        return ", ".join(f"{count} {words}" for count, words in parts if count)


def count(days: list[date], today: date, ending: int = 0) -> Counted:
    """Return how many of these days are past, today, and to come."""
    late, now = sum(day < today for day in days), days.count(today)
    return Counted(late, now, len(days) - late - now, ending)


async def remind(mailroom: Mailroom) -> None:
    """Write to everybody who has an action or evidence whose next reminder is due, once; a missed one comes late."""
    today = clock.today()
    due: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    ends: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in await read(partial(sql.rows, _DUE, today + SOON)):
        if told(row["due"], today) > row["told"]:
            due[row["organisation"]].append(row)
    for row in await read(partial(ending.soon, today)):
        if evidence.told(row["ends"], today) > row["told"]:
            ends[row["organisation"]].append(row)
    for organisation in due.keys() | ends.keys():
        await write(partial(_remind, organisation, due[organisation], ends[organisation], today, mailroom))


async def _remind(
    organisation: UUID, due: list[dict[str, Any]], ends: list[dict[str, Any]], today: date, mailroom: Mailroom
) -> None:
    """Note the reminders of one firm and queue its e-mails; nothing of what another worker noted first."""
    members = {row["id"]: row for row in await sql.rows(_MEMBERS, organisation)}
    owners = [member for member, row in members.items() if row["role"] == "owner"]
    days: dict[UUID, list[date]] = defaultdict(list)
    pieces: Counter[UUID] = Counter()
    for row in due:
        for found in await sql.rows(
            "UPDATE action SET told = {} WHERE organisation = {} AND id = {} AND due = {} AND told = {} "
            "AND status IN ('todo', 'doing') RETURNING member",
            told(row["due"], today),
            organisation,
            row["id"],
            row["due"],
            row["told"],
        ):
            for member in [found["member"]] if found["member"] in members else owners:
                days[member].append(row["due"])
    for row in ends:
        if await sql.rows(
            "UPDATE evidence SET told = {} WHERE organisation = {} AND id = {} AND told = {} RETURNING id",
            evidence.told(row["ends"], today),
            organisation,
            row["id"],
            row["told"],
        ):
            pieces.update([row["member"]] if row["member"] in members else owners)
    for member in days.keys() | pieces.keys():
        if not members[member]["silent"]:
            await _send(organisation, members[member], count(days[member], today, pieces[member]), mailroom)


async def _send(organisation: UUID, member: dict[str, Any], counted: Counted, mailroom: Mailroom) -> None:
    payload = {"organisation": str(organisation), "member": str(member["id"])}
    stop = await links.make(PURPOSE, LINK_LIVES, payload, person=member["person"])
    await post(
        mailroom.write(
            member["email"],
            "action_reminder",
            name=member["name"],
            organisation_name=member["firm"],
            counted=counted,
            actions=sum(counted),
            stop=stop,
        )
    )


async def silent(within: OrganisationScope) -> bool:
    """Return whether the acting person wants no reminders of this firm's actions, in the current unit."""
    return bool(
        await sql.rows(
            "SELECT s.member FROM action_silence s JOIN membership m ON m.id = s.member "
            "WHERE s.organisation = {} AND m.person = {}",
            within.organisation,
            within.person,
        )
    )


async def silence(within: OrganisationScope, *, off: bool) -> None:
    """Stop the acting person's reminders of this firm's actions, or send them again, in the current unit."""
    member = await sql.value(
        "SELECT id FROM membership WHERE organisation = {} AND person = {}", within.organisation, within.person
    )
    if off and member is not None:
        await _stop(within.organisation, member, within.person)
    elif member is not None:
        await sql.rows(
            "DELETE FROM action_silence WHERE organisation = {} AND member = {}", within.organisation, member
        )
        await record("actions.reminders-on", member, person=within.person, organisation=within.organisation)


async def _stop(organisation: UUID, member: UUID, person: UUID) -> None:
    await sql.rows(
        "INSERT INTO action_silence (member, organisation, since) VALUES ({}, {}, {}) ON CONFLICT (member) DO NOTHING",
        member,
        organisation,
        clock.now(),
    )
    await record("actions.reminders-off", member, person=person, organisation=organisation)


async def _use(link: Opened, _prepared: object, _device: str) -> Used:
    member = await sql.row(
        "SELECT id, person, organisation FROM membership WHERE organisation = {} AND id = {}",
        UUID(link.payload["organisation"]),
        UUID(link.payload["member"]),
    )
    if member is None:
        raise NoLongerWorks("unknown", link)
    await _stop(member["organisation"], member["id"], member["person"])
    return Used("/?notice=reminders-off")


PURPOSES = {PURPOSE: Purpose("actions/link_reminders.html", _use)}
