"""What stands on paper of a questionnaire, for one profile. Pure. The page and the PDF are both made of it.

Points, flags and weights are not on it: whoever fills it in should think of the firm, not of the score.
"""

import msgspec

from pledge.organisations.profile import Depth, Profile
from pledge.questionnaires.asked import asked
from pledge.questionnaires.definition import AnyQuestion, Definition, Question
from pledge.questionnaires.effort import effort, title_in
from pledge.questionnaires.kinds import Choices, LongText, Written
from pledge.questionnaires.visibility import Words, words

LINES = 6  # for some lines of text
ANY = "Tick all that are true."  # of several choices, where their author says nothing else


class Space(msgspec.Struct, frozen=True):
    """Where an answer goes: boxes to tick, words with a line to write on behind them, and empty lines below.

    ``why`` asks for a reason on such a line, in the language of the question; "" where none is asked for.
    """

    boxes: tuple[str, ...] = ()
    why: str = ""
    blanks: tuple[str, ...] = ()
    lines: int = 0


class Item(msgspec.Struct, frozen=True):
    """A question. ``only_if`` is "" where it is for everybody; ``note``: there is room for a note.

    ``how`` says how to answer where its author does not, "" elsewhere. The text, the hint and the boxes are in the
    language of the sheet; the rest is in English.
    """

    number: int
    text: str
    only_if: str
    hint: str | None
    how: str
    space: Space
    note: bool


class Part(msgspec.Struct, frozen=True):
    """The questions under one heading."""

    id: str
    title: str
    items: tuple[Item, ...]


class Sheet(msgspec.Struct, frozen=True):
    """A questionnaire on paper, in one of its forms. ``minutes`` is how long it takes to read and to answer."""

    id: str
    title: str
    version: str
    language: str
    minutes: int
    depth: Depth
    parts: tuple[Part, ...]

    @property
    def questions(self) -> int:
        """How many questions there are."""
        return sum(len(part.items) for part in self.parts)


def sheet_of(definition: Definition, profile: Profile) -> Sheet:
    """Return what an organisation of this profile is asked, in its words."""
    items = {
        found.question.id: _item(definition, profile, found.question, found.number, found.only_if)
        for found in asked(definition, profile)
    }
    parts = [
        Part(
            section.id,
            section.title,
            tuple(items[question.id] for question in section.questions if question.id in items),
        )
        for section in definition.sections
    ]
    return Sheet(
        definition.id,
        title_in(definition, profile.depth),
        definition.version,
        definition.language,
        effort(definition, profile).minutes,
        profile.depth,
        tuple(part for part in parts if part.items),
    )


def _item(definition: Definition, profile: Profile, question: AnyQuestion, number: int, only_if: str) -> Item:
    said = words(definition, question, profile)
    # as on the screen, no room for a note where one could name somebody who is harmed
    note = isinstance(question, Question) and not question.may_mean_harm
    how = ANY if isinstance(question, Choices) and not said.hint else ""
    return Item(number, said.text, only_if, said.hint, how, _space(definition, question, said), note=note)


def _space(definition: Definition, question: AnyQuestion, said: Words) -> Space:
    """Return where the answer goes. What differs between kinds of question on paper differs here alone."""
    if isinstance(question, Choices):
        return Space(tuple(said.labels.values()))
    if isinstance(question, Written):
        return Space(lines=LINES if isinstance(question, LongText) else 1)
    if not isinstance(question, Question):
        return Space(blanks=(question.asked_for,))
    boxes = (*said.labels.values(), question.dont_know_label)
    if question.not_applicable:
        return Space((*boxes, definition.not_applicable_label), definition.why_not_label)
    return Space(boxes)
