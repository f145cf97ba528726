"""Reminding owners, by e-mail, that a report is soon a year old. Done by the worker, each reminder once.

One e-mail speaks of every questionnaire of the firm that is to be answered again about then. It says nothing of what
was answered: an e-mail is read and kept where we cannot delete it.
"""

from calendar import monthrange
from collections import defaultdict
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from pledge.accounts import links
from pledge.accounts.links import NoLongerWorks, Opened, Purpose, Used
from pledge.assessments import definitions
from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.unit import read, write
from pledge.mail.outbox import post
from pledge.mail.words import Mailroom
from pledge.pledges.text import PledgeText
from pledge.policy.scopes import OrganisationScope

# Section 54 of the Modern Slavery Act 2015 asks for a statement for each financial year, so customers ask for answers
# of the year; and the pledge is for twelve months too. Days before that, as of the pledge.
YEARS = 1
DAYS = (60, 30, 7)
TOGETHER = timedelta(days=31)  # reports this far apart are spoken of in one e-mail, by the day of the older one

PURPOSE = "renewal_reminders"  # of the link that stops the e-mails
LINK_LIVES = timedelta(days=60)

# the day on which all was answered counts, also where some was answered again since
_DUE = """
SELECT r.id, r.organisation, r.questionnaire, r.submitted_on, r.reminded FROM assessment a
JOIN assessment r ON r.organisation = a.organisation AND r.id = COALESCE(a.based_on, a.id)
WHERE a.latest AND r.reminded < 3 AND r.submitted_on BETWEEN {} AND {} ORDER BY r.organisation, r.submitted_on, r.id
"""
_OWNERS = """
SELECT m.id, m.person, p.name, p.email, o.name AS firm
FROM membership m JOIN person p ON p.id = m.person JOIN organisation o ON o.id = m.organisation
WHERE m.organisation = {} AND m.role = 'owner'
    AND NOT EXISTS (SELECT 1 FROM renewal_silence s WHERE s.member = m.id)
ORDER BY m.created, m.id
"""


def due(on: date) -> date:
    """Return the day on which a report is a year old: after 29 February, 28 February."""
    year = on.year + YEARS
    return date(year, on.month, min(on.day, monthrange(year, on.month)[1]))


def told(on: date, today: date) -> int:
    """Return how many of the reminders about a report of a day are past or due."""
    left = (due(on) - today).days
    return sum(left <= days for days in DAYS)


async def remind(mailroom: Mailroom, text: PledgeText) -> None:
    """Write to the owners of every firm with a report whose next reminder is due; some that were missed become one.

    Once a report is a year old nothing is sent any more. A firm whose owners are reminded of their pledge on the same
    day (``text`` says when) waits until the next.
    """
    today = clock.today()
    firms: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in await read(partial(sql.rows, _DUE, today - timedelta(days=366 * YEARS), today)):
        if today <= due(row["submitted_on"]) <= today + timedelta(days=max(DAYS)) + TOGETHER:
            firms[row["organisation"]].append(row)
    for organisation, rows in firms.items():
        if any(told(row["submitted_on"], today) > row["reminded"] for row in rows):
            await write(partial(_remind, organisation, rows, today, mailroom, text))


async def _remind(
    organisation: UUID, rows: list[dict[str, Any]], today: date, mailroom: Mailroom, text: PledgeText
) -> None:
    """Note the reminder of one firm and queue its e-mails; nothing of what another worker noted first."""
    days = [today + timedelta(days=each) for each in text.reminder_days]
    runs_out = await sql.value(
        "SELECT expires_on FROM signature WHERE organisation = {} AND ended IS NULL", organisation
    )
    if runs_out in days:
        return
    steps = max(told(row["submitted_on"], today) for row in rows)
    noted = [
        row
        for row in rows
        if await sql.rows(
            "UPDATE assessment SET reminded = {} WHERE organisation = {} AND id = {} AND reminded = {} RETURNING id",
            max(steps, row["reminded"]),
            organisation,
            row["id"],
            row["reminded"],
        )
    ]
    if not noted:
        return
    known = [found.title for row in noted if (found := definitions.current(row["questionnaire"])) is not None]
    first = min(row["submitted_on"] for row in noted)
    for owner in await sql.rows(_OWNERS, organisation) if known else ():
        payload = {"organisation": str(organisation), "member": str(owner["id"])}
        stop = await links.make(PURPOSE, LINK_LIVES, payload, person=owner["person"])
        await post(
            mailroom.write(
                owner["email"],
                "renewal_reminder",
                name=owner["name"],
                organisation_name=owner["firm"],
                titles=known,
                on=first,
                due=due(first),
                stop=stop,
            )
        )


async def silent(within: OrganisationScope) -> bool:
    """Return whether the acting person wants none of these e-mails about this firm, in the current unit."""
    return bool(
        await sql.rows(
            "SELECT s.member FROM renewal_silence s JOIN membership m ON m.id = s.member "
            "WHERE s.organisation = {} AND m.person = {}",
            within.organisation,
            within.person,
        )
    )


async def silence(within: OrganisationScope, *, off: bool) -> None:
    """Stop the acting person's e-mails about answering again, or send them again, in the current unit."""
    member = await sql.value(
        "SELECT id FROM membership WHERE organisation = {} AND person = {}", within.organisation, within.person
    )
    if off and member is not None:
        await _stop(within.organisation, member, within.person)
    elif member is not None:
        await sql.rows(
            "DELETE FROM renewal_silence WHERE organisation = {} AND member = {}", within.organisation, member
        )
        await record("reports.reminders-on", member, person=within.person, organisation=within.organisation)


async def _stop(organisation: UUID, member: UUID, person: UUID) -> None:
    await sql.rows(
        "INSERT INTO renewal_silence (member, organisation, since) VALUES ({}, {}, {}) ON CONFLICT (member) DO NOTHING",
        member,
        organisation,
        clock.now(),
    )
    await record("reports.reminders-off", member, person=person, organisation=organisation)


async def _use(link: Opened, _prepared: object, _device: str) -> Used:
    member = await sql.row(
        "SELECT id, person, organisation FROM membership WHERE organisation = {} AND id = {}",
        UUID(link.payload["organisation"]),
        UUID(link.payload["member"]),
    )
    if member is None:
        raise NoLongerWorks("unknown", link)
    await _stop(member["organisation"], member["id"], member["person"])
    return Used("/?notice=renewal-reminders-off")


PURPOSES = {PURPOSE: Purpose("assessments/link_reminders.html", _use)}
