"""Answers to the quick check on their way from page to page: they are in the visitor's form and nowhere else. Pure.

Each page carries what was answered on the others in hidden fields of the same names, so every form holds all of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pledge.assessments.fields import field_name, field_names, sent, take
from pledge.assessments.quick import quick_check
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.definition import AnyQuestion, Definition, Question
from pledge.questionnaires.visibility import pages
from pledge.web.forms import Form

LONGEST = 10_000  # characters of one field: whatever a page takes is shorter
NOT_ASKED = "One of the answers is to a question that we do not ask. Look at what is here, then go on."


@dataclass(slots=True)
class Carried:
    """What a form holds: the answers that can be used, and the first page on which something is wrong or missing."""

    answers: dict[str, Answer] = field(default_factory=dict)
    wrong: int | None = None


def read(definition: Definition, form: Form, up_to: int) -> Carried:
    """Return the answers in a form, of which those on the first ``up_to`` pages must be there.

    The problems of the page that is ``wrong`` are noted in the form: no other page is shown with it.
    """
    found = Carried()
    for number in range(1, len(pages(definition)) + 1):
        questions = quick_check.questions_of(definition, number)
        aside = Form(form.kept(*(name for question in questions for name in _names(question))))
        found.answers |= _answers(aside, questions)
        if aside.errors and number <= up_to and found.wrong is None:
            found.wrong = number
            _answers(form, questions)
    if found.wrong is None and sent(definition, form)[1]:
        found.wrong = up_to
        form.fail("q-", NOT_ASKED, anchor="")
    return found


def _answers(form: Form, questions: list[AnyQuestion]) -> dict[str, Answer]:
    found: dict[str, Answer | None] = {}
    for question in questions:
        name = field_name(question)
        if any(len(text) > LONGEST for each in _names(question) for text in form.values(each)):
            form.refuse(name, " has an answer that is too long. Make it shorter.")
        elif not isinstance(question, Question):
            take(form, question, found)
        elif not form.value(name):
            form.refuse(name, ": Choose an answer. If you do not know, say so: that is one too.")
        else:
            found[question.id] = quick_check.read(form, question)
    return {name: answer for name, answer in found.items() if answer is not None}


def _names(question: AnyQuestion) -> list[str]:
    return [*field_names(question), *([f"why-{question.id}"] if isinstance(question, Question) else [])]


def hidden(definition: Definition, form: Form, shown: int | None) -> Iterator[tuple[str, str]]:
    """Yield every field of the questions that are not on page ``shown``, with what stands in it."""
    here = quick_check.page_of(definition, shown).questions if shown else ()
    for question in definition.questions:
        if question.id not in here:
            for name in _names(question):
                yield from ((name, text) for text in form.values(name) if text and len(text) <= LONGEST)
