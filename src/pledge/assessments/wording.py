"""Answers in words: those that are kept, and those that somebody typed on a page which cannot save them."""

from pledge.assessments import definitions
from pledge.assessments.drafts import Given
from pledge.assessments.fields import DONT_KNOW, NOT_APPLICABLE, field_name, typed
from pledge.organisations.profile import Profile
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.definition import AnyQuestion, Definition, Question
from pledge.questionnaires.installed import QUICK_CHECK
from pledge.questionnaires.kinds import AnyUnscored, Choices, Number
from pledge.questionnaires.visibility import in_words, words
from pledge.web.forms import Form
from pledge.words.text import spoken


def label(definition: Definition, question: AnyQuestion, profile: Profile, answer: Answer | None) -> str:
    """Return an answer in the words that the page uses for it, marked where they are not in English."""
    if answer is None:
        return "Not answered yet" if isinstance(question, Question) else "Not answered (optional)"
    if not isinstance(question, Question):
        said = in_words(definition, question, profile, answer)
        return spoken(said, definition.language) if isinstance(question, Choices | Number) else said
    if answer.dont_know:
        return spoken(question.dont_know_label, definition.language)
    if answer.value is None:
        return f"Does not apply: {answer.not_applicable}"
    return spoken(words(definition, question, profile).labels[answer.value], definition.language)


def _source(answer: Given | None) -> str:
    """Return the title of the questionnaire that an answer was taken over from; "" once it is saved in this one."""
    source = definitions.current(answer.source) if answer and answer.source else None
    return source.title if source else ""


def earlier(answer: Given | None) -> str:
    """Say beside a question that its answer was not given to it as it stands there; "" once it is saved there."""
    if answer and answer.source == QUICK_CHECK:
        return f"You answered this in “{_source(answer)}”. Change it if it is not right any more."
    if source := _source(answer):
        return (
            "You have answered this before. Change it if it is not right here: that changes it under "
            f"“{source}” too, unless that is submitted already."
        )
    if answer and answer.since and answer.still:
        return "You answered this last time, when it had other words. Read it again: is your answer still right?"
    if answer and answer.still:
        return "This is your answer of last time. Change it if it is not so any more."
    if answer and answer.since:
        return "You answered this when it had other words. Read it again, and change your answer if it is not right."
    return ""


def earlier_mark(answer: Given | None) -> str:
    """Say the same where all answers stand together."""
    if source := _source(answer):
        return f"Answered before: “{source}” asks it too"
    if answer and answer.since:
        return "Its words changed: read it again"
    return "Still so?" if answer and answer.still else ""


def typed_in_words(definition: Definition, form: Form) -> list[tuple[str, str]]:
    """Return what was typed on a page of questions, in words, for a page that cannot save it."""
    found = []
    for question in definition.questions:
        answer = _scored(definition, question, form) if isinstance(question, Question) else mine(question, form)
        said = [answer, form.value(f"why-{question.id}"), form.value(f"note-{question.id}")]
        if any(said):
            found.append((question.text, "\n".join(text for text in said if text)))
    return found


def mine(question: AnyUnscored, form: Form) -> str:
    """Return what was typed into the fields of a question, as it is: of choices their words."""
    texts = [text for text in typed(question, form) if text]
    if isinstance(question, Choices):
        labels = {option.value: option.label for option in question.options}
        return "; ".join(labels.get(text, text) for text in texts)
    return " ".join(texts)


def _scored(definition: Definition, question: Question, form: Form) -> str:
    chosen = form.value(field_name(question))
    labels = {option.value: option.label for option in question.options}
    labels |= {DONT_KNOW: question.dont_know_label, NOT_APPLICABLE: definition.not_applicable_label}
    return labels.get(chosen, "")
