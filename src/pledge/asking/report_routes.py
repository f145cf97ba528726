"""Pages of a supplier that was asked and uses Pledge: it shares the summary of its own report, with consent."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from pledge.asking import answering, shares
from pledge.asking.answering import Asked
from pledge.asking.consent import NOT_THE_SAME, TICK_FIRST, consent_page, go_on
from pledge.asking.summaries import Summary
from pledge.database.unit import EVERYTHING, reaching, read
from pledge.policy.policies import CONTRIBUTOR
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import ChangedMeanwhile, Missing
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.pages import page, see_other
from pledge.web.receiving import read_form


@get("/asked/{secret:str}/report", policy=CONTRIBUTOR)
async def reports_page(request: AnyRequest, within: Within[OrganisationScope], secret: FromPath[str]) -> Response[Any]:
    """Show which newest reports of one's own organisation can be shared with the firm that asks."""
    asked, offered = await _with_reports(within, secret)
    if not asked.open:
        return see_other(f"/asked/{secret}")
    return page(request, "asking/reports.html", asked=asked, secret=secret, offered=offered)


async def _with_reports(within: OrganisationScope, secret: str) -> tuple[Asked, dict[str, Summary]]:
    """Return the invitation, which belongs to another organisation, and one's own reports."""

    async def unit() -> tuple[Asked, dict[str, Summary]]:
        return await answering.find(secret), await shares.all_offered(within)

    with reaching(EVERYTHING):
        return await read(unit)


@get("/asked/{secret:str}/report/{questionnaire:str}", policy=CONTRIBUTOR)
async def report_page(
    request: AnyRequest, within: Within[OrganisationScope], secret: FromPath[str], questionnaire: FromPath[str]
) -> Response[Any]:
    """Show exactly what the firm that asks would see of one's own report, and ask for consent."""
    return await _report_page(request, within, secret, questionnaire, Form(), 200)


async def _report_page(
    request: AnyRequest, within: OrganisationScope, secret: str, questionnaire: str, form: Form, status: int
) -> Response[Any]:
    asked, offered = await _with_reports(within, secret)
    if questionnaire not in offered:
        raise Missing
    if not asked.open:
        return see_other(f"/asked/{secret}")
    return consent_page(request, asked, secret, offered[questionnaire], form, status, questionnaire)


@post("/asked/{secret:str}/report/{questionnaire:str}", policy=CONTRIBUTOR)
async def share_report(
    request: AnyRequest, within: Within[OrganisationScope], secret: FromPath[str], questionnaire: FromPath[str]
) -> Response[Any]:
    """Share the summary of the report that the page showed, with consent."""
    form = await read_form(request)
    form.tick("agreed", TICK_FIRST)

    async def work() -> str:
        summary = await shares.offered(within, questionnaire)
        if summary is None:
            raise Missing
        await answering.share(
            secret, summary, form.value("shown"), request.app.state.mailroom,
            giver=within.organisation, person=within.person,
        )  # fmt: skip
        return "?notice=shared"

    try:
        if not form.errors:
            with reaching(EVERYTHING):
                return await go_on(secret, form, work)
        status = 422
    except ChangedMeanwhile:
        form.fail("agreed", NOT_THE_SAME)
        status = 409
    return await _report_page(request, within, secret, questionnaire, form, status)


ROUTES = [reports_page, report_page, share_report]
