"""All reports of a firm, from which it answers again; the e-mails that remind of that."""

from itertools import groupby
from typing import Any

from litestar import Response, get, post

from pledge.assessments import definitions, submitting
from pledge.assessments.again import line, reminding
from pledge.assessments.again.line import Reports
from pledge.assessments.submitting import Progress
from pledge.database.unit import glance
from pledge.paging import offset, page_number, pages
from pledge.policy.policies import OWNER, VIEWER
from pledge.policy.scopes import OrganisationScope
from pledge.web.guard import AnyRequest, Within
from pledge.web.once import answer_once
from pledge.web.pages import page, see_other
from pledge.web.receiving import read_form


@get("/reports", policy=VIEWER)
async def every_report(request: AnyRequest, within: Within[OrganisationScope]) -> Response[Any]:
    """Show all reports of the firm, by questionnaire, the newest first, a page at a time."""
    number = page_number(request.query_params.get("page"))

    async def unit() -> tuple[Reports, list[Progress], bool]:
        await definitions.catch_up()
        found = await line.listed(within, offset(number, line.ON_PAGE))
        return found, await submitting.progress(within), await reminding.silent(within)

    found, begun, silent = await glance(unit)
    if number > 1 and not found.reports:
        return see_other("/reports")
    titles = {each.id: each.title for each in definitions.all_current()}
    return page(
        request,
        "reports/list.html",
        groups=[
            (name, titles.get(name, name), list(reports))
            for name, reports in groupby(found.reports, key=lambda report: report.questionnaire)
        ],
        begun={each.questionnaire: each for each in begun},
        titles=titles,
        number=number,
        pages=pages(found.all, line.ON_PAGE),
        silent=silent,
        days=reminding.DAYS,
    )


@post("/reports/reminders", policy=OWNER)
async def remind_me(request: AnyRequest, within: Within[OrganisationScope]) -> Response[Any]:
    """Stop the e-mails that remind somebody to answer again, or send them again."""
    form = await read_form(request)
    off = form.value("off") == "yes"

    async def work() -> str:
        await reminding.silence(within, off=off)
        return f"/reports?notice=renewal-reminders-{'off' if off else 'on'}"

    return await answer_once(form, work)


ROUTES = [every_report, remind_me]
