"""The kinds of question that are not scored: several choices, figures, dates and texts.

They never need an answer, have no points, and stay out of every result. What people type is read in ``typed``.
"""

import datetime
from decimal import Decimal
from typing import Annotated

from msgspec import Meta

from pledge.questionnaires.parts import Day, Part, Rule, Slug, Text, Variant

MOST = "999999999999"  # of a figure that has no other limit: more is a slip
EARLIEST, LATEST = datetime.date(1900, 1, 1), datetime.date(2100, 12, 31)  # of a date that has no other limits

Figure = Annotated[
    str,
    Meta(
        pattern=r"^-?[0-9]{1,12}(\.[0-9]{1,4})?$",
        max_length=18,
        extra={"problem": "bad-figure"},
        extra_json_schema={"type": ["string", "number"]},
    ),
]
Decimals = Annotated[int, Meta(ge=0, le=4, extra={"problem": "decimals-range"})]
Length = Annotated[int, Meta(ge=1, le=2000, extra={"problem": "length-range"})]


class RangeMessages(Part, frozen=True):
    """What is said beside the question in place of our own words: not to be read as one, too low, too high."""

    unreadable: Text | None = None
    too_low: Text | None = None
    too_high: Text | None = None


class ChoicesMessages(Part, frozen=True):
    """What is said beside the question in place of our own words: “none of these” and another choice."""

    contradiction: Text | None = None


class TextMessages(Part, frozen=True):
    """What is said beside the question in place of our own words: longer than it may be."""

    too_long: Text | None = None


class Unscored(Part, frozen=True, tag_field="kind"):
    """What every question has that is not scored."""

    id: Slug
    text: Text
    hint: Text | None = None
    variants: tuple[Variant, ...] = ()
    show_if: Rule | None = None
    page_break: bool = False

    @property
    def asked_for(self) -> str:
        """What is asked for, in words."""
        return _ASKED_FOR[type(self)]


class Choice(Part, frozen=True):
    """One of several things to choose. ``exclusive``: “none of these”, which goes with no other."""

    value: Slug
    label: Text
    exclusive: bool = False


class Choices(Unscored, frozen=True, kw_only=True, tag="choices"):
    """A question of which several options can be true."""

    options: Annotated[tuple[Choice, ...], Meta(min_length=2, extra={"problem": "too-few-options"})]
    messages: ChoicesMessages = ChoicesMessages()


class Measured(Unscored, frozen=True):
    """A question whose answer is a figure from ``least`` to ``most``."""

    least: Figure = "0"
    most: Figure = MOST
    messages: RangeMessages = RangeMessages()

    @property
    def places(self) -> int:
        """How many decimals an answer can have; an amount has pence."""
        return self.decimals if isinstance(self, Number | Percentage) else 2

    @property
    def range(self) -> tuple[Decimal, Decimal]:
        """The least and the most that an answer can be."""
        return Decimal(self.least), Decimal(self.most)


class Number(Measured, frozen=True, tag="number"):
    """How many or how much of something, in ``unit``, with up to so many ``decimals``."""

    unit: Text | None = None
    decimals: Decimals = 0

    @property
    def asked_for(self) -> str:
        """What is asked for, in words."""
        return f"A number ({self.unit})" if self.unit else "A number"


class Money(Measured, frozen=True, tag="money"):
    """An amount in pounds, with pence."""


class Percentage(Measured, frozen=True, tag="percentage"):
    """A share in per cent, with up to so many ``decimals``."""

    most: Figure = "100"
    decimals: Decimals = 0


class Date(Unscored, frozen=True, tag="date"):
    """A day from ``earliest`` to ``latest``."""

    earliest: Day = EARLIEST
    latest: Day = LATEST
    messages: RangeMessages = RangeMessages()

    @property
    def range(self) -> tuple[datetime.date, datetime.date]:
        """The first and the last day that an answer can be."""
        return self.earliest, self.latest


class Written(Unscored, frozen=True):
    """A question that is answered in people's own words, in at most ``longest`` characters."""

    longest: Length = 100
    messages: TextMessages = TextMessages()

    @property
    def multiline(self) -> bool:
        """Whether an answer can have several lines."""
        return isinstance(self, LongText)


class ShortText(Written, frozen=True, tag="short_text"):
    """A few words on one line."""


class LongText(Written, frozen=True, tag="long_text"):
    """Some lines of text."""

    longest: Length = 1000


AnyUnscored = Choices | Number | Money | Percentage | Date | ShortText | LongText

_ASKED_FOR: dict[type[Unscored], str] = {
    Choices: "Any of these",
    Money: "An amount in pounds",
    Percentage: "A percentage",
    Date: "A date",
    ShortText: "A few words",
    LongText: "Some lines of text",
}
