"""The gap report as pages and as files, how the pledge is kept, and the tasks from which everything is reached."""

from functools import partial
from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from pledge.actions import listing as actions
from pledge.assessments import deeper, submitting
from pledge.assessments.again import line
from pledge.assessments.again.line import Behind
from pledge.assessments.again.moved import moved
from pledge.assessments.again.worth import ahead
from pledge.assessments.submitting import Submitted
from pledge.database import clock
from pledge.database.ids import parse_id
from pledge.database.unit import read
from pledge.events.booking import bookings
from pledge.policy.policies import VIEWER
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.scoring import bands_in_words
from pledge.refusals import Missing
from pledge.reports import building, home, standing
from pledge.reports.building import Today
from pledge.reports.report import Followed, Report
from pledge.reports.urgent import whose
from pledge.web.guard import AnyRequest, Within
from pledge.web.pages import page, see_other


async def made(request: AnyRequest, within: OrganisationScope, assessment: UUID) -> tuple[Behind, Report]:
    """Return a report as it is today, and what was before it. Raises Missing.

    Three round trips, and a fourth at most every ten minutes for how other firms do.
    """

    async def unit() -> tuple[Behind, Today]:
        behind = await line.behind(within, assessment)
        if behind is None:
            raise Missing
        found = behind.report
        candidates, booked = await bookings.candidates(within.actor)
        followed = await _followed(within, found) if found.latest else {}
        peers = await request.app.state.peers(found)
        ranking = building.ranked(found, candidates, clock.now(), booked, followed)
        return behind, Today(clock.today(), ranking, booked, request.app.state.call, followed, peers)

    behind, today = await read(unit)
    return behind, building.build(behind.report, today)


async def _followed(within: OrganisationScope, submitted: Submitted) -> dict[str, Followed]:
    """Return what became of the actions of a report that is the newest, by question, in the current unit."""
    return {
        action.question: Followed(
            action.id, action.state, action.open, action.status == "done", action.due, action.name
        )
        for action in await actions.everything(within)
        if action.questionnaire == submitted.definition.id
    }


@get("/reports/{name:str}", policy=VIEWER)
async def show(request: AnyRequest, within: Within[OrganisationScope], name: FromPath[str]) -> Response[bytes]:
    """Show a report: a page, or a file with ``.pdf``, ``.xlsx`` or ``.json``. It is what was frozen at submission."""
    stem, dot, kind = name.partition(".")
    assessment, file = parse_id(stem), request.app.state.report_files.get(kind)
    if assessment is None or (dot and file is None):
        raise Missing
    behind, report = await made(request, within, assessment)
    submitted = behind.report
    if file is not None:
        answer: Response[bytes] = await file(request, report)
        return answer
    return page(
        request,
        "reports/report.html",
        report=report,
        deeper=deeper.offer(submitted),
        again=submitted.again,
        since=submitted.since,
        unlike=submitted.unlike,
        ahead=ahead(submitted),
        today=clock.today(),
        moved=moved(behind.before, submitted) if behind.before else None,
        over_time=behind.line,
    )


@get("/reports/{assessment:uuid}/answers", policy=VIEWER)
async def sums(request: AnyRequest, within: Within[OrganisationScope], assessment: FromPath[UUID]) -> Response[bytes]:
    """Show every answer of a report and the sum behind each of its figures."""
    submitted = await read(partial(submitting.load, within, assessment))
    if submitted is None:
        raise Missing
    ranking = building.ranked(submitted, [], clock.now(), (), {})
    report = building.build(submitted, Today(clock.today(), ranking, {}, request.app.state.call))
    return page(request, "reports/answers.html", report=report, bands=bands_in_words())


@get("/home", policy=VIEWER)
async def tasks(request: AnyRequest, within: Within[OrganisationScope]) -> Response[bytes]:
    """Show what is next, what is done, what colleagues did, and the newest results."""
    found = await read(partial(home.load, within, request.app.state.pledge.text))
    told = {
        "call": request.app.state.call,
        "whose": whose,
        "today": clock.today(),
        "help_now": "help" in request.query_params,
    }
    return page(request, "reports/home.html", home=found, **told)


@get("/pledge/kept", policy=VIEWER)
async def kept(request: AnyRequest, within: Within[OrganisationScope]) -> Response[Any]:
    """Show each commitment of the pledge with what shows that it is kept, or what is missing."""
    found = await read(partial(standing.keeping, within))
    if found is None:
        return see_other("/pledge?notice=not-signed")
    return page(request, "reports/kept.html", keeping=found)


ROUTES = [show, sums, tasks, kept]
