"""Saving a page of answers: what can be kept is kept, what cannot is named, and nothing is overwritten unseen."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

import msgspec

from pledge.assessments import answer_notes, definitions, drafts, history
from pledge.assessments.answer_notes import Typed
from pledge.assessments.drafts import Draft, Given
from pledge.assessments.history import Change
from pledge.database import clock, sql
from pledge.database.unit import write
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.definition import Definition, Question
from pledge.questionnaires.visibility import effective_answers


class SavedMeanwhile(Exception):
    """The draft changed between reading and writing it; the unit is run again."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A question answered, or a note changed, elsewhere while the page was open, and by whom (None: unknown)."""

    question: str
    person: UUID | None


@dataclass(slots=True)
class Saved:
    """What became of a page: the draft as it is now, the conflicts, and the questions that were refused."""

    draft: Draft
    conflicts: list[Conflict] = field(default_factory=list)
    note_conflicts: list[Conflict] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


async def save_page(
    within: OrganisationScope,
    definition: Definition,
    base: int,
    answers: Mapping[str, Answer | None],
    notes: Mapping[str, str | Typed],
    *,
    draft: UUID | None = None,
    unclear: Collection[str] = (),
    confirm: bool = True,
) -> Saved | None:
    """Save a page in one transaction, however many others save meanwhile. See ``save``."""
    typed = {name: text if isinstance(text, Typed) else Typed(text, "") for name, text in notes.items()}
    while True:
        try:
            return await write(
                lambda: save(within, definition, base, answers, typed, draft_id=draft, unclear=unclear, confirm=confirm)
            )
        except SavedMeanwhile:
            continue


async def save(
    within: OrganisationScope,
    definition: Definition,
    base: int,
    answers: Mapping[str, Answer | None],
    notes: Mapping[str, Typed] | None = None,
    *,
    draft_id: UUID | None = None,
    unclear: Collection[str] = (),
    confirm: bool = True,
) -> Saved | None:
    """Merge answers and notes into the draft, in the current unit. Two round trips without notes.

    ``draft_id`` and ``base`` are the draft and the revision that the page was made from: None when no such draft of
    this version is open (None for ``draft_id``: whichever is open), or the revision is still to come. None for an
    answer empties it, which only one that is not scored can be. An answer to a question that is not shown is refused;
    one to a question that somebody changed since then is a conflict, and so is a note; all others are kept. ``unclear``
    are questions whose answer had a problem: a conflict if somebody changed
    them. An answer of last time, or from elsewhere, that is sent as it was is one that somebody has given now, unless
    not ``confirm``. Raises SavedMeanwhile when another save came between (run the unit again).
    """
    changed_notes = {name: typed for name, typed in (notes or {}).items() if typed.changed}
    if changed_notes:
        draft, stored_notes = await answer_notes.load_draft(within, definition.id)
    else:
        draft, stored_notes = await drafts.load(within, definition.id), {}
    if draft is None or draft.definition.version != definition.version or base > draft.revision:
        return None
    if draft_id is not None and draft.id != draft_id:
        return None
    saved = Saved(draft)
    changes = await _merge(saved, base, answers, unclear, confirm=confirm)
    confirmed = _confirmed(draft, answers) if confirm else {}
    # said again of last time is an answer like any other, which nobody else may change unseen
    changes += [Change(name, draft.given[name], now) for name, now in confirmed.items() if draft.given[name].still]
    texts, disputed = answer_notes.split(changed_notes, stored_notes)
    texts = {name: texts[name] for name in answer_notes.allowed(draft, texts)}
    for question in disputed:
        saved.note_conflicts.append(Conflict(question, await history.last_note(draft.id, question)))
    if changes or texts or confirmed:
        changes += [Change(question, note=True) for question in texts]
        given = _changed({**draft.given, **confirmed}, changes)
        await _store(within, draft, given, changes)
        if texts:
            await answer_notes.keep(within, draft, texts)
        await _share(within, draft, changes)
        saved.draft = replace(draft, revision=draft.revision + 1, given=given)
    return saved


async def _merge(
    saved: Saved, base: int, answers: Mapping[str, Answer | None], unclear: Collection[str], *, confirm: bool
) -> list[Change]:
    """Return the changes that the answers make; conflicts and refused ones are noted in ``saved``."""
    draft, changes = saved.draft, []
    merged = {name: answer for name, answer in {**draft.given, **answers}.items() if answer is not None}
    shown = effective_answers(draft.definition, draft.profile, merged)
    for question in [*answers, *unclear]:
        answer, before = answers.get(question), draft.given.get(question)
        clear = question in answers
        if question not in shown:
            if answer is not None or not clear:
                saved.refused.append(question)
        elif clear and answer == (before.answer if before else None):
            continue
        elif not await _touched(draft, question, base):
            if clear:
                changes.append(_change(question, before, answer, draft.revision + 1))
        else:
            seen, person = await history.since(draft.id, question, base)
            asked = draft.definition.question(question)
            alone = (seen.answer if seen else None) == history.without_words(asked, answer)
            if not clear or not alone or (seen and seen.still and confirm):
                saved.conflicts.append(Conflict(question, person))  # else they left it as their page had it
    return changes


async def _touched(draft: Draft, question: str, base: int) -> bool:
    """Return whether somebody answered a question since revision ``base``, or emptied its answer."""
    before = draft.given.get(question)
    if before is not None or base == draft.revision or isinstance(draft.definition.question(question), Question):
        return before is not None and before.revision > base
    touched = (await history.touched(draft.id, base)).get(question)
    return touched is not None and touched.answer


async def fill(within: OrganisationScope, draft: Draft, answers: Mapping[str, Given]) -> int:
    """Give answers from elsewhere to the questions of a draft that have none yet, and return how many they were.

    In the current unit. Raises SavedMeanwhile when another save came between (run the unit again).
    """
    changes = [
        _change(question, None, given.answer, draft.revision + 1, given.source)
        for question, given in answers.items()
        if question not in draft.given
    ]
    if changes:
        await _store(within, draft, _changed(draft.given, changes), changes)
    return len(changes)


def _changed(given: Mapping[str, Given], changes: Iterable[Change]) -> dict[str, Given]:
    """Return the answers after some changes of them."""
    emptied = {change.question for change in changes if not change.note and change.after is None}
    after = {change.question: change.after for change in changes if change.after}
    return {name: answer for name, answer in {**given, **after}.items() if name not in emptied}


def _confirmed(draft: Draft, answers: Mapping[str, Answer | None]) -> dict[str, Given]:
    """Return the answers from another questionnaire or version, which are now saved in this one as they are."""
    return {
        name: msgspec.structs.replace(
            before, source="", since="", still=False, revision=draft.revision + 1 if before.still else before.revision
        )
        for name, before in draft.given.items()
        if (before.source or before.since or before.still)
        and name in draft.shown
        and answers.get(name) == before.answer
    }


def _change(question: str, before: Given | None, answer: Answer | None, revision: int, source: str = "") -> Change:
    return Change(question, before, Given.of(answer, revision, source) if answer else None)


async def _store(within: OrganisationScope, draft: Draft, given: dict[str, Given], changes: list[Change]) -> None:
    """Store the answers if nobody changed the draft meanwhile; the database itself writes the history of it."""
    kept = history.kept(draft.definition, changes)
    stored = await sql.rows(
        "UPDATE assessment SET answers = {}, change = {}, revision = {}, updated = {}, updated_by = {} "
        "WHERE organisation = {} AND id = {} AND revision = {} AND status = 'draft' RETURNING revision",
        msgspec.json.encode(given).decode(),
        kept,
        draft.revision + 1,
        clock.now(),
        within.person,
        within.organisation,
        draft.id,
        draft.revision,
    )
    if not stored:
        raise SavedMeanwhile


async def _share(within: OrganisationScope, draft: Draft, changes: list[Change]) -> None:
    """Give the same answer to the questions that share it, in the organisation's other drafts."""
    said = [(draft.definition.question(change.question), change.after) for change in changes if change.after]
    shared = {
        source.reuse_key: (source, given) for source, given in said if isinstance(source, Question) and source.reuse_key
    }
    if not shared:
        return
    for definition in definitions.all_current():
        other = await drafts.load(within, definition.id) if definition.id != draft.definition.id else None
        if other is None:
            continue
        taken = []
        for question in other.definition.scored:
            if question.reuse_key not in shared:
                continue
            asked_here, given = shared[question.reuse_key]
            if drafts.fits(question, asked_here, given):
                before, answer = other.given.get(question.id), given.answer
                source = before.source if before and before.answer == answer else draft.definition.id
                taken.append(_change(question.id, before, answer, other.revision + 1, source))
        if taken:
            await _store(within, other, _changed(other.given, taken), taken)
