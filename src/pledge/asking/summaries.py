"""What a supplier shows of its answers or its report to a firm that asked, and what it keeps for itself. Pure.

An answer that may describe harm is never shown, and neither is anything from which one could tell that it was given.
So an answer to the quick check that raises a flag, of whatever kind, stays out as “Don't know” does; and a report's
summary is worked out from the questions that no answer to can mean harm (see docs/decisions/0007).
"""

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Literal

import msgspec

from pledge.assessments import wording
from pledge.organisations.profile import Profile
from pledge.questionnaires.answers import Answer, Answers
from pledge.questionnaires.definition import AnyQuestion, Definition, Question
from pledge.questionnaires.effort import title_in
from pledge.questionnaires.result import HEADLINES, QuestionResult, Result
from pledge.questionnaires.scoring import Sums, score
from pledge.questionnaires.shareable import shareable


class Said(msgspec.Struct, frozen=True):
    """A question with the answer that is shown."""

    question: str
    answer: str


class Part(msgspec.Struct, frozen=True):
    """A part of a report: its score in basis points, and its level in words."""

    title: str
    score: int
    level: str


class Summary(msgspec.Struct, frozen=True):
    """What is shown. ``asked`` is how many questions there were; ``on`` the day of the report, None for answers.

    ``organisation`` and ``level`` are the report's: whose it is, and its headline in words. ``left_out`` are the titles
    of the other parts, of which nothing is shown: what was asked there can tell of harm or does not apply.
    """

    kind: Literal["answers", "report"]
    title: str
    answers: tuple[Said, ...] = ()
    asked: int = 0
    parts: tuple[Part, ...] = ()
    level: str = ""
    organisation: str = ""
    on: date | None = None
    left_out: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """A hash of exactly this: consent names what it was given to."""
        return hashlib.sha256(encode(self).encode()).hexdigest()


def encode(summary: Summary) -> str:
    """Return a summary as JSON."""
    return msgspec.json.encode(summary).decode()


def decode(content: str) -> Summary:
    """Return the summary in its JSON."""
    return msgspec.json.decode(content, type=Summary)


def label(definition: Definition, question: AnyQuestion, answer: Answer | None) -> str:
    """Return an answer to the quick check in words."""
    return wording.label(definition, question, Profile(), answer)


def of_answers(definition: Definition, answers: Answers) -> Summary:
    """Return what would be shown of answers to the quick check: those that are known, scored, and raise no flag.

    Figures, dates and texts are never shown: nothing that somebody wrote in their own words leaves by a share.
    """
    shown = [definition.question(name) for name in _shown(definition, answers)]
    said = tuple(Said(question.text, label(definition, question, answers[question.id])) for question in shown)
    return Summary("answers", definition.title, said, len(definition.scored))


def kept(definition: Definition, answers: Answers) -> list[Said]:
    """Return the answers that stay with the supplier, for its own page."""
    shown = _shown(definition, answers)
    left = [question for question in definition.questions if question.id not in shown]
    left = [question for question in left if isinstance(question, Question) or question.id in answers]
    return [Said(question.text, label(definition, question, answers.get(question.id))) for question in left]


def _shown(definition: Definition, answers: Answers) -> list[str]:
    rows = score(definition, Profile(), answers).questions
    return [row.id for row in rows if row.state in ("answered", "not_applicable") and not row.flag]


def left_of(definition: Definition, result: Result) -> list[QuestionResult]:
    """Return the questions of a report that may be shared, in file order: those that were asked and tell of no harm."""
    left = shareable(definition)
    return [row for row in result.questions if row.id in left and row.state != "not_shown"]


def of_report(definition: Definition, result: Result, organisation: str, on: date) -> Summary:
    """Return what would be shown of a submitted report, without the questions to which an answer can mean harm.

    The sums, the levels and their caps are those of Pledge's scoring rules over the questions that are left. The title
    says so where the report is of the short form.
    """
    left = left_of(definition, result)
    parts = []
    for section in definition.sections:
        sums = _sums(row for row in left if row.section == section.id)
        score_of = sums.score()
        if score_of is not None:
            parts.append(Part(section.title, score_of, _level(sums)))
    level = _level(_sums(left))
    title = title_in(definition, result.depth)
    titles = {part.title for part in parts}
    left_out = tuple(each.title for each in definition.sections if each.scored and each.title not in titles)
    return Summary(
        "report", title, parts=tuple(parts), level=level, organisation=organisation, on=on, left_out=left_out
    )


def _sums(rows: Iterable[QuestionResult]) -> Sums:
    found = Sums()
    for row in rows:
        found.take(row)
    return found


def _level(sums: Sums) -> str:
    return HEADLINES[sums.band() or "not_assessed"]


def days(looks: str) -> tuple[date, ...]:
    """Return the days in a share's ``looks``."""
    return tuple(date.fromisoformat(day) for day in looks.split())
