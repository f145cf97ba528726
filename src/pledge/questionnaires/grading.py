"""How hard each text of a questionnaire is to read that people see, and where it stands. Pure."""

from collections.abc import Iterator

import msgspec

from pledge.questionnaires.definition import AnyQuestion, Option, Question
from pledge.questionnaires.kinds import Choice, Choices
from pledge.questionnaires.loading import Loaded
from pledge.questionnaires.problems import Path
from pledge.questionnaires.yamltext import parse
from pledge.words import reading


class Graded(msgspec.Struct, frozen=True):
    """A text and its reading grade in school years, to two decimals. ``line`` and ``where`` as those of a problem."""

    line: int
    where: str
    grade: float
    text: str

    @property
    def too_hard(self) -> bool:
        """Whether it is harder to read than a text for people may be."""
        return self.grade > reading.HARDEST


def grades(file: Loaded) -> list[Graded]:
    """Return the grade of every text of a questionnaire that can be used, in the order of its file.

    These are the words of questions, hints, options, actions with their reasons, what to do about “Don’t know”, and
    what is said beside a field, each with its variants. What has no word (“…”) has no grade and is left out.
    """
    source = parse(file.text.encode())
    assert file.definition is not None
    found = []
    for section, part in enumerate(file.definition.sections):
        for number, question in enumerate(part.questions):
            for path, shown in _texts(question):
                if shown is not None and reading.words(shown):
                    line, where = source.locate(("sections", section, "questions", number, *path))
                    found.append(Graded(line, where, round(reading.grade(shown), 2), shown))
    return sorted(found, key=lambda each: each.line)


def _texts(question: AnyQuestion) -> Iterator[tuple[Path, str | None]]:
    """Yield every text of a question, None where it has none, with its place in the question."""
    yield ("text",), question.text
    yield ("hint",), question.hint
    for number, variant in enumerate(question.variants):
        yield ("variants", number, "text"), variant.text
        yield ("variants", number, "hint"), variant.hint
        for value, label in variant.options.items():
            yield ("variants", number, "options", value), label
    options: tuple[Option | Choice, ...] = question.options if isinstance(question, Question | Choices) else ()
    for number, option in enumerate(options):
        yield ("options", number, "label"), option.label
        if isinstance(option, Option) and option.action:
            yield ("options", number, "action", "text"), option.action.text
            yield ("options", number, "action", "why"), option.action.why
    if isinstance(question, Question):
        yield ("action", "text"), question.action.text
        yield ("action", "why"), question.action.why
        if question.dont_know:
            yield ("dont_know", "label"), question.dont_know.label
            yield ("dont_know", "action"), question.dont_know.action
    else:
        for name, message in msgspec.structs.asdict(question.messages).items():
            yield ("messages", name), message
