"""Putting rows of a file right: on their own pages, or in the file itself with our notes in it."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Stream

from pledge.database.unit import read
from pledge.policy.policies import CONTRIBUTOR, VIEWER
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import ChangedMeanwhile
from pledge.suppliers.files import kept_rows, stored_rows, uploads
from pledge.suppliers.files.kept_rows import KeptRow
from pledge.suppliers.files.stored_issues import Noted
from pledge.suppliers.files.stored_rows import place_text
from pledge.suppliers.importing import annotating, fixing
from pledge.suppliers.importing.fixing import NumberTaken
from pledge.suppliers.listed.editing import on_page
from pledge.suppliers.reading import limits
from pledge.suppliers.rows import row_texts
from pledge.suppliers.rows.codes import CODES, LEFT_OUT, Issue
from pledge.suppliers.rows.columns import column_index, column_letter
from pledge.suppliers.rows.fields import FIELD_BY_NAME, Field
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.once import answer_once
from pledge.web.pages import page, stream_file
from pledge.web.receiving import read_form

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CHANGED = "This row was changed while your page was open. Check what you see here, then save again."


class _Shown(NamedTuple):
    """A field of a row as its page shows it: what the file's column is called, and what we noted about its cell."""

    field: Field
    column: str
    notes: list[str]


@get("/suppliers/uploads/{upload:uuid}/rows/{row:str}", policy=CONTRIBUTOR)
async def row_page(
    request: AnyRequest, within: Within[OrganisationScope], upload: FromPath[UUID], row: FromPath[str]
) -> Response[bytes]:
    """Show a row as it is in the file, with each problem at its field."""
    kept = await read(partial(kept_rows.load, within, upload, row))
    form = Form(defaults={**kept.texts, "seen": kept.seen})
    for noted in kept.issues:
        if noted.severity == "reject" and kept.open:
            field = kept.plan.columns.get(noted.place)
            _tell(form, field, noted)
    return _row_page(request, kept, form, 200)


def _tell(form: Form, field: str | None, noted: Noted | Issue) -> None:
    """Record what is wrong with a field of the row, or with the row where there is no field for it."""
    told = on_page(f"{noted.message} {noted.fix}")
    if field:
        form.refuse(field, f": {told}")
    else:
        form.fail(noted.code, told, anchor="")


def _row_page(
    request: AnyRequest, kept: KeptRow, form: Form, status: int, *, typed: list[tuple[str, str]] | None = None
) -> Response[bytes]:
    notes: dict[str, list[str]] = {field: [] for field in kept.plan.columns.values()}
    others: list[str] = []
    for noted in kept.issues:
        field = kept.plan.columns.get(noted.place)
        if noted.severity == "reject":
            continue
        if field is None or noted.code in LEFT_OUT or noted.code == "fixed-here":
            others.append(noted.message)
        else:
            notes[field].append(on_page(f"{noted.message} {noted.fix}"))
    headings = kept.plan.headings
    fields = [
        _Shown(
            FIELD_BY_NAME[field],
            headings[column] if column < len(headings) and headings[column] else f"Column {column_letter(column)}",
            notes[field],
        )
        for column, field in sorted(kept.plan.columns.items())
    ]
    return page(
        request,
        "suppliers/row.html",
        status=status,
        form=form,
        kept=kept,
        fields=fields,
        others=others,
        several=len(kept.upload.plans) > 1,
        typed=typed,
    )


@post("/suppliers/uploads/{upload:uuid}/rows/{row:str}", policy=CONTRIBUTOR)
async def save_row(
    request: AnyRequest, within: Within[OrganisationScope], upload: FromPath[UUID], row: FromPath[str]
) -> Response[Any]:
    """Check what a member wrote as the import checks a row, and take the row into the list."""
    form = await read_form(request)
    kept = await read(partial(kept_rows.load, within, upload, row))
    written = {field: form.text(field, None, limit=limits.CELL_CHARACTERS) for field in kept.plan.columns.values()}
    checked, issues = row_texts.check(kept.plan, kept.number, written)
    for issue in issues:
        if CODES[issue.code].severity == "reject":
            _tell(form, kept.plan.columns[column_index(issue.cell)], issue)
    seen = form.value("seen")
    if form.errors or checked is None:
        return _row_page(request, kept, form, 422)
    taken = checked

    async def work() -> str:
        await fixing.save(within, upload, row, seen, taken, issues)
        return await _onwards(within, kept, "row-saved")

    return await _once(request, within, form, kept, work)


@post("/suppliers/uploads/{upload:uuid}/rows/{row:str}/leave-out", policy=CONTRIBUTOR)
async def leave_out(
    request: AnyRequest, within: Within[OrganisationScope], upload: FromPath[UUID], row: FromPath[str]
) -> Response[Any]:
    """Leave a row out that is no supplier, or count it among the suppliers again."""
    form = await read_form(request)
    kept = await read(partial(kept_rows.load, within, upload, row))
    again, seen = form.value("leave") == "no", form.value("seen")

    async def work() -> str:
        await (fixing.put_back if again else fixing.leave_out)(within, upload, row, seen)
        return await _onwards(within, kept, "row-back" if again else "row-left-out")

    return await _once(request, within, form, kept, work)


async def _onwards(within: OrganisationScope, kept: KeptRow, notice: str) -> str:
    """Return where one goes on: at the next row that waits, if this one did; else at the page of the file."""
    here = f"/suppliers/uploads/{kept.upload.id}"
    following = await stored_rows.next_waiting(within, kept.upload.id, kept.place) if kept.open else None
    return f"{here}/rows/{following}?notice={notice}-next" if following else f"{here}?notice={notice}"


async def _once(
    request: AnyRequest, within: OrganisationScope, form: Form, kept: KeptRow, work: Callable[[], Awaitable[str]]
) -> Response[Any]:
    try:
        return await answer_once(form, work)
    except NumberTaken as taken:
        told = f"“{taken.name}” in your list has this company number already. Check the number, or leave it empty."
        form.fail("company_number", told)
        return _row_page(request, kept, form, 422)
    except ChangedMeanwhile:
        now = await read(partial(kept_rows.load, within, kept.upload.id, place_text(*kept.place)))
        fresh = Form(defaults={**now.texts, "seen": now.seen})
        fresh.fail("", _CHANGED, anchor="")
        return _row_page(request, now, fresh, 409, typed=form.typed)


@get("/suppliers/uploads/{upload:uuid}/annotated.xlsx", policy=VIEWER)
async def annotated(within: Within[OrganisationScope], upload: FromPath[UUID]) -> Stream:
    """Give the file as a workbook with what we say about each row, to be corrected and sent back."""
    found = await read(partial(uploads.load, within, upload))
    file = await annotating.workbook(within, found)
    name = found.name.rpartition(".")[0] or found.name
    return stream_file(file, f"{name} with notes.xlsx", _XLSX)


ROUTES = [row_page, save_row, leave_out, annotated]
