"""The files of a report as they are answered with: what its route asks for by the end of its address."""

import re
import unicodedata
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

import msgspec
from litestar import Response

from pledge.database import clock
from pledge.database.unit import write
from pledge.directory.contacts import contacts
from pledge.limits import Limit, hit
from pledge.paper.reports.data import data
from pledge.paper.reports.printed import Printed, printed
from pledge.paper.reports.workbook import MEDIA_TYPE, workbook
from pledge.paper.typesetting import typeset
from pledge.reports.report import Report
from pledge.web.addresses import client_address
from pledge.web.guard import AnyRequest, actor_of
from pledge.web.pages import download

LIMIT = Limit("report-pdf", hits=60, seconds=3600)
_LONGEST = 40  # characters of a name in a file's name


async def _pdf(request: AnyRequest, report: Report) -> Response[bytes]:
    state = request.app.state
    person = actor_of(request).person
    subject = str(person) if person else client_address(request.scope, state.settings.trusted_proxies)
    await write(partial(hit, LIMIT, subject))
    made = await typeset("report", msgspec.json.encode(_printed(request, report)))
    return download(made, file_name(report, "pdf"), "application/pdf")


async def _xlsx(request: AnyRequest, report: Report) -> Response[bytes]:
    return download(workbook(report, _printed(request, report)), file_name(report, "xlsx"), MEDIA_TYPE)


async def _json(_request: AnyRequest, report: Report) -> Response[bytes]:
    return download(data(report), file_name(report, "json"), "application/json")


FILES: Mapping[str, Callable[[AnyRequest, Report], Awaitable[Response[bytes]]]] = {
    "pdf": _pdf,
    "xlsx": _xlsx,
    "json": _json,
}


def _printed(request: AnyRequest, report: Report) -> Printed:
    state = request.app.state
    emergency = contacts()["emergency"].phone or ""
    return printed(
        report,
        publisher=state.partnership.name,
        site=state.settings.base_url,
        emergency=emergency,
        today=clock.today(),
    )


def file_name(report: Report, kind: str) -> str:
    """Return “pendle-joinery-recruitment-report-2026-11-30.pdf”: ASCII, whatever the name of the firm."""
    plain = unicodedata.normalize("NFKD", report.organisation).encode("ascii", "ignore").decode().lower()
    firm = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST].strip("-")
    return "-".join(filter(None, [firm, report.questionnaire, "report", f"{report.on}.{kind}"]))
