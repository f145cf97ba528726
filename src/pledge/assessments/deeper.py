"""The short form: what it left out, and going deeper: all questions, with the answers that were given to it."""

from typing import NamedTuple
from uuid import UUID

import msgspec

from pledge.assessments import answer_notes, definitions, drafts, submitting
from pledge.assessments.drafts import Draft
from pledge.assessments.submitting import Submitted
from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.organisations.profile import Depth, Profile
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.asked import asked
from pledge.questionnaires.definition import Definition
from pledge.questionnaires.effort import effort, in_depth, outgrown
from pledge.questionnaires.result import Result
from pledge.refusals import Missing, Refusal


class Rest(NamedTuple):
    """What is left after a short form: it asked so many of all questions, and the others take so many minutes."""

    asked: int
    questions: int
    minutes: int


class Wider(NamedTuple):
    """An open short form, how many questions it has with all of them, and whether its firm is too large for it now."""

    draft: UUID
    questions: int
    outgrown: bool


class Share(msgspec.Struct, frozen=True):
    """A short form asked so many of all questions that there are for its firm."""

    asked: int
    questions: int


def share(submitted: Submitted) -> Share | None:
    """Return of how many of the questions a report of the short form is; None of one of all questions."""
    definition, profile = submitted.definition, submitted.profile
    if profile.depth == "full":
        return None
    return Share(len(asked(definition, profile)), len(asked(definition, in_depth(profile, "full"))))


def offer(submitted: Submitted) -> Rest | None:
    """Return what is left after a report of the short form; None where nothing is, or it is not the newest report.

    Answers can be taken over as they are while the version that was answered is the one that is asked now.
    """
    definition = submitted.definition
    now = definitions.current(definition.id)
    same = now is not None and now.version == definition.version
    if submitted.profile.depth == "full" or not submitted.latest or not same:
        return None
    short = effort(definition, submitted.profile)
    full = effort(definition, in_depth(submitted.profile, "full"))
    return Rest(short.questions, full.questions, max(1, full.minutes - short.minutes))


def left_out(definition: Definition, profile: Profile, result: Result) -> frozenset[str]:
    """Return the questions that only the short form kept from being asked: that they do not apply, it does not say."""
    shown = {row.id for row in result.questions if row.state != "not_shown"}
    full = {found.question.id for found in asked(definition, in_depth(profile, "full"))}
    short = {found.question.id for found in asked(definition, profile)}
    return frozenset(full - short - shown)


async def to_go_on_from(within: OrganisationScope, questionnaire: str) -> Submitted | None:
    """Return the newest report where all questions begin with its answers (``offer``), in the current unit."""
    newest = await submitting.latest_id(within, questionnaire)
    submitted = await submitting.load(within, newest) if newest else None
    return submitted if submitted and offer(submitted) else None


async def begin(within: OrganisationScope, definition: Definition, depth: Depth) -> None:
    """Start a draft in a form, in the current unit: all questions with the answers of a short form before them."""
    before = await to_go_on_from(within, definition.id) if depth == "full" else None
    if before is None:
        await drafts.start(within, definition, depth)
    else:
        await _take_along(within, before)


def wider(draft: Draft) -> Wider | None:
    """Return what an open short form becomes with all questions; None where it has them, or they are as many.

    An organisation that has outgrown the short form goes on to all of them, however many that are.
    """
    if draft.profile.depth == "full":
        return None
    full = effort(draft.definition, in_depth(draft.profile, "full")).questions
    found = Wider(draft.id, full, outgrown(draft.profile))
    return found if found.outgrown or full > effort(draft.definition, draft.profile).questions else None


async def widen(within: OrganisationScope, draft: UUID) -> bool:
    """Make all questions of an open short form, in the current unit; return False, and do nothing, where it is none.

    Answers, notes and whom was asked stay. The revision counts up, so that nothing that was read before is submitted.
    """
    widened = await sql.rows(
        "UPDATE assessment SET depth = 'full', revision = revision + 1, updated = {}, updated_by = {} "
        "WHERE organisation = {} AND id = {} AND status = 'draft' AND depth = 'short' "
        "RETURNING questionnaire, version",
        clock.now(),
        within.person,
        within.organisation,
        draft,
    )
    for row in widened:
        await record("assessment.widened", draft, person=within.person, organisation=within.organisation, **row)
    return bool(widened)


async def _take_along(within: OrganisationScope, submitted: Submitted) -> None:
    draft = await drafts.start(within, submitted.definition, "full", submitted.answers)
    if draft is not None:
        # notes stay with the report in which all was answered
        await answer_notes.copy(within, submitted.since.report if submitted.since else submitted.id, draft)


async def start(within: OrganisationScope, assessment: UUID) -> str:
    """Start a draft of all questions with the answers and notes of a short form; return its questionnaire.

    In the current unit. A draft that is there already stays as it is. Raises Missing for another organisation's, and
    Refusal where nothing can be taken over any more.
    """
    await definitions.catch_up()
    submitted = await submitting.load(within, assessment)
    if submitted is None:
        raise Missing
    questionnaire = submitted.definition.id
    if offer(submitted) is None:
        raise Refusal(
            "This report is not your newest short form of the questions that we ask now. Answer again instead.",
            onward=(f"/assessments/{questionnaire}", submitted.definition.title),
        )
    await _take_along(within, submitted)
    return questionnaire
