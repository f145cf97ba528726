"""Pages of a supplier that was asked. Whoever has the link of the invitation is the supplier: there is no account."""

from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from pledge.asking import answering, summaries
from pledge.asking.answering import Over
from pledge.asking.consent import NOT_THE_SAME, TICK_FIRST, consent_page, go_on
from pledge.asking.question_routes import ROUTES as QUESTION_ROUTES
from pledge.asking.report_routes import ROUTES as REPORT_ROUTES
from pledge.assessments.fields import field_name
from pledge.database.unit import read
from pledge.organisations.profile import Profile
from pledge.policy.policies import PUBLIC
from pledge.questionnaires.kinds import Written
from pledge.questionnaires.scoring import score
from pledge.questionnaires.visibility import pages
from pledge.refusals import ChangedMeanwhile
from pledge.web.errors import with_typed
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest
from pledge.web.pages import ask, page, see_other
from pledge.web.receiving import read_form


def over(request: AnyRequest, error: Over) -> Response[Any]:
    """Say why an invitation is none any more, and give back what was typed meanwhile."""

    def answer(typed: list[tuple[str, str]]) -> Response[bytes]:
        return page(request, "asking/over.html", status=404, reason=error.reason, link=None, typed=typed)

    return with_typed(request, answer)


@get("/asked/{secret:str}", policy=PUBLIC)
async def start_page(request: AnyRequest, secret: FromPath[str]) -> Response[bytes]:
    """Show what a supplier can do: answer the quick check, share a report, decline; or what it shares."""
    asked = await read(partial(answering.find, secret))
    address = f"{request.app.state.settings.base_url}/asked/{secret}"
    return page(request, "asking/start.html", asked=asked, secret=secret, address=address)


# — the quick check (its pages of questions: question_routes) —


@get("/asked/{secret:str}/check", policy=PUBLIC)
async def check_page(request: AnyRequest, secret: FromPath[str]) -> Response[Any]:
    """Show all answers to the quick check, to change them or to go on to what they come to."""
    asked = await read(partial(answering.find, secret))
    if not asked.open:
        return see_other(f"/asked/{secret}")
    sections = []
    for section in asked.definition.sections:
        rows = [
            {
                "key": question.text,
                "value": summaries.label(asked.definition, question, asked.answers.get(question.id)),
                "typed": isinstance(question, Written),
                "href": f"/asked/{secret}/questions/{number}#{field_name(question)}",
            }
            for number, shown in enumerate(pages(asked.definition), 1)
            if shown.section == section.id
            for question in map(asked.definition.question, shown.questions)
        ]
        sections.append({"title": section.title, "rows": rows})
    missing = [question for question in asked.definition.scored if question.id not in asked.answers]
    return page(
        request,
        "asking/check.html",
        asked=asked,
        secret=secret,
        sections=sections,
        missing=len(missing),
        help_now="help" in request.query_params,
    )


@get("/asked/{secret:str}/result", policy=PUBLIC)
async def result_page(request: AnyRequest, secret: FromPath[str]) -> Response[Any]:
    """Show the supplier what it told us, and what to do first: for itself."""
    asked = await read(partial(answering.find, secret))
    if not asked.complete:
        return see_other(f"/asked/{secret}" + ("/check" if asked.open else ""))
    definition = asked.definition
    gaps = [(gap, definition.scored_question(gap.question)) for gap in score(definition, Profile(), asked.answers).gaps]
    return page(request, "asking/result.html", asked=asked, secret=secret, gaps=gaps, resources=definition.resources)


# — consent —


@get("/asked/{secret:str}/share", policy=PUBLIC)
async def share_page(request: AnyRequest, secret: FromPath[str]) -> Response[Any]:
    """Show exactly what the firm that asks would see of the answers, and ask for consent."""
    asked = await read(partial(answering.find, secret))
    if not asked.open:
        return see_other(f"/asked/{secret}")
    if not asked.complete:
        return see_other(f"/asked/{secret}/check")
    return consent_page(request, asked, secret, asked.would_share, Form(), 200)


@post("/asked/{secret:str}/share", policy=PUBLIC)
async def share(request: AnyRequest, secret: FromPath[str]) -> Response[Any]:
    """Share the answers that the page showed, with consent."""
    form = await read_form(request)
    form.tick("agreed", TICK_FIRST)

    async def work() -> str:
        await answering.share_answers(secret, form.value("shown"), request.app.state.mailroom)
        return "?notice=shared"

    try:
        if not form.errors:
            return await go_on(secret, form, work)
        status = 422
    except ChangedMeanwhile:
        form.fail("agreed", NOT_THE_SAME)
        status = 409
    asked = await read(partial(answering.find, secret))
    if not asked.open or not asked.complete:
        return see_other(f"/asked/{secret}")
    return consent_page(request, asked, secret, asked.would_share, form, status)


# — no —


@get("/asked/{secret:str}/withdraw", policy=PUBLIC)
async def withdraw_page(request: AnyRequest, secret: FromPath[str]) -> Response[Any]:
    """Ask whether to take back the answers that are shared."""
    asked = await read(partial(answering.find, secret))
    if asked.summary is None or asked.summary.kind != "answers":
        return see_other(f"/asked/{secret}")
    return ask(
        request,
        "Take your answers back?",
        f"{asked.organisation_name} then sees only that you took them back, and on what day. We delete your answers, "
        "and this link no longer works.",
        address=f"/asked/{secret}/withdraw",
        back=f"/asked/{secret}",
        yes="Take them back",
        no="Keep sharing them",
    )


@post("/asked/{secret:str}/withdraw", policy=PUBLIC)
async def withdraw(request: AnyRequest, secret: FromPath[str]) -> Response[Any]:
    """Take back the answers that were shared."""
    form = await read_form(request)

    async def work() -> str:
        await answering.withdraw(secret)
        return ""

    return await go_on(secret, form, work)


@get("/asked/{secret:str}/decline", policy=PUBLIC)
async def decline_page(request: AnyRequest, secret: FromPath[str]) -> Response[Any]:
    """Ask whether to say no this once or for good."""
    asked = await read(partial(answering.find, secret))
    if not asked.open:
        return see_other(f"/asked/{secret}")
    return page(request, "asking/decline.html", form=Form(), asked=asked, secret=secret)


@post("/asked/{secret:str}/decline", policy=PUBLIC)
async def decline(request: AnyRequest, secret: FromPath[str]) -> Response[Any]:
    """Say no: the firm that asked is shown that, and the address is forgotten."""
    form = await read_form(request)

    async def work() -> str:
        await answering.decline(secret, for_good=form.tick("for_good", None))
        return ""

    return await go_on(secret, form, work)


ROUTES = [
    *(start_page, check_page, result_page, share_page, share),
    *(withdraw_page, withdraw, decline_page, decline),
    *QUESTION_ROUTES,
    *REPORT_ROUTES,
]
