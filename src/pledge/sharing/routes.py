"""Pages of whoever shares: choosing what, seeing it, agreeing, and the list of all that is shared."""

from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from pledge.asking import shares
from pledge.assessments import submitting
from pledge.database import clock
from pledge.database.unit import read
from pledge.policy.policies import CONTRIBUTOR, OWNER, VIEWER
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.effort import title_in
from pledge.refusals import ChangedMeanwhile, Missing
from pledge.sharing import giving
from pledge.sharing.areas import areas
from pledge.sharing.giving import AT_MOST, USUALLY
from pledge.sharing.shared import KINDS, Kind
from pledge.web import pages
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.once import answer_once, write_once
from pledge.web.pages import page, see_other
from pledge.web.receiving import read_form
from pledge.words.dates import uk_date

TICK_FIRST = "Tick the box if you agree. If you do not, close this page: nothing is shared"
NOT_THE_SAME = "What you would share has changed since you opened the page. Look at it here, then agree again."


@get("/reports/{assessment:uuid}/share", policy=OWNER)
async def choose_page(
    request: AnyRequest, within: Within[OrganisationScope], assessment: FromPath[UUID]
) -> Response[bytes]:
    """Ask how much of a report to show."""
    found = await read(partial(submitting.load, within, assessment))
    if found is None:
        raise Missing
    title = title_in(found.definition, found.result.depth)
    return page(request, "sharing/choose.html", report=found.id, title=title, on=found.on)


@get("/reports/{assessment:uuid}/share/{kind:str}", policy=OWNER)
async def consent_page(
    request: AnyRequest, within: Within[OrganisationScope], assessment: FromPath[UUID], kind: FromPath[str]
) -> Response[bytes]:
    """Show exactly what whoever gets the link would see, and ask for consent."""
    usual = clock.today() + USUALLY
    parts = {"day": usual.day, "month": usual.month, "year": usual.year}
    form = Form(defaults={f"until-{part}": str(value) for part, value in parts.items()})
    return await _consent_page(request, within, assessment, kind, form, 200)


async def _consent_page(
    request: AnyRequest, within: OrganisationScope, assessment: UUID, kind: str, form: Form, status: int
) -> Response[bytes]:
    shared = await read(partial(giving.offered, within, assessment, _kind(kind)))
    return page(
        request,
        "sharing/consent.html",
        status=status,
        form=form,
        report=assessment,
        shared=shared,
        known=areas(),
        latest=clock.today() + AT_MOST,
    )


def _kind(text: str) -> Kind:
    if text not in KINDS:
        raise Missing
    return text


@post("/reports/{assessment:uuid}/share/{kind:str}", policy=OWNER)
async def share(
    request: AnyRequest, within: Within[OrganisationScope], assessment: FromPath[UUID], kind: FromPath[str]
) -> Response[Any]:
    """Share what the page showed, with consent, and show the link, this once."""
    form = await read_form(request)
    recipient = form.text("recipient", "Enter who you share it with, such as the name of a customer")
    until = _until(form)
    partnership = form.tick("partnership", None)
    form.tick("agreed", TICK_FIRST)
    made: list[str] = []

    async def work() -> str:
        assert until is not None
        give = partial(giving.give, within, assessment, _kind(kind), recipient, until, form.value("shown"))
        made.append(await give(to_partnership=partnership))
        return "/shares?notice=link-shown"

    try:
        if not form.errors:
            return _link_page(request, made, recipient, await write_once(form, work))
        status = 422
    except ChangedMeanwhile:
        form.fail("agreed", NOT_THE_SAME)
        status = 409
    return await _consent_page(request, within, assessment, kind, form, status)


def _until(form: Form) -> date | None:
    found, today = form.day("until", "Enter the last day on which they can see it"), clock.today()
    if found is None:
        return None
    if found < today:
        form.refuse("until", f" is in the past. Enter a day from today to {uk_date(today + AT_MOST)}.")
    elif found > today + AT_MOST:
        form.refuse("until", f" is more than a year away. Enter {uk_date(today + AT_MOST)} or an earlier day.")
    return found


def _link_page(request: AnyRequest, made: list[str], recipient: str, location: str) -> Response[Any]:
    """Show a link that was just made; for a form sent twice go on, because we do not know the link any more."""
    if not made:
        return see_other(location)
    base = request.app.state.settings.base_url
    return page(request, "sharing/link.html", address=f"{base}/s/{made[-1]}", code=made[-1], recipient=recipient)


@get("/shares", policy=VIEWER)
async def shares_page(request: AnyRequest, within: Within[OrganisationScope]) -> Response[bytes]:
    """Show which reports the organisation shares with whom, until when, and on what days somebody looked."""

    async def unit() -> tuple[list[giving.Given], list[shares.Given]]:
        return await giving.given(within), await shares.given(within)

    links, asked = await read(unit)
    return page(request, "sharing/shares.html", links=links, shares=asked, known=areas())


@get("/shares/links/{link:uuid}/withdraw", policy=CONTRIBUTOR)
async def take_back_page(
    request: AnyRequest, within: Within[OrganisationScope], link: FromPath[UUID]
) -> Response[bytes]:
    """Ask whether to take back what a link shows."""
    found = await read(partial(giving.one, within, link))
    return pages.ask(
        request,
        "Take this report back?",
        "The link stops at once. Whoever opens it sees only that you took it back, and on what day. To share the "
        "report again, make a new share.",
        about=found.recipient,
        address=f"/shares/links/{link}/withdraw",
        hidden={"organisation": str(within.organisation)},
        back="/shares",
        yes="Take it back",
        no="Keep sharing it",
    )


@post("/shares/links/{link:uuid}/withdraw", policy=CONTRIBUTOR)
async def take_back(request: AnyRequest, within: Within[OrganisationScope], link: FromPath[UUID]) -> Redirect:
    """Take back what a link shows: it shows nothing from then on."""
    form = await read_form(request)

    async def work() -> str:
        await giving.take_back(within, link)
        return "/shares?notice=link-taken-back"

    return await answer_once(form, work)


@get("/shares/links/{link:uuid}/new", policy=OWNER)
async def new_link_page(
    request: AnyRequest, within: Within[OrganisationScope], link: FromPath[UUID]
) -> Response[bytes]:
    """Ask whether to make a new link for a share, which ends the one before."""
    found = await read(partial(giving.one, within, link))
    return pages.ask(
        request,
        "Make a new link?",
        "The link that they have stops at once, and so does its code. What they can see, and until when, stays the "
        "same. Send them the new link yourself.",
        about=found.recipient,
        address=f"/shares/links/{link}/new",
        hidden={"organisation": str(within.organisation)},
        back="/shares",
        yes="Make a new link",
        no="Keep the link that they have",
    )


@post("/shares/links/{link:uuid}/new", policy=OWNER)
async def new_link(request: AnyRequest, within: Within[OrganisationScope], link: FromPath[UUID]) -> Response[Any]:
    """Make a new link for a share, and show it, this once."""
    form = await read_form(request)
    made: list[str] = []

    async def work() -> str:
        made.append(await giving.renew_link(within, link))
        return "/shares?notice=link-shown"

    found = await read(partial(giving.one, within, link))
    return _link_page(request, made, found.recipient, await write_once(form, work))


ROUTES = [
    *(choose_page, consent_page, share, shares_page),
    *(take_back_page, take_back, new_link_page, new_link),
]
