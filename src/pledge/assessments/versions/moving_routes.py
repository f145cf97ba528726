"""The page that shows what moving a draft to a newer version would do, and moving it."""

from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from pledge.assessments.seeing import Seen
from pledge.assessments.starting_routes import current
from pledge.assessments.submitting import NotSeen
from pledge.assessments.versions import moving
from pledge.assessments.versions.preview import preview
from pledge.database.unit import glance
from pledge.policy.policies import CONTRIBUTOR
from pledge.policy.scopes import OrganisationScope
from pledge.web.guard import AnyRequest, Within
from pledge.web.once import answer_once
from pledge.web.pages import page, see_other
from pledge.web.receiving import read_form


@get("/assessments/{questionnaire:str}/newer", policy=CONTRIBUTOR)
async def newer_page(
    request: AnyRequest, within: Within[OrganisationScope], questionnaire: FromPath[str]
) -> Response[Any]:
    """Show what becomes of every answer in the newer version, before anything moves."""
    return await _page(request, within, questionnaire)


@post("/assessments/{questionnaire:str}/newer", policy=CONTRIBUTOR)
async def move(request: AnyRequest, within: Within[OrganisationScope], questionnaire: FromPath[str]) -> Response[Any]:
    """Move the draft to the newer version that the page showed."""
    current(questionnaire)
    form = await read_form(request)
    seen = Seen.read(form)

    async def work() -> str:
        await moving.move(within, questionnaire, seen, form.value("to"), request.app.state.mailroom)
        return f"/assessments/{questionnaire}?notice=moved"

    try:
        return await answer_once(form, work)
    except NotSeen:
        return await _page(request, within, questionnaire, status=409)


async def _page(
    request: AnyRequest, within: OrganisationScope, questionnaire: str, *, status: int = 200
) -> Response[Any]:
    current(questionnaire)
    found = await glance(partial(moving.load, within, questionnaire))
    if found is None or not found.draft.profiled:
        return see_other(f"/assessments/{questionnaire}")
    return page(
        request,
        "assessments/newer.html",
        status=status,
        definition=found.draft.definition,
        newer=found.newer,
        seen=Seen.of(found.draft),
        shown=preview(found),
        changed=status != 200,
    )


ROUTES = [newer_page, move]
