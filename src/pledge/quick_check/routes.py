"""The quick check, open to everybody. The answers of a visitor are in the pages that they see, and nowhere else."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from pledge.accounts.requests import CARRIED
from pledge.assessments import definitions
from pledge.assessments.quick import quick_answers, quick_check
from pledge.assessments.wording import typed_in_words
from pledge.database import clock
from pledge.database.unit import glance, read
from pledge.events.programme import listing
from pledge.events.programme.ranking import Candidate
from pledge.organisations.profile import Profile
from pledge.policy.policies import CONTRIBUTOR, PUBLIC
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.definition import Definition
from pledge.questionnaires.effort import effort, small_firm
from pledge.questionnaires.visibility import pages
from pledge.quick_check import carrying, keeping, outcome
from pledge.refusals import Missing
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.pages import page, see_other
from pledge.web.receiving import read_form
from pledge.web.resending import unkept


def _answer(request: AnyRequest, template: str, status: int = 200, **context: Any) -> Response[bytes]:
    """Return a page that the browser may show again for Back, and that we keep nowhere (docs/decisions/0028)."""
    unkept(request)
    found = page(request, template, status=status, **context)
    found.headers["cache-control"] = "private, no-cache"
    return found


def _questions(
    request: AnyRequest, definition: Definition, number: int, form: Form, *, status: int = 200, help_now: bool = False
) -> Response[bytes]:
    return _answer(
        request,
        "quick_check/questions.html",
        status,
        form=form,
        number=number,
        count=len(pages(definition)),
        section=quick_check.section_of(definition, number),
        questions=[
            quick_check.shown(definition, question) for question in quick_check.questions_of(definition, number)
        ],
        hidden=list(carrying.hidden(definition, form, number)),
        effort=effort(definition, Profile()),
        help_now=help_now,
    )


async def _catch_up() -> Definition:
    await glance(definitions.catch_up)
    return quick_check.asked_now()


@get("/quick-check", policy=PUBLIC)
async def start(request: AnyRequest) -> Response[bytes]:
    """Say what it is, and ask the first questions."""
    return _questions(request, await _catch_up(), 1, Form())


def _typed(_request: AnyRequest, form: Form) -> list[tuple[str, str]]:
    """Return what was answered, in its words."""
    return typed_in_words(quick_check.asked_now(), form)


def _page_of(request: AnyRequest, definition: Definition, number: int) -> None:
    """Raise Missing for a page that there is not, and for a number in other digits or with a sign: one address each."""
    quick_check.page_of(definition, number)
    if request.scope["path"].rstrip("/").rpartition("/")[2] != str(number):
        raise Missing


@get("/quick-check/{number:int}", policy=PUBLIC)
async def begin_again(request: AnyRequest, number: FromPath[int]) -> Redirect:
    """Lead whoever comes to a page by its address to the first one: the answers were in the form alone."""
    _page_of(request, await _catch_up(), number)
    return see_other("/quick-check")


@get("/quick-check/register", policy=PUBLIC)
async def register_by_address() -> Redirect:
    """Lead whoever comes to the form for an account by its address to the first page."""
    return see_other("/quick-check")


@post("/quick-check/{number:int}", policy=PUBLIC, typed=_typed)
async def go_on(request: AnyRequest, number: FromPath[int]) -> Response[bytes]:
    """Take the answers of a page along to the next one, or after the last to what they come to. Nothing is stored."""
    definition = await _catch_up()
    _page_of(request, definition, number)
    form = await read_form(request)
    to = form.value("to")
    if to.isascii() and to.isdigit() and int(to[:2]) in range(1, len(pages(definition)) + 1):
        return _questions(request, definition, int(to[:2]), form)
    found = carrying.read(definition, form, number)
    if found.wrong:
        return _questions(request, definition, found.wrong, form, status=422)
    if number == len(pages(definition)):
        return await _result(request, definition, form, found)
    here = {question.id for question in quick_check.questions_of(definition, number)}
    answered = {name: answer for name, answer in found.answers.items() if name in here}
    help_now = quick_check.describes_harm(definition, answered)
    return _questions(request, definition, number + 1, form, help_now=help_now)


async def _result(request: AnyRequest, definition: Definition, form: Form, found: carrying.Carried) -> Response[bytes]:
    candidates: list[Candidate] = await read(listing.candidates)
    made = outcome.as_report(
        definition, found.answers, candidates, request.app.state.call, now=clock.now(), today=clock.today()
    )
    return _answer(
        request,
        "quick_check/result.html",
        form=form,
        report=made,
        count=len(pages(definition)),
        scored=len(definition.scored),
        minutes=small_firm(definitions.all_current()),
        harm=quick_check.describes_harm(definition, found.answers),
        hidden=list(carrying.hidden(definition, form, None)),
    )


async def _complete(form: Form) -> tuple[Definition, carrying.Carried]:
    definition = await _catch_up()
    return definition, carrying.read(definition, form, len(pages(definition)))


@post("/quick-check/register", policy=PUBLIC, typed=_typed)
async def take_along(request: AnyRequest) -> Response[bytes]:
    """Show the form for an account, with the answers in it."""
    form = await read_form(request)
    definition, found = await _complete(form)
    if found.wrong:
        return _questions(request, definition, found.wrong, form, status=422)
    return _answer(
        request, "accounts/register.html", form=Form(defaults={CARRIED: quick_answers.carried(found.answers)})
    )


@post("/quick-check/use", policy=CONTRIBUTOR, typed=_typed)
async def use(request: AnyRequest, within: Within[OrganisationScope]) -> Response[Any]:
    """Take the answers into the firm of whoever is signed in."""
    form = await read_form(request)
    definition, found = await _complete(form)
    if found.wrong:
        return _questions(request, definition, found.wrong, form, status=422)
    return see_other(await keeping.use(within, form, definition, found.answers))


ROUTES = [start, begin_again, register_by_address, go_on, take_along, use]
