"""The model of a questionnaire file. It is the format: the loader and the JSON Schema come from these types.

Everything is frozen. Lists keep the order of the file.
"""

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta

from pledge.questionnaires.kinds import AnyUnscored
from pledge.questionnaires.parts import (
    Day,
    Days,
    Flag,
    Key,
    Language,
    Link,
    Minutes,
    Name,
    Part,
    Points,
    Revision,
    Rule,
    Slug,
    Text,
    Variant,
    Version,
    Weight,
    coded,
)

DONT_KNOW = "Don’t know"  # its label where a question has no label of its own
NOT_APPLICABLE = "This does not apply to us"
WHY_NOT = "If it does not apply, say why"
SHORT_FORM = "short form"


class Action(Part, frozen=True):
    """What to do about a gap, why, by when (days from submission), and where help is."""

    text: Text
    due_days: Days
    why: Text | None = None
    resources: tuple[str, ...] = ()


class Option(Part, frozen=True):
    """An answer to choose. ``value`` is stable; ``label`` are its words; a ``flag`` overrides the band.

    ``action`` stands in the place of the question's for whoever gave this answer.
    """

    value: Slug
    label: Text
    points: Points
    flag: Flag | None = None
    action: Action | None = None


class DontKnow(Part, frozen=True):
    """What to do first when the answer is not known; ``label`` replaces “Don’t know” on the page."""

    action: Text
    due_days: Days
    label: Text | None = None


class Question(Part, frozen=True, tag_field="kind", tag="choice"):
    """A question with one answer of several: the kind that is scored, and meant where a file names none.

    Don't know is always allowed, not applicable only where it says so.
    """

    id: Slug
    text: Text
    weight: Weight
    options: Annotated[tuple[Option, ...], Meta(min_length=2, extra={"problem": "too-few-options"})]
    action: Action
    hint: Text | None = None
    variants: tuple[Variant, ...] = ()
    show_if: Rule | None = None
    flags_when: Rule | None = None
    not_applicable: bool = False
    dont_know: DontKnow | None = None
    topics: tuple[str, ...] = ()
    maps_to: tuple[str, ...] = ()
    reuse_key: Slug | None = None
    time_bound: bool = False
    page_break: bool = False

    @property
    def may_mean_harm(self) -> bool:
        """Whether an answer can be act_first. Then no note is taken, so that no one is named; and no share shows it."""
        return any(option.flag == "act_first" for option in self.options)

    def action_for(self, value: str | None) -> Action:
        """Return what to do about a gap: the action of the option ``value`` where it has its own, or the question's."""
        return next((each.action for each in self.options if each.value == value and each.action), self.action)

    @property
    def dont_know_label(self) -> str:
        """The words for don't know on this question."""
        return self.dont_know.label if self.dont_know and self.dont_know.label else DONT_KNOW


AnyQuestion = Question | AnyUnscored


class Section(Part, frozen=True):
    """Questions under one heading. A condition on a section holds for all its questions."""

    id: Slug
    title: Text
    questions: Annotated[tuple[AnyQuestion, ...], Meta(min_length=1, extra={"problem": "empty-section"})]
    show_if: Rule | None = None

    @property
    def scored(self) -> tuple[Question, ...]:
        """The questions that are scored."""
        return tuple(question for question in self.questions if isinstance(question, Question))


class Standard(Part, frozen=True):
    """A law, guidance or standard that questions map to."""

    id: Key
    title: Text
    url: Link | None = None


class Resource(Part, frozen=True):
    """A page that helps with an action, and the day someone last looked at it."""

    title: Text
    url: Link
    checked: Day | None = None


class Definition(Part, frozen=True, dict=True):
    """A whole questionnaire, one version of it. ``revision`` counts the texts of a version, which mean the same."""

    schema: Annotated[Literal[1], coded("unknown-schema")]
    id: Name
    version: Version
    title: Text
    sections: Annotated[tuple[Section, ...], Meta(min_length=1, extra={"problem": "no-sections"})]
    kind: Annotated[Literal["questionnaire"], coded("other-kind")] = "questionnaire"
    revision: Revision = 1
    language: Language = "en"
    estimated_minutes: Minutes | None = None
    topics: tuple[Slug, ...] = ()
    standards: tuple[Standard, ...] = ()
    resources: dict[Key, Resource] = {}

    @property
    def not_applicable_label(self) -> str:
        """The words for an answer that a question does not apply."""
        return NOT_APPLICABLE

    @property
    def why_not_label(self) -> str:
        """The words that ask why a question does not apply."""
        return WHY_NOT

    @property
    def short_form_label(self) -> str:
        """What is said behind the title of the short form."""
        return SHORT_FORM

    @property
    def questions(self) -> tuple[AnyQuestion, ...]:
        """Every question, in file order."""
        return tuple(_by_id(self).values())

    @property
    def scored(self) -> tuple[Question, ...]:
        """Every question that is scored, in file order."""
        return _scored(self)

    def question(self, question_id: str) -> AnyQuestion:
        """Return the question of that id. Raises KeyError when there is none."""
        return _by_id(self)[question_id]

    def scored_question(self, question_id: str) -> Question:
        """Return the scored question of that id. Raises KeyError when there is none."""
        found = _by_id(self)[question_id]
        if not isinstance(found, Question):
            raise KeyError(question_id)
        return found

    def asked_afresh(self, question_id: str) -> bool:
        """Return whether a question’s answer holds for a time only, so that it is never taken over from a report."""
        found = _by_id(self)[question_id]
        return isinstance(found, Question) and found.time_bound

    def __contains__(self, question_id: str) -> bool:
        return question_id in _by_id(self)


T = TypeVar("T")


def once(build: Callable[[Definition], T]) -> Callable[[Definition], T]:
    """Make ``build`` run once for each definition, which keeps the result: definitions never change."""
    key = f"{build.__module__}.{build.__qualname__}"

    @wraps(build)
    def lookup(definition: Definition) -> T:
        kept: dict[str, Any] = definition.__dict__
        if key not in kept:
            kept[key] = build(definition)
        result: T = kept[key]
        return result

    return lookup


@once
def _scored(definition: Definition) -> tuple[Question, ...]:
    return tuple(question for section in definition.sections for question in section.scored)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of the format, for editors. What it cannot say, the checker checks."""
    schema = msgspec.json.schema(Definition)
    schema["$defs"]["Question"]["required"].remove("kind")  # a file need not say that a question is an ordinary one
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Pledge questionnaire",
        **schema,
    }


@once
def _by_id(definition: Definition) -> dict[str, AnyQuestion]:
    return {question.id: question for section in definition.sections for question in section.questions}
