"""What people do with their own data: take a copy, erase their account, erase their organisation."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from pledge.database.unit import read, write
from pledge.limits import Limit, hit
from pledge.mail.words import Mailroom
from pledge.organisations.rights import erasing, exporting, leaving
from pledge.organisations.rights.leaving import ERASE, Owned
from pledge.personal import Holdings
from pledge.policy.policies import ACCOUNT, CONFIRMED, CONFIRMED_OWNER, PUBLIC
from pledge.policy.scopes import OrganisationScope, PersonScope
from pledge.refusals import Missing
from pledge.web.file_turns import in_turn
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.pages import download, page, see_other
from pledge.web.receiving import read_form
from pledge.web.sessions import ended_cookie

COPIES = Limit("data-copy", hits=20, seconds=3600)
FORGET = '"cache", "cookies", "storage"'  # what a browser forgets of a site whose account is gone


@get("/account/data", policy=ACCOUNT)
async def data_page(request: AnyRequest) -> Response[bytes]:
    """Offer a copy of what is held about the person."""
    titles = [each.title for each in reversed(_holdings(request).held) if each.condition]
    return page(request, "organisations/data.html", titles=titles)


@get("/account/data.json", policy=ACCOUNT)
async def data_json(request: AnyRequest, within: Within[PersonScope]) -> Response[bytes]:
    """Give the person a copy of what is held about them, for programs."""
    return download(await _copy(request, within, exporting.as_json), "My data.json", exporting.JSON_TYPE)


@get("/account/data.xlsx", policy=ACCOUNT)
async def data_workbook(request: AnyRequest, within: Within[PersonScope]) -> Response[bytes]:
    """Give the person a copy of what is held about them, for reading."""
    return download(await _copy(request, within, exporting.as_workbook), "My data.xlsx", exporting.XLSX_TYPE)


async def _copy(request: AnyRequest, within: PersonScope, write_down: Callable[[exporting.Copy], bytes]) -> bytes:
    async def unit() -> exporting.Copy:
        await hit(COPIES, str(within.person))
        return await exporting.collect(_holdings(request), within.person)

    async def make() -> bytes:
        return await asyncio.to_thread(write_down, await write(unit))

    return await in_turn(within.person, make)


def _holdings(request: AnyRequest) -> Holdings:
    found: Holdings = request.app.state.holdings
    return found


# — erasing an account —


@get("/account/erase", policy=CONFIRMED)
async def erase_page(request: AnyRequest, within: Within[PersonScope]) -> Response[bytes]:
    """Say what goes and what stays, and ask what happens with the firms that would have no owner."""
    return _erase_page(request, Form(), await read(partial(leaving.owned_alone, within.person)))


@post("/account/erase", policy=CONFIRMED)
async def erase(request: AnyRequest, within: Within[PersonScope]) -> Response[Any]:
    """Erase the account."""
    form = await read_form(request)
    owned = await read(partial(leaving.owned_alone, within.person))
    decided = {
        firm.id: form.choice(
            _field(firm), [ERASE, *(str(each.id) for each in firm.colleagues)], f"Choose what happens with {firm.name}"
        )
        for firm in owned
    }
    if form.errors:
        return _erase_page(request, form, owned, status=422)
    mailroom: Mailroom = request.app.state.mailroom
    receipts = await write(partial(leaving.leave_for_good, _holdings(request), mailroom, within.person, decided))
    secure = request.app.state.settings.secure
    return see_other(
        f"/erased/{receipts[-1].id}" if receipts else "/",
        cookies=[ended_cookie(secure=secure)],
        headers={"Clear-Site-Data": FORGET} if secure else {},
    )


def _field(firm: Owned) -> str:
    return f"firm-{firm.id}"


def _erase_page(request: AnyRequest, form: Form, owned: list[Owned], *, status: int = 200) -> Response[bytes]:
    firms = [
        {
            "field": _field(firm),
            "name": firm.name,
            "options": [
                *({"value": str(each.id), "text": f"{each.name} becomes the owner"} for each in firm.colleagues),
                {"value": ERASE, "text": f"Erase {firm.name} with all its answers, suppliers and its pledge"},
            ],
        }
        for firm in owned
    ]
    return page(request, "organisations/erase_account.html", status=status, form=form, firms=firms)


@get("/erased/{receipt:uuid}", policy=PUBLIC)
async def erased_page(request: AnyRequest, receipt: FromPath[UUID]) -> Response[bytes]:
    """Show a receipt: when something was erased, and what. It names nobody."""
    found = await read(partial(erasing.receipt, receipt))
    if found is None:
        raise Missing
    return page(request, "organisations/erased.html", receipt=found)


# — erasing an organisation —


@get("/organisation/erase", policy=CONFIRMED_OWNER)
async def erase_organisation_page(request: AnyRequest) -> Response[bytes]:
    """Say what goes and what stays."""
    return page(request, "organisations/erase_organisation.html", form=Form())


@post("/organisation/erase", policy=CONFIRMED_OWNER)
async def erase_organisation(request: AnyRequest, within: Within[OrganisationScope]) -> Response[Any]:
    """Erase the organisation."""
    await read_form(request)
    mailroom: Mailroom = request.app.state.mailroom
    receipt = await write(partial(leaving.erase_firm, _holdings(request), mailroom, within.organisation, within.person))
    return see_other(f"/erased/{receipt.id}" if receipt else "/")


ROUTES = [
    data_page,
    data_json,
    data_workbook,
    erase_page,
    erase,
    erased_page,
    erase_organisation_page,
    erase_organisation,
]
