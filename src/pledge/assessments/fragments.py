"""The HTML of a question, made once for each version, wording and chosen option, and kept.

What is kept holds only the questionnaire's own words, never what a person typed (a reason, a note).
"""

from typing import NamedTuple

from markupsafe import Markup

from pledge.assessments.answer_notes import print_of
from pledge.organisations.profile import Profile
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.definition import Definition, Question
from pledge.questionnaires.visibility import variant, words
from pledge.web import templates
from pledge.web.forms import Form

DONT_KNOW = "?dont-know"  # no option's value can start with a question mark
NOT_APPLICABLE = "?not-applicable"


def field_value(answer: Answer | None) -> str:
    """Return what the radio buttons of a question send for an answer; "" for none."""
    if answer is None:
        return ""
    if answer.dont_know:
        return DONT_KNOW
    return answer.value or NOT_APPLICABLE


def read_field(question: Question, value: str, reason: str) -> Answer | str | None:
    """Return the answer that a question's fields send, None when they send nothing, or the problem in words."""
    if not value:
        return None
    if value == DONT_KNOW:
        return Answer(dont_know=True)
    if value == NOT_APPLICABLE and question.not_applicable:
        return Answer(not_applicable=reason) if reason else "Say in a few words why this does not apply to you"
    if any(option.value == value for option in question.options):
        return Answer(value=value)
    return "Choose one of the answers on the page"


def question_html(
    definition: Definition,
    question: Question,
    profile: Profile,
    chosen: str,
    reason: str = "",
    note: str = "",
    elsewhere: str = "",
) -> Markup:
    """Return a question's fields with ``chosen`` (a field value) marked; kept, unless it has words of the person.

    ``elsewhere`` is the title of the questionnaire that the answer was taken over from, and not saved since.
    """
    if reason or note:
        form = Form({field_name(question): [chosen]})
        return _render(definition, question, profile, form, reason=reason, note=note, had=print_of(note),
                       elsewhere=elsewhere)  # fmt: skip
    key = (definition.id, definition.version, question.id, variant(definition, question, profile), chosen, elsewhere)
    found = _kept.get(key)
    if found is None:
        if len(_kept) >= _MOST:
            _kept.clear()
        found = _kept[key] = _render(
            definition, question, profile, Form({field_name(question): [chosen]}), elsewhere=elsewhere
        )  # fmt: skip
    return found


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


def field_name(question: Question) -> str:
    """Return the name and id of a question's field."""
    return f"q-{question.id}"


_MOST = 5000
_kept: dict[tuple[str, str, str, int | None, str, str], Markup] = {}


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
    elsewhere: str = "",
) -> Markup:
    said = words(definition, question, profile)
    options: list[dict[str, str]] = [{"value": value, "text": label} for value, label in said.labels.items()]
    options.append({"divider": "or"})
    options.append({"value": DONT_KNOW, "text": question.dont_know_label})
    if question.not_applicable:
        options.append({"value": NOT_APPLICABLE, "text": "This does not apply to us"})
    html = templates.render(
        "assessments/question.html",
        form=form,
        name=field_name(question),
        question=question,
        said=said,
        options=options,
        reason=reason,
        note=note,
        had=had,
        both=both,
        both_notes=both_notes,
        elsewhere=elsewhere,
    )
    return Markup(html)  # noqa: S704  the output of an escaping template
