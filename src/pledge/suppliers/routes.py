"""The supplier list: all of it, one supplier, and what a member says about one."""

from collections.abc import Mapping
from functools import partial
from typing import Any, cast
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Stream

from pledge.database.unit import read
from pledge.organisations.sectors import RISK_SECTORS
from pledge.paging import page_number
from pledge.policy.policies import CONTRIBUTOR, PUBLIC, VIEWER
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import ChangedMeanwhile, Missing
from pledge.suppliers.beside import Said, beside
from pledge.suppliers.comparing_routes import ROUTES as COMPARING_ROUTES
from pledge.suppliers.country_routes import ROUTES as COUNTRY_ROUTES
from pledge.suppliers.files import uploads
from pledge.suppliers.files.uploads import Upload
from pledge.suppliers.fixing_routes import ROUTES as FIXING_ROUTES
from pledge.suppliers.listed import editing, list_file, listing, queries, totals
from pledge.suppliers.listed.listing import Filter, One, Shown
from pledge.suppliers.listed.queries import RANKED
from pledge.suppliers.match_routes import ROUTES as MATCH_ROUTES
from pledge.suppliers.pairs import questions
from pledge.suppliers.pairs.merge_records import Came, came_to
from pledge.suppliers.risk.rules import Level
from pledge.suppliers.upload_routes import ROUTES as UPLOAD_ROUTES
from pledge.suppliers.words.countries import country_names
from pledge.suppliers.writing.template import template_workbook
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.once import answer_once
from pledge.web.pages import download, page, stream_file
from pledge.web.receiving import read_form

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FILES_SHOWN = 3


@get("/suppliers", policy=VIEWER)
async def supplier_list(request: AnyRequest, within: Within[OrganisationScope]) -> Response[bytes]:
    """Show the supplier list; while there is none, how to make one."""
    asked = request.query_params
    level = asked.get("level", "")
    wanted = Filter(
        level=cast(Level, level) if level in RANKED else None,
        text=asked.get("q", "")[:200],
        page=page_number(asked.get("page")),
        country=asked.get("country") or None,
        sector=asked.get("sector") if asked.get("sector") in RISK_SECTORS else None,
    )
    if wanted.country not in {None, totals.UNKNOWN, *country_names()}:
        raise Missing

    async def unit() -> tuple[Shown, Mapping[UUID, Said], int, int, list[Upload]]:
        shown = await listing.show(within, wanted)
        said = await beside(request)(within, [supplier.id for supplier in shown.suppliers])
        missing, pairs = await listing.countries_missing(within), await questions.count(within)
        return shown, said, missing, pairs, await uploads.newest(within, _FILES_SHOWN)

    shown, said, missing, pairs, files = await read(unit)
    if not shown.total:
        return page(request, "suppliers/empty.html", form=Form(), files=files)
    return page(
        request,
        "suppliers/list.html",
        form=Form(defaults={"q": wanted.text, "level": wanted.level or ""}),
        shown=shown,
        said=said,
        wanted=wanted,
        countries_missing=missing,
        pairs=pairs,
        files=files,
        level_words=listing.LEVEL_WORDS,
        level_colours=listing.LEVEL_COLOURS,
    )


@get("/suppliers/totals", policy=VIEWER)
async def totals_page(request: AnyRequest, within: Within[OrganisationScope]) -> Response[bytes]:
    """Show the list summed up by risk, country and risk sector."""

    async def unit() -> tuple[dict[Level, int], totals.Totals]:
        return await queries.levels(within), await totals.load(within)

    levels, found = await read(unit)
    return page(
        request,
        "suppliers/totals.html",
        levels=levels,
        count=sum(levels.values()),
        totals=found,
        level_words=listing.LEVEL_WORDS,
    )


@get("/suppliers/list.xlsx", policy=VIEWER)
async def workbook(within: Within[OrganisationScope]) -> Stream:
    """Give the whole list as a workbook."""
    return stream_file(await list_file.make(within, "xlsx"), "Suppliers.xlsx", _XLSX)


@get("/suppliers/list.csv", policy=VIEWER)
async def csv_file(within: Within[OrganisationScope]) -> Stream:
    """Give the whole list as CSV."""
    return stream_file(await list_file.make(within, "csv"), "Suppliers.csv", "text/csv; charset=utf-8")


@get("/suppliers/template.xlsx", policy=PUBLIC, anonymous=True)
async def template() -> Response[bytes]:
    """Give the workbook for firms that have no list yet."""
    return download(template_workbook(), "supplier-list.xlsx", _XLSX)


@get("/suppliers/{supplier:uuid}", policy=VIEWER)
async def supplier_page(
    request: AnyRequest, within: Within[OrganisationScope], supplier: FromPath[UUID]
) -> Response[bytes]:
    """Show one supplier: its risk, why, what to do next, and what is known."""

    async def unit() -> tuple[One, list[Came], Said | None]:
        found, came = await listing.find(within, supplier), await came_to(within, supplier)
        return found, came, (await beside(request)(within, [supplier])).get(supplier)

    found, came, said = await read(unit)
    return page(
        request,
        "suppliers/supplier.html",
        supplier=found,
        came=came,
        said=said,
        level_words=listing.LEVEL_WORDS,
        level_colours=listing.LEVEL_COLOURS,
        asked=listing.asked(found.facts),
        others=listing.others(found.facts),
    )


@get("/suppliers/{supplier:uuid}/edit", policy=CONTRIBUTOR)
async def edit_page(
    request: AnyRequest, within: Within[OrganisationScope], supplier: FromPath[UUID]
) -> Response[bytes]:
    """Show the few facts that the risk depends on."""
    found = await read(partial(listing.find, within, supplier))
    return _edit_page(request, found, _afresh(found), 200)


def _afresh(found: One, *, changed: bool = False) -> Form:
    form = Form(defaults={**editing.defaults(found.facts), "revision": str(found.revision)})
    if changed:
        form.fail("", "This supplier was changed while your page was open. You see it as it is now, and below it what "
                  "you typed. Put in what you still want, then save.", anchor="")  # fmt: skip
    return form


@post("/suppliers/{supplier:uuid}/edit", policy=CONTRIBUTOR)
async def save_edit(request: AnyRequest, within: Within[OrganisationScope], supplier: FromPath[UUID]) -> Response[Any]:
    """Save what a member says about a supplier, and rate it anew."""
    form = await read_form(request)
    edit = editing.read_edit(form)
    revision = form.number("revision", "Open this page again: it does not say what it showed", least=0, most=2**31 - 1)
    if form.errors or revision is None:
        return _edit_page(request, await read(partial(listing.find, within, supplier)), form, 422)

    async def work() -> str:
        await editing.save(within, supplier, revision, edit)
        return f"/suppliers/{supplier}?notice=supplier-saved"

    try:
        return await answer_once(form, work)
    except ChangedMeanwhile:
        found = await read(partial(listing.find, within, supplier))
        return _edit_page(request, found, _afresh(found, changed=True), 409, typed=form.typed)


def _edit_page(
    request: AnyRequest, supplier: One, form: Form, status: int, *, typed: list[tuple[str, str]] | None = None
) -> Response[bytes]:
    return page(
        request,
        "suppliers/edit.html",
        status=status,
        form=form,
        supplier=supplier,
        labour_words=editing.LABOUR_CHOICES,
        yes_no_words=editing.YES_NO_WORDS,
        typed=typed,
    )


ROUTES = [
    *(supplier_list, totals_page, workbook, csv_file, template, supplier_page),
    *(edit_page, save_edit),
    *COUNTRY_ROUTES,
    *UPLOAD_ROUTES,
    *FIXING_ROUTES,
    *COMPARING_ROUTES,
    *MATCH_ROUTES,
]
