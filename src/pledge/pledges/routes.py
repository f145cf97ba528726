"""Pages of the pledge: its text, signing it, withdrawing it, and the public register of those who did."""

from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from pledge.database import clock
from pledge.database.unit import read
from pledge.mail.outbox import post as post_mail
from pledge.mail.words import Mailroom
from pledge.organisations import profiles
from pledge.pledges import publishing, signing, standing
from pledge.pledges.changes import changes
from pledge.pledges.register import Filters, Register
from pledge.pledges.register_order import Place
from pledge.pledges.signing import Given
from pledge.pledges.standing import Standing
from pledge.pledges.text import SHOW_SIGNER, Edition, PledgeText
from pledge.policy.policies import OWNER, PUBLIC, VIEWER
from pledge.policy.scopes import OrganisationScope, PublicScope
from pledge.refusals import Missing
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.once import answer_once
from pledge.web.pages import download, page, see_other
from pledge.web.receiving import read_form
from pledge.words.text import clean

# — the text —


@get("/pledge", policy=PUBLIC)
async def pledge_page(request: AnyRequest, within: Within[PublicScope]) -> Response[bytes]:
    """Show the pledge to everybody; ``?version=`` shows an earlier text."""
    current: Edition = request.app.state.pledge
    wanted = clean(request.query_params.get("version", current.version))
    organisation = within.actor.organisation

    async def unit() -> tuple[Edition | None, Standing | None]:
        shown = current if wanted == current.version else await publishing.load(wanted)
        return shown, await standing.current(organisation) if organisation else None

    shown, mine = await read(unit)
    if shown is None:
        raise Missing
    return page(request, "pledges/pledge.html", pledge=shown.text, newest=current.version, mine=mine)


# — signing —


@get("/pledge/sign", policy=VIEWER)
async def sign_page(request: AnyRequest, within: Within[OrganisationScope]) -> Response[Any]:
    """Show the form to an owner, and to everybody else who may sign; one who has signed sees the signature."""
    edition: Edition = request.app.state.pledge
    stored, mine, signed = await read(partial(_situation, within, edition))
    if mine and not mine.renewable(clock.today(), edition.text):
        return see_other("/pledge/signed")
    if within.role != "owner":
        owners = await read(partial(signing.owners, within.organisation))
        address = f"{request.app.state.settings.base_url}/pledge/sign"
        return page(request, "pledges/owners_only.html", stored=stored, owners=owners, address=address)
    if not stored.complete:
        return page(request, "pledges/profile_first.html", stored=stored)
    return _sign_page(request, Form(defaults={"name": within.actor.name}), stored, mine, signed)


@post("/pledge/sign", policy=OWNER)
async def sign(request: AnyRequest, within: Within[OrganisationScope]) -> Response[Any]:
    """Sign the pledge."""
    form = await read_form(request)
    edition: Edition = request.app.state.pledge
    stored, mine, signed = await read(partial(_situation, within, edition))
    if not stored.complete:
        return page(request, "pledges/profile_first.html", status=409, stored=stored)
    if form.value("version") != edition.version:  # the words changed while the page was open: nobody signs unread
        typed = Form(defaults={name: form.value(name) for name in ("name", "role")})
        return _sign_page(request, typed, stored, mine, signed, status=409)
    given = _given(form, edition)
    if form.errors:
        return _sign_page(request, form, stored, mine, signed, status=422)
    mailroom: Mailroom = request.app.state.mailroom
    message = mailroom.write(
        within.actor.email,
        "pledge_signed",
        name=within.actor.name,
        organisation=within.actor.organisation_name,
        path=f"/signatories/{within.organisation}",
        last_day=signing.last_day(edition.text, clock.today()),
    )

    async def work() -> str:
        signature = await signing.sign(within, edition, given)
        if signature is None:
            return "/pledge/signed"
        await post_mail(message, dedupe=f"pledge-signed:{signature}")
        return "/pledge/signed?new=yes"

    return await answer_once(form, work)


def _given(form: Form, edition: Edition) -> Given:
    """Read the form, noting every problem."""
    terms = edition.text.signing
    name = form.text("name", "Enter your name")
    role = form.choice("role", [role.id for role in terms.roles], "Choose your role")
    form.tick("authority", "Tick the box to say that you are allowed to sign")
    agreed = []
    for consent in terms.consents:
        missing = f"To sign, you need to agree to this: “{consent.label}”" if consent.required else None
        if form.tick(f"consent-{consent.id}", missing):
            agreed.append(consent.id)
    return Given(name, next((known.label for known in terms.roles if known.id == role), ""), tuple(agreed))


def _sign_page(
    request: AnyRequest,
    form: Form,
    stored: profiles.Stored,
    mine: Standing | None,
    signed: PledgeText | None,
    *,
    status: int = 200,
) -> Response[bytes]:
    edition: Edition = request.app.state.pledge
    return page(
        request,
        "pledges/sign.html",
        status=status,
        form=form,
        pledge=edition.text,
        signer=SHOW_SIGNER,
        roles=[{"value": role.id, "text": role.label} for role in edition.text.signing.roles],
        stored=stored,
        mine=mine,
        today=clock.today(),
        last_day=signing.last_day(edition.text, clock.today()),
        changed=status == 409,
        changes=changes(signed, edition.text) if signed else (),
    )


class _Situation(NamedTuple):
    """An organisation's profile and live signature, and the text that it signed where that is not the one of today."""

    stored: profiles.Stored
    mine: Standing | None
    signed: PledgeText | None


async def _situation(within: OrganisationScope, edition: Edition) -> _Situation:
    mine = await standing.current(within.organisation)
    return _Situation(await profiles.load(within), mine, await _signed_text(mine, edition))


async def _signed_text(mine: Standing | None, edition: Edition) -> PledgeText | None:
    """Return the older text that was signed; None where it is the one of today."""
    older = await publishing.load(mine.version) if mine and mine.version != edition.version else None
    return older.text if older else None


@get("/pledge/signed", policy=VIEWER)
async def signed_page(request: AnyRequest, within: Within[OrganisationScope]) -> Response[Any]:
    """Show an organisation its own signature: what was signed, what others see, what comes next."""
    edition: Edition = request.app.state.pledge

    async def unit() -> tuple[Standing | None, PledgeText | None]:
        mine = await standing.current(within.organisation)
        return mine, await _signed_text(mine, edition)

    mine, signed = await read(unit)
    if mine is None:
        return see_other("/pledge/sign")
    return page(
        request,
        "pledges/signed.html",
        mine=mine,
        changes=changes(signed, edition.text) if signed else (),
        pledge=edition.text,
        lapsed=mine.lapsed(clock.today()),
        renewable=mine.renewable(clock.today(), edition.text),
        new=request.query_params.get("new") == "yes",
    )


@get("/pledge/withdraw", policy=OWNER)
async def withdraw_page(request: AnyRequest, within: Within[OrganisationScope]) -> Response[Any]:
    """Ask whether the pledge is really to be withdrawn."""
    mine = await read(partial(standing.current, within.organisation))
    if mine is None:
        return see_other("/pledge/sign")
    return page(request, "pledges/withdraw.html", mine=mine, pledge=request.app.state.pledge.text)


@post("/pledge/withdraw", policy=OWNER)
async def withdraw(request: AnyRequest, within: Within[OrganisationScope]) -> Response[Any]:
    """Withdraw the pledge, and tell every owner."""
    form = await read_form(request)
    mailroom: Mailroom = request.app.state.mailroom
    messages = [
        mailroom.write(owner.email, "pledge_withdrawn", name=owner.name, organisation=within.actor.organisation_name)
        for owner in await read(partial(signing.owners, within.organisation))
    ]

    async def work() -> str:
        if await signing.withdraw(within):
            for message in messages:
                await post_mail(message)
        return "/pledge?notice=pledge-withdrawn"

    return await answer_once(form, work)


# — the register —


@get("/signatories", policy=PUBLIC)
async def signatories_page(request: AnyRequest) -> Response[bytes]:
    """Show who has signed, filtered, from a place in the order of names on."""
    register: Register = request.app.state.register
    form = _filter_form(request)
    filters = _filters(form, register)
    if form.errors:
        return page(request, "pledges/signatories.html", status=422, form=form, register=register, filters=Filters())
    listing = await read(partial(register.page, filters, Place.named(request.query_params)))
    return page(request, "pledges/signatories.html", form=form, register=register, filters=filters, listing=listing)


@get("/signatories.csv", policy=PUBLIC)
async def signatories_csv(request: AnyRequest) -> Response[Any]:
    """Answer with all that match as a spreadsheet file; 422 and a sentence for a filter that does not exist."""
    register: Register = request.app.state.register
    form = _filter_form(request)
    filters = _filters(form, register)
    if form.errors:
        return Response(form.errors[0][1], status_code=422, media_type="text/plain")
    entries = await read(partial(register.all, filters))
    content = register.as_csv(entries, request.app.state.settings.base_url)
    return download(content, "signatories.csv", "text/csv")


@get("/signatories.json", policy=PUBLIC)
async def signatories_json(request: AnyRequest) -> Response[Any]:
    """Answer with all that match, for machines; 422 and what was wrong for a filter that does not exist."""
    register: Register = request.app.state.register
    form = _filter_form(request)
    filters = _filters(form, register)
    if form.errors:
        return Response({"problems": [message for _, message in form.errors]}, status_code=422)
    return Response(register.as_json(await read(partial(register.all, filters)), request.app.state.settings.base_url))


@get("/signatories/{organisation:uuid}", policy=PUBLIC)
async def signatory_page(request: AnyRequest, organisation: FromPath[UUID]) -> Response[bytes]:
    """Show one entry of the register, so that anybody can check a claim; 404 for whatever is not in it."""
    register: Register = request.app.state.register
    entry = await read(partial(register.entry, organisation))
    if entry is None:
        return page(request, "pledges/not_listed.html", status=404, pledge=register.text)
    return page(
        request,
        "pledges/signatory.html",
        entry=entry,
        goes=register.goes(entry),
        pledge=register.text,
        today=clock.today(),
    )


def _filter_form(request: AnyRequest) -> Form:
    return Form({name: [request.query_params.get(name, "")] for name in ("district", "sector", "name")})


def _filters(form: Form, register: Register) -> Filters:
    """Read the filters, noting every one that does not exist."""
    return Filters(
        district=_one_of(form, "district", register.districts, "We do not know that district. Choose one in the list."),
        sector=_one_of(form, "sector", register.sectors, "We do not know that kind of work. Choose one in the list."),
        name=form.text("name", None),
    )


def _one_of(form: Form, name: str, options: list[dict[str, str]], unknown: str) -> str:
    found = clean(form.value(name))
    if found and found not in {option["value"] for option in options}:
        form.fail(name, unknown)
    return found


ROUTES = [
    pledge_page,
    sign_page,
    sign,
    signed_page,
    withdraw_page,
    withdraw,
    signatories_page,
    signatories_csv,
    signatories_json,
    signatory_page,
]
