"""The model of a questionnaire file. It is the format: the loader and the JSON Schema come from these types.

The extra data of a ``Meta`` names the problem that the checker reports when the constraint is not met.
Everything is frozen. Lists keep the order of the file.
"""

import datetime
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta

DONT_KNOW = "Don’t know"  # its label where a question has no label of its own
MAX_POINTS = 4


def _text(code: str, pattern: str, longest: int) -> Meta:
    return Meta(pattern=pattern, max_length=longest, extra={"problem": code})


def _or(code: str) -> Meta:
    return Meta(extra={"problem": code})


Slug = Annotated[str, _text("bad-id", r"^[a-z0-9]+([-_][a-z0-9]+)*$", 64)]
Key = Annotated[str, _text("bad-id", r"^[A-Za-z0-9]+([-_][A-Za-z0-9]+)*$", 64)]
Version = Annotated[str, _text("bad-version", r"^[0-9A-Za-z]+([.-][0-9A-Za-z]+)*$", 32)]
Language = Annotated[str, _text("bad-language", r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", 35)]
Link = Annotated[str, _text("bad-link", r"^https?://[^\s/]+\S*$", 500)]
Text = Annotated[str, Meta(min_length=1, extra={"problem": "empty-text"})]
Day = Annotated[datetime.date, _or("bad-date")]
Flag = Annotated[Literal["act_first", "check_first", "foundation"], _or("unknown-flag")]
Points = Annotated[int, Meta(ge=0, le=MAX_POINTS, extra={"problem": "points-range"})]
Weight = Annotated[int, Meta(ge=1, le=3, extra={"problem": "weight-range"})]
Days = Annotated[int, Meta(ge=1, le=1825, extra={"problem": "days-range"})]
Minutes = Annotated[int, Meta(ge=1, le=240, extra={"problem": "minutes-range"})]
# a file says true or 3, which YAML editors do not take for text
Operand = Annotated[str, Meta(extra_json_schema={"type": ["string", "boolean"]})]
Bound = Annotated[str, Meta(extra_json_schema={"type": ["string", "integer"]})]

FLAGS: tuple[Flag, ...] = ("act_first", "check_first", "foundation")  # in the order of urgency


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a questionnaire file."""


class Rule(Part, frozen=True):
    """A condition: one of all, any, not; or a question or profile field with one comparison.

    ``gte`` and ``lte`` compare the points of a question's answer, or the place of an ordered profile value.
    A comparison with a question that is unanswered or not shown does not hold, except ``answered: false``.
    """

    all: tuple["Rule", ...] | None = None
    any: tuple["Rule", ...] | None = None
    not_: "Rule | None" = msgspec.field(default=None, name="not")
    question: str | None = None
    profile: str | None = None
    in_: tuple[str, ...] | None = msgspec.field(default=None, name="in")
    equals: Operand | None = None
    includes: str | None = None
    gte: Bound | None = None
    lte: Bound | None = None
    answered: bool | None = None


class Option(Part, frozen=True):
    """An answer to choose. ``value`` is stable; ``label`` are its words; a ``flag`` overrides the band."""

    value: Slug
    label: Text
    points: Points
    flag: Flag | None = None


class Action(Part, frozen=True):
    """What to do about a gap, why, by when (days from submission), and where help is."""

    text: Text
    due_days: Days
    why: Text | None = None
    resources: tuple[str, ...] = ()


class DontKnow(Part, frozen=True):
    """What to do first when the answer is not known; ``label`` replaces “Don’t know” on the page."""

    action: Text
    due_days: Days
    label: Text | None = None


class Variant(Part, frozen=True):
    """Other words for organisations whose profile meets ``when``; the first that does counts.

    ``options`` maps option values to other labels. Points, flags and values never vary.
    """

    when: Rule
    text: Text | None = None
    hint: Text | None = None
    options: dict[str, Text] = {}


class Question(Part, frozen=True):
    """A question with one answer of several.

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

    @property
    def dont_know_label(self) -> str:
        """The words for don't know on this question."""
        return self.dont_know.label if self.dont_know and self.dont_know.label else DONT_KNOW


class Section(Part, frozen=True):
    """Questions under one heading. A condition on a section holds for all its questions."""

    id: Slug
    title: Text
    questions: Annotated[tuple[Question, ...], Meta(min_length=1, extra={"problem": "empty-section"})]
    show_if: Rule | None = None


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
    """A whole questionnaire, one version of it."""

    schema: Annotated[Literal[1], _or("unknown-schema")]
    id: Slug
    version: Version
    title: Text
    sections: Annotated[tuple[Section, ...], Meta(min_length=1, extra={"problem": "no-sections"})]
    kind: Annotated[Literal["questionnaire"], _or("other-kind")] = "questionnaire"
    language: Language = "en"
    estimated_minutes: Minutes | None = None
    topics: tuple[Slug, ...] = ()
    standards: tuple[Standard, ...] = ()
    resources: dict[Key, Resource] = {}

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question, in file order."""
        return tuple(_by_id(self).values())

    def question(self, question_id: str) -> Question:
        """Return the question of that id. Raises KeyError when there is none."""
        return _by_id(self)[question_id]

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


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of the format, for editors. What it cannot say, the checker checks."""
    schema = msgspec.json.schema(Definition)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Pledge questionnaire",
        **schema,
    }


@once
def _by_id(definition: Definition) -> dict[str, Question]:
    return {question.id: question for section in definition.sections for question in section.questions}
