"""What people write beside their answers, for themselves. Notes are never scored, released or sent anywhere."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from pledge.assessments.drafts import Draft
from pledge.database import clock, sql
from pledge.policy.scopes import OrganisationScope

KEPT = timedelta(days=90)  # from submission, as the privacy notice says


async def keep(within: OrganisationScope, draft: Draft, given: Mapping[str, str]) -> None:
    """Store notes beside answers, in the current unit; an empty one is removed."""
    now = clock.now()
    for question, text in given.items():
        if not draft.definition.question(question).note_allowed:
            continue
        if text:
            await sql.rows(
                "INSERT INTO answer_note (organisation, assessment, question, text, person, updated) "
                "VALUES ({}, {}, {}, {}, {}, {}) ON CONFLICT (assessment, question) "
                "DO UPDATE SET text = excluded.text, person = excluded.person, updated = excluded.updated",
                within.organisation,
                draft.id,
                question,
                text,
                within.person,
                now,
            )
        else:
            await sql.rows(
                "DELETE FROM answer_note WHERE organisation = {} AND assessment = {} AND question = {}",
                within.organisation,
                draft.id,
                question,
            )


async def of(within: OrganisationScope, assessment: UUID) -> dict[str, str]:
    """Return the notes of an assessment by question, in the current unit."""
    rows = await sql.rows(
        "SELECT question, text FROM answer_note WHERE organisation = {} AND assessment = {}",
        within.organisation,
        assessment,
    )
    return {row["question"]: row["text"] for row in rows}


async def prune() -> None:
    """Forget the notes of what was submitted long enough ago, in the current unit."""
    await sql.rows(
        "DELETE FROM answer_note WHERE assessment IN (SELECT id FROM assessment WHERE submitted < {})",
        clock.now() - KEPT,
    )
