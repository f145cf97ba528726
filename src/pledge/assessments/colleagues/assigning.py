"""Asking a colleague for a part of the draft: a section, or one question of it. In the caller's unit.

Whoever may answer may ask, change and withdraw, as they may answer everything themselves. At most one colleague is
asked for a part. Somebody who left, or may only read now, is asked for nothing any more: the part is the firm's again.
"""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from pledge.assessments import drafts
from pledge.assessments.colleagues.assignments import (
    Assignment,
    Part,
    about,
    answerers,
    everything,
    find,
    how_far,
    questions,
)
from pledge.assessments.drafts import Draft
from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.ids import new_id
from pledge.limits import Limit, hit
from pledge.mail.outbox import post
from pledge.mail.words import Mailroom
from pledge.organisations.people import members
from pledge.organisations.people.members import Member
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.definition import Definition
from pledge.refusals import ChangedMeanwhile, Refusal

MAX_NOTE = 500  # characters
ASKED = Limit("assignments", hits=100, seconds=24 * 3600)  # of one firm; each writes an e-mail


class Wish(NamedTuple):
    """What somebody asks for: of which member (their membership's id), by when, and with what words."""

    member: UUID
    due: date
    note: str


CHANGED = "Somebody changed this while your page was open, so nothing was done. Open it again to see what it says now."


class HasLeft(Exception):
    """Whoever is to be asked has left meanwhile, or may only read now."""


async def ask(within: OrganisationScope, questionnaire: str, part: Part, wish: Wish, mailroom: Mailroom) -> UUID:
    """Ask a member for a part of the open draft, tell them, and return the assignment's id.

    Raises HasLeft; ChangedMeanwhile with the Assignment when somebody is asked for the part already; Refusal when there
    is no draft or the part is not asked (any more); TooMany.
    """
    who = await _answerer(within, wish.member)
    draft = await hold_draft(within, questionnaire)
    if draft is None or not questions(draft, part):
        raise Refusal("These questions were submitted, or are not asked any more. So nobody was asked for them.")
    await hit(ASKED, str(within.organisation))
    made = await sql.rows(
        "INSERT INTO assignment (id, organisation, assessment, section, question, member, asked_by, note, due, asked, "
        "revision) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, 1) "
        "ON CONFLICT (assessment, section, question) DO NOTHING RETURNING id",
        new_id(),
        within.organisation,
        draft.id,
        *part,
        who.id,
        within.person,
        wish.note,
        wish.due,
        clock.now(),
    )
    if not made:
        found = [each for each in await everything(within, draft) if each.part == part]
        raise ChangedMeanwhile(found[0] if found else None)
    assignment: UUID = made[0]["id"]
    await _record("made", within, assignment)
    await _tell(within, mailroom, who.person, who.email, "assigned", about(draft, part, assignment, wish.due), who.name)
    return assignment


async def change(within: OrganisationScope, assignment: UUID, wish: Wish, seen: int, mailroom: Mailroom) -> None:
    """Ask somebody else, or the same one by another day or with other words. ``seen`` is the revision of the page.

    Whoever is asked now is told, and so is whoever no longer is. Raises Missing, HasLeft, TooMany, and ChangedMeanwhile
    with the Assignment as it is.
    """
    who = await _answerer(within, wish.member)
    before, draft = await find(within, assignment)
    if (before.member, before.due, before.note) == wish:
        return
    await hit(ASKED, str(within.organisation))
    changed = await sql.rows(
        "UPDATE assignment SET member = {}, asked_by = {}, note = {}, due = {}, asked = {}, reminded = NULL, "
        "done = NULL, revision = revision + 1 WHERE organisation = {} AND id = {} AND revision = {} RETURNING id",
        who.id,
        within.person,
        wish.note,
        wish.due,
        clock.now(),
        within.organisation,
        assignment,
        seen,
    )
    if not changed:
        raise ChangedMeanwhile(before)
    await _record("changed", within, assignment)
    said = about(draft, before.part, assignment, wish.due)
    template = "assigned" if before.member != who.id else "assignment_changed"
    await _tell(within, mailroom, who.person, who.email, template, said, who.name)
    if before.member != who.id:
        await _tell_withdrawn(within, mailroom, before, draft)


async def withdraw(within: OrganisationScope, assignment: UUID, seen: int, mailroom: Mailroom) -> str:
    """Ask nobody for the part any more, tell who was asked, and return the questionnaire.

    ``seen`` is the revision of the page. Raises Missing, and Refusal when somebody changed it since.
    """
    before, draft = await find(within, assignment)
    gone = await sql.rows(
        "DELETE FROM assignment WHERE organisation = {} AND id = {} AND revision = {} RETURNING id",
        within.organisation,
        assignment,
        seen,
    )
    if not gone:
        raise Refusal(CHANGED)
    await _record("withdrawn", within, assignment)
    await _tell_withdrawn(within, mailroom, before, draft)
    return before.questionnaire


async def finish(within: OrganisationScope, assignment: UUID, seen: int, mailroom: Mailroom, *, done: bool) -> None:
    """Note that this is all that comes of a part, or that it is open again; who asked is told of the first.

    Questions may be left unanswered. ``seen`` is the revision of the page. Raises Missing, and Refusal when somebody
    changed it since.
    """
    found, draft = await find(within, assignment)
    if (found.done is not None) == done:
        return
    changed = await sql.rows(
        "UPDATE assignment SET done = {} WHERE organisation = {} AND id = {} AND revision = {} RETURNING id",
        clock.now() if done else None,
        within.organisation,
        assignment,
        seen,
    )
    if not changed:
        raise Refusal(CHANGED)
    await _record("done" if done else "opened", within, assignment)
    if done and found.asked_by is not None and found.asker:
        said = {**about(draft, found.part, assignment, found.due), "how_far": how_far(draft, found.part)}
        once = f"assignment-done:{assignment}:{found.revision}"  # opened and done again, they know it already
        await _tell(within, mailroom, found.asked_by, found.asker_email, "assignment_done", said, found.asker, once)


async def over(within: OrganisationScope, draft: Draft, mailroom: Mailroom) -> None:
    """Forget who was asked for what of a draft that is submitted now, and tell each of them, once, where the report is.

    Whoever answered a part learns what it was good for; whoever had not yet, that nobody waits for it any more.
    """
    people = {each.person: each for each in await everything(within, draft) if each.person is not None}
    await sql.rows("DELETE FROM assignment WHERE organisation = {} AND assessment = {}", within.organisation, draft.id)
    title, firm = draft.definition.title, draft.organisation_name
    said = {"questionnaire": title, "organisation_name": firm, "report": draft.id}
    for person, each in people.items():
        once = f"part-submitted:{draft.id}:{person}"
        await _tell(within, mailroom, person, each.email, "part_submitted", said, each.name, once)


def lost(asked: list[Assignment], newer: Definition) -> list[Assignment]:
    """Return those of a draft's assignments whose part is not in a newer version."""
    return [each for each in asked if _place_in(newer, each.part) is None]


async def follow(within: OrganisationScope, draft: Draft, newer: Definition, mailroom: Mailroom) -> None:
    """Let the assignments of a draft, which is held, follow it to a newer version; who loses theirs is told."""
    for each in await everything(within, draft):
        section = _place_in(newer, each.part)
        if section is None:
            await withdraw(within, each.id, each.revision, mailroom)
        elif section != each.part.section:
            await sql.rows(
                "UPDATE assignment SET section = {} WHERE organisation = {} AND id = {}",
                section,
                within.organisation,
                each.id,
            )


def _place_in(definition: Definition, part: Part) -> str | None:
    """Return the section of a version in which a part is, None where it is in none."""
    for section in definition.sections:
        asked = {question.id for question in section.questions}
        if part.question in asked or (not part.question and part.section == section.id):
            return section.id
    return None


async def _answerer(within: OrganisationScope, member: UUID) -> Member:
    """Return a member who can answer, and let nobody come or go until the unit ends."""
    await members.hold(within, role="")
    found = [each for each in await answerers(within) if each.id == member]
    if not found:
        raise HasLeft
    return found[0]


async def hold_draft(within: OrganisationScope, questionnaire: str) -> Draft | None:
    """Return the draft, which nobody submits or moves until the unit ends; None without one."""
    await sql.hold(
        "assessment",
        "created",
        "organisation = {} AND questionnaire = {} AND status = 'draft'",
        within.organisation,
        questionnaire,
    )
    return await drafts.load(within, questionnaire)


async def _tell_withdrawn(within: OrganisationScope, mailroom: Mailroom, before: Assignment, draft: Draft) -> None:
    if before.person is not None and before.done is None:
        said = about(draft, before.part, before.id, before.due)
        await _tell(within, mailroom, before.person, before.email, "assignment_withdrawn", said, before.name)


async def _tell(
    within: OrganisationScope,
    mailroom: Mailroom,
    person: UUID,
    email: str,
    template: str,
    said: dict[str, Any],
    name: str,
    dedupe: str | None = None,
) -> None:
    """Write to a colleague; to oneself never. Notes and answers stay here: a mail is read by others too."""
    if person != within.person:
        await post(mailroom.write(email, template, name=name, by=within.actor.name, **said), dedupe=dedupe)


async def _record(what: str, within: OrganisationScope, assignment: UUID) -> None:
    await record(f"assignment.{what}", assignment, person=within.person, organisation=within.organisation)
