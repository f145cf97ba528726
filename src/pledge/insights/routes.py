"""Pages of partnership staff: the releases of grouped figures. They read published releases and nothing else."""

from datetime import date
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from pledge.database.unit import read
from pledge.insights import documents, published
from pledge.insights.figures import DIMENSIONS, Table
from pledge.insights.views import ReleaseView
from pledge.organisations.places import Gazetteer
from pledge.policy.policies import STAFF
from pledge.web.errors import Missing
from pledge.web.forms import Form
from pledge.web.pages import download, page

AnyRequest = Request[Any, Any, Any]


@get("/partnership", policy=STAFF)
async def partnership_page(request: AnyRequest) -> Response[bytes]:
    """Show the latest release at a glance, and the list of earlier ones."""

    async def unit() -> tuple[list[published.Published], list[Table]]:
        releases = await published.releases()
        return releases, await published.totals(releases[0].id) if releases else []

    releases, totals = await read(unit)
    view = ReleaseView(releases[0].day, totals) if releases else None
    return page(request, "insights/partnership.html", releases=releases, view=view, notes=documents.NOTES)


@get("/partnership/releases/{name:str}", policy=STAFF)
async def release_page(request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
    """Show a release by its date, or give it as a file: date.xlsx, date.csv or date.json."""
    day, _, kind = name.partition(".")
    if kind:
        return await _file(day, kind)
    about = request.query_params.get("about") or "signatories"
    found, tables = await _read(day, about)
    view = ReleaseView(found, tables)
    if about not in view.titles:
        raise Missing
    form = Form({key: [value] for key, value in request.query_params.items()}, defaults={"about": about})
    places: Gazetteer = request.app.state.gazetteer
    places: Gazetteer = request.app.state.gazetteer
    districts = {district.code: district for district in places.districts}
    labels = {dimension: view.labels(about, dimension) for dimension in DIMENSIONS}
    known = {**labels, "area": {**labels["area"], **districts}}
    asked = {name: chosen for name in DIMENSIONS if (chosen := form.choice(name, known[name], None))}
    if district := districts.get(asked.get("area", "")):
        asked["area"] = district.area
    shown = view.series(about)
    return page(
        request,
        "insights/release.html",
        status=422 if form.errors else 200,
        form=form,
        view=view,
        shown=shown,
        groups=[view.group(about, dimension, row) for dimension, row in asked.items()],
        charts=[chart for chart in (shown.total.sections, *shown.breakdowns.values()) if chart],
        district=district.name if district else "",
        labels=labels,
        districts={code: f"{each.name}, in {places.area_name(each.area)}" for code, each in districts.items()},
        notes=documents.NOTES,
    )


async def _read(day: str, about: str | None) -> tuple[date, list[Table]]:
    """Return a release’s day and tables, in two round trips. Raises Missing."""

    async def unit() -> tuple[date, list[Table]]:
        for each in await published.releases():
            if each.day.isoformat() == day:
                return each.day, await published.tables(each.id, about)
        raise Missing

    return await read(unit)


async def _file(day: str, kind: str) -> Response[bytes]:
    if kind not in documents.KINDS:
        raise Missing
    made, tables = await _read(day, None)
    media_type, write = documents.KINDS[kind]
    return download(write(made, tables), f"pledge-release-{day}.{kind}", media_type)


ROUTES = [partnership_page, release_page]
