"""Choosing the language to read questions in."""

from typing import Any

from litestar import Response, post
from litestar.params import FromPath

from pledge.assessments import drafts, languages
from pledge.assessments.starting_routes import current
from pledge.policy.policies import VIEWER
from pledge.policy.scopes import OrganisationScope
from pledge.web.guard import AnyRequest, Within
from pledge.web.once import answer_once
from pledge.web.pages import local_path
from pledge.web.receiving import read_form


@post("/assessments/{questionnaire:str}/language", policy=VIEWER)
async def choose_language(
    request: AnyRequest, within: Within[OrganisationScope], questionnaire: FromPath[str]
) -> Response[Any]:
    """Show the questions to this person in another language from now on."""
    definition = current(questionnaire)
    form = await read_form(request)

    async def work() -> str:
        draft = await drafts.load(within, questionnaire)
        asked, profile = (draft.definition, draft.profile) if draft else (definition, None)
        await languages.remember(request, within.person, asked, form.value("language"), profile)
        back = local_path(form.value("back")) or ""
        here = f"/assessments/{questionnaire}"
        return back if back.startswith(f"{here}/") else here

    return await answer_once(form, work)


ROUTES = [choose_language]
