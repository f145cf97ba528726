"""Saving a page of answers: what is valid is kept, what is not is named, and nobody's answer is overwritten unseen."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

import msgspec

from pledge.assessments import answer_notes, definitions, drafts
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
    at: datetime


@dataclass(slots=True)
class Saved:
    """What became of a page: the draft as it is now, the conflicts, and the questions that were refused."""

    draft: Draft
    conflicts: list[Conflict] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


class Change(msgspec.Struct, frozen=True):
    """What one save did to one question."""

    question: str
    before: Given | None
    after: Given


class _Save(msgspec.Struct, frozen=True):
    """One save in the history of an assessment."""

    revision: int
    person: UUID | None
    at: datetime
    changes: list[Change]


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
            await answer_notes.keep(within, saved.draft, notes_given)
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
    draft = await drafts.load(within, definition.id)
    if draft is None or draft.definition.version != definition.version:
        return None
    saved = Saved(draft)
    shown = effective_answers(draft.definition, draft.profile, {**draft.given, **answers})
    revision = draft.revision + 1
    changes: list[Change] = []
    for question, answer in answers.items():
        before = draft.given.get(question)
        if question not in shown:
            saved.refused.append(question)
        elif before is None or before.revision <= base:
            if before is None or before.answer != answer:
                changes.append(_change(question, before, answer, revision))
        elif before.answer != answer:
            seen, last = await _since(draft, question, base)
            if seen == answer:
                continue  # they left it as it was on their page; the newer answer of a colleague stays
            if last is not None and last.person != within.person:
                saved.conflicts.append(Conflict(question, before.answer, last.person, last.at))
            else:
                changes.append(_change(question, before, answer, revision))
    if changes:
        given = {**draft.given, **{change.question: change.after for change in changes}}
        await _store(within, draft, given, changes)
        await _share(within, draft, changes)
        saved.draft = replace(draft, revision=revision, given=given)
    return saved


def _change(question: str, before: Given | None, answer: Answer, revision: int) -> Change:
    after = Given(answer.value, answer.dont_know, answer.not_applicable, revision=revision)
    return Change(question, before, after)


async def _store(within: OrganisationScope, draft: Draft, given: dict[str, Given], changes: list[Change]) -> None:
    stored = await sql.rows(
        "UPDATE assessment SET answers = {}, change = {}, revision = {}, updated = {}, updated_by = {} "
        "WHERE organisation = {} AND id = {} AND revision = {} AND status = 'draft' RETURNING revision",
        msgspec.json.encode(given).decode(),
        msgspec.json.encode(changes).decode(),
        draft.revision + 1,
        clock.now(),
        within.person,
        within.organisation,
        draft.id,
        draft.revision,
    )
    if not stored:
        raise Changed


async def _share(within: OrganisationScope, draft: Draft, changes: list[Change]) -> None:
    """Give the same answer to the questions that share it, in the organisation's other drafts."""
    shared = {draft.definition.question(change.question).reuse_key: change.after for change in changes}
    shared.pop(None, None)
    if not shared:
        return
    for definition in definitions.all_current():
        other = await drafts.load(within, definition.id) if definition.id != draft.definition.id else None
        if other is None:
            continue
        taken = [
            _change(question.id, other.given.get(question.id), shared[question.reuse_key].answer, other.revision + 1)
            for question in other.definition.questions
            if question.reuse_key in shared and drafts.fits(question.options, shared[question.reuse_key])
        ]
        if taken:
            given = {**other.given, **{change.question: change.after for change in taken}}
            await _store(within, other, given, taken)


async def _since(draft: Draft, question: str, base: int) -> tuple[Answer | None, _Save | None]:
    """Return the answer that a page made from revision ``base`` showed, and the newest save that changed it since."""
    rows = await sql.rows(
        "SELECT revision, person, at, change FROM answer_change WHERE assessment = {} ORDER BY revision", draft.id
    )
    seen: Answer | None = None
    last: _Save | None = None
    for row in rows:
        for change in msgspec.json.decode(row["change"], type=list[Change]):
            if change.question == question and row["revision"] <= base:
                seen = change.after.answer
            elif change.question == question:
                last = _Save(row["revision"], row["person"], row["at"], [change])
    return seen, last
