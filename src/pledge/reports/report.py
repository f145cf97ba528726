"""The gap report as one model, made from a frozen result: every page and document of it shows this and nothing else.

Pure. Scores are basis points; points are 0 to 4; dates are Europe/London's.
"""

from datetime import date, datetime
from uuid import UUID

import msgspec

from pledge.actions.calling import Call
from pledge.actions.wishes import Link
from pledge.assessments.deeper import Share
from pledge.organisations.profile import Depth
from pledge.questionnaires.context import Context
from pledge.questionnaires.parts import Flag
from pledge.questionnaires.result import State

TOP = 3  # actions to begin with


class Better(msgspec.Struct, frozen=True):
    """An answer that would raise the score: its words, what it adds in weighted points and in basis points."""

    label: str
    points: int
    adds_weighted_points: int
    adds_score: int | None


class Event(msgspec.Struct, frozen=True):
    """A coming event that helps, with the reasons why it is shown.

    ``booking``: the one that there is, of whoever looks or of a colleague; ``booked``: it, in words. ``late``: it comes
    after the date of the action that it stands with. ``postponed``: ``starts`` is the old date. ``gaps``: the questions
    that it helps with, the most serious first.
    """

    id: UUID
    slug: str
    title: str
    organiser: str
    starts: datetime
    reasons: tuple[str, ...]
    external: bool
    booking: UUID | None = None
    booked: str = ""
    late: bool = False
    postponed: bool = False
    gaps: tuple[str, ...] = ()


class Answered(msgspec.Struct, frozen=True):
    """One question as it was answered, with every figure that belongs to it."""

    question: str
    text: str
    answer: str
    state: State
    points: int | None
    weight: int
    weighted_points: int | None
    weighted_max: int
    target: int | None
    flag: Flag | None
    better: tuple[Better, ...]


class Told(msgspec.Struct, frozen=True):
    """An answer that is not scored, in words; ``typed``: in people's own."""

    question: str
    text: str
    answer: str
    typed: bool


class Followed(msgspec.Struct, frozen=True):
    """What became of an action by today: its page, how far it is in words, its day now, and who does it ("": nobody).

    ``open``: it is still to be done. ``done``: nothing is left of it.
    """

    id: UUID
    state: str
    open: bool
    done: bool
    due: date
    who: str


class Action(msgspec.Struct, frozen=True):
    """What to do about a gap: what, why, by when, where help is, and the events that help.

    ``call``: whom to call before that, where the answer is act_first. It is as of today, like events and ``followed``
    (None where another report has come since).
    """

    answered: Answered
    call: Call | None
    what: str
    why: str
    due_days: int
    due: date
    priority: int
    links: tuple[Link, ...]
    standards: tuple[str, ...]
    topics: tuple[str, ...]
    events: tuple[Event, ...]
    followed: Followed | None = None

    @property
    def open(self) -> bool:
        """Whether it is still to be done, as far as the report can tell."""
        return self.followed is None or self.followed.open

    @property
    def by(self) -> date:
        """The day by which to do it now."""
        return self.followed.due if self.followed else self.due


class Section(msgspec.Struct, frozen=True):
    """One section's score, by the same formula as the whole, and its questions."""

    id: str
    title: str
    score: int | None
    band: str
    weighted_points: int
    weighted_max: int
    questions: tuple[Answered, ...]


class Peers(msgspec.Struct, frozen=True):
    """How firms like this one do, as published: who they are in words, how many, on which day, and their mean scores.

    ``sections`` has a mean for each section that may be shown; ``score`` is None where theirs may not.
    """

    who: str
    firms: int
    on: date
    score: int | None
    sections: dict[str, int]


class Report(msgspec.Struct, frozen=True):
    """A gap report. ``events`` are the matches in the order to show them, those that are booked first; they are as of
    today, all else is frozen.

    ``depth``: the form that was answered, ``share``: how much of all questions that was; ``without_staff``: no
    questions about staff, because there is none; ``previous``: the score before this one by the same form of the same
    version. ``raised_by_context``: actions that are here only because of the context. ``meaning``: the headline in a
    sentence. ``further``: answers that reach what we aim for and could still be better, those that add the most first.
    ``peers`` are as of today too.
    """

    id: UUID
    organisation: str
    questionnaire: str
    title: str
    version: str
    text_revision: int
    scoring_version: str
    on: date
    latest: bool
    headline: str
    headline_words: str
    depth: Depth
    share: Share | None
    without_staff: bool
    band_words: str
    score: int | None
    coverage: int | None
    weighted_points: int
    weighted_max: int
    previous: int | None
    context: Context
    context_effect: str
    raised_by_context: int
    sections: tuple[Section, ...]
    urgent: tuple[Action, ...]
    actions: tuple[Action, ...]
    strengths: tuple[Answered, ...]
    dont_know: tuple[Answered, ...]
    not_applicable: tuple[Answered, ...]
    told: tuple[Told, ...]
    events: tuple[Event, ...]
    ranking_version: str
    meaning: str = ""
    further: tuple[Answered, ...] = ()
    peers: Peers | None = None

    @property
    def to_do(self) -> tuple[Action, ...]:
        """The actions that are still to be done, in the order to take them."""
        return tuple(action for action in self.actions if action.open)

    @property
    def top(self) -> tuple[Action, ...]:
        """Those to begin with."""
        return self.to_do[:TOP]

    @property
    def later(self) -> tuple[Action, ...]:
        """The others."""
        return self.to_do[TOP:]

    @property
    def settled(self) -> tuple[Action, ...]:
        """The actions that are done or put off."""
        return tuple(action for action in self.actions if not action.open)
