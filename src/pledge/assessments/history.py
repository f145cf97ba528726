"""What each save of a draft changed, and who saved it. The database writes it (a trigger); nothing changes it."""

from typing import NamedTuple
from uuid import UUID

import msgspec

from pledge.assessments.drafts import Given
from pledge.database import sql
from pledge.questionnaires.answers import Answer


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one save did to one question: its answer before and after, or ``note`` (its text is not kept here)."""

    question: str
    before: Given | None = None
    after: Given | None = None
    note: bool = False


class Touched(NamedTuple):
    """A question that somebody changed: the last one to do so, and whether the answer (or only a note) changed."""

    person: UUID | None
    answer: bool


_changes = msgspec.json.Decoder(list[Change]).decode


async def _saves(assessment: UUID, after: int) -> list[tuple[UUID | None, Change]]:
    rows = await sql.rows(
        "SELECT person, change FROM answer_change WHERE assessment = {} AND revision > {} ORDER BY revision",
        assessment,
        after,
    )
    return [(row["person"], change) for row in rows for change in _changes(row["change"])]


async def since(assessment: UUID, question: str, base: int) -> tuple[Answer | None, UUID | None]:
    """Return the answer that a page of revision ``base`` showed, and who changed it last since; in the current unit."""
    found = [
        (person, change)
        for person, change in await _saves(assessment, base)
        if change.question == question and change.after
    ]
    if not found:
        return None, None
    before = found[0][1].before
    return before.answer if before else None, found[-1][0]


async def last_note(assessment: UUID, question: str) -> UUID | None:
    """Return who changed the note on a question last, in the current unit; None when nobody can tell."""
    people = [person for person, change in await _saves(assessment, 0) if change.question == question and change.note]
    return people[-1] if people else None


async def touched(assessment: UUID, base: int) -> dict[str, Touched]:
    """Return what was changed since revision ``base``, by question, in the current unit."""
    found: dict[str, Touched] = {}
    for person, change in await _saves(assessment, base):
        before = found.get(change.question)
        found[change.question] = Touched(person, not change.note or bool(before and before.answer))
    return found
