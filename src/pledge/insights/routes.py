"""Pages of partnership staff: the releases of grouped figures. They read published releases and nothing else."""

from collections.abc import Awaitable, Callable
from datetime import date
from functools import partial
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from pledge.database.unit import read
from pledge.insights import documents, published
from pledge.insights.figures import DIMENSIONS, SIGNATORIES, Table
from pledge.insights.views import ReleaseView
from pledge.organisations.places import Gazetteer
from pledge.policy.policies import STAFF
from pledge.refusals import Missing
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest
from pledge.web.pages import Pointer, download, page


@get("/partnership", policy=STAFF)
async def partnership_page(request: AnyRequest) -> Response[bytes]:
    """Show the latest release at a glance, compared with the one before, and the list of earlier ones."""

    async def unit() -> tuple[list[published.Published], list[list[Table]], list[Pointer]]:
        releases = await published.releases()
        totals = await published.totals([each.id for each in releases[:2]]) if releases else []
        return releases, totals, [pointer for waits in request.app.state.for_staff for pointer in await waits()]

    releases, totals, pointers = await read(unit)
    view = None
    for each, tables in reversed(list(zip(releases, totals, strict=False))):
        view = ReleaseView(each.day, tables, view)
    return page(
        request, "insights/partnership.html", releases=releases, view=view, pointers=pointers, notes=documents.NOTES
    )


@get("/partnership/releases/{name:str}", policy=STAFF)
async def release_page(request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
    """Show a release by its date, or give it as a file: date.xlsx, date.csv or date.json."""
    day, _, kind = name.partition(".")
    if kind:
        return await _file(day, kind)
    form = Form({key: [value] for key, value in request.query_params.items()})
    about = form.value("about") or SIGNATORIES
    gazetteer: Gazetteer = request.app.state.gazetteer
    districts = {each.code: each for each in gazetteer.districts}
    rows = [form.value(name) for name in DIMENSIONS if form.value(name)]
    rows += [districts[row].area for row in rows if row in districts]
    view = ReleaseView(*await _read(day, partial(published.series, name=about, rows=rows)))
    if about not in view.titles:
        raise Missing
    labels = {dimension: view.labels(about, dimension) for dimension in DIMENSIONS}
    asked = {
        dimension: chosen
        for dimension, rows in labels.items()
        if (chosen := form.choice(dimension, [*rows, *(districts if dimension == "area" else ())], None))
    }
    if district := districts.get(asked.get("area", "")):
        asked["area"] = district.area
    groups = [view.group(about, dimension, row) for dimension, row in asked.items()]
    return page(
        request,
        "insights/release.html",
        status=422 if form.errors else 200,
        form=form,
        view=view,
        about=about,
        groups=groups,
        asked=[*(group.label for group in groups[:-1]), district.name] if district else [each.label for each in groups],
        district=district.name if district else "",
        labels=labels,
        districts={code: f"{each.name}, in {gazetteer.area_name(each.area)}" for code, each in districts.items()},
        notes=documents.NOTES,
    )


async def _read(day: str, tables: Callable[[UUID], Awaitable[list[Table]]]) -> tuple[date, list[Table]]:
    """Return a release’s day and some of its tables, in two round trips. Raises Missing."""

    async def unit() -> tuple[date, list[Table]]:
        for each in await published.releases():
            if each.day.isoformat() == day:
                return each.day, await tables(each.id)
        raise Missing

    return await read(unit)


async def _file(day: str, kind: str) -> Response[bytes]:
    if kind not in documents.KINDS:
        raise Missing
    made, tables = await _read(day, published.tables)
    media_type, write = documents.KINDS[kind]
    return download(write(made, tables), f"pledge-release-{day}.{kind}", media_type)


ROUTES = [partnership_page, release_page]
