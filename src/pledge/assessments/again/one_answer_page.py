"""The page on which one question is answered again: what it shows, and what its form says."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from markupsafe import Markup

from pledge.assessments import fields
from pledge.assessments.again.one_answer import Again, with_answers
from pledge.assessments.again.worth import Worth
from pledge.assessments.fields import DONT_KNOW, NOT_APPLICABLE, field_name, field_value, read_field
from pledge.assessments.fragments import unscored_again
from pledge.assessments.submitting import Submitted
from pledge.questionnaires.answers import MAX_REASON, Answer
from pledge.questionnaires.definition import AnyQuestion, Question
from pledge.questionnaires.visibility import words
from pledge.web.forms import Form

CHOOSE = ": Choose one of the answers on the page"
FOLLOWS = ": Answer this too, or change your answer above it"


class Read(NamedTuple):
    """What a form says: the answers, and the report with them. None for ``again``: something in it is wrong."""

    answers: dict[str, Answer]
    again: Again | None


def as_it_is(submitted: Submitted, question: str) -> Form:
    """Return the form with the answer that the report has."""
    given = submitted.answers.get(question)
    return Form(
        defaults={
            f"q-{question}": field_value(given),
            f"why-{question}": (given.not_applicable or "") if given else "",
        }
    )


def read(form: Form, submitted: Submitted, question: str) -> Read:
    """Return what a form says of a question, and of those that are asked only with its answer.

    What is wrong is in the form. What must still be answered is wrong once the page has asked for it.
    """
    answers = _answers(form, submitted, [question])
    if not answers and not form.errors:
        form.refuse(f"q-{question}", CHOOSE)
    if form.errors:
        return Read(answers, None)
    read_already = {question}
    while True:
        again = with_answers(submitted, answers)
        more = [name for name in again.new if name not in read_already]
        if not more:
            break
        answers |= _answers(form, submitted, more)
        read_already |= {*more}
    if form.value("asked"):
        for name in again.result.unanswered:
            if not form.error(f"q-{name}"):
                form.refuse(f"q-{name}", FOLLOWS)
    return Read(answers, None if form.errors else again)


def _answers(form: Form, submitted: Submitted, names: Iterable[str]) -> dict[str, Answer]:
    found: dict[str, Answer | None] = {}
    for name in names:
        question = submitted.definition.question(name)
        if not isinstance(question, Question):
            fields.take(form, question, found)
            continue
        reason = form.text(f"why-{name}", None, limit=MAX_REASON)
        given = read_field(question, form.value(field_name(question)), reason)
        if isinstance(given, str):
            form.refuse(field_name(question), f": {given}")
        elif not (given and given.not_applicable and form.error(f"why-{name}")):
            found[name] = given
    return {name: answer for name, answer in found.items() if answer is not None}


def raises_alarm(answers: dict[str, Answer], again: Again) -> bool:
    """Return whether one of these answers says that someone may be harmed, so that help is shown at once."""
    return any(flag.flag == "act_first" and flag.question in answers for flag in again.result.flags)


def context(submitted: Submitted, worth: Worth, form: Form, new: Iterable[str] = ()) -> dict[str, Any]:
    """Return what the page shows: the question with its answers, and the others that are asked now (``new``)."""
    definition = submitted.definition
    asked = definition.scored_question(worth.question)
    return {
        "definition": definition,
        "report": submitted.id,
        "on": submitted.on,
        "again": submitted.again,
        "question": asked,
        "said": words(definition, asked, submitted.profile),
        "worth": worth,
        "options": _options(submitted, asked, worth),
        "new": [_new(submitted, definition.question(name), form) for name in new],
        "form": form,
    }


def _options(submitted: Submitted, question: Question, worth: Worth | None = None) -> list[dict[str, str]]:
    """Return the answers to choose from, each with what it would make of the result."""
    told = {field_value(other.outcome.answer): other.makes for other in worth.others} if worth else {}
    now = "Your answer in the report." if worth else ""
    definition = submitted.definition
    found = [
        {"value": value, "text": text} for value, text in words(definition, question, submitted.profile).labels.items()
    ]
    found.append({"divider": "or"})
    found.append({"value": DONT_KNOW, "text": question.dont_know_label})
    if question.not_applicable:
        found.append({"value": NOT_APPLICABLE, "text": definition.not_applicable_label})
    if DONT_KNOW in told:  # nobody is paid for not knowing, whatever the figure does
        told[DONT_KNOW] = "Then the first step is to find out."
    return [each if "divider" in each else {**each, "hint": told.get(each["value"], now)} for each in found]


def _new(submitted: Submitted, question: AnyQuestion, form: Form) -> dict[str, Any]:
    if isinstance(question, Question):
        said = words(submitted.definition, question, submitted.profile)
        return {"question": question, "said": said, "options": _options(submitted, question), "html": ""}
    html = unscored_again(submitted.definition, question, submitted.profile, form)
    return {"question": question, "html": Markup(html)}  # noqa: S704  the output of an escaping template
