"""What people write beside their answers, for themselves. Notes are never scored, released or sent anywhere."""

from collections.abc import Mapping
from datetime import timedelta

from pledge.assessments import drafts
from pledge.assessments.drafts import Draft
from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.policy.scopes import OrganisationScope

_DRAFT = f"""
SELECT {drafts.COLUMNS}, n.question AS note_on, n.text AS note
FROM assessment a JOIN organisation o ON o.id = a.organisation LEFT JOIN answer_note n ON n.assessment = a.id
WHERE a.organisation = {{}} AND a.questionnaire = {{}} AND a.status = 'draft'
"""  # noqa: S608
KEPT = timedelta(days=90)  # from submission, as the privacy notice says


async def keep(within: OrganisationScope, draft: Draft, given: Mapping[str, str]) -> None:
    """Store notes beside answers, in the current unit. An empty one is removed; one that stays as it was stays whose it
    was.
    """
    now, changed = clock.now(), 0
    for question, text in given.items():
        if not draft.definition.question(question).note_allowed:
            continue
        if text:
            changed += await sql.changed(
                "INSERT INTO answer_note (organisation, assessment, question, text, person, updated) "
                "VALUES ({}, {}, {}, {}, {}, {}) ON CONFLICT (assessment, question) "
                "DO UPDATE SET text = excluded.text, person = excluded.person, updated = excluded.updated "
                "WHERE answer_note.text <> excluded.text",
                within.organisation,
                draft.id,
                question,
                text,
                within.person,
                now,
            )
        else:
            changed += await sql.changed(
                "DELETE FROM answer_note WHERE organisation = {} AND assessment = {} AND question = {}",
                within.organisation,
                draft.id,
                question,
            )
    if changed:
        await record("notes.saved", draft.id, person=within.person, organisation=within.organisation)


async def load_draft(within: OrganisationScope, questionnaire: str) -> tuple[Draft | None, dict[str, str]]:
    """Return the organisation's draft and the notes on it by question, in the current unit, in one round trip."""
    rows = await sql.rows(_DRAFT, within.organisation, questionnaire)
    if not rows:
        return None, {}
    notes = {row["note_on"]: row["note"] for row in rows if row["note_on"] is not None}
    return await drafts.from_row(questionnaire, rows[0]), notes


async def prune() -> dict[str, int]:
    """Forget the notes of what was submitted long enough ago, in the current unit. Return the rows by table."""
    gone = await sql.changed(
        "DELETE FROM answer_note WHERE assessment IN (SELECT id FROM assessment WHERE submitted < {})",
        clock.now() - KEPT,
    )
    return {"answer_note": gone}
