"""The pages on which answers of last time are confirmed: few, each of whole parts of the questionnaire. Pure."""

from collections.abc import Container, Mapping
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from pledge.assessments.drafts import Draft, Given
from pledge.assessments.wording import label
from pledge.organisations.profile import Profile
from pledge.questionnaires.definition import Definition, Question
from pledge.questionnaires.effort import rates, words_of
from pledge.questionnaires.visibility import effective_answers, words

MOST = 12  # questions on a page; a part that has more stands alone


class Group(NamedTuple):
    """A page: the parts of the questionnaire that are on it, and its questions, in file order."""

    sections: tuple[str, ...]
    questions: tuple[str, ...]


def groups(draft: Draft) -> tuple[Group, ...]:
    """Return the pages of a draft: whole parts, as many as fit on one."""
    return _groups(draft.definition, draft.shown)


def _groups(definition: Definition, shown: Container[str]) -> tuple[Group, ...]:
    found: list[Group] = []
    for section in definition.sections:
        names = tuple(question.id for question in section.questions if question.id in shown)
        if not names:
            continue
        if found and len(found[-1].questions) + len(names) <= MOST:
            before = found.pop()
            found.append(Group((*before.sections, section.id), before.questions + names))
        else:
            found.append(Group((section.id,), names))
    return tuple(found)


def find(draft: Draft, section: str) -> Group | None:
    """Return the page that a part is on; None where it is not shown."""
    return next((group for group in groups(draft) if section in group.sections), None)


def open_in(draft: Draft, group: Group) -> list[str]:
    """Return the questions of a page that need something: an answer, or that somebody says whether it is still so."""
    return [name for name in group.questions if name in draft.waiting or _unanswered(draft, name)]


def following(draft: Draft, group: Group | None = None) -> Group | None:
    """Return the next page on which something is open; None for the first of all. None where there is none."""
    every = groups(draft)
    after = every[every.index(group) + 1 :] if group else every
    return next((each for each in after if open_in(draft, each)), None)


def address(draft: Draft, group: Group | None) -> str:
    """Return the address of a page; None: that of checking all answers."""
    return f"/assessments/{draft.definition.id}/" + (f"again/{group.sections[0]}" if group else "check")


def openings(draft: Draft) -> dict[str, str]:
    """Return the page of every part in which something is to be confirmed, by the part."""
    parts = [each.id for each in draft.definition.sections if any(q.id in draft.waiting for q in each.questions)]
    return {part: address(draft, find(draft, part)) for part in parts}


def minutes(definition: Definition, profile: Profile, given: Mapping[str, Given]) -> int:
    """Return in how many minutes a firm has confirmed what it begins with, and answered the rest, rounded up.

    By the figures with which the length of a questionnaire is worked out (``pledge.questionnaires.effort``). Of an
    answer of last time one reads the question and the answer, and decides at once for the whole page.
    """
    reading, deciding = 0, 0
    shown = effective_answers(definition, profile, given)
    for name, answer in shown.items():
        question = definition.question(name)
        if answer is None:
            reading += words_of(definition, question, profile)
            deciding += 1
        else:
            said = words(definition, question, profile).text
            reading += len(said.split()) + len(str(label(definition, question, profile, answer)).split())
    deciding += len(_groups(definition, shown))
    rate = rates()
    return ceil(Fraction(reading, rate.words_per_minute.value) + Fraction(deciding * rate.seconds_to_decide.value, 60))


def _unanswered(draft: Draft, name: str) -> bool:
    return draft.shown[name] is None and isinstance(draft.definition.question(name), Question)
