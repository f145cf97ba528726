"""Signing the pledge, renewing it and withdrawing it. Every function runs in the caller's unit.

An organisation has at most one live signature: a unique index sees to it, so two people who sign at once sign once.
"""

import calendar
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec

from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.ids import new_id
from pledge.pledges import standing
from pledge.pledges.text import SHOW_SIGNER, Edition, PledgeText
from pledge.policy.scopes import OrganisationScope


class Given(msgspec.Struct, frozen=True):
    """What a person signs with: their name, their role in words, and the ids of what they agree to."""

    name: str
    role: str
    consents: tuple[str, ...]


class Owner(msgspec.Struct, frozen=True):
    """Somebody who may sign for an organisation."""

    name: str
    email: str


def last_day(text: PledgeText, signed_on: date) -> date:
    """Return the last day of the term: the same day of the month, or the month's last (29 February → 28)."""
    month = signed_on.month - 1 + text.term_months
    year, month = signed_on.year + month // 12, month % 12 + 1
    return date(year, month, min(signed_on.day, calendar.monthrange(year, month)[1]))


async def sign(within: OrganisationScope, edition: Edition, given: Given) -> UUID | None:
    """Sign an edition for the scope's organisation and return the signature's id.

    A live signature whose first reminder is due, that has lapsed, or that is of another version is renewed by it and
    keeps its status until that is worked out afresh; with any other nothing happens, and None is returned. The edition
    must be published.
    """
    now, today = clock.now(), clock.today()
    window = timedelta(days=max(edition.text.reminder_days, default=0))
    renewed = await sql.row(
        "UPDATE signature SET ended = {}, ended_on = {}, ended_by = {}, ending = 'renewed' "
        "WHERE organisation = {} AND ended IS NULL AND (expires_on <= {} OR version <> {}) "
        "RETURNING id, status, status_since",
        now,
        today,
        within.person,
        within.organisation,
        today + window,
        edition.version,
    )
    kept = renewed or {"status": edition.text.statuses[0].id, "status_since": today}
    added = await sql.row(
        "INSERT INTO signature (id, organisation, version, person, name, role, name_public, consents, signed, "
        "signed_on, expires_on, status, status_since, reminders, ending) "
        "VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, 0, '') "
        "ON CONFLICT (organisation) WHERE ended IS NULL DO NOTHING RETURNING id",
        new_id(),
        within.organisation,
        edition.version,
        within.person,
        given.name,
        given.role,
        SHOW_SIGNER in given.consents,
        msgspec.json.encode(given.consents).decode(),
        now,
        today,
        last_day(edition.text, today),
        kept["status"],
        kept["status_since"],
    )
    if added is None:
        return None
    signature: UUID = added["id"]
    details = {"version": edition.version, "renews": str(renewed["id"])} if renewed else {"version": edition.version}
    await record("pledge.signed", signature, person=within.person, organisation=within.organisation, **details)
    await standing.ask_to_refresh(within.organisation)
    return signature


async def withdraw(within: OrganisationScope) -> UUID | None:
    """End the live signature of the scope's organisation today and return its id; None when there is none."""
    ended = await _end(within) or await _end(within)  # one renewed while we waited for it is seen by the second only
    if ended is None:
        return None
    signature: UUID = ended["id"]
    await record("pledge.withdrawn", signature, person=within.person, organisation=within.organisation)
    return signature


async def _end(within: OrganisationScope) -> dict[str, Any] | None:
    return await sql.row(
        "UPDATE signature SET ended = {}, ended_on = {}, ended_by = {}, ending = 'withdrawn' "
        "WHERE organisation = {} AND ended IS NULL RETURNING id",
        clock.now(),
        clock.today(),
        within.person,
        within.organisation,
    )


async def owners(organisation: UUID) -> list[Owner]:
    """Return who may sign for an organisation, in the order in which they joined."""
    rows = await sql.rows(
        "SELECT p.name, p.email FROM membership m JOIN person p ON p.id = m.person "
        "WHERE m.organisation = {} AND m.role = 'owner' ORDER BY m.created, m.id",
        organisation,
    )
    return [Owner(**row) for row in rows]
