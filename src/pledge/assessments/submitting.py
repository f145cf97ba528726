"""Submitting: the whole path is checked again, scored, and frozen with what aggregates need. All in one unit."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from pledge.assessments import definitions, drafts, facts
from pledge.assessments.colleagues import assigning
from pledge.assessments.saving import SavedMeanwhile
from pledge.assessments.seeing import Seen
from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.together import Select
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
    """Questions are without an answer, or nobody said if one is still so; or there is no draft to submit."""


class NotSeen(Exception):
    """The draft is not what the page showed: somebody changed it, or the firm outgrew its short form, meanwhile."""


@dataclass(frozen=True, slots=True)
class Since:
    """The report in which all questions were answered, its day in Europe/London, and how many answers are others."""

    report: UUID
    on: date
    changed: int


@dataclass(frozen=True, slots=True)
class Submitted:
    """A submitted assessment, as it was frozen. ``on`` is the day in Europe/London.

    ``previous``: the score before this one, of the same version in the same form, in basis points; None without one.
    ``unlike``: there is none of those, only reports of another version or form, with which it is not compared.
    ``since``: what it was made from, where only some questions were answered again; None where all were. ``carried``:
    the questions whose answers were taken along as they were, and which nobody answered again.
    """

    id: UUID
    definition: Definition
    organisation_name: str
    answers: Mapping[str, Answer]
    result: Result
    profile: Profile
    submitted: datetime
    on: date
    latest: bool
    previous: int | None
    again: bool = False  # the organisation is answering once more
    unlike: bool = False
    since: Since | None = None
    carried: frozenset[str] = frozenset()


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
    if not draft.profiled or draft.waiting:
        raise Incomplete
    result = score(draft.definition, draft.profile, draft.given)
    if not result.complete:
        raise Incomplete
    if seen is not None and seen.draft is None:
        raise NotSeen
    await _freeze(within, draft, result)
    await facts.write(within.organisation, draft.id, result)
    await assigning.over(within, draft, mailroom)
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
    # Whoever answers one question again at this moment changes which one is the latest: wait, then see theirs.
    await sql.hold(
        "assessment", "created", "organisation = {} AND questionnaire = {} AND latest", within.organisation,
        draft.definition.id,
    )  # fmt: skip
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


# of an assessment “a”
COLUMNS = """
a.id, a.questionnaire, a.version, a.text_revision, a.revision, a.answers, a.profile, a.result, a.submitted,
    a.submitted_on, a.latest, o.name, p.score AS previous, p.id AS alike, b.id AS based_on,
    b.submitted_on AS based_day, b.answers AS based_answers, EXISTS (
    SELECT 1 FROM assessment e
    WHERE e.organisation = a.organisation AND e.questionnaire = a.questionnaire AND e.submitted < a.submitted
) AS earlier, EXISTS (
    SELECT 1 FROM assessment d
    WHERE d.organisation = a.organisation AND d.questionnaire = a.questionnaire AND d.status = 'draft'
) AS again"""
FROM = """
FROM assessment a JOIN organisation o ON o.id = a.organisation
LEFT JOIN assessment b ON b.organisation = a.organisation AND b.id = a.based_on
LEFT JOIN assessment p ON p.organisation = a.organisation AND p.id = (
    SELECT e.id FROM assessment e
    WHERE e.organisation = a.organisation AND e.questionnaire = a.questionnaire AND e.submitted < a.submitted
        AND e.depth = a.depth AND e.version = a.version
    ORDER BY e.submitted DESC LIMIT 1
)
WHERE a.organisation = {} AND a.status = 'submitted'
"""
_FROZEN = f"SELECT {COLUMNS} {FROM}"


async def load(within: OrganisationScope, assessment: UUID) -> Submitted | None:
    """Return a submitted assessment of the organisation, in the current unit; None when it has no such one."""
    return await load_of(within.organisation, assessment)


async def load_of(organisation: UUID, assessment: UUID) -> Submitted | None:
    """Return the same of any organisation, for what is done without a person."""
    row = await sql.row(f"{_FROZEN} AND a.id = {{}}", organisation, assessment)
    return None if row is None else await from_row(row)


async def latest(within: OrganisationScope) -> list[Submitted]:
    """Return the newest submitted assessment of every questionnaire, in the current unit, in one round trip."""
    rows = await sql.rows(f"{_FROZEN} AND a.latest ORDER BY a.questionnaire", within.organisation)
    return [await from_row(row) for row in rows]


async def newest(within: OrganisationScope, questionnaire: str) -> Submitted | None:
    """Return the organisation's newest submitted assessment of a questionnaire, in the current unit."""
    row = await sql.row(f"{_FROZEN} AND a.latest AND a.questionnaire = {{}}", within.organisation, questionnaire)
    return None if row is None else await from_row(row)


async def from_row(row: dict[str, Any]) -> Submitted:
    """Return what a row with ``COLUMNS`` holds, in the current unit."""
    answers = drafts.decode(row["answers"])
    return Submitted(
        id=row["id"],
        definition=await definitions.version(row["questionnaire"], row["version"], row["text_revision"]),
        organisation_name=row["name"],
        answers=answers,
        result=from_json(row["result"]),
        profile=msgspec.json.decode(row["profile"], type=Profile),
        submitted=row["submitted"],
        on=row["submitted_on"],
        latest=bool(row["latest"]),
        previous=row["previous"],
        again=bool(row["again"]),
        unlike=row["alike"] is None and bool(row["earlier"]),
        since=_since(row, answers),
        carried=frozenset(
            name
            for name, given in answers.items()
            if given.source or given.since or (row["based_on"] and given.revision < row["revision"])
        ),
    )


def _since(row: dict[str, Any], answers: Mapping[str, drafts.Given]) -> Since | None:
    if row["based_on"] is None:
        return None
    before = drafts.decode(row["based_answers"])
    names = [*answers, *(name for name in before if name not in answers)]
    changed = sum(_said(answers.get(name)) != _said(before.get(name)) for name in names)
    return Since(row["based_on"], row["based_day"], changed)


def _said(given: drafts.Given | None) -> Answer | None:
    return given.answer if given else None


@dataclass(frozen=True, slots=True)
class Submission:
    """One submission: version and text of the questionnaire, profile and day (Europe/London), and the result.

    ``based_on``: the one in which all questions were answered, where only some were answered again.
    """

    id: UUID
    questionnaire: str
    version: str
    revision: int
    on: date
    profile: Profile
    result: Result
    based_on: UUID | None = None


async def history(organisation: UUID) -> list[Submission]:
    """Return all submissions of an organisation, oldest first, in the current unit (for its own standing)."""
    rows = await sql.rows(
        "SELECT id, questionnaire, version, text_revision, submitted_on, profile, result, based_on FROM assessment "
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
            based_on=row["based_on"],
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an organisation stands with one questionnaire: whether a draft is open, and its newest result.

    ``on``: the day on which all its questions were answered for that.
    """

    questionnaire: str
    draft: bool
    report: UUID | None
    headline: str
    score: int | None
    on: date | None
    depth: Depth | None = None


async def progress(within: OrganisationScope) -> list[Progress]:
    """Return where the organisation stands with every current questionnaire, in one round trip."""
    return progress_in(await select_progress(within).rows())


def select_progress(within: OrganisationScope) -> Select:
    """Return what asks for that: its rows are for ``progress_in``."""
    return Select(
        "a.id, a.questionnaire, a.status, a.depth, a.headline, a.score, a.submitted_on, b.submitted_on AS based_day",
        "FROM assessment a LEFT JOIN assessment b ON b.organisation = a.organisation AND b.id = a.based_on "
        "WHERE a.organisation = {} AND (a.status = 'draft' OR a.latest)",
        (within.organisation,),
    )


def progress_in(rows: list[dict[str, Any]]) -> list[Progress]:
    """Return where an organisation stands with every current questionnaire, by rows of ``select_progress``."""
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
                on=latest["based_day"] or latest["submitted_on"] if latest else None,
                depth=latest["depth"] if latest else None,
            )
        )
    return found
