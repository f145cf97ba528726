"""What people write beside their answers. Their colleagues read and change it; it is never scored, released or sent.

A form says which text of a note its page showed (``print_of``): so a note that was left alone changes nothing, and one
that a colleague has replaced or cleared since is never overwritten unseen.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from pledge.assessments import drafts
from pledge.assessments.drafts import Draft
from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.definition import Definition, Question

_DRAFT = f"""
SELECT {drafts.COLUMNS}, n.question AS note_on, n.text AS note
FROM assessment a JOIN organisation o ON o.id = a.organisation LEFT JOIN answer_note n ON n.assessment = a.id
WHERE a.organisation = {{}} AND a.questionnaire = {{}} AND a.status = 'draft'
"""  # noqa: S608
KEPT = timedelta(days=90)  # from submission, as the privacy notice says


class Typed(NamedTuple):
    """A note as a form sends it: its text, and ``print_of`` the text that the page showed."""

    text: str
    shown: str

    @property
    def changed(self) -> bool:
        """Whether it is another text than the page showed."""
        return print_of(self.text) != self.shown


def print_of(text: str) -> str:
    """Return what stands for a note's text in a form: "" for no note."""
    return hashlib.sha256(text.encode()).hexdigest()[:16] if text else ""


def split(given: Mapping[str, Typed], stored: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return the notes to store by question ("" clears one), and the questions whose note somebody else changed."""
    store: dict[str, str] = {}
    conflicts: list[str] = []
    for question, typed in given.items():
        before = stored.get(question, "")
        if not typed.changed or typed.text == before:
            continue
        if print_of(before) == typed.shown:
            store[question] = typed.text
        else:
            conflicts.append(question)
    return store, conflicts


async def keep(within: OrganisationScope, draft: Draft, texts: Mapping[str, str]) -> None:
    """Store notes beside answers, in the current unit; an empty one is removed.

    The caller has raised the draft's revision in this unit: nobody else changes its notes meanwhile.
    """
    for question, text in texts.items():
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
                clock.now(),
            )
        else:
            await sql.rows(
                "DELETE FROM answer_note WHERE organisation = {} AND assessment = {} AND question = {}",
                within.organisation,
                draft.id,
                question,
            )
    await record("notes.saved", draft.id, person=within.person, organisation=within.organisation)


async def copy(within: OrganisationScope, assessment: UUID, draft: UUID, definition: Definition) -> None:
    """Copy the notes of one assessment to another, in the current unit. They stay their authors'.

    Those that the other’s version has no place for stay behind.
    """
    notes = await sql.rows(
        "SELECT question, text, person, updated FROM answer_note WHERE organisation = {} AND assessment = {}",
        within.organisation,
        assessment,
    )
    await sql.many(
        "INSERT INTO answer_note (organisation, assessment, question, text, person, updated) "
        "VALUES ({}, {}, {}, {}, {}, {})",
        [
            (within.organisation, draft, row["question"], row["text"], row["person"], row["updated"])
            for row in notes
            if takes_one(definition, row["question"])
        ],
    )


def takes_one(definition: Definition, name: str) -> bool:
    """Return whether a version has a place for a note on a question."""
    question = definition.question(name) if name in definition else None
    return isinstance(question, Question) and not question.may_mean_harm


def allowed(draft: Draft, questions: Iterable[str]) -> list[str]:
    """Return those of the questions that are shown and can have a note."""
    return [name for name in questions if name in draft.shown and takes_one(draft.definition, name)]


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
