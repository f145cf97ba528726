"""Pages of partnership staff: the versions of each questionnaire, what a new one changes, and publishing it."""

import asyncio
from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from pledge.assessments import definitions
from pledge.assessments.versions import publishing, standings, telling
from pledge.assessments.versions.standings import Folder, Standing
from pledge.database.unit import EVERYTHING, reaching, read
from pledge.policy.policies import STAFF
from pledge.policy.scopes import AggregateScope
from pledge.refusals import ChangedMeanwhile, Missing
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.once import answer_once
from pledge.web.pages import page
from pledge.web.receiving import read_form

_LIST = "/partnership/questionnaires"


@get(_LIST, policy=STAFF)
async def list_page(request: AnyRequest, within: Within[AggregateScope]) -> Response[bytes]:
    """List every questionnaire with the version that is asked, and what waits."""
    folder = await asyncio.to_thread(standings.read_folder)
    found = await read(partial(standings.everything, within, folder))
    return page(request, "assessments/versions.html", standings=found, problems=folder.problems)


@get(f"{_LIST}/{{questionnaire:str}}", policy=STAFF)
async def one_page(
    request: AnyRequest, within: Within[AggregateScope], questionnaire: FromPath[str]
) -> Response[bytes]:
    """Show one questionnaire: its versions, and what the installed file would change for whom."""
    return await _one(request, within, questionnaire, Form())


@post(f"{_LIST}/{{questionnaire:str}}", policy=STAFF)
async def publish(request: AnyRequest, within: Within[AggregateScope], questionnaire: FromPath[str]) -> Response[Any]:
    """Publish the file that the page showed, if it is still the same and still follows what is asked."""
    form = await read_form(request)
    form.tick("read", "Tick the box once you have read what changes")
    if form.errors:
        return await _one(request, within, questionnaire, form, status=422)
    folder = await asyncio.to_thread(standings.read_folder)
    file = folder.files.get(questionnaire)
    if file is None or file.hash != form.value("file"):
        return await _one(request, within, questionnaire, Form(), status=409, changed=True)

    async def work() -> str:
        new = await publishing.publish(file, "page", person=within.person, seen=form.value("asked"))
        return f"{_LIST}/{questionnaire}?notice=questionnaire-{'published' if new else 'known'}"

    try:
        done = await answer_once(form, work)
    except ChangedMeanwhile:
        return await _one(request, within, questionnaire, Form(), status=409, changed=True)
    await read(definitions.catch_up)
    return done


async def _one(
    request: AnyRequest,
    within: AggregateScope,
    questionnaire: str,
    form: Form,
    *,
    status: int = 200,
    changed: bool = False,
) -> Response[bytes]:
    folder: Folder = await asyncio.to_thread(standings.read_folder)
    with reaching(EVERYTHING):  # the drafts of all firms are counted, and leave this in words that tell of none

        async def unit() -> tuple[Standing | None, dict[str, str]]:
            found = await standings.one(within, folder, questionnaire)
            return found, await standings.begun(within, questionnaire)

        found, begun = await read(unit)
    if found is None:
        raise Missing
    return page(
        request,
        "assessments/version.html",
        status=status,
        standing=found,
        folder=folder,
        translations=folder.translations_of(questionnaire) if found.file else [],
        begun=begun,
        fewest=standings.in_steps(0),
        form=form,
        changed=changed,
        **_compared(found),
    )


def _compared(standing: Standing) -> dict[str, Any]:
    """Return what the installed file changes, and for whom; nothing where it cannot be published, or is the first."""
    if not standing.waits or standing.file is None or standing.asked is None:
        return {}
    before, after = standing.asked.loaded.definition, standing.file.definition
    assert before is not None and after is not None
    carrying = telling.carrying(before, after) if standing.what == "version" else {}
    return {"told": telling.told(before, after), "carrying": carrying}


ROUTES = [list_page, one_page, publish]
