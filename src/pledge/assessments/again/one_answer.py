"""One question of a report answered again: a new report, with every other answer as it was.

The report before it stays for ever. Both are frozen on one version, in one text, with one profile and in one form; an
open draft of the same questions stays as it is, and is newer once it is submitted.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from pledge.assessments import facts, submitting
from pledge.assessments.drafts import Given
from pledge.assessments.submitting import Submitted, Then
from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.ids import new_id
from pledge.limits import Limit, hit
from pledge.pledges import standing
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.definition import Question
from pledge.questionnaires.result import Result, to_json
from pledge.questionnaires.scoring import score
from pledge.questionnaires.visibility import effective_answers
from pledge.refusals import ChangedMeanwhile, Missing

NEW_REPORTS = Limit("answered-again", hits=100, seconds=24 * 3600)  # of one firm; each is kept for ever


class MoreAsked(Exception):
    """With these answers other questions are asked, which have none yet."""


class Again(NamedTuple):
    """A report with some answers in the place of others: what is kept then, the result, and what is asked anew.

    ``new``: the questions that the report did not ask, in file order; only those that are scored need an answer.
    """

    answers: Mapping[str, Answer]
    result: Result
    new: tuple[str, ...]


def with_answers(submitted: Submitted, answers: Mapping[str, Answer]) -> Again:
    """Return what a report becomes with these answers. Those to questions that it does not ask then are left out."""
    definition, profile = submitted.definition, submitted.profile
    before = effective_answers(definition, profile, submitted.answers)
    asked = effective_answers(definition, profile, {**submitted.answers, **answers})
    given = {name: answer for name, answer in asked.items() if answer is not None}
    return Again(given, score(definition, profile, given), tuple(name for name in asked if name not in before))


def same(submitted: Submitted, again: Again) -> bool:
    """Return whether a report with other answers says what it said before."""
    return _said(again.answers) == _said(submitted.answers)


def can_be_asked(submitted: Submitted, question: str) -> bool:
    """Return whether a question is one that a report asked and scored."""
    definition = submitted.definition
    if question not in definition or not isinstance(definition.question(question), Question):
        return False
    return any(row.id == question and row.state != "not_shown" for row in submitted.result.questions)


async def newest(within: OrganisationScope, report: UUID) -> Submitted:
    """Return the newest report on the same questionnaire as a report of the organisation, in the current unit.

    Raises Missing when it has no such report.
    """
    found: UUID | None = await sql.value(
        "SELECT l.id FROM assessment a JOIN assessment l ON l.organisation = a.organisation "
        "AND l.questionnaire = a.questionnaire AND l.latest "
        "WHERE a.organisation = {} AND a.id = {} AND a.status = 'submitted'",
        within.organisation,
        report,
    )
    submitted = await submitting.load(within, found) if found else None
    if submitted is None:
        raise Missing
    return submitted


async def answer(
    within: OrganisationScope, report: UUID, answers: Mapping[str, Answer], *, then: Sequence[Then] = ()
) -> UUID | None:
    """Make a new report of the newest one with these answers, in the current unit, and return its id.

    None: they are what they were, and there is nothing new. ``then`` follows in the same unit. Raises Missing;
    ChangedMeanwhile with the newest report, when ``report`` is not it any more; MoreAsked; TooMany.
    """
    before = await newest(within, report)
    if before.id != report:
        raise ChangedMeanwhile(before)
    again = with_answers(before, answers)
    if not again.result.complete:
        raise MoreAsked
    if same(before, again):
        return None
    await hit(NEW_REPORTS, str(within.organisation))
    made = new_id()
    await _freeze(within, before, made, again)
    await facts.write(within.organisation, made, again.result)
    await record(
        "assessment.answered_again",
        made,
        person=within.person,
        organisation=within.organisation,
        questionnaire=before.definition.id,
        version=before.definition.version,
    )
    await standing.ask_to_refresh(within.organisation)
    for follow in then:
        await follow(within.organisation, made)
    return made


_COPY = """
INSERT INTO assessment (id, organisation, questionnaire, version, text_revision, depth, status, latest, revision,
    answers, change, created, updated, updated_by, submitted, submitted_by, submitted_on, profile, result, score,
    headline, sector, headcount_band, district, area, based_on)
SELECT {}, organisation, questionnaire, version, text_revision, depth, status, {}, {},
    {}, '', {}, {}, {}, {}, {}, {}, profile, {}, {},
    {}, sector, headcount_band, district, area, COALESCE(based_on, id)
FROM assessment WHERE organisation = {} AND id = {}
"""


async def _freeze(within: OrganisationScope, before: Submitted, made: UUID, again: Again) -> None:
    """Put the new report in the place of the one before it, as the latest one. Raises ChangedMeanwhile."""
    replaced = await sql.rows(
        "UPDATE assessment SET latest = {} WHERE organisation = {} AND id = {} AND latest RETURNING revision",
        False,
        within.organisation,
        before.id,
    )
    if not replaced:
        raise ChangedMeanwhile(await newest(within, before.id))
    revision, now = replaced[0]["revision"] + 1, clock.now()
    kept = {name: _kept(before.answers.get(name), given, revision) for name, given in again.answers.items()}
    await sql.rows(
        _COPY,
        made,
        True,
        revision,
        msgspec.json.encode(kept).decode(),
        now,
        now,
        within.person,
        now,
        within.person,
        clock.today(),
        to_json(again.result).decode(),
        again.result.score,
        again.result.headline,
        within.organisation,
        before.id,
    )


def _kept(before: Answer | None, given: Answer, revision: int) -> Given:
    """Return an answer as it is stored: as it was, where it says the same."""
    if isinstance(before, Given) and _bare(before) == _bare(given):
        return before
    return Given.of(given, revision)


def _bare(given: Answer) -> Any:
    return given.value, given.dont_know, given.not_applicable, given.values


def _said(answers: Mapping[str, Answer]) -> dict[str, Any]:
    return {name: _bare(given) for name, given in answers.items()}
