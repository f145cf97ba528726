"""What each save of a draft changed, and who saved it. The database writes it (a trigger); nothing changes it."""

from datetime import datetime
from typing import NamedTuple, TypeVar
from uuid import UUID

import msgspec

from pledge.assessments.answer_notes import print_of
from pledge.assessments.drafts import Given
from pledge.database import sql
from pledge.database.together import Select
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.definition import AnyQuestion, Definition
from pledge.questionnaires.kinds import Written

A = TypeVar("A", Answer | None, Given | None)


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one save did to one question: its answer before and after (None: emptied), or ``note``.

    The text of a note is not kept here, and neither is one that is an answer (``without_words``).
    """

    question: str
    before: Given | None = None
    after: Given | None = None
    note: bool = False


class Touched(NamedTuple):
    """A question that somebody changed: the last one to do so, and whether the answer (or only a note) changed.

    ``confirmed``: an answer of last time was only said to be still so.
    """

    person: UUID | None
    answer: bool
    confirmed: bool = False


_changes = msgspec.json.Decoder(list[Change]).decode


def without_words(question: AnyQuestion, answer: A) -> A:
    """Return what the history holds of an answer: of what people wrote, only whether it was the same.

    So words that somebody takes back, or writes anew, are gone.
    """
    if not isinstance(question, Written) or answer is None or answer.value is None:
        return answer
    return msgspec.structs.replace(answer, value=print_of(answer.value))


def kept(definition: Definition, changes: list[Change]) -> str:
    """Return what the history holds of a save's changes, as JSON."""
    found = []
    for change in changes:
        question = definition.question(change.question)
        before, after = (without_words(question, answer) for answer in (change.before, change.after))
        found.append(msgspec.structs.replace(change, before=before, after=after))
    return msgspec.json.encode(found).decode()


async def _saves(assessment: UUID, after: int) -> list[tuple[UUID | None, Change]]:
    rows = await sql.rows(
        "SELECT person, change FROM answer_change WHERE assessment = {} AND revision > {} ORDER BY revision",
        assessment,
        after,
    )
    return [(row["person"], change) for row in rows for change in _changes(row["change"])]


async def since(assessment: UUID, question: str, base: int) -> tuple[Given | None, UUID | None]:
    """Return the answer that a page of revision ``base`` showed, and who changed it last since; in the current unit."""
    found = [
        (person, change)
        for person, change in await _saves(assessment, base)
        if change.question == question and not change.note
    ]
    if not found:
        return None, None
    return found[0][1].before, found[-1][0]


async def changed(assessment: UUID) -> int:
    """Return how many answers were given in a draft, or are others than it began with; in the current unit."""
    first: dict[str, Given | None] = {}
    last: dict[str, Given | None] = {}
    for _, change in await _saves(assessment, 0):
        if not change.note:
            first.setdefault(change.question, change.before)
            last[change.question] = change.after
    pairs = [(first[name], last[name]) for name in last]
    return sum((before and before.answer) != (after and after.answer) for before, after in pairs)


async def last_note(assessment: UUID, question: str) -> UUID | None:
    """Return who changed the note on a question last, in the current unit; None when nobody can tell."""
    people = [person for person, change in await _saves(assessment, 0) if change.question == question and change.note]
    return people[-1] if people else None


async def touched(assessment: UUID, base: int) -> dict[str, Touched]:
    """Return what was changed since revision ``base``, by question, in the current unit."""
    found: dict[str, Touched] = {}
    for person, change in await _saves(assessment, base):
        before, was, now = found.get(change.question), change.before, change.after
        same = was is not None and now is not None and was.answer == now.answer
        confirmed = same and (before is None or before.confirmed)
        found[change.question] = Touched(person, not change.note or bool(before and before.answer), confirmed)
    return found


# A save changed an answer when it says what one was before or is after; one of notes alone says neither.
_LAST = """(SELECT max(x.revision) FROM answer_change x WHERE x.assessment = c.assessment AND x.person = c.person
    AND (x.change LIKE '%"before":%' OR x.change LIKE '%"after":%'))"""
_BY = "JOIN membership m ON m.organisation = {0}.organisation AND m.person = {0}.{1} JOIN person p ON p.id = m.person"


def answered_lately(within: OrganisationScope, since: datetime) -> Select:
    """Return what asks which other members answered what of a draft: ``questionnaire``, ``name``, and ``at`` last."""
    return Select(
        "a.questionnaire, p.name, c.at",
        "FROM answer_change c JOIN assessment a ON a.organisation = c.organisation AND a.id = c.assessment "
        f"{_BY.format('c', 'person')} WHERE c.organisation = {{}} AND a.status = 'draft' AND c.person <> {{}} "
        f"AND c.at > {{}} AND c.revision = {_LAST}",
        (within.organisation, within.person, since),
    )


def submitted_lately(within: OrganisationScope, since: datetime, at_most: int) -> Select:
    """Return what asks which other members sent in what: ``id`` of the report, ``questionnaire``, ``name``, ``at``.

    ``based_on`` is none where they answered all of it.
    """
    return Select(
        "a.id, a.questionnaire, p.name, a.submitted AS at, a.based_on",
        f"FROM assessment a {_BY.format('a', 'submitted_by')} "
        "WHERE a.organisation = {} AND a.status = 'submitted' AND a.submitted_by <> {} AND a.submitted > {} "
        "ORDER BY a.submitted DESC LIMIT {}",
        (within.organisation, within.person, since, at_most),
    )
