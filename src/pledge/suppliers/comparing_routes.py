"""What a file changed in the list, whom it does not name, and “this file is my whole list”."""

from typing import Any, cast
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from pledge.database.ids import parse_id
from pledge.database.unit import read
from pledge.paging import offset, page_number, pages
from pledge.policy.policies import CONTRIBUTOR, VIEWER
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import ChangedMeanwhile, Missing
from pledge.suppliers.files import uploads
from pledge.suppliers.files.links import Kind
from pledge.suppliers.files.uploads import Upload
from pledge.suppliers.importing import comparing
from pledge.suppliers.importing.comparing import KINDS, ON_PAGE, Absent, Compared, NotNamed
from pledge.suppliers.listed import listing
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.once import answer_once
from pledge.web.pages import page
from pledge.web.receiving import read_form

NAMED_AT_MOST = 500  # suppliers on the page that takes them off the list; more are on the pages of those missing


@get("/suppliers/uploads/{upload:uuid}/changes", policy=VIEWER)
async def changes_page(
    request: AnyRequest, within: Within[OrganisationScope], upload: FromPath[UUID]
) -> Response[bytes]:
    """Show whom a file added, whom it changed and how, or who is as before."""
    kind = request.query_params.get("kind", "changed")
    if kind not in KINDS:
        raise Missing
    wanted, number = cast(Kind, kind), page_number(request.query_params.get("page"))

    async def unit() -> tuple[Upload, list[Compared]]:
        found = await _done(within, upload)
        return found, await comparing.some(within, found, wanted, number)

    found, suppliers = await read(unit)
    count = comparing.found(found, wanted) or 0
    return page(
        request,
        "suppliers/changes.html",
        upload=found,
        kind=wanted,
        kinds=KINDS,
        count=count,
        suppliers=suppliers,
        page=number,
        pages=pages(count, ON_PAGE),
        level_words=listing.LEVEL_WORDS,
        level_colours=listing.LEVEL_COLOURS,
    )


async def _done(within: OrganisationScope, upload: UUID) -> Upload:
    found = await uploads.load(within, upload)
    if found.state != "done":
        raise Missing
    return found


@get("/suppliers/uploads/{upload:uuid}/missing", policy=VIEWER)
async def missing_page(
    request: AnyRequest, within: Within[OrganisationScope], upload: FromPath[UUID]
) -> Response[bytes]:
    """Show which suppliers of the list a file does not name, and which are off the list because of it."""
    number = page_number(request.query_params.get("page"))
    off = page_number(request.query_params.get("off"))

    async def unit() -> tuple[Upload, Absent, list[NotNamed], int, list[NotNamed], bool]:
        found = await _done(within, upload)
        return (
            found,
            await comparing.absent(within, upload),
            await comparing.missing(within, upload, ON_PAGE, offset(number, ON_PAGE)),
            await comparing.count_off_list(within, upload),
            await comparing.off_list(within, upload, ON_PAGE, offset(off, ON_PAGE)),
            await uploads.is_newest(within, upload),
        )

    found, absent, missing, off_count, off_list, newest = await read(unit)
    return page(
        request,
        "suppliers/missing.html",
        upload=found,
        absent=absent,
        missing=missing,
        page=number,
        pages=pages(absent.suppliers, ON_PAGE),
        off_count=off_count,
        off_list=off_list,
        off=off,
        off_pages=pages(off_count, ON_PAGE),
        newest=newest,
        level_words=listing.LEVEL_WORDS,
    )


@get("/suppliers/uploads/{upload:uuid}/whole-list", policy=CONTRIBUTOR)
async def whole_list_page(
    request: AnyRequest, within: Within[OrganisationScope], upload: FromPath[UUID]
) -> Response[bytes]:
    """Show exactly whom it takes off the list to say that a file is the whole of it."""
    return await _whole_list_page(request, within, upload, None, 200)


async def _whole_list_page(
    request: AnyRequest, within: OrganisationScope, upload: UUID, form: Form | None, status: int
) -> Response[bytes]:
    async def unit() -> tuple[Upload, Absent, list[NotNamed], bool]:
        found = await _done(within, upload)
        absent = await comparing.absent(within, upload)
        newest = await uploads.is_newest(within, upload)
        return found, absent, await comparing.missing(within, upload, NAMED_AT_MOST), newest

    found, absent, missing, newest = await read(unit)
    return page(
        request,
        "suppliers/whole_list.html",
        status=status,
        form=form or Form(),
        upload=found,
        absent=absent,
        missing=missing,
        newest=newest,
        kept_days=comparing.KEPT.days,
    )


@post("/suppliers/uploads/{upload:uuid}/whole-list", policy=CONTRIBUTOR)
async def whole_list(request: AnyRequest, within: Within[OrganisationScope], upload: FromPath[UUID]) -> Response[Any]:
    """Take off the list whom the file does not name."""
    form = await read_form(request)
    form.tick("sure", "Tick the box if this file is your whole list")
    seen = form.value("seen")
    if form.errors:
        return await _whole_list_page(request, within, upload, form, 422)

    async def work() -> str:
        await comparing.take_off(within, upload, seen)
        return f"/suppliers/uploads/{upload}/missing?notice=taken-off"

    try:
        return await answer_once(form, work)
    except ChangedMeanwhile:
        form = Form()
        form.fail("sure", "Your list was changed while your page was open. Look again at whom this takes off the list.")
        return await _whole_list_page(request, within, upload, form, 409)


@post("/suppliers/uploads/{upload:uuid}/put-back", policy=CONTRIBUTOR)
async def put_back(request: AnyRequest, within: Within[OrganisationScope], upload: FromPath[UUID]) -> Response[Any]:
    """Put suppliers back on the list that the file had taken off it: one of them, or all."""
    form = await read_form(request)
    given = form.value("supplier")
    supplier = parse_id(given) if given else None
    if given and supplier is None:
        raise Missing

    async def work() -> str:
        await comparing.put_back(within, upload, supplier)
        return f"/suppliers/uploads/{upload}/missing?notice=put-back"

    return await answer_once(form, work)


ROUTES = [changes_page, missing_page, whole_list_page, whole_list, put_back]
