"""The short form: what it left out, and going deeper: all questions, with the answers that were given to it."""

from typing import NamedTuple
from uuid import UUID

import msgspec

from pledge.assessments import answer_notes, definitions, drafts, submitting
from pledge.assessments.again import beginning
from pledge.assessments.drafts import Draft, Given
from pledge.assessments.submitting import Submitted
from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.organisations import profiles
from pledge.organisations.profile import Profile
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


async def start(within: OrganisationScope, assessment: UUID) -> str:
    """Start a draft of all questions with the answers and notes of a short form; return its questionnaire.

    In the current unit. Answers that are older than a month are to be confirmed, like those of any report
    (``again.beginning``). A draft that is there already stays as it is. Raises Missing for another organisation's, and
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
    definition = submitted.definition
    if clock.today() - (submitted.since or submitted).on > beginning.LATELY:
        profile = (await profiles.load(within)).profile
        await beginning.begin_with(within, submitted, definition, in_depth(profile, "full"))
        return questionnaire
    given = {name: Given.of(answer, 0) for name, answer in submitted.answers.items()}
    draft = await drafts.start(within, definition, "full", await drafts.taken_over(within, definition) | given)
    if draft is not None:
        since = submitted.since  # notes stay with the report in which all was answered
        await answer_notes.copy(within, since.report if since else submitted.id, draft, definition)
    return questionnaire
