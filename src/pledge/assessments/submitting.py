"""Submitting: the whole path is checked again, scored, and frozen with what aggregates need. All in one unit."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import msgspec

from pledge.assessments import assigning, definitions, drafts
from pledge.assessments.saving import SavedMeanwhile
from pledge.assessments.seeing import Seen
from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.mail.outbox import post
from pledge.mail.words import Mailroom
from pledge.organisations.profile import Depth, Profile
from pledge.pledges import standing
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.definition import Definition
from pledge.questionnaires.effort import outgrown
from pledge.questionnaires.result import Result, from_json, to_json
from pledge.questionnaires.scoring import score


class Incomplete(Exception):
    """Questions are still without an answer, or there is no draft to submit."""


class NotSeen(Exception):
    """The draft is not what the page showed: somebody changed it, or the firm outgrew its short form, meanwhile."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """A submitted assessment, as it was frozen. ``on`` is the day in Europe/London."""

    id: UUID
    definition: Definition
    organisation_name: str
    answers: Mapping[str, Answer]
    result: Result
    profile: Profile
    submitted: datetime
    on: date
    latest: bool
    previous: int | None  # the score before this one by the same form, in basis points
    again: bool = False  # the organisation is answering once more


# What higher rooms do in the unit that submits, with the organisation and the assessment.
Then = Callable[[UUID, UUID], Awaitable[None]]


async def submit(
    within: OrganisationScope,
    questionnaire: str,
    mailroom: Mailroom,
    seen: Seen | None = None,
    *,
    then: Sequence[Then] = (),
) -> UUID:
    """Submit the draft, in the current unit, and return the assessment's id (the report's address).

    ``then`` follows in the same unit, once the report is there.
    ``seen`` is what the page showed (None: whatever is there now). Sent twice, the second time finds no draft, or a
    newer one, and returns the report. Raises Incomplete; NotSeen; SavedMeanwhile when an answer was saved in the same
    moment (run the unit again).
    """
    draft = await drafts.load(within, questionnaire)
    if seen is not None and seen.draft is not None and (draft is None or draft.id != seen.draft):
        report = await _submitted_id(within, questionnaire, seen.draft)
        if report is not None:
            return report
    if draft is None:
        latest = await latest_id(within, questionnaire)
        if latest is None:
            raise Incomplete
        return latest
    changed = seen is not None and seen.draft is not None and not seen.same_as(draft)
    if changed or (draft.profiled and outgrown(draft.profile)):
        raise NotSeen
    if not draft.profiled:
        raise Incomplete
    result = score(draft.definition, draft.profile, draft.given)
    if not result.complete:
        raise Incomplete
    if seen is not None and seen.draft is None:
        raise NotSeen
    await _freeze(within, draft, result)
    await _write_facts(within, draft, result)
    await assigning.forget(within, draft.id)
    await record(
        "assessment.submitted",
        draft.id,
        person=within.person,
        organisation=within.organisation,
        questionnaire=questionnaire,
        version=draft.definition.version,
    )
    title = draft.definition.title
    message = mailroom.write(within.actor.email, "report_ready", name=within.actor.name, title=title, report=draft.id)
    await post(message, dedupe=f"report:{draft.id}")
    await standing.ask_to_refresh(within.organisation)
    for follow in then:
        await follow(within.organisation, draft.id)
    return draft.id


async def _freeze(within: OrganisationScope, draft: drafts.Draft, result: Result) -> None:
    await sql.rows(
        "UPDATE assessment SET latest = {} WHERE organisation = {} AND questionnaire = {} AND latest",
        False,
        within.organisation,
        draft.definition.id,
    )
    now, profile = clock.now(), draft.profile
    kept = {question: given for question, given in draft.given.items() if question in draft.shown}
    frozen = await sql.rows(
        "UPDATE assessment SET status = 'submitted', latest = {}, answers = {}, updated = {}, submitted = {}, "
        "submitted_by = {}, submitted_on = {}, profile = {}, result = {}, score = {}, headline = {}, sector = {}, "
        "headcount_band = {}, district = {}, area = {}, text_revision = {} "
        "WHERE organisation = {} AND id = {} AND revision = {} AND status = 'draft' RETURNING id",
        True,
        msgspec.json.encode(kept).decode(),
        now,
        now,
        within.person,
        clock.today(),
        msgspec.json.encode(profile).decode(),
        to_json(result).decode(),
        result.score,
        result.headline,
        profile.sector or "",
        profile.headcount_band or "",
        profile.district or "",
        profile.area or "",
        draft.definition.revision,
        within.organisation,
        draft.id,
        draft.revision,
    )
    if not frozen:
        raise SavedMeanwhile


async def _write_facts(within: OrganisationScope, draft: drafts.Draft, result: Result) -> None:
    shown = [row for row in result.questions if row.state not in ("not_shown", "unanswered")]
    await sql.many(
        "INSERT INTO answer_fact (organisation, assessment, question, section, state, points, weight, target, flag) "
        "VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {})",
        [
            (within.organisation, draft.id, row.id, row.section, row.state, row.points, row.weight,
             row.target or 0, row.flag or "")
            for row in shown
        ],
    )  # fmt: skip
    await sql.many(
        "INSERT INTO section_fact (organisation, assessment, section, weighted_points, weighted_max, score) "
        "VALUES ({}, {}, {}, {}, {}, {})",
        [
            (within.organisation, draft.id, row.id, row.weighted_points, row.weighted_max, row.score)
            for row in result.sections
        ],
    )


async def _submitted_id(within: OrganisationScope, questionnaire: str, assessment: UUID) -> UUID | None:
    found: UUID | None = await sql.value(
        "SELECT id FROM assessment WHERE organisation = {} AND questionnaire = {} AND id = {} AND status = 'submitted'",
        within.organisation,
        questionnaire,
        assessment,
    )
    return found


async def latest_id(within: OrganisationScope, questionnaire: str) -> UUID | None:
    """Return the id of the organisation's newest submitted assessment of a questionnaire, in the current unit."""
    found: UUID | None = await sql.value(
        "SELECT id FROM assessment WHERE organisation = {} AND questionnaire = {} AND latest",
        within.organisation,
        questionnaire,
    )
    return found


_FROZEN = """
SELECT a.id, a.questionnaire, a.version, a.text_revision, a.answers, a.profile, a.result, a.submitted, a.submitted_on,
    a.latest, o.name, (
    SELECT p.score FROM assessment p
    WHERE p.organisation = a.organisation AND p.questionnaire = a.questionnaire AND p.submitted < a.submitted
        AND p.depth = a.depth
    ORDER BY p.submitted DESC LIMIT 1
) AS previous, EXISTS (
    SELECT 1 FROM assessment d
    WHERE d.organisation = a.organisation AND d.questionnaire = a.questionnaire AND d.status = 'draft'
) AS again
FROM assessment a JOIN organisation o ON o.id = a.organisation
WHERE a.organisation = {} AND a.id = {} AND a.status = 'submitted'
"""


async def load(within: OrganisationScope, assessment: UUID) -> Submitted | None:
    """Return a submitted assessment of the organisation, in the current unit; None when it has no such one."""
    return await load_of(within.organisation, assessment)


async def load_of(organisation: UUID, assessment: UUID) -> Submitted | None:
    """Return the same of any organisation, for what is done without a person."""
    row = await sql.row(_FROZEN, organisation, assessment)
    if row is None:
        return None
    return Submitted(
        id=row["id"],
        definition=await definitions.version(row["questionnaire"], row["version"], row["text_revision"]),
        organisation_name=row["name"],
        answers=drafts.decode(row["answers"]),
        result=from_json(row["result"]),
        profile=msgspec.json.decode(row["profile"], type=Profile),
        submitted=row["submitted"],
        on=row["submitted_on"],
        latest=bool(row["latest"]),
        previous=row["previous"],
        again=bool(row["again"]),
    )


@dataclass(frozen=True, slots=True)
class Submission:
    """One submission: version and text of the questionnaire, profile and day (Europe/London), and the result."""

    id: UUID
    questionnaire: str
    version: str
    revision: int
    on: date
    profile: Profile
    result: Result


async def history(organisation: UUID) -> list[Submission]:
    """Return all submissions of an organisation, oldest first, in the current unit (for its own standing)."""
    rows = await sql.rows(
        "SELECT id, questionnaire, version, text_revision, submitted_on, profile, result FROM assessment "
        "WHERE organisation = {} AND status = 'submitted' ORDER BY submitted",
        organisation,
    )
    return [
        Submission(
            id=row["id"],
            questionnaire=row["questionnaire"],
            version=row["version"],
            revision=row["text_revision"],
            on=row["submitted_on"],
            profile=msgspec.json.decode(row["profile"], type=Profile),
            result=from_json(row["result"]),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an organisation stands with one questionnaire: whether a draft is open, and its newest result."""

    questionnaire: str
    draft: bool
    report: UUID | None
    headline: str
    score: int | None
    on: date | None
    depth: Depth | None = None


async def progress(within: OrganisationScope) -> list[Progress]:
    """Return where the organisation stands with every current questionnaire, in one round trip."""
    rows = await sql.rows(
        "SELECT id, questionnaire, status, depth, headline, score, submitted_on FROM assessment "
        "WHERE organisation = {} AND (status = 'draft' OR latest)",
        within.organisation,
    )
    found = []
    for definition in definitions.all_current():
        mine = [row for row in rows if row["questionnaire"] == definition.id]
        latest = next((row for row in mine if row["status"] == "submitted"), None)
        found.append(
            Progress(
                questionnaire=definition.id,
                draft=any(row["status"] == "draft" for row in mine),
                report=latest["id"] if latest else None,
                headline=latest["headline"] if latest else "",
                score=latest["score"] if latest else None,
                on=latest["submitted_on"] if latest else None,
                depth=latest["depth"] if latest else None,
            )
        )
    return found
