"""What the platform knows about how an organisation keeps its pledge. Pure.

Whoever knows an organisation's assessments, actions, uploads and attendance puts them into ``Facts``.
"""

from collections.abc import Mapping
from datetime import date

import msgspec


class Answer(msgspec.Struct, frozen=True):
    """One answer of a submitted assessment. ``points`` (0 to 4; don't know is 0) is None where it does not apply."""

    points: int | None
    flag: str = ""


class Assessed(msgspec.Struct, frozen=True, kw_only=True):
    """What was submitted of one questionnaire, once or more.

    ``submitted_on`` has every day of submission. ``answers`` (question id → answer) has every question of the version
    that was answered last, shown or not, without those that only its short form leaves out; ``words`` (id → text) those
    in which it was asked, and decide nothing. ``report`` is the address of what was submitted last. ``ended`` (question
    id → address of the action that is open again) has the questions whose evidence has ended. ``actions`` (question
    id → address) are those that ask for something, ``done`` the questions whose action somebody has done; they decide
    nothing. Scores are in basis points, None where there is none: the newest, and the one before it by the same form
    and version. ``had_risen``: the newest is the first by its form, and by the other one a score had risen.
    """

    submitted_on: tuple[date, ...]
    answers: Mapping[str, Answer]
    words: Mapping[str, str] = {}
    report: str = ""
    ended: Mapping[str, str] = {}
    actions: Mapping[str, str] = {}
    done: frozenset[str] = frozenset()
    score: int | None = None
    previous_score: int | None = None
    had_risen: bool = False


class Attendance(msgspec.Struct, frozen=True):
    """Somebody of the organisation was checked in at an event on these topics."""

    topics: frozenset[str]
    on: date


class Coming(msgspec.Struct, frozen=True):
    """An event that somebody can still book: its topics, its address, and what it is in words."""

    topics: frozenset[str]
    href: str
    words: str


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """All that the platform knows about how an organisation keeps its pledge.

    ``assessed`` (questionnaire id → what was submitted) lacks what was never submitted. ``consents`` are those given
    with the signature, ``uploads`` what was uploaded (“suppliers”). ``titles`` (id → words) make the reasons readable,
    and ``coming``, the next event first, can help; both decide nothing.
    """

    today: date
    signed_on: date
    consents: frozenset[str] = frozenset()
    assessed: Mapping[str, Assessed] = {}
    uploads: frozenset[str] = frozenset()
    attendances: tuple[Attendance, ...] = ()
    titles: Mapping[str, str] = {}
    coming: tuple[Coming, ...] = ()
