"""What moved between a report and the one before it, question by question, and which scores may be compared. Pure.

Only like is compared with like. A score is of its version's questions in its form, so two scores are compared only
where both are the same. An answer's points are compared where the question gives the same answers the same points; that
is so across the forms, which ask a question in the same way or not at all.
"""

from collections.abc import Iterator
from datetime import date
from typing import Literal, NamedTuple
from uuid import UUID

from pledge.assessments.submitting import Submitted
from pledge.assessments.wording import label
from pledge.organisations.profile import Depth
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.definition import Definition, Question
from pledge.questionnaires.kinds import Written
from pledge.questionnaires.visibility import words

Kind = Literal["better", "worse", "changed", "new", "gone", "not_comparable"]
# kind → the words that stand above its rows
KINDS: dict[Kind, str] = {
    "better": "Better than before",
    "worse": "Lower than before",
    "changed": "Changed, with the same points or without points",
    "not_comparable": "Asked or counted in another way now, so not compared",
    "new": "Not asked last time",
    "gone": "Not asked this time",
}


class Row(NamedTuple):
    """One question whose answer is not what it was: its words, the old and the new answer, "" for none."""

    question: str
    text: str
    kind: Kind
    before: str
    after: str


class Moved(NamedTuple):
    """What moved since the report before. ``same``: how many answers did not.

    ``compared``: whether its score may stand beside the new one. If not, ``why`` says so in a sentence.
    """

    since: date
    report: UUID
    rows: tuple[Row, ...]
    same: int
    compared: bool
    why: str

    @property
    def by_kind(self) -> list[tuple[str, list[Row]]]:
        """The rows of every kind that there is, with its words, in the order of the questions."""
        found = ((words, [row for row in self.rows if row.kind == kind]) for kind, words in KINDS.items())
        return [(words, rows) for words, rows in found if rows]


def moved(before: Submitted, after: Submitted) -> Moved:
    """Return what moved from one report of a questionnaire to a later one of the same firm."""
    rows = list(_rows(before, after))
    found = tuple(row for row in rows if row is not None)
    same = sum(row is None for row in rows)
    why = apart(before.definition.version, before.profile.depth, after.definition.version, after.profile.depth)
    return Moved(before.on, before.id, found, same, not why, why)


def apart(version: str, depth: Depth, other_version: str, other_depth: Depth) -> str:
    """Say why two reports' scores are not compared; "" where they are."""
    if version != other_version:
        return "The score of that day is of earlier questions, so the two are not compared."
    if depth != other_depth:
        return "One of the two is of the short form, so the scores are not compared."
    return ""


class _Said(NamedTuple):
    """An answer in a report, and its points: None where it has none."""

    answer: Answer | None
    points: int | None = None


def _rows(before: Submitted, after: Submitted) -> Iterator[Row | None]:
    """Yield every question that one of the reports asked: None where nothing moved."""
    old, new = _asked(before), _asked(after)
    for name in dict.fromkeys([question.id for question in after.definition.questions] + list(old)):
        was, now = old.get(name), new.get(name)
        if was is None and now is None:
            continue
        kind = _kind(before.definition, after.definition, name, was, now)
        text = _text(after if now else before, name)
        yield kind and Row(name, text, kind, _words(before, name, was), _words(after, name, now))


def _kind(before: Definition, after: Definition, name: str, was: _Said | None, now: _Said | None) -> Kind | None:
    if was is None:
        return "new"
    if now is None:
        return "gone"
    if not _comparable(before, after, name):
        return "not_comparable"
    if was.points is None or now.points is None or was.points == now.points:
        return None if was.answer == now.answer else "changed"
    return "better" if now.points > was.points else "worse"


def _asked(report: Submitted) -> dict[str, _Said]:
    """Return what a report's firm was asked. Of questions that are not scored, all: it could answer any, or none."""
    found = {
        row.id: _Said(_plain(report.answers.get(row.id)), row.points)
        for row in report.result.questions
        if row.state not in ("not_shown", "unanswered") and row.id in report.definition
    }
    unscored = [question.id for question in report.definition.questions if not isinstance(question, Question)]
    return found | {name: _Said(_plain(report.answers.get(name))) for name in unscored}


def _plain(answer: Answer | None) -> Answer | None:
    return answer and Answer(answer.value, answer.dont_know, answer.not_applicable, values=answer.values)


def _comparable(old: Definition, new: Definition, name: str) -> bool:
    """Return whether a question of two versions gives the same answers the same points and flags."""
    if old.version == new.version:
        return True
    before, after = old.question(name), new.question(name)
    if not isinstance(before, Question) or not isinstance(after, Question):
        return type(before) is type(after)
    return _counted(before) == _counted(after)


def _counted(question: Question) -> tuple[object, ...]:
    return question.weight, {option.value: (option.points, option.flag) for option in question.options}


def _text(report: Submitted, name: str) -> str:
    return words(report.definition, report.definition.question(name), report.profile).text


def _words(report: Submitted, name: str, said: _Said | None) -> str:
    if said is None or said.answer is None:
        return ""
    if isinstance(report.definition.question(name), Written):
        return "In your own words"  # which stay in the report that they were written for
    return label(report.definition, report.definition.question(name), report.profile, said.answer)
