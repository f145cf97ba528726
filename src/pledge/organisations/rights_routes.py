"""What people do with their own data: take a copy, erase their account, erase their organisation."""

import asyncio
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from pledge.accounts import links, people, signing_in
from pledge.accounts.links import Opened, Purpose, Used
from pledge.accounts.people import Account
from pledge.accounts.requests import LINKS_PER_ADDRESS, SIGN_IN_LIVES
from pledge.audit.log import record
from pledge.database.unit import read, write
from pledge.mail.outbox import post as post_mail
from pledge.mail.words import Mailroom
from pledge.organisations import erasing, exporting, leaving
from pledge.organisations.leaving import ERASE, Owned
from pledge.personal import Holdings
from pledge.policy.policies import ACCOUNT, OWNER, PUBLIC
from pledge.policy.scopes import OrganisationScope, PersonScope
from pledge.web.errors import Missing
from pledge.web.forms import Form, read_form
from pledge.web.guard import Within
from pledge.web.limits import Limit, hit
from pledge.web.pages import download, page, see_other
from pledge.web.sessions import ended_cookie

AnyRequest = Request[Any, Any, Any]

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
    copy = await _copy(request, within)
    return download(await asyncio.to_thread(exporting.as_json, copy), "My data.json", exporting.JSON_TYPE)


@get("/account/data.xlsx", policy=ACCOUNT)
async def data_workbook(request: AnyRequest, within: Within[PersonScope]) -> Response[bytes]:
    """Give the person a copy of what is held about them, for reading."""
    copy = await _copy(request, within)
    return download(await asyncio.to_thread(exporting.as_workbook, copy), "My data.xlsx", exporting.XLSX_TYPE)


async def _copy(request: AnyRequest, within: PersonScope) -> exporting.Copy:
    async def unit() -> exporting.Copy:
        await hit(COPIES, str(within.person))
        return await exporting.collect(_holdings(request), within.person)

    return await write(unit)


def _holdings(request: AnyRequest) -> Holdings:
    found: Holdings = request.app.state.holdings
    return found


# — erasing an account —


@get("/account/erase", policy=ACCOUNT)
async def erase_page(request: AnyRequest, within: Within[PersonScope]) -> Response[bytes]:
    """Say what goes and what stays, and ask who it is."""
    return _erase_page(request, Form(), *await read(partial(_account, within.person)))


@post("/account/erase", policy=ACCOUNT)
async def erase(request: AnyRequest, within: Within[PersonScope]) -> Response[Any]:
    """Erase the account; without a password, send a link that does it."""
    form = await read_form(request)
    account, owned = await read(partial(_account, within.person))
    decided = {
        firm.id: form.choice(
            _field(firm), [ERASE, *(str(each.id) for each in firm.colleagues)], f"Choose what happens with {firm.name}"
        )
        for firm in owned
    }
    if not form.errors and account.password_hash:
        await _check_password(form, account)
    if form.errors:
        return _erase_page(request, form, account, owned, status=422)
    mailroom: Mailroom = request.app.state.mailroom
    if not account.password_hash:
        payload = {"decided": {str(firm): decision for firm, decision in decided.items()}}
        await write(partial(_send_link, mailroom, account, "erase_account", payload))
        return see_other("/account?notice=erase-link-sent")
    receipts = await write(partial(leaving.leave_for_good, _holdings(request), mailroom, within.person, decided))
    secure = request.app.state.settings.secure
    return see_other(
        f"/erased/{receipts[-1].id}" if receipts else "/",
        cookies=[ended_cookie(secure=secure)],
        headers={"Clear-Site-Data": FORGET} if secure else {},
    )


async def _account(person: UUID) -> tuple[Account, list[Owned]]:
    account = await people.by_id(person)
    if account is None:
        raise Missing
    return account, await leaving.owned_alone(person)


def _field(firm: Owned) -> str:
    return f"firm-{firm.id}"


async def _check_password(form: Form, account: Account) -> None:
    password = form.secret("password")
    if not password:
        form.fail("password", "Enter your password")
    elif not await signing_in.is_password_of(account, password):
        form.fail("password", "The password is not right. Nothing was erased.")


def _erase_page(
    request: AnyRequest, form: Form, account: Account, owned: list[Owned], *, status: int = 200
) -> Response[bytes]:
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
    return page(
        request,
        "organisations/erase_account.html",
        status=status,
        form=form,
        has_password=bool(account.password_hash),
        firms=firms,
    )


async def _send_link(mailroom: Mailroom, account: Account, purpose: str, payload: dict[str, Any]) -> None:
    await hit(LINKS_PER_ADDRESS, people.email_key(account.email))
    path = await links.make(purpose, SIGN_IN_LIVES, payload, person=account.id)
    await post_mail(mailroom.write(account.email, "erase_link", name=account.name, path=path))
    await record("link.asked", account.id, person=account.id, purpose=purpose)


@get("/erased/{receipt:uuid}", policy=PUBLIC)
async def erased_page(request: AnyRequest, receipt: FromPath[UUID]) -> Response[bytes]:
    """Show a receipt: when something was erased, and what. It names nobody."""
    found = await read(partial(erasing.receipt, receipt))
    if found is None:
        raise Missing
    return page(request, "organisations/erased.html", receipt=found)


# — erasing an organisation —


@get("/organisation/erase", policy=OWNER)
async def erase_organisation_page(request: AnyRequest, within: Within[OrganisationScope]) -> Response[bytes]:
    """Say what goes and what stays, and ask who it is."""
    account, _ = await read(partial(_account, within.person))
    return _organisation_page(request, Form(), account)


@post("/organisation/erase", policy=OWNER)
async def erase_organisation(request: AnyRequest, within: Within[OrganisationScope]) -> Response[Any]:
    """Erase the organisation; without a password, send a link that does it."""
    form = await read_form(request)
    form.check_organisation(within.organisation)
    account, _ = await read(partial(_account, within.person))
    if account.password_hash:
        await _check_password(form, account)
    if form.errors:
        return _organisation_page(request, form, account, status=422)
    mailroom: Mailroom = request.app.state.mailroom
    if not account.password_hash:
        payload = {"organisation": str(within.organisation), "title": within.actor.organisation_name}
        await write(partial(_send_link, mailroom, account, "erase_organisation", payload))
        return see_other("/account?notice=erase-link-sent")
    receipt = await write(partial(leaving.erase_firm, _holdings(request), mailroom, within.organisation, within.person))
    return see_other(f"/erased/{receipt.id}" if receipt else "/")


def _organisation_page(request: AnyRequest, form: Form, account: Account, *, status: int = 200) -> Response[bytes]:
    return page(
        request,
        "organisations/erase_organisation.html",
        status=status,
        form=form,
        has_password=bool(account.password_hash),
    )


def purposes(holdings: Holdings, mailroom: Mailroom) -> dict[str, Purpose]:
    """Return what the e-mailed links of people without a password do."""

    async def use_account(link: Opened, _prepared: Any, _device: str) -> Used:
        assert link.person is not None
        decided = {UUID(firm): decision for firm, decision in link.payload["decided"].items()}
        receipts = await leaving.leave_for_good(holdings, mailroom, link.person, decided)
        return Used(f"/erased/{receipts[-1].id}")

    async def use_organisation(link: Opened, _prepared: Any, _device: str) -> Used:
        assert link.person is not None
        organisation = UUID(link.payload["organisation"])
        if not await leaving.is_owner(link.person, organisation):  # not any more
            raise links.NoLongerWorks
        receipt = await leaving.erase_firm(holdings, mailroom, organisation, link.person)
        assert receipt is not None
        return Used(f"/erased/{receipt.id}")

    return {
        "erase_account": Purpose("organisations/link_erase.html", SIGN_IN_LIVES, use_account),
        "erase_organisation": Purpose("organisations/link_erase.html", SIGN_IN_LIVES, use_organisation),
    }


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
