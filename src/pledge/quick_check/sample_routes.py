"""The page with the sample report."""

from litestar import Response, get

from pledge.assessments import definitions
from pledge.database import clock
from pledge.database.unit import read
from pledge.events.programme import listing
from pledge.events.programme.ranking import Candidate
from pledge.policy.policies import PUBLIC
from pledge.questionnaires.definition import Definition
from pledge.quick_check import sample
from pledge.refusals import Missing
from pledge.web.guard import AnyRequest
from pledge.web.pages import page


@get("/sample-report", policy=PUBLIC)
async def sample_report(request: AnyRequest) -> Response[bytes]:
    """Show a report as a firm gets it, of a firm that we made up."""
    firm = sample.sample()

    async def unit() -> tuple[Definition | None, list[Candidate]]:
        await definitions.catch_up()
        return definitions.current(firm.questionnaire), await listing.candidates()

    definition, candidates = await read(unit)
    if definition is None:  # somebody’s own questionnaires
        raise Missing
    made = sample.as_report(definition, candidates, request.app.state.call, now=clock.now(), today=clock.today())
    return page(
        request,
        "quick_check/sample.html",
        sample=firm,
        report=made,
        deeper=None,
        again=False,
        today=clock.today(),
    )


ROUTES = [sample_report]
