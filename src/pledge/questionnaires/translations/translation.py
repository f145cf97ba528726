"""The model of a translation file. It is the format: the loader and the JSON Schema come from these types.

A translation has words alone, under the ids of the questionnaire: all that people read while they answer. What is
worked out of their answers (actions, reports) stays in the language of the questionnaire.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal

import msgspec

from pledge.questionnaires.definition import Definition, Question
from pledge.questionnaires.kinds import Choices, Number
from pledge.questionnaires.parts import Day, Language, Part, Rule, Slug, Text, Version, coded
from pledge.questionnaires.problems import Path


class Checked(Part, frozen=True):
    """Who, a human translator, has checked a translation, and on what day."""

    by: Text
    on: Day


class Around(Part, frozen=True):
    """The words that stand around all questions, in the language of the translation.

    ``name`` is what the language calls itself. ``draft`` says that a human translator has still to check this,
    ``report`` that the report and the buttons are in English. The others are those of ``Definition``.
    """

    name: Text
    draft: Text
    report: Text
    dont_know: Text
    not_applicable: Text
    why_not: Text
    short_form: Text


class Marks(Part, frozen=True):
    """What the original said when it was translated, as marks of its words: of the title, each section and question."""

    title: Text
    sections: dict[Slug, Text] = {}
    questions: dict[Slug, Text] = {}


class SaidVariant(Part, frozen=True):
    """The words of a variant; the first is that of the question's first variant, and so on."""

    text: Text | None = None
    hint: Text | None = None
    options: dict[Slug, Text] = {}


class Said(Part, frozen=True):
    """The words of a question: of its options by their value, of its messages by their key."""

    text: Text
    hint: Text | None = None
    options: dict[Slug, Text] = {}
    variants: tuple[SaidVariant, ...] = ()
    dont_know: Text | None = None
    unit: Text | None = None
    messages: dict[Slug, Text] = {}


class Translation(Part, frozen=True):
    """One version of a questionnaire in another language.

    ``covers`` is a condition on the profile: the translation is for those who meet it; None for everybody. It says
    either that a human translator has ``checked`` it or that it ``needs_check``, and is then shown in the demo alone.
    ``of`` are the marks of the words that it translates.
    """

    schema: Annotated[Literal[1], coded("unknown-schema")]
    kind: Annotated[Literal["translation"], coded("other-kind")]
    id: Slug
    version: Version
    language: Language
    around: Around
    title: Text
    sections: dict[Slug, Text]
    questions: dict[Slug, Said]
    of: Marks | None = None
    covers: Rule | None = None
    needs_check: bool = False
    checked: Checked | None = None

    @property
    def texts(self) -> dict[Path, str]:
        """Every text that stands for one of the questionnaire, by its place in the file."""
        found: dict[Path, str] = {("title",): self.title}
        found |= {("sections", name): title for name, title in self.sections.items()}
        for name, said in self.questions.items():
            found.update(_leaves(("questions", name), msgspec.to_builtins(said)))
        return found


def texts_of(definition: Definition) -> dict[Path, str]:
    """Return every text of a questionnaire that a translation has, by its place in a translation file."""
    found: dict[Path, str] = {("title",): definition.title}
    found |= {("sections", section.id): section.title for section in definition.sections}
    for question in definition.questions:
        said: dict[str, Any] = {"text": question.text, "hint": question.hint}
        if isinstance(question, Question | Choices):
            said["options"] = {option.value: option.label for option in question.options}
        said["variants"] = [
            {"text": variant.text, "hint": variant.hint, "options": variant.options} for variant in question.variants
        ]
        if isinstance(question, Question):
            said["dont_know"] = question.dont_know.label if question.dont_know else None
        else:
            said["messages"] = msgspec.to_builtins(question.messages)
            said["unit"] = question.unit if isinstance(question, Number) else None
        found.update(_leaves(("questions", question.id), said))
    return found


def marks_of(definition: Definition, sections: Iterable[str], questions: Iterable[str]) -> Marks:
    """Return the marks of the words of a questionnaire: of its title, and of these sections and questions, by id."""
    parts: dict[Path, dict[str, str]] = {}
    for path, text in texts_of(definition).items():
        parts.setdefault(path[:2], {})[" ".join(map(str, path[2:]))] = text
    marks = {path: _mark(texts) for path, texts in parts.items()}
    return Marks(
        title=marks["title",],
        sections={name: marks["sections", name] for name in sections if ("sections", name) in marks},
        questions={name: marks["questions", name] for name in questions if ("questions", name) in marks},
    )


def _mark(texts: Mapping[str, str]) -> str:
    """Return eight letters that are others as soon as one of the texts is: letters, so that no editor sees a number."""
    digest = hashlib.sha256(msgspec.json.encode(texts, order="sorted")).digest()
    return "".join(chr(ord("a") + byte % 26) for byte in digest[:8])


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of the format, for editors. What it cannot say, the checker checks."""
    schema = msgspec.json.schema(Translation)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A Pledge questionnaire in another language",
        **schema,
    }


def _leaves(path: Path, value: Any) -> Iterator[tuple[Path, str]]:
    """Yield every text in a value, with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _leaves((*path, key), part)
    elif isinstance(value, list | tuple):
        for position, part in enumerate(value):
            yield from _leaves((*path, position), part)
