"""A questionnaire in other words: the same ids, points, flags and conditions, so it scores and asks the same. Pure."""

from typing import Any, NamedTuple

from msgspec.structs import fields, replace

from pledge.questionnaires.definition import AnyQuestion, Definition, Question, Section
from pledge.questionnaires.kinds import Choices, Number
from pledge.questionnaires.parts import Variant
from pledge.questionnaires.problems import Path
from pledge.questionnaires.translations.translation import Translation

DRAFT = "Draft translation: needs a human translator’s check"


class Note(NamedTuple):
    """A sentence, and its language."""

    words: str
    language: str


class Translated(Definition, frozen=True, kw_only=True):
    """A definition in the words of ``translation``; what that does not say is in the words of the original."""

    translation: Translation

    @property
    def draft_notes(self) -> tuple[Note, ...]:
        """What is said above a translation that a human translator has still to check, in English and in it."""
        if not self.translation.needs_check:
            return ()
        return Note(DRAFT, "en"), Note(self.translation.around.draft, self.language)

    @property
    def report_note(self) -> Note:
        """What is said of all that is not in the language of the translation."""
        return Note(self.translation.around.report, self.language)

    @property
    def not_applicable_label(self) -> str:
        """The words for an answer that a question does not apply."""
        return self.translation.around.not_applicable

    @property
    def why_not_label(self) -> str:
        """The words that ask why a question does not apply."""
        return self.translation.around.why_not

    @property
    def short_form_label(self) -> str:
        """What is said behind the title of the short form."""
        return self.translation.around.short_form


def translate(definition: Definition, translation: Translation) -> Translated:
    """Return a definition in the language of a translation of it; made once for each."""
    kept: dict[str, Translated] = definition.__dict__.setdefault("translated", {})
    found = kept.get(translation.language)
    if found is None or found.translation is not translation:
        found = kept[translation.language] = _Translating(translation).definition(definition)
    return found


class _Translating:
    def __init__(self, translation: Translation) -> None:
        self.translation, self.texts = translation, translation.texts

    def definition(self, definition: Definition) -> Translated:
        whole = {field.name: getattr(definition, field.name) for field in fields(definition)}
        whole |= {
            "language": self.translation.language,
            "title": self.said(("title",), definition.title),
            "sections": tuple(self.section(section) for section in definition.sections),
        }
        return Translated(**whole, translation=self.translation)

    def said(self, path: Path, own: Any) -> Any:
        """Return the words at a place of the translation, or the original's own; None stays None."""
        return own if own is None else self.texts.get(path, own)

    def section(self, section: Section) -> Section:
        title = self.said(("sections", section.id), section.title)
        return replace(section, title=title, questions=tuple(self.question(each) for each in section.questions))

    def question(self, question: AnyQuestion) -> AnyQuestion:
        path: Path = ("questions", question.id)
        words: dict[str, Any] = {name: self.said((*path, name), getattr(question, name)) for name in ("text", "hint")}
        words["variants"] = tuple(
            self.variant(variant, (*path, "variants", position)) for position, variant in enumerate(question.variants)
        )
        if isinstance(question, Question | Choices):
            words["options"] = tuple(
                replace(option, label=self.said((*path, "options", option.value), option.label))
                for option in question.options
            )
        if isinstance(question, Number):
            words["unit"] = self.said((*path, "unit"), question.unit)
        if not isinstance(question, Question):
            messages = {field.name: getattr(question.messages, field.name) for field in fields(question.messages)}
            said = {name: self.said((*path, "messages", name), own) for name, own in messages.items()}
            words["messages"] = replace(question.messages, **said)
        elif question.dont_know is not None:
            own = question.dont_know.label
            label = self.said((*path, "dont_know"), own) if own else self.translation.around.dont_know
            words["dont_know"] = replace(question.dont_know, label=label)
        return replace(question, **words)

    def variant(self, variant: Variant, path: Path) -> Variant:
        return replace(
            variant,
            text=self.said((*path, "text"), variant.text),
            hint=self.said((*path, "hint"), variant.hint),
            options={value: self.said((*path, "options", value), label) for value, label in variant.options.items()},
        )
