"""What people do with an action: how far it is, who does it, by when, and a note. In the caller's unit."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from pledge.actions import listing
from pledge.actions.listing import Action
from pledge.actions.merging import Status, told
from pledge.assessments.colleagues import assignments
from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.ids import new_id
from pledge.limits import Limit, hit
from pledge.mail.outbox import post
from pledge.mail.words import Mailroom
from pledge.organisations.people import members
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import ChangedMeanwhile

MAX_NOTE = 5000  # characters
MAX_REASON = 500
GIVEN = Limit("actions-given", hits=200, seconds=24 * 3600)  # of one firm; each writes an e-mail


class Wanted(NamedTuple):
    """What somebody makes of an action. ``member`` is a membership's id, None for nobody; ``reason``: why not now."""

    status: Status
    reason: str
    member: UUID | None
    due: date
    note: str


class HasLeft(Exception):
    """Whoever is to do it has left meanwhile, or may only read now."""


async def change(within: OrganisationScope, action: UUID, wanted: Wanted, seen: int, mailroom: Mailroom) -> Action:
    """Make of an action what somebody wants, and return it as it was. ``seen`` is the revision that the page showed.

    A colleague who gets it is told. Raises Missing; HasLeft; TooMany; and ChangedMeanwhile with the Action as it is.
    """
    await members.hold(within, role="")
    before = await listing.find(within, action)
    if Wanted(before.status, before.reason, before.member, before.due, before.note) == wanted:
        return before  # sent twice, or two colleagues did the same
    doer = None
    if wanted.member is not None and wanted.member != before.member:
        found = [each for each in await assignments.answerers(within) if each.id == wanted.member]
        if not found:
            raise HasLeft
        doer = found[0]
    now, done = clock.now(), wanted.status == "done"
    stays_done = done and before.status == "done"
    moved = wanted.due != before.due or (wanted.status != before.status and not done)
    changed = await sql.rows(
        "UPDATE action SET status = {}, reason = {}, member = {}, due = {}, note = {}, closed = {}, closed_by = {}, "
        "told = CASE WHEN {} THEN {} ELSE told END, revision = revision + 1 "
        "WHERE organisation = {} AND id = {} AND revision = {} RETURNING id",
        wanted.status,
        wanted.reason,
        wanted.member,
        wanted.due,
        wanted.note,
        (before.closed if stays_done else now) if done else None,
        (before.closed_by if stays_done else "people") if done else "",
        moved,
        told(wanted.due, clock.today()),
        within.organisation,
        action,
        seen,
    )
    if not changed:
        raise ChangedMeanwhile(before)
    await sql.rows(
        "INSERT INTO action_change (id, organisation, action, at, person, kind, status, due, given, member, noted) "
        "VALUES ({}, {}, {}, {}, {}, 'changed', {}, {}, {}, {}, {})",
        new_id(),
        within.organisation,
        action,
        now,
        within.person,
        wanted.status if wanted.status != before.status else "",
        wanted.due if wanted.due != before.due else None,
        wanted.member != before.member,
        wanted.member if wanted.member != before.member else None,
        wanted.note != before.note,
    )
    await record("action.changed", action, person=within.person, organisation=within.organisation)
    if doer is not None and doer.person != within.person:
        await hit(GIVEN, str(within.organisation))
        await post(
            mailroom.write(
                doer.email,
                "action_given",
                name=doer.name,
                by=within.actor.name,
                organisation_name=within.actor.organisation_name,
                action=action,
                due=wanted.due,
            )
        )
    return before
