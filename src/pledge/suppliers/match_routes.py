"""Which suppliers are the same: the page that asks, and undoing what was answered."""

from typing import Any, cast
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from pledge.database.ids import parse_id
from pledge.database.unit import read
from pledge.paging import offset, page_number, pages
from pledge.policy.policies import CONTRIBUTOR, VIEWER
from pledge.policy.scopes import OrganisationScope
from pledge.suppliers.files import searches
from pledge.suppliers.pairs import deciding, questions
from pledge.suppliers.pairs.deciding import Answer, Contradiction
from pledge.suppliers.pairs.questions import Question
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.once import answer_once
from pledge.web.pages import page
from pledge.web.receiving import read_form

ANSWERS = {"same": "Yes, they are the same", "different": "No, they are different", "later": "Decide later"}
_FIELD = "match-"


@get("/suppliers/matches", policy=VIEWER)
async def matches_page(request: AnyRequest, within: Within[OrganisationScope]) -> Response[bytes]:
    """Show suppliers that may be the same, beside each other."""
    return await _page(request, within, None, page_number(request.query_params.get("page")), 200)


@post("/suppliers/matches", policy=CONTRIBUTOR)
async def decide(request: AnyRequest, within: Within[OrganisationScope]) -> Response[Any]:
    """Take a member's answers: the same are made one, different ones are never asked about again."""
    form = await read_form(request)
    number = form.number("page", None, least=1, most=10_000) or 1
    answers = _answers(form)
    if form.errors:
        return await _page(request, within, form, number, 422)

    async def work() -> str:
        if answers:
            await deciding.answer(within, answers)
        return f"/suppliers/matches?page={number}&notice=matches-{'saved' if answers else 'later'}"

    try:
        return await answer_once(form, work)
    except Contradiction as error:
        form.fail(
            f"{_FIELD}{error.question}",
            "You say that these are different, and that both are the same as a third. Change one of these answers.",
        )
        return await _page(request, within, form, number, 422)


def _answers(form: Form) -> dict[UUID, Answer]:
    found: dict[UUID, Answer] = {}
    for name in form.names(_FIELD):
        question, chosen = parse_id(name.removeprefix(_FIELD)), form.choice(name, ANSWERS, None)
        if question is not None and chosen in ("same", "different"):
            found[question] = cast(Answer, chosen)
    return found


async def _page(
    request: AnyRequest, within: OrganisationScope, form: Form | None, number: int, status: int
) -> Response[bytes]:
    async def unit() -> tuple[int, int, int, list[Question]]:
        count = await questions.count(within)
        shown = min(number, pages(count, questions.ON_PAGE))  # beyond the last: the last
        return count, await searches.left_out(within), shown, await questions.some(within, shown)

    count, left_out, shown, asked = await read(unit)
    later = {f"{_FIELD}{question.id}": "later" for question in asked}
    return page(
        request,
        "suppliers/matches.html",
        status=status,
        form=form or Form(defaults={**later, "page": str(shown)}),
        asked=asked,
        count=count,
        left_out=left_out,
        page=shown,
        first=offset(shown, questions.ON_PAGE),
        pages=pages(count, questions.ON_PAGE),
        answers=ANSWERS,
        field=_FIELD,
    )


@post("/suppliers/merges/{merge:uuid}/undo", policy=CONTRIBUTOR)
async def undo(request: AnyRequest, within: Within[OrganisationScope], merge: FromPath[UUID]) -> Response[Any]:
    """Bring back a supplier that was said to be the same as another one."""
    form = await read_form(request)

    async def work() -> str:
        kept, _ = await deciding.undo(within, merge)
        return f"/suppliers/{kept}?notice=merge-undone"

    return await answer_once(form, work)


ROUTES = [matches_page, decide, undo]
