"""How long a questionnaire takes one organisation, and in which forms it can be answered. Pure.

The minutes come from the words that this organisation is shown. Adults read English non-fiction silently at 238 words
per minute on average (M. Brysbaert, How many words do we read per minute?, Journal of Memory and Language 109, 2019);
to that come a few seconds to decide on each answer. Both figures are data (``data/effort.yaml``).
"""

from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from math import ceil
from pathlib import Path
from typing import NamedTuple

import msgspec

from pledge.organisations.profile import LARGE, TYPICAL, Depth, Profile
from pledge.organisations.reference import Source, Text, read
from pledge.questionnaires.asked import asked
from pledge.questionnaires.definition import AnyQuestion, Definition, Question
from pledge.questionnaires.kinds import Choices
from pledge.questionnaires.visibility import words


class _Rate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    value: int
    why: Text
    source: Source


class Rates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How quickly people read, and how long they take to decide, each with its ground."""

    words_per_minute: _Rate
    seconds_to_decide: _Rate


class Effort(NamedTuple):
    """What a form asks of an organisation: how many questions it can be asked at most, in how many minutes."""

    depth: Depth
    questions: int
    minutes: int


class Minutes(NamedTuple):
    """How long something takes, depending on the firm."""

    least: int
    most: int


@cache
def rates() -> Rates:
    """Return the figures that minutes are worked out with. Raises ReferenceDataError for a bad file."""
    return read(Path(__file__).parent / "data" / "effort.yaml", Rates)


def effort(definition: Definition, profile: Profile) -> Effort:
    """Return what a questionnaire asks of an organisation of this profile, whatever it answers.

    Minutes are those of reading text, hint and options of every question and of deciding on each, rounded up.
    """
    found = [words_of(definition, each.question, profile) for each in asked(definition, profile)]
    return Effort(profile.depth, len(found), _minutes(found))


def minutes_of_all(definition: Definition) -> int:
    """Return the minutes of all questions in the words that most read: more than any one organisation is asked."""
    return _minutes([_own_words(question) for question in definition.questions])


def _minutes(words: list[int]) -> int:
    """Return the minutes of questions of so many words each, rounded up."""
    deciding = Fraction(len(words) * rates().seconds_to_decide.value, 60)
    return ceil(Fraction(sum(words), rates().words_per_minute.value) + deciding)


def _own_words(question: AnyQuestion) -> int:
    shown = [question.text, question.hint or ""]
    shown += [option.label for option in question.options] if isinstance(question, Question | Choices) else []
    shown += [question.dont_know_label] if isinstance(question, Question) else []
    return sum(len(text.split()) for text in shown)


def words_of(definition: Definition, question: AnyQuestion, profile: Profile) -> int:
    """Return how many words of a question a firm reads before it answers: its text, hint and answers."""
    said = words(definition, question, profile)
    shown = [said.text, said.hint or "", *said.labels.values()]
    shown += [question.dont_know_label] if isinstance(question, Question) else []
    return sum(len(text.split()) for text in shown)


def forms(definition: Definition, profile: Profile) -> tuple[Effort, ...]:
    """Return the forms that an organisation can choose from, the one to start with first.

    The short form is for those of up to nine people, where it asks less than the full one.
    """
    full = effort(definition, in_depth(profile, "full"))
    if not profile.micro:
        return (full,)
    short = effort(definition, in_depth(profile, "short"))
    return (short, full) if short.questions < full.questions else (full,)


def small_firm(definitions: Iterable[Definition]) -> Minutes:
    """Return how long some questionnaires take a small firm together: the least, and the most.

    The least is the form to start with for up to nine people of whom nothing is special. The most is all questions for
    10 to 49 people where everything that is asked about is so.
    """
    most = msgspec.structs.replace(LARGE, headcount_band="10-49")
    found = list(definitions)
    return Minutes(*(sum(forms(each, firm)[0].minutes for each in found) for firm in (TYPICAL, most)))


def outgrown(profile: Profile) -> bool:
    """Return whether a short form was begun by an organisation that is too large for one by now."""
    return profile.depth == "short" and not profile.micro


def choose(definition: Definition, profile: Profile, wanted: str = "") -> Profile:
    """Return the profile with the depth that is wanted, where that form can be chosen; else with the first one."""
    found = [form.depth for form in forms(definition, profile)]
    return in_depth(profile, next((depth for depth in found if depth == wanted), found[0]))


def title_in(definition: Definition, depth: Depth) -> str:
    """Return the title of a questionnaire, with the words that it is its short form where it is."""
    return definition.title if depth == "full" else f"{definition.title} ({definition.short_form_label})"


def in_depth(profile: Profile, depth: Depth) -> Profile:
    """Return the profile with this depth."""
    return msgspec.structs.replace(profile, depth=depth)
