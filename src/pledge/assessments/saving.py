"""Saving a page of answers: what is valid is kept, what is not is named, and nobody's answer is overwritten unseen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec

from pledge.assessments import definitions, drafts
from pledge.assessments.drafts import Draft, Given
from pledge.database import clock, sql
from pledge.database.unit import write
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.definition import Definition
from pledge.questionnaires.visibility import effective_answers


class Changed(Exception):
    """The draft changed between reading and writing it; the unit is run again."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A question that somebody else answered while the page was open: their answer, who they are and when it was."""

    question: str
    theirs: Answer
    person: UUID | None
    at: str


@dataclass(slots=True)
class Saved:
    """What became of a page: the draft as it is now, the conflicts, and the questions that were refused."""

    draft: Draft
    conflicts: list[Conflict] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


class _Line(msgspec.Struct, frozen=True):
    """One line of an assessment's history."""

    revision: int
    person: UUID | None
    at: str
    question: str
    before: Given | None
    after: Given


async def save_page(
    within: OrganisationScope,
    definition: Definition,
    base: int,
    answers: Mapping[str, Answer],
    notes_given: Mapping[str, str],
) -> Saved | None:
    """Save a page and the notes on it in one transaction, however many others save meanwhile. See ``save``."""

    async def unit() -> Saved | None:
        saved = await save(within, definition, base, answers)
        if saved is not None and notes_given:
            await keep_notes(within, saved.draft, notes_given)
        return saved

    while True:
        try:
            return await write(unit)
        except Changed:
            continue


async def save(
    within: OrganisationScope, definition: Definition, base: int, answers: Mapping[str, Answer]
) -> Saved | None:
    """Merge answers into the draft, in the current unit. None when no draft of this version is open. Two round trips.

    ``base`` is the revision that the page was made from. An answer to a question that is not shown is refused; one to a
    question that somebody changed since then is a conflict; all others are kept. Raises Changed when another save came
    between (run the unit again).
    """
    row = await sql.row(drafts.DRAFT_WITH_HISTORY, within.organisation, definition.id)
    if row is None or row["version"] != definition.version:
        return None
    draft = await drafts.from_row(definition.id, row)
    saved = Saved(draft)
    merged = dict(draft.given)
    lines: list[_Line] = []
    revision = draft.revision + 1
    now = clock.now()
    shown = effective_answers(draft.definition, draft.profile, {**draft.answers, **answers})
    for question, answer in answers.items():
        if question not in shown:
            saved.refused.append(question)
            continue
        before = draft.given.get(question)
        if before is not None and before.answer == answer:
            continue
        if before is not None and before.revision > base:
            seen, last = _seen_at(row["history"], question, base)
            if seen == answer:
                continue  # they left it as it was on their page; the newer answer of a colleague stays
            if last is not None and last.person != within.person:
                saved.conflicts.append(Conflict(question, before.answer, last.person, last.at))
                continue
        merged[question] = Given(revision, answer.value, answer.dont_know, answer.not_applicable)
        lines.append(
            _Line(revision, within.person, now.isoformat(timespec="seconds"), question, before, merged[question])
        )
    if lines:
        await _store(within, draft, revision, merged, lines, now)
        saved.draft = Draft(
            draft.id, draft.definition, revision, merged, draft.organisation_name, draft.profile, draft.profiled
        )
    return saved


async def _store(
    within: OrganisationScope,
    draft: Draft,
    revision: int,
    merged: dict[str, Given],
    lines: list[_Line],
    now: Any,
) -> None:
    stored = await sql.rows(
        "UPDATE assessment SET answers = {}, history = history || {}, revision = {}, updated = {}, updated_by = {} "
        "WHERE organisation = {} AND id = {} AND revision = {} AND status = 'draft' RETURNING revision",
        msgspec.json.encode(merged).decode(),
        "".join(msgspec.json.encode(line).decode() + "\n" for line in lines),
        revision,
        now,
        within.person,
        within.organisation,
        draft.id,
        draft.revision,
    )
    if not stored:
        raise Changed
    await _share(within, draft, merged, lines)


async def _share(within: OrganisationScope, draft: Draft, merged: dict[str, Given], lines: list[_Line]) -> None:
    """Give the same answer to the questions that share it, in the organisation's other drafts."""
    keys = {
        question.reuse_key: merged[question.id]
        for question in (draft.definition.question(line.question) for line in lines)
        if question.reuse_key
    }
    if not keys:
        return
    for definition in definitions.all_current():
        if definition.id == draft.definition.id:
            continue
        row = await sql.row(drafts.DRAFT_WITH_HISTORY, within.organisation, definition.id)
        if row is None:
            continue
        other = await drafts.from_row(definition.id, row)
        changed = {
            question.id: keys[question.reuse_key]
            for question in other.definition.questions
            if question.reuse_key in keys and drafts.fits(question.options, keys[question.reuse_key])
        }
        if not changed:
            continue
        revision, now = other.revision + 1, clock.now()
        taken = {name: msgspec.structs.replace(given, revision=revision) for name, given in changed.items()}
        stored = await sql.rows(
            "UPDATE assessment SET answers = {}, revision = {}, updated = {}, updated_by = {} "
            "WHERE organisation = {} AND id = {} AND revision = {} RETURNING revision",
            msgspec.json.encode({**other.given, **taken}).decode(),
            revision,
            now,
            within.person,
            within.organisation,
            other.id,
            other.revision,
        )
        if not stored:
            raise Changed


def _seen_at(history: str, question: str, base: int) -> tuple[Answer | None, _Line | None]:
    """Return the answer that a page made from revision ``base`` showed, and the newest change since."""
    seen: Answer | None = None
    last: _Line | None = None
    for text in history.splitlines():
        line = msgspec.json.decode(text, type=_Line)
        if line.question != question:
            continue
        if line.revision <= base:
            seen = line.after.answer
        else:
            if last is None and seen is None and line.before is not None:
                seen = line.before.answer
            last = line
    return seen, last


async def keep_notes(within: OrganisationScope, draft: Draft, notes: Mapping[str, str]) -> None:
    """Store notes beside answers, in the current unit; an empty one is removed."""
    now = clock.now()
    for question, text in notes.items():
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


async def notes(within: OrganisationScope, assessment: UUID) -> dict[str, str]:
    """Return the notes of an assessment by question, in the current unit."""
    rows = await sql.rows(
        "SELECT question, text FROM answer_note WHERE organisation = {} AND assessment = {}",
        within.organisation,
        assessment,
    )
    return {row["question"]: row["text"] for row in rows}
