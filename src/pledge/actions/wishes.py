"""What a report asks a firm to do: one wish for each gap, in the order to act on them. Pure."""

from datetime import date, timedelta

import msgspec

from pledge.assessments.submitting import Submitted
from pledge.questionnaires.parts import Flag
from pledge.questionnaires.result import Gap


class Link(msgspec.Struct, frozen=True):
    """A page that helps."""

    title: str
    url: str


class Wish(msgspec.Struct, frozen=True):
    """What to do about a gap: what, why, by when (Europe/London), and where help is."""

    question: str
    what: str
    why: str
    flag: Flag | None
    priority: int
    due_days: int
    due: date
    links: tuple[Link, ...]


def wish(submitted: Submitted, gap: Gap) -> Wish:
    """Return what a submitted assessment asks for about one of its gaps."""
    definition = submitted.definition
    value = next(row.value for row in submitted.result.questions if row.id == gap.question)
    action = definition.scored_question(gap.question).action_for(value)
    resources = [definition.resources[key] for key in action.resources]
    return Wish(
        question=gap.question,
        what=gap.action,
        why=action.why or "",
        flag=gap.flag,
        priority=gap.priority,
        due_days=gap.due_days,
        due=submitted.on + timedelta(days=gap.due_days),
        links=tuple(Link(resource.title, resource.url) for resource in resources),
    )


def wishes(submitted: Submitted) -> tuple[Wish, ...]:
    """Return what a submitted assessment asks for, in the order of its report."""
    return tuple(wish(submitted, gap) for gap in submitted.result.gaps)
