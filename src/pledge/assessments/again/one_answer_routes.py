"""Answering one question of a report again: the page, and the new report that it makes."""

from collections.abc import Iterable
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from pledge.assessments import stale, submitting
from pledge.assessments.again import one_answer, one_answer_page
from pledge.assessments.again.worth import Worth, worth
from pledge.assessments.submitting import Submitted
from pledge.assessments.wording import typed_in_words
from pledge.database.ids import parse_id
from pledge.database.unit import read
from pledge.limits import TooMany
from pledge.policy.policies import CONTRIBUTOR
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import ChangedMeanwhile, Missing, Refusal
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.once import answer_once
from pledge.web.pages import page, see_other
from pledge.web.receiving import read_form

CHANGED = (
    "These questions were answered again while your page was open, and nothing was overwritten. The page shows what "
    "is saved now. Your own choice is still marked: save it if it is right."
)
NOT_ASKED = "Your newest report does not have this question, so it cannot be answered again on its own."


def address(report: UUID, question: str, action: UUID | None = None) -> str:
    """Return where a question of a report is answered again; ``action``: the one that somebody came from."""
    return f"/reports/{report}/again/{question}" + (f"?action={action}" if action else "")


async def _find(within: OrganisationScope, report: UUID, question: str) -> tuple[Submitted, Worth]:
    """Return the newest report of a report's questionnaire, and what the question is worth there."""

    async def unit() -> tuple[Submitted, Submitted | None]:
        return await one_answer.newest(within, report), await submitting.load(within, report)

    newest, asked = await read(unit)
    found = worth(newest, question)
    if found is None:
        if asked is None or question not in asked.definition:
            raise Missing
        raise Refusal(NOT_ASKED, onward=(f"/reports/{newest.id}", "Your newest report"))
    return newest, found


def _page(
    request: AnyRequest,
    submitted: Submitted,
    found: Worth,
    form: Form,
    status: int = 200,
    *,
    new: Iterable[str] = (),
    help_now: bool = False,
    typed: list[tuple[str, str]] | None = None,
) -> Response[bytes]:
    action = parse_id(request.query_params.get("action", ""))
    return page(
        request,
        "assessments/again/one_answer.html",
        status=status,
        action=action,
        here=address(submitted.id, found.question, action),
        help_now=help_now,
        typed=typed,
        **one_answer_page.context(submitted, found, form, new),
    )


@get("/reports/{assessment:uuid}/again/{question:str}", policy=CONTRIBUTOR)
async def show(
    request: AnyRequest, within: Within[OrganisationScope], assessment: FromPath[UUID], question: FromPath[str]
) -> Response[Any]:
    """Show one question with the answer that it has, and what each other answer would make of the result."""
    submitted, found = await _find(within, assessment, question)
    if submitted.id != assessment:
        return see_other(address(submitted.id, question, parse_id(request.query_params.get("action", ""))))
    return _page(request, submitted, found, one_answer_page.as_it_is(submitted, question))


@post("/reports/{assessment:uuid}/again/{question:str}", policy=CONTRIBUTOR)
async def save(
    request: AnyRequest, within: Within[OrganisationScope], assessment: FromPath[UUID], question: FromPath[str]
) -> Response[Any]:
    """Make a new report with another answer to one question, and to those that are asked only then."""
    form = await read_form(request)
    action = parse_id(request.query_params.get("action", ""))
    try:
        submitted, found = await _find(within, assessment, question)
    except Refusal:
        newest = await read(partial(one_answer.newest, within, assessment))
        return stale.answer(request, newest.definition, form, NOT_ASKED)
    said = one_answer_page.read(form, submitted, question)
    if said.again is None:
        again = one_answer.with_answers(submitted, said.answers)
        new = again.new if form.value("asked") else ()
        alarm = one_answer_page.raises_alarm(said.answers, again)
        return _page(request, submitted, found, form, 422, new=new, help_now=alarm)
    alarm = one_answer_page.raises_alarm(said.answers, said.again)
    if said.again.new and not form.value("asked"):
        return _page(request, submitted, found, form, 422, new=said.again.new, help_now=alarm)

    async def work() -> str:
        made = await one_answer.answer(within, assessment, said.answers, then=request.app.state.once_submitted)
        if made is not None:
            return f"/reports/{made}?notice=answered-again"
        back = f"/actions/{action}" if action else f"/reports/{assessment}"
        return f"{back}?notice=answer-as-before"

    try:
        return await answer_once(form, work)
    except ChangedMeanwhile:
        return await _conflict(request, within, assessment, question, form)
    except TooMany as error:
        told = f"Your firm has made {error.limit.hits} new reports in a day. You can make more tomorrow."
        form.fail("", f"{told} Your report is as it was.", anchor="")
        response = _page(request, submitted, found, form, 429, new=said.again.new, help_now=alarm)
        response.headers["Retry-After"] = str(error.retry_after)
        return response


async def _conflict(
    request: AnyRequest, within: OrganisationScope, report: UUID, question: str, form: Form
) -> Response[Any]:
    """Answer whoever was second: with the report if it says what they say, else with the question as it is now."""
    newest, found = await _find(within, report, question)
    said = one_answer_page.read(form, newest, question)
    if said.again is not None and one_answer.same(newest, said.again):
        return see_other(f"/reports/{newest.id}?notice=answered-already")
    typed = typed_in_words(newest.definition, form)
    form.fail("", CHANGED, anchor="")
    new = one_answer.with_answers(newest, said.answers).new
    return _page(request, newest, found, form, 409, new=new, typed=typed)


ROUTES = [show, save]
