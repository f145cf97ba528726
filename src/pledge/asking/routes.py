"""Pages of the firm that asks a supplier, and of the organisation that has shared a report."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from pledge.asking import invitations, shares
from pledge.asking.answer_routes import ROUTES as ANSWER_ROUTES
from pledge.asking.invitations import Invitation
from pledge.database.unit import read, write
from pledge.policy.policies import CONTRIBUTOR, VIEWER
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import Missing
from pledge.suppliers.listed import listing
from pledge.suppliers.listed.listing import One
from pledge.web import pages
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.once import answer_once, write_once
from pledge.web.pages import page, see_other
from pledge.web.receiving import read_form
from pledge.words.dates import uk_date


@get("/suppliers/{supplier:uuid}/ask", policy=VIEWER)
async def ask_page(request: AnyRequest, within: Within[OrganisationScope], supplier: FromPath[UUID]) -> Response[bytes]:
    """Show whether a supplier was asked, what it shares, and the form that asks it. That somebody looked is noted."""
    found, asked = await _load(within, supplier)
    if asked is not None and asked.summary is not None:
        await write(partial(invitations.note_look, within, asked.id))
    before = asked if asked is not None and asked.waiting else None
    form = Form(
        defaults={
            "contact": before.contact if before else "",
            "email": before.email if before else found.facts.email or "",
        }
    )
    return _ask_page(request, found, asked, form, 200)


async def _load(within: OrganisationScope, supplier: UUID) -> tuple[One, Invitation | None]:
    async def unit() -> tuple[One, Invitation | None]:
        return await listing.find(within, supplier), await invitations.of(within, supplier)

    return await read(unit)


def _ask_page(request: AnyRequest, supplier: One, asked: Invitation | None, form: Form, status: int) -> Response[bytes]:
    return page(request, "asking/ask.html", status=status, form=form, supplier=supplier, asked=asked)


@post("/suppliers/{supplier:uuid}/ask", policy=CONTRIBUTOR)
async def ask(request: AnyRequest, within: Within[OrganisationScope], supplier: FromPath[UUID]) -> Response[Any]:
    """Ask a supplier: we write to it, or the member gets the link, this once."""
    form = await read_form(request)
    found, asked = await _load(within, supplier)
    by_mail = form.value("how") != "link"
    contact = form.plain_name("contact", None)
    wanted = "Enter the supplier’s e-mail address, or choose to get the link instead"
    email = form.email("email", wanted) if by_mail else ""
    if form.errors:
        return _ask_page(request, found, asked, form, 422)
    made: list[str] = []

    async def work() -> str:
        name, sure = found.facts.name, form.value("sure") == "yes"
        mailroom = request.app.state.mailroom
        made.append(await invitations.ask(within, supplier, name, contact, email, mailroom, by_mail=by_mail, sure=sure))
        return f"/suppliers/{supplier}/ask?notice={'supplier-asked' if by_mail else 'ask-link-shown'}"

    try:
        location = await write_once(form, work)
    except invitations.Waiting as before:
        typed = {"how": form.value("how"), "contact": contact, "email": email}
        return _ask_whether_to_end(request, within, found, before.asked, typed)
    except invitations.NotWanted:
        form.fail("email", "Whoever has this address does not want to be asked through Pledge. Talk to them yourself.")
        return _ask_page(request, found, asked, form, 422)
    if by_mail or not made:  # the same form again: the link was shown, and we do not know it any more
        return see_other(location)
    address = f"{request.app.state.settings.base_url}{made[-1]}"
    return page(request, "asking/link.html", supplier=found, address=address)


def _ask_whether_to_end(
    request: AnyRequest, within: OrganisationScope, supplier: One, asked: datetime, typed: dict[str, str]
) -> Response[bytes]:
    here = f"/suppliers/{supplier.id}/ask"
    return pages.ask(
        request,
        "End the link that it has?",
        f"You asked this supplier on {uk_date(asked)}. The link of that day then no longer works, and what the "
        "supplier has answered so far is deleted. You cannot see whether it has begun.",
        about=supplier.facts.name,
        address=here,
        hidden={"organisation": str(within.organisation), "sure": "yes", **typed},
        back=here,
        yes="End it and make a new link" if typed["how"] == "link" else "End it and write to the new address",
        no="Keep the link that it has",
        status=422,
    )


@get("/suppliers/{supplier:uuid}/ask/withdraw", policy=CONTRIBUTOR)
async def withdraw_ask_page(
    request: AnyRequest, within: Within[OrganisationScope], supplier: FromPath[UUID]
) -> Response[Any]:
    """Ask whether to take back an invitation that the supplier has not answered."""
    found, asked = await _load(within, supplier)
    if asked is None or not asked.waiting:
        return see_other(f"/suppliers/{supplier}/ask")
    return pages.ask(
        request,
        "Take your questions back?",
        "The link then no longer works, and what the supplier has answered so far is deleted.",
        about=found.facts.name,
        address=f"/suppliers/{supplier}/ask/withdraw",
        hidden={"organisation": str(within.organisation)},
        back=f"/suppliers/{supplier}/ask",
        yes="Take them back",
        no="Keep waiting for answers",
    )


@post("/suppliers/{supplier:uuid}/ask/withdraw", policy=CONTRIBUTOR)
async def withdraw_ask(request: AnyRequest, within: Within[OrganisationScope], supplier: FromPath[UUID]) -> Redirect:
    """Take back an invitation that the supplier has not answered."""
    form = await read_form(request)

    async def work() -> str:
        await invitations.withdraw(within, supplier)
        return f"/suppliers/{supplier}/ask?notice=ask-withdrawn"

    return await answer_once(form, work)


@get("/shares/{share:uuid}/withdraw", policy=CONTRIBUTOR)
async def withdraw_share_page(
    request: AnyRequest, within: Within[OrganisationScope], share: FromPath[UUID]
) -> Response[bytes]:
    """Ask whether to take back a shared report."""
    live = [each for each in await read(partial(shares.given, within)) if each.id == share and each.summary]
    if not live:
        raise Missing
    return pages.ask(
        request,
        "Take this report back?",
        f"{live[0].asker} then sees only that you took it back, and on what day. "
        "To share it again, they have to ask you again.",
        about=live[0].asker,
        address=f"/shares/{share}/withdraw",
        hidden={"organisation": str(within.organisation)},
        back="/shares",
        yes="Take it back",
        no="Keep sharing it",
    )


@post("/shares/{share:uuid}/withdraw", policy=CONTRIBUTOR)
async def withdraw_share(request: AnyRequest, within: Within[OrganisationScope], share: FromPath[UUID]) -> Redirect:
    """Take back a shared report: the other firm sees nothing of it any more."""
    form = await read_form(request)

    async def work() -> str:
        await shares.withdraw(within, share)
        return "/shares?notice=share-withdrawn"

    return await answer_once(form, work)


ROUTES = [
    *(ask_page, ask, withdraw_ask_page, withdraw_ask),
    *(withdraw_share_page, withdraw_share),
    *ANSWER_ROUTES,
]
