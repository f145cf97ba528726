"""Who is asked for which part of a draft, and how far each has come. Every function runs in the caller's unit."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from pledge.assessments import drafts
from pledge.assessments.drafts import Draft
from pledge.database import sql
from pledge.database.together import Select
from pledge.organisations.people import members
from pledge.organisations.people.members import Member
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.definition import Question
from pledge.questionnaires.visibility import words
from pledge.refusals import Missing
from pledge.words.dates import uk_date


class Part(NamedTuple):
    """A section, or one question of it; ``question`` is "" for all of them."""

    section: str
    question: str = ""


class Assignment(msgspec.Struct, frozen=True):
    """A part of a draft that a colleague was asked for.

    ``person`` and ``name`` are of whoever is asked: None and "" when they left. ``role`` is what they are now.
    ``asker``: the name of who asked, "" once they left. ``revision`` counts the changes.
    """

    id: UUID
    questionnaire: str
    part: Part
    member: UUID | None
    person: UUID | None
    name: str
    email: str
    role: str
    asked_by: UUID | None
    asker: str
    asker_email: str
    note: str
    due: date
    done: datetime | None
    revision: int

    @property
    def who(self) -> str:
        """Whoever is asked, in words."""
        if not self.name:
            return "Nobody: whoever was asked has left"
        return self.name if self.stands else f"{self.name}, who may only read now"

    @property
    def stands(self) -> bool:
        """Whether somebody is asked who can answer."""
        return self.role in ("owner", "contributor")


class HowFar(NamedTuple):
    """How many of the questions of a part that need an answer have one; ``asked``: whether any question is shown."""

    answered: int
    needed: int
    asked: bool

    @property
    def all(self) -> bool:
        """Whether nothing is left that needs an answer."""
        return self.answered == self.needed

    def __str__(self) -> str:
        """Say it in words, as after a name and a colon."""
        if not self.asked:
            return "not asked any more"
        return f"{self.answered} of {self.needed} answered" if self.needed else "no answer needed"


def title(draft: Draft, part: Part) -> str:
    """Return what a part is called: the section's title, or the question as the firm reads it."""
    if part.question and part.question in draft.definition:
        return words(draft.definition, draft.definition.question(part.question), draft.profile).text
    found = [section.title for section in draft.definition.sections if section.id == part.section]
    return found[0] if found and not part.question else "Questions that are not asked any more"


def questions(draft: Draft, part: Part) -> list[str]:
    """Return the ids of a part's questions that are shown, in file order."""
    sections = [section for section in draft.definition.sections if section.id == part.section]
    return [
        question.id
        for section in sections
        for question in section.questions
        if question.id in draft.shown and part.question in ("", question.id)
    ]


def unanswered(draft: Draft, part: Part) -> list[str]:
    """Return the ids of a part's questions that are shown, need an answer and have none, in file order.

    One of last time is none before somebody has said that it is still so.
    """
    return [name for name in _needed(draft, part) if draft.shown[name] is None or name in draft.waiting]


def how_far(draft: Draft, part: Part) -> HowFar:
    """Return how far a part has come."""
    needed = len(_needed(draft, part))
    return HowFar(needed - len(unanswered(draft, part)), needed, bool(questions(draft, part)))


def _needed(draft: Draft, part: Part) -> list[str]:
    return [name for name in questions(draft, part) if isinstance(draft.definition.question(name), Question)]


def come(assignment: Assignment, draft: Draft, today: date) -> str:
    """Say how far a part has come, and by when it is due: “3 of 7 answered, due 4 December 2026”."""
    so_far = how_far(draft, assignment.part)
    if assignment.done or not so_far.asked:
        return f"{so_far}, and that is all" if assignment.done else str(so_far)
    return f"{so_far}, {'due' if assignment.due >= today else 'was due'} {uk_date(assignment.due)}"


def about(draft: Draft, part: Part, assignment: UUID, due: date) -> dict[str, Any]:
    """Return what every e-mail about a part says of it: no answers, and no note."""
    return {
        "questionnaire": draft.definition.title,
        "part": title(draft, part),
        "whole": not part.question,
        "assignment": assignment,
        "due": due,
        "organisation_name": draft.organisation_name,
    }


_COLUMNS = (
    "g.id AS assignment, a.questionnaire, g.section, g.question, g.member, m.person, p.name AS asked_name, "
    "p.email AS asked_email, m.role, g.asked_by, b.name AS asker, b.email AS asker_email, g.note, g.due, g.done, "
    "g.revision AS changes"
)
_FROM = (
    "FROM assignment g JOIN assessment a ON a.id = g.assessment AND a.status = 'draft' "
    "JOIN organisation o ON o.id = a.organisation "
    "LEFT JOIN membership m ON m.id = g.member LEFT JOIN person p ON p.id = m.person "
    "LEFT JOIN membership n ON n.organisation = g.organisation AND n.person = g.asked_by "
    "LEFT JOIN person b ON b.id = n.person"
)
WITH_DRAFT = f"SELECT {drafts.COLUMNS}, {_COLUMNS} {_FROM}"


async def everything(within: OrganisationScope, draft: Draft) -> list[Assignment]:
    """Return who was asked for what of a draft, by the day it is due."""
    rows = await sql.rows(
        f"SELECT {_COLUMNS} {_FROM} WHERE g.organisation = {{}} AND g.assessment = {{}} ORDER BY g.due, g.asked, g.id",
        within.organisation,
        draft.id,
    )
    return [_assignment(row) for row in rows]


def mine(within: OrganisationScope) -> Select:
    """Return what asks for all that the acting person, no viewer, is asked for: its rows are for ``in_turn``."""
    return Select(
        f"{drafts.COLUMNS}, {_COLUMNS}, g.asked",
        f"{_FROM} WHERE g.organisation = {{}} AND m.person = {{}} AND m.role <> 'viewer'",
        (within.organisation, within.person),
    )


async def in_turn(rows: list[dict[str, Any]]) -> list[tuple[Assignment, Draft]]:
    """Return assignments with the draft that each is of, by the day they are due, in the current unit."""
    by_day = sorted(rows, key=lambda row: (row["due"], row["asked"], row["assignment"]))
    return [await with_draft(row) for row in by_day]


async def find(within: OrganisationScope, assignment: UUID) -> tuple[Assignment, Draft]:
    """Return one, with the draft it is of. Raises Missing; after the submission too."""
    row = await sql.row(f"{WITH_DRAFT} WHERE g.organisation = {{}} AND g.id = {{}}", within.organisation, assignment)
    if row is None:
        raise Missing
    return await with_draft(row)


async def with_draft(row: dict[str, Any]) -> tuple[Assignment, Draft]:
    """Return what a row of ``WITH_DRAFT`` holds."""
    return _assignment(row), await drafts.from_row(row["questionnaire"], row)


def _assignment(row: dict[str, Any]) -> Assignment:
    return Assignment(
        id=row["assignment"],
        questionnaire=row["questionnaire"],
        part=Part(row["section"], row["question"]),
        member=row["member"],
        person=row["person"],
        name=row["asked_name"] or "",
        email=row["asked_email"] or "",
        role=row["role"] or "",
        asked_by=row["asked_by"],
        asker=row["asker"] or "",
        asker_email=row["asker_email"] or "",
        note=row["note"],
        due=row["due"],
        done=row["done"],
        revision=row["changes"],
    )


async def answerers(within: OrganisationScope) -> list[Member]:
    """Return the members who can be asked: all but viewers, in the order in which they joined."""
    return [member for member in await members.everybody(within) if member.role != "viewer"]
