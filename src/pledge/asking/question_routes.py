"""The pages of questions of the quick check, which a supplier answers by a link: perhaps two people, in two tabs."""

from collections.abc import Collection
from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from pledge.asking import answering, meanwhile, summaries
from pledge.asking.answering import Asked
from pledge.asking.consent import go_on
from pledge.assessments import definitions
from pledge.assessments.fields import (
    Contents,
    contents,
    field_name,
    field_value,
    read_field,
    sent,
    take,
)
from pledge.assessments.fragments import Both
from pledge.assessments.quick import quick_check
from pledge.assessments.wording import typed_in_words
from pledge.database.unit import read
from pledge.policy.policies import PUBLIC
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.definition import AnyQuestion, Question
from pledge.questionnaires.installed import QUICK_CHECK
from pledge.questionnaires.kinds import AnyUnscored
from pledge.questionnaires.visibility import pages
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest
from pledge.web.pages import page, see_other
from pledge.web.receiving import read_form


def _questions_page(
    request: AnyRequest, asked: Asked, secret: str, number: int, form: Form, status: int, both: dict[str, Both]
) -> Response[bytes]:
    questions = quick_check.questions_of(asked.definition, number)
    return page(
        request,
        "asking/questions.html",
        status=status,
        form=form,
        asked=asked,
        secret=secret,
        number=number,
        count=len(pages(asked.definition)),
        section=quick_check.section_of(asked.definition, number),
        questions=[quick_check.shown(asked.definition, question) for question in questions],
        both=both,
        help_now="help" in request.query_params,
    )


def _fields(question: AnyQuestion, answer: Answer | None) -> Contents:
    """Return the fields of a question that shows this answer."""
    if not isinstance(question, Question):
        return {**contents(question, answer), f"had-{question.id}": meanwhile.print_of(answer)}
    return {
        field_name(question): field_value(answer),
        f"why-{question.id}": (answer and answer.not_applicable) or "",
        f"had-{question.id}": meanwhile.print_of(answer),
    }


@get("/asked/{secret:str}/questions/{number:int}", policy=PUBLIC)
async def questions_page(request: AnyRequest, secret: FromPath[str], number: FromPath[int]) -> Response[Any]:
    """Show a page of the quick check with the answers so far."""
    asked = await read(partial(answering.find, secret))
    if not asked.open:
        return see_other(f"/asked/{secret}")
    given: dict[str, str | list[str]] = {}
    for question in quick_check.questions_of(asked.definition, number):
        given |= _fields(question, asked.answers.get(question.id))
    return _questions_page(request, asked, secret, number, Form(defaults=given), 200, {})


def _typed(_request: AnyRequest, form: Form) -> list[tuple[str, str]]:
    """Return what was answered on a page of the quick check, in its words."""
    definition = definitions.current(QUICK_CHECK)
    return typed_in_words(definition, form) if definition else []


@post("/asked/{secret:str}/questions/{number:int}", policy=PUBLIC, typed=_typed)
async def save_questions(request: AnyRequest, secret: FromPath[str], number: FromPath[int]) -> Response[Any]:
    """Save what is valid on a page of the quick check, and go on; what is not is named.

    Where somebody answered meanwhile, both answers are shown and nothing of the page is saved yet.
    """
    form = await read_form(request)
    asked = await read(partial(answering.find, secret))
    questions = quick_check.questions_of(asked.definition, number)
    given = _answers(form, asked, questions)
    shown = {question.id: form.value(f"had-{question.id}") for question in questions}
    last = number == len(pages(asked.definition))

    async def work() -> str:
        await answering.save(secret, given, shown)
        known = {name: answer for name, answer in given.items() if answer is not None}
        harm = quick_check.describes_harm(asked.definition, known)
        return ("/check" if last else f"/questions/{number + 1}") + ("?help=now" if harm else "")

    contested: Collection[str] = ()
    try:
        response = await go_on(secret, form, work)
        if not form.errors:
            return response
    except answering.AnsweredMeanwhile as error:
        contested = error.questions
    asked = await read(partial(answering.find, secret))
    both = _again(form, asked, questions, given, contested)
    return _questions_page(request, asked, secret, number, form, 409 if contested else 422, both)


def _answers(form: Form, asked: Asked, questions: list[AnyQuestion]) -> dict[str, Answer | None]:
    found: dict[str, Answer | None] = {}
    answered, _ = sent(asked.definition, form)
    for question in questions:
        if not isinstance(question, Question):
            if question.id in answered:
                take(form, question, found)
            continue
        name = field_name(question)
        given = quick_check.read(form, question)
        if given is not None:
            found[question.id] = given
        if form.value(f"mine-{question.id}") and not form.value(name):  # two answers were shown to choose from
            form.refuse(name, ": Choose the right answer. Until you do, the saved one stays.")
    return found


def _again(
    form: Form, asked: Asked, questions: list[AnyQuestion], given: dict[str, Answer | None], contested: Collection[str]
) -> dict[str, Both]:
    """Make the form show what was typed and what is there now; return where that is two answers. None is chosen."""
    both: dict[str, Both] = {}
    for question in questions:
        name, why, stored = field_name(question), f"why-{question.id}", asked.answers.get(question.id)
        if not isinstance(question, Question):
            _unscored_again(form, asked, question, given, both, contested=question.id in contested)
            continue
        mine, before = given.get(question.id), form.value(f"mine-{question.id}")
        if question.id in contested:
            form.refuse(name, ": This was answered elsewhere while your page was open. Choose the right answer.")
        if question.id in contested or (before and not form.value(name)):
            chosen = form.value(name) or before
            typed = mine or read_field(question, chosen, form.value(why))
            say = partial(summaries.label, asked.definition, question)
            ours = "This does not apply to us" if isinstance(typed, str) else say(typed)
            both[question.id] = Both(say(stored), ours, chosen)
            _show(form, question, stored, chosen="", reason=form.value(why))
        elif form.error(name) or form.error(why):
            continue
        elif mine in (None, stored) or meanwhile.print_of(mine) == form.value(f"had-{question.id}"):
            _show(form, question, stored)  # saved, or left alone: and then it may be another by now
    return both


def _unscored_again(
    form: Form, asked: Asked, question: AnyUnscored, given: dict[str, Answer | None], both: dict[str, Both], *,
    contested: bool,
) -> None:  # fmt: skip
    """Make the form show what was typed into the fields of a question, beside what is there now; or that alone."""
    stored, keep, had = asked.answers.get(question.id), f"keep-{question.id}", f"had-{question.id}"
    if contested:
        form.refuse(keep, ": This was answered elsewhere while your page was open. Choose the right answer.")
    if form.error(keep):
        form.put(keep, "")
        form.put(had, meanwhile.print_of(stored))
        both[question.id] = Both(summaries.label(asked.definition, question, stored), "")
    elif not form.error(field_name(question)):
        mine = given.get(question.id, stored)
        if mine == stored or meanwhile.print_of(mine) == form.value(had):
            _show(form, question, stored)


def _show(
    form: Form, question: AnyQuestion, answer: Answer | None, *, chosen: str | None = None, reason: str = ""
) -> None:
    """Make the form show an answer; ``chosen`` is what is chosen in its place, ``reason`` what was typed before."""
    fields = dict(_fields(question, answer))
    if chosen is not None:
        fields[field_name(question)] = chosen
    if reason:
        fields[f"why-{question.id}"] = reason
    for name, value in fields.items():
        form.put(name, value)


ROUTES = [questions_page, save_questions]
