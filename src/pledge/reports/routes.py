"""The gap report as a page and as JSON, how the pledge is kept, and the tasks from which everything is reached."""

from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from pledge.assessments import deeper, submitting
from pledge.assessments.again.worth import ahead
from pledge.assessments.submitting import Submitted
from pledge.database import clock
from pledge.database.ids import parse_id
from pledge.database.unit import glance, read
from pledge.events.booking import bookings
from pledge.events.booking.bookings import Line
from pledge.events.programme import listing
from pledge.events.programme.ranking import Candidate
from pledge.policy.policies import VIEWER
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.asked import without_staff
from pledge.questionnaires.scoring import bands_in_words
from pledge.refusals import Missing
from pledge.reports import home, report, standing
from pledge.web.guard import AnyRequest, Within
from pledge.web.pages import page, see_other


@get("/reports/{name:str}", policy=VIEWER)
async def show(request: AnyRequest, within: Within[OrganisationScope], name: FromPath[str]) -> Response[bytes]:
    """Show a report: as a page, or with ``.json`` as data. It is what was frozen when the assessment was submitted."""
    stem, _, kind = name.partition(".")
    assessment = parse_id(stem)
    if assessment is None or kind not in ("", "json"):
        raise Missing

    async def unit() -> tuple[Submitted | None, list[Candidate], dict[UUID, Line]]:
        found = await submitting.load(within, assessment)
        if found is None:
            return None, [], {}
        return found, await listing.candidates(), await bookings.by_event(within.actor)

    submitted, candidates, booked = await read(unit)
    if submitted is None:
        raise Missing
    ranking = report.ranked(submitted, candidates, clock.now(), booked)
    made = report.build(submitted, ranking, booked, request.app.state.call)
    if kind == "json":
        return Response(msgspec.json.encode(made), media_type="application/json")
    return page(
        request,
        "reports/report.html",
        report=made,
        bands=bands_in_words(),
        share=deeper.share(submitted),
        without_staff=without_staff(submitted.definition, submitted.profile),
        deeper=deeper.offer(submitted),
        again=submitted.again,
        since=submitted.since,
        unlike=submitted.unlike,
        ahead=ahead(submitted),
    )


@get("/home", policy=VIEWER)
async def tasks(request: AnyRequest, within: Within[OrganisationScope]) -> Response[bytes]:
    """Show what is done, what is next, and the newest results."""
    found = await glance(partial(home.load, within))
    told = {"call": request.app.state.call, "today": clock.today(), "help_now": "help" in request.query_params}
    return page(request, "reports/home.html", home=found, **told)


@get("/pledge/kept", policy=VIEWER)
async def kept(request: AnyRequest, within: Within[OrganisationScope]) -> Response[Any]:
    """Show each commitment of the pledge with what shows that it is kept, or what is missing."""
    found = await read(partial(standing.keeping, within))
    if found is None:
        return see_other("/pledge?notice=not-signed")
    text, commitments = found
    return page(request, "reports/kept.html", pledge=text, commitments=commitments)


ROUTES = [show, tasks, kept]
