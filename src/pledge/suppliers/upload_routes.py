"""Supplier files: sending one, confirming what its columns are, and what became of it."""

import asyncio
from functools import partial
from typing import Any, BinaryIO, cast
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from pledge.database.unit import read, write
from pledge.paging import offset, page_number, pages
from pledge.policy.policies import CONTRIBUTOR, VIEWER
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import Refusal
from pledge.suppliers.files import problems, proposing, receiving, searches, states, turns, uploads
from pledge.suppliers.files.problems import Filter
from pledge.suppliers.files.receiving import Examined
from pledge.suppliers.files.uploads import Upload
from pledge.suppliers.importing import comparing
from pledge.suppliers.listed import listing, queries
from pledge.suppliers.pairs import pairing, questions
from pledge.suppliers.reading.refusals import FileRefused
from pledge.suppliers.rows.codes import CODES, SEVERITIES, Severity
from pledge.suppliers.rows.fields import FIELDS
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.once import answer_once
from pledge.web.pages import ask, page, see_other
from pledge.web.receiving import read_form

REFRESH_SECONDS = 3
_FILES_ON_PAGE = 20
_NO_ROOM = "We could not take the file in just now: our storage is full. Nothing was kept. Try again in an hour."


@get("/suppliers/uploads", policy=VIEWER)
async def files_page(request: AnyRequest, within: Within[OrganisationScope]) -> Response[bytes]:
    """Show the files sent so far, and the form that sends another."""
    return await _files_page(request, within, Form(), 200)


async def _files_page(request: AnyRequest, within: OrganisationScope, form: Form, status: int) -> Response[bytes]:
    number = page_number(request.query_params.get("page"))

    async def unit() -> tuple[int, list[Upload]]:
        files = await uploads.newest(within, _FILES_ON_PAGE, offset(number, _FILES_ON_PAGE))
        return await uploads.count(within), files

    count, files = await read(unit)
    return page(
        request,
        "suppliers/files.html",
        status=status,
        form=form,
        files=files,
        page=number,
        pages=pages(count, _FILES_ON_PAGE),
    )


@post("/suppliers/uploads", policy=CONTRIBUTOR, request_max_body_size=receiving.BODY_BYTES)
async def receive(request: AnyRequest, within: Within[OrganisationScope]) -> Response[Any]:
    """Take a file in. One that cannot be a supplier list is refused at once, and nothing of it is kept."""
    try:
        form = await read_form(request)
    except OSError as error:  # no room for the temporary file
        raise Refusal(_NO_ROOM, status=503) from error
    sent = form.files.get("file")
    examined: Examined | None = None
    if sent is None:
        form.fail("file", "Choose the file with your supplier list")
    else:
        try:
            examined = await asyncio.to_thread(receiving.examine, cast(BinaryIO, sent.file))
        except FileRefused as refused:
            form.fail("file", refused.message)
    if sent is None or examined is None:
        return await _files_page(request, within, form, 422)
    name, file, looked_at = sent.filename, cast(BinaryIO, sent.file), examined

    async def work() -> str:
        upload, new = await receiving.keep(within, name, looked_at, file)
        return f"/suppliers/uploads/{upload}{'' if new else '?notice=file-known'}"

    return await answer_once(form, work)


@get("/suppliers/uploads/{upload:uuid}", policy=VIEWER)
async def upload_page(
    request: AnyRequest, within: Within[OrganisationScope], upload: FromPath[UUID]
) -> Response[bytes]:
    """Show what becomes of a file: being read, to be confirmed, done, or refused."""
    found = await read(partial(uploads.load, within, upload))
    if found.state == "outlined":
        return _confirm_page(request, found, None, 200)
    if found.state == "done":
        return await _done_page(request, within, found)
    before = await read(partial(turns.before, within, upload)) if found.state == "confirmed" else []
    template = f"suppliers/{'working' if found.working else found.state}.html"
    response = page(request, template, upload=found, before=before)
    if found.working and "still" not in request.query_params:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


def _confirm_page(request: AnyRequest, upload: Upload, form: Form | None, status: int) -> Response[bytes]:
    shown = proposing.proposal(upload.outline)
    return page(
        request,
        "suppliers/confirm.html",
        status=status,
        form=form or Form(defaults=proposing.defaults(shown)),
        upload=upload,
        shown=shown,
        sent_back=any(sheet.key is not None for group in shown.groups for sheet in group.sheets),
        several=sum(len(group.sheets) for group in shown.groups) + len(shown.left_out) > 1,
        sheets_field=proposing.sheets_field,
        column_field=proposing.column_field,
        fields=[{"value": field.name, "text": field.title} for field in FIELDS],
        meanings=FIELDS,
    )


async def _done_page(request: AnyRequest, within: OrganisationScope, upload: Upload) -> Response[bytes]:
    wanted = _wanted(request, upload)

    async def unit() -> dict[str, Any]:
        found = await problems.found(within, upload, wanted) if wanted else 0
        return {
            "issues": await problems.some(within, upload, wanted) if wanted else [],
            "pages": pages(found, problems.ON_PAGE),
            "levels": await queries.levels(within),
            "pairs": await questions.count(within),
            "missing": await listing.countries_missing(within),
            "absent": (await comparing.absent(within, upload.id)).suppliers,
            "off_count": await comparing.count_off_list(within, upload.id),
            "search": await searches.load(within, upload),
            "parent": await uploads.load(within, upload.parent) if upload.parent else None,
        }

    known = await read(unit)
    plans = list(upload.plans.values())
    sheet = "" if wanted is None or wanted.sheet is None else str(wanted.sheet)
    return page(
        request,
        "suppliers/done.html",
        upload=upload,
        wanted=wanted,
        kinds=problems.kinds(upload, wanted.severity) if wanted else [],
        severity_words=problems.SEVERITY_WORDS,
        level_words=listing.LEVEL_WORDS,
        ask_countries=known.pop("missing") if proposing.needs_countries(plans) else 0,
        compared={kind: comparing.found(upload, kind) for kind in comparing.KINDS},
        compared_words=comparing.KINDS,
        sheets=[{"value": str(plan.sheet), "text": plan.name} for plan in plans],
        sheet_form=Form(defaults={"sheet": sheet}),
        **known,
    )


def _wanted(request: AnyRequest, upload: Upload) -> Filter | None:
    """Return which issues the address asks for, the worst by default; None when there are none at all."""
    asked = request.query_params
    number = page_number(asked.get("page"))
    sheet = next((index for index in upload.plans if str(index) == asked.get("sheet")), None)
    code = CODES.get(asked.get("code", ""))
    if code is not None:
        return Filter(code.severity, code.code, number, sheet)
    if asked.get("severity") in SEVERITIES:
        return Filter(cast(Severity, asked["severity"]), page=number, sheet=sheet)
    return Filter(upload.severities[0], page=number, sheet=sheet) if upload.severities else None


@post("/suppliers/uploads/{upload:uuid}/confirm", policy=CONTRIBUTOR)
async def confirm(request: AnyRequest, within: Within[OrganisationScope], upload: FromPath[UUID]) -> Response[Any]:
    """Take a member's word for the sheets and columns, and let the import begin."""
    form = await read_form(request)
    found = await read(partial(uploads.load, within, upload))
    address = f"/suppliers/uploads/{upload}"
    if found.state != "outlined":  # a colleague was faster
        return see_other(address)
    plans = proposing.read_plans(form, proposing.proposal(found.outline), text_file=found.format == "csv")
    if form.errors:
        return _confirm_page(request, found, form, 422)

    async def work() -> str:
        if await states.confirm(within, upload, proposing.encoded(plans)):
            await proposing.remember(within, found.outline, plans)
        return address

    return await answer_once(form, work)


@get("/suppliers/uploads/{upload:uuid}/remove", policy=CONTRIBUTOR)
async def remove_page(request: AnyRequest, within: Within[OrganisationScope], upload: FromPath[UUID]) -> Response[Any]:
    """Ask whether to remove a file that is not imported."""
    found = await read(partial(uploads.load, within, upload))
    if not found.removable:
        return see_other(f"/suppliers/uploads/{upload}")
    return ask(
        request,
        "Remove this file?",
        "We delete it, with what you chose for its columns. Your supplier list stays as it is.",
        about=found.name,
        address=f"/suppliers/uploads/{upload}/remove",
        hidden={"organisation": str(within.organisation)},
        back=f"/suppliers/uploads/{upload}",
        yes="Remove it",
        no="Keep it",
    )


@post("/suppliers/uploads/{upload:uuid}/remove", policy=CONTRIBUTOR)
async def remove(request: AnyRequest, within: Within[OrganisationScope], upload: FromPath[UUID]) -> Response[Any]:
    """Remove a file that is not imported, with its bytes."""
    form = await read_form(request)

    async def work() -> str:
        await states.remove(within, upload)
        return "/suppliers/uploads?notice=file-removed"

    return await answer_once(form, work)


@post("/suppliers/uploads/{upload:uuid}/retry", policy=CONTRIBUTOR)
async def retry(request: AnyRequest, within: Within[OrganisationScope], upload: FromPath[UUID]) -> Response[Any]:
    """Try a file again that we failed to import, or to compare with the list."""
    await read_form(request)

    async def unit() -> None:
        await uploads.load(within, upload)
        await states.retry(within, upload)
        await pairing.go_on(within, upload)

    await write(unit)
    return see_other(f"/suppliers/uploads/{upload}")


ROUTES = [files_page, receive, upload_page, confirm, remove_page, remove, retry]
