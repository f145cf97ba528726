"""The HTML of a question, made once for each version, wording and chosen option, and kept.

What is kept holds only the questionnaire's own words, never what a person typed (a reason, a note).
"""

from collections.abc import Callable
from typing import NamedTuple

from markupsafe import Markup

from pledge.assessments.answer_notes import print_of
from pledge.assessments.fields import DONT_KNOW, NOT_APPLICABLE, contents, field_name
from pledge.organisations.profile import Profile
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.definition import Definition, Question
from pledge.questionnaires.kinds import AnyUnscored
from pledge.questionnaires.visibility import variant, words
from pledge.web import templates
from pledge.web.forms import Form
from pledge.words.text import spoken


def question_html(
    definition: Definition,
    question: Question,
    profile: Profile,
    chosen: str,
    reason: str = "",
    note: str = "",
    earlier: str = "",
) -> Markup:
    """Return a question's fields with ``chosen`` (a field value) marked; kept, unless it has words of the person.

    ``earlier`` says that the answer was not given to these words, and is not saved since.
    """

    def made() -> Markup:
        form = Form({field_name(question): [chosen]})
        return _render(definition, question, profile, form, reason=reason, note=note, had=print_of(note),
                       earlier=earlier)  # fmt: skip

    if reason or note:
        return made()
    return _keep((_edition(definition), question.id, variant(definition, question, profile), chosen, earlier), made)


class Both(NamedTuple):
    """Two answers (or notes) to choose from, in words: what is saved, and the reader's own.

    ``chosen`` is the field value of the reader's own answer; "" of a note.
    """

    theirs: str
    mine: str
    chosen: str = ""


def question_again(
    definition: Definition,
    question: Question,
    profile: Profile,
    form: Form,
    note: str,
    *,
    both: Both | None = None,
    both_notes: Both | None = None,
) -> Markup:
    """Return a question's fields with the form's messages. Of two answers, neither is chosen."""
    reason = form.value(f"why-{question.id}")
    shown = both_notes.theirs if both_notes else note
    if form.error(f"note-{question.id}"):  # what it replaces is still what the page before showed
        return _render(definition, question, profile, form, reason=reason, note=note, both=both,
                       had=form.value(f"had-{question.id}"))  # fmt: skip
    return _render(
        definition, question, profile, form, reason=reason, note=note, both=both, both_notes=both_notes,
        had=print_of(shown),
    )  # fmt: skip


def unscored_html(
    definition: Definition, question: AnyUnscored, profile: Profile, answer: Answer | None, earlier: str = ""
) -> Markup:  # fmt: skip
    """Return the fields of a question that is not scored, with its answer in them; kept where there is none."""
    if answer is not None:
        form = Form(defaults=contents(question, answer))
        return unscored_again(definition, question, profile, form, earlier=earlier)
    key = (_edition(definition), question.id, variant(definition, question, profile), "", "")
    return _keep(key, lambda: unscored_again(definition, question, profile, Form()))


def unscored_again(
    definition: Definition,
    question: AnyUnscored,
    profile: Profile,
    form: Form,
    *,
    both: Both | None = None,
    earlier: str = "",
) -> Markup:
    """Return the fields of a question that is not scored with what is in the form, and its messages."""
    said = words(definition, question, profile)
    html = templates.render(
        "assessments/unscored_question.html",
        form=form,
        question=question,
        said=said,
        both=both,
        earlier=earlier,
        language=definition.language,
    )
    return Markup(html)  # noqa: S704  the output of an escaping template


_Edition = tuple[str, str, int, str]  # id, version, text, language


def _edition(definition: Definition) -> _Edition:
    return definition.id, definition.version, definition.revision, definition.language


_Key = tuple[_Edition, str, int | None, str, str]
_MOST = 5000
_kept: dict[_Key, Markup] = {}


def _keep(key: _Key, make: Callable[[], Markup]) -> Markup:
    found = _kept.get(key)
    if found is None:
        if len(_kept) >= _MOST:
            _kept.clear()
        found = _kept[key] = make()
    return found


def _render(
    definition: Definition,
    question: Question,
    profile: Profile,
    form: Form,
    *,
    reason: str = "",
    note: str = "",
    had: str = "",
    both: Both | None = None,
    both_notes: Both | None = None,
    earlier: str = "",
) -> Markup:
    said = words(definition, question, profile)
    language = definition.language
    options: list[dict[str, str]] = [
        {"value": value, "text": spoken(label, language)} for value, label in said.labels.items()
    ]
    options.append({"divider": "or"})
    options.append({"value": DONT_KNOW, "text": spoken(question.dont_know_label, language)})
    if question.not_applicable:
        options.append({"value": NOT_APPLICABLE, "text": spoken(definition.not_applicable_label, language)})
    html = templates.render(
        "assessments/question.html",
        form=form,
        name=field_name(question),
        question=question,
        said=said,
        language=language,
        why_not=definition.why_not_label,
        options=options,
        reason=reason,
        note=note,
        had=had,
        both=both,
        both_notes=both_notes,
        earlier=earlier,
    )
    return Markup(html)  # noqa: S704  the output of an escaping template
