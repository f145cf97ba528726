"""What every part of a questionnaire file is made of: its values, conditions, and a question’s words by profile.

The extra data of a ``Meta`` names the problem that the checker reports when the constraint is not met.
"""

import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

MAX_POINTS = 4


def _text(code: str, pattern: str, longest: int) -> Meta:
    return Meta(pattern=pattern, max_length=longest, extra={"problem": code})


def coded(code: str) -> Meta:
    """Return the constraint whose breach has this code."""
    return Meta(extra={"problem": code})


# Ids and versions are no longer than the columns that hold them (migrations 03 and 27; a release adds “.short” to a
# questionnaire's).
_SLUG = r"^[a-z0-9]+([-_][a-z0-9]+)*$"
Slug = Annotated[str, _text("bad-id", _SLUG, 60)]
Name = Annotated[str, _text("bad-id", _SLUG, 54)]
Key = Annotated[str, _text("bad-id", r"^[A-Za-z0-9]+([-_][A-Za-z0-9]+)*$", 60)]
Version = Annotated[str, _text("bad-version", r"^[0-9A-Za-z]+([.-][0-9A-Za-z]+)*$", 20)]
Language = Annotated[str, _text("bad-language", r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", 35)]
Link = Annotated[str, _text("bad-link", r"^https?://[^\s/]+\S*$", 500)]
Text = Annotated[str, Meta(min_length=1, extra={"problem": "empty-text"})]
Day = Annotated[datetime.date, coded("bad-date")]
Flag = Annotated[Literal["act_first", "check_first", "foundation"], coded("unknown-flag")]
Points = Annotated[int, Meta(ge=0, le=MAX_POINTS, extra={"problem": "points-range"})]
Weight = Annotated[int, Meta(ge=1, le=3, extra={"problem": "weight-range"})]
Days = Annotated[int, Meta(ge=1, le=1825, extra={"problem": "days-range"})]
Revision = Annotated[int, Meta(ge=1, le=999, extra={"problem": "revision-range"})]
Minutes = Annotated[int, Meta(ge=1, le=240, extra={"problem": "minutes-range"})]
# a file says true or 3, which YAML editors do not take for text
Operand = Annotated[str, Meta(extra_json_schema={"type": ["string", "boolean"]})]
Bound = Annotated[str, Meta(extra_json_schema={"type": ["string", "number"]})]

FLAGS: tuple[Flag, ...] = ("act_first", "check_first", "foundation")  # in the order of urgency


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a questionnaire file."""


class Rule(Part, frozen=True):
    """A condition: one of all, any, not; or a question or profile field with one comparison.

    ``gte`` and ``lte`` compare the points of a question's answer, or the place of an ordered profile value; ``gte`` and
    ``lt`` a figure or a day that is the answer.
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
    lt: Bound | None = None
    answered: bool | None = None


class Variant(Part, frozen=True):
    """Other words for organisations whose profile meets ``when``; the first that does counts.

    ``options`` maps option values to other labels. Points, flags and values never vary.
    """

    when: Rule
    text: Text | None = None
    hint: Text | None = None
    options: dict[str, Text] = {}
