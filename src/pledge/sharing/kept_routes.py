"""Pages of a buyer with an account: the list of what was shared with it, each of it, and a note."""

from functools import partial
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from pledge.database.unit import EVERYTHING, reaching, read, write
from pledge.policy.policies import CONTRIBUTOR, VIEWER
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import ChangedMeanwhile, Refusal
from pledge.sharing import keeping, kept_file
from pledge.sharing.areas import areas
from pledge.sharing.keeping import Kept
from pledge.sharing.opening import Over
from pledge.web import pages
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.once import answer_once, write_once
from pledge.web.pages import download, page, see_other
from pledge.web.receiving import read_form

NO_LONGER = "This report is no longer shared, so it cannot be kept. Nothing was changed."
CHANGED = "A colleague has changed this note since you opened the page. Theirs is below. Save again to put yours there."


@post("/s/{code:str}/keep", policy=CONTRIBUTOR)
async def keep(request: AnyRequest, within: Within[OrganisationScope], code: FromPath[str]) -> Redirect:
    """Put what a link opens into the organisation's list of what was shared with it."""
    form = await read_form(request)

    async def work() -> str:
        return f"/shared-with-us/{await keeping.keep(within, code)}?notice=share-kept"

    try:
        with reaching(EVERYTHING):
            return await answer_once(form, work)
    except Over as over:
        raise Refusal(NO_LONGER) from over


@get("/shared-with-us", policy=VIEWER)
async def list_page(request: AnyRequest, within: Within[OrganisationScope]) -> Response[bytes]:
    """Show who has shared a report with the organisation."""
    return page(request, "sharing/kept_list.html", kept=await _everything(within))


async def _everything(within: OrganisationScope) -> list[Kept]:
    with reaching(EVERYTHING):
        return await read(partial(keeping.everything, within))


@get("/shared-with-us.csv", policy=VIEWER)
async def list_file(within: Within[OrganisationScope]) -> Response[bytes]:
    """Give the same as a CSV file."""
    return download(kept_file.as_csv(await _everything(within)), "shared-with-us.csv", "text/csv; charset=utf-8")


@get("/shared-with-us/{kept:uuid}", policy=VIEWER)
async def kept_page(request: AnyRequest, within: Within[OrganisationScope], kept: FromPath[UUID]) -> Response[bytes]:
    """Show what is shared, and the note about it; count that somebody looked."""
    count = not request.scope["state"].get("head")
    with reaching(EVERYTHING):
        unit = partial(keeping.look if count else keeping.find, within, kept)
        found = await (write(unit) if count else read(unit))
    return _page(request, found, Form(defaults={"note": found.note}), 200)


def _page(request: AnyRequest, kept: Kept, form: Form, status: int) -> Response[bytes]:
    return page(request, "sharing/kept.html", status=status, form=form, kept=kept, known=areas(), most=keeping.NOTE)


async def _find(within: OrganisationScope, kept: UUID) -> Kept:
    with reaching(EVERYTHING):
        return await read(partial(keeping.find, within, kept))


@post("/shared-with-us/{kept:uuid}", policy=CONTRIBUTOR)
async def save_note(request: AnyRequest, within: Within[OrganisationScope], kept: FromPath[UUID]) -> Response[Any]:
    """Save the note about what is shared."""
    form = await read_form(request)
    note = form.text("note", None, limit=keeping.NOTE, multiline=True)

    async def work() -> str:
        await keeping.write_note(within, kept, note, form.text("before", None, limit=keeping.NOTE, multiline=True))
        return f"/shared-with-us/{kept}?notice=note-saved"

    try:
        if not form.errors:
            return see_other(await write_once(form, work))
        status = 422
    except ChangedMeanwhile:
        form.fail("note", CHANGED)
        status = 409
    return _page(request, await _find(within, kept), form, status)


@get("/shared-with-us/{kept:uuid}/remove", policy=CONTRIBUTOR)
async def remove_page(request: AnyRequest, within: Within[OrganisationScope], kept: FromPath[UUID]) -> Response[bytes]:
    """Ask whether to take a report off the list."""
    found = await _find(within, kept)
    return pages.ask(
        request,
        "Take this off your list?",
        "Your note goes too. To have it back, you need the link or the code again.",
        about=found.firm,
        address=f"/shared-with-us/{kept}/remove",
        hidden={"organisation": str(within.organisation)},
        back=f"/shared-with-us/{kept}",
        yes="Take it off",
        no="Keep it",
    )


@post("/shared-with-us/{kept:uuid}/remove", policy=CONTRIBUTOR)
async def remove(request: AnyRequest, within: Within[OrganisationScope], kept: FromPath[UUID]) -> Redirect:
    """Take a report off the list, with its note."""
    form = await read_form(request)

    async def work() -> str:
        await keeping.remove(within, kept)
        return "/shared-with-us?notice=share-removed"

    return await answer_once(form, work)


ROUTES = [keep, list_page, list_file, kept_page, save_note, remove_page, remove]
