"""The quick check as whoever answers it is asked it, a visitor or an invited supplier: its pages, fields and answers.

Pure but for ``asked_now``, which is what this process knows of the database. Nobody's profile is known here.
"""

from typing import NamedTuple

from pledge.assessments import definitions
from pledge.assessments.fields import DONT_KNOW, NOT_APPLICABLE, field_name, read_field
from pledge.organisations.profile import Profile
from pledge.questionnaires.answers import MAX_REASON, Answer, Answers
from pledge.questionnaires.definition import AnyQuestion, Definition, Question, Section
from pledge.questionnaires.installed import QUICK_CHECK
from pledge.questionnaires.scoring import score
from pledge.questionnaires.visibility import Page, Words, pages, words
from pledge.refusals import Missing
from pledge.web.forms import Form


class Shown(NamedTuple):
    """A question as a page shows it: the name of its field, the options of one that is scored, and its words."""

    question: AnyQuestion
    name: str
    options: list[dict[str, str]]
    said: Words


def asked_now() -> Definition:
    """Return the version that is asked now."""
    found = definitions.current(QUICK_CHECK)
    assert found is not None, "it comes with every version"
    return found


def page_of(definition: Definition, number: int) -> Page:
    """Return a page, counted from 1. Raises Missing."""
    found = pages(definition)
    if not 1 <= number <= len(found):
        raise Missing
    return found[number - 1]


def questions_of(definition: Definition, number: int) -> list[AnyQuestion]:
    """Return the questions of a page. Raises Missing."""
    return [definition.question(name) for name in page_of(definition, number).questions]


def section_of(definition: Definition, number: int) -> Section:
    """Return the section that a page is of. Raises Missing."""
    shown = page_of(definition, number)
    return next(section for section in definition.sections if section.id == shown.section)


def shown(definition: Definition, question: AnyQuestion) -> Shown:
    """Return a question as a page shows it."""
    options = _options(question) if isinstance(question, Question) else []
    return Shown(question, field_name(question), options, words(definition, question, Profile()))


def _options(question: Question) -> list[dict[str, str]]:
    found = [{"value": option.value, "text": option.label} for option in question.options]
    found += [{"divider": "or"}, {"value": DONT_KNOW, "text": question.dont_know_label}]
    if question.not_applicable:
        found.append({"value": NOT_APPLICABLE, "text": "This does not apply to us"})
    return found


def read(form: Form, question: Question) -> Answer | None:
    """Return the answer in the fields of a question that is scored; None without one. Problems go into the form."""
    name, why = field_name(question), f"why-{question.id}"
    given = read_field(question, form.value(name), form.text(why, None, limit=MAX_REASON))
    if isinstance(given, str):
        form.refuse(name, f": {given}")
        return None
    return None if form.error(why) else given


def describes_harm(definition: Definition, answers: Answers) -> bool:
    """Return whether an answer says that somebody may be harmed, so that help is shown at once."""
    return any(flag.flag == "act_first" for flag in score(definition, Profile(), answers).flags)
