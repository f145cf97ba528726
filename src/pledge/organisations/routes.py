"""Pages about the organisation itself: its profile, and adding one."""

from functools import partial
from typing import Any

import msgspec
from litestar import Response, get, post

from pledge.database.unit import glance
from pledge.limits import Limit, hit
from pledge.organisations import facts, joining, profiles
from pledge.organisations.places import Gazetteer, Place, PostcodeError
from pledge.organisations.profile import FIELDS
from pledge.organisations.sections import sections
from pledge.policy.policies import OWNER, PERSON, VIEWER
from pledge.policy.scopes import OrganisationScope, PersonScope
from pledge.refusals import ChangedMeanwhile
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.once import answer_once
from pledge.web.pages import page, see_other
from pledge.web.receiving import read_form

NEW_LIMIT = Limit("organisation-new", hits=10, seconds=24 * 3600)


@get("/organisation", policy=VIEWER)
async def profile_page(request: AnyRequest, within: Within[OrganisationScope]) -> Response[Any]:
    """Show the profile as it is; an owner whose profile is still empty goes straight to the form."""
    stored = await glance(partial(profiles.load, within))
    if not stored.complete and within.role == "owner":
        return see_other("/organisation/edit")
    return page(
        request,
        "organisations/profile.html",
        stored=stored,
        fields=FIELDS,
        sections=sections(),
    )


@get("/organisation/edit", policy=OWNER)
async def edit_page(request: AnyRequest, within: Within[OrganisationScope]) -> Response[bytes]:
    """Show the profile's ten questions."""
    stored = await glance(partial(profiles.load, within))
    return _edit_page(request, _afresh(stored), 200, choose_district=False)


def _afresh(stored: profiles.Stored) -> Form:
    return Form(defaults={**_defaults(stored), "shown": stored.print})


@post("/organisation/edit", policy=OWNER)
async def save_profile(request: AnyRequest, within: Within[OrganisationScope]) -> Response[Any]:
    """Save the profile."""
    form = await read_form(request)
    name = form.plain_name("name", "Enter the name of your firm or organisation", firm=True)
    place, choose_district = _place(form, request.app.state.gazetteer)
    profile = facts.read(form, needed=True)
    if form.errors or place is None:
        return _edit_page(request, form, 422, choose_district=choose_district)

    async def work() -> str:
        before = (await profiles.load(within)).profile
        await profiles.save(within, name, profile, place, form.value("shown"))
        grown = before.micro and not profile.micro  # so there is no short form for them any more
        return f"/organisation?notice=profile-saved{'-grown' if grown else ''}"

    try:
        return await answer_once(form, work)
    except ChangedMeanwhile:
        fresh = _afresh(await glance(partial(profiles.load, within)))
        fresh.fail("", "This was changed while your page was open. You see it as it is now, and below it what you "
                   "typed. Put in what you still want, then save.", anchor="")  # fmt: skip
        return _edit_page(request, fresh, 409, choose_district=False, typed=form.typed)


def _place(form: Form, gazetteer: Gazetteer) -> tuple[Place | None, bool]:
    """Return where the postcode lies, and whether the page must ask for the district because the table is unsure."""
    typed = form.text("postcode", "Enter your postcode", limit=20)
    if not typed:
        return None, False
    try:
        place = gazetteer.place(typed)
    except PostcodeError as error:
        form.fail("postcode", str(error))
        return None, False
    if not place.doubtful:
        return place, False
    codes = [district.code for district in gazetteer.districts]
    district = form.choice("district", [*codes, "outside"], None)
    if not district:
        form.fail("district", f"We do not know {place.postcode}. Check it, or choose your district.")
        return None, True
    return place._replace(district=district, area=gazetteer.area_of(district)), True


def _edit_page(
    request: AnyRequest,
    form: Form,
    status: int,
    *,
    choose_district: bool,
    typed: list[tuple[str, str]] | None = None,
) -> Response[bytes]:
    places: Gazetteer = request.app.state.gazetteer
    return page(
        request,
        "organisations/edit.html",
        status=status,
        form=form,
        fields=FIELDS,
        asked=[name for name in facts.ASKED if name != "kind"],  # which stands before the postcode
        section_options=[
            {"value": letter, "text": f"{section.name}: {section.examples}"} for letter, section in sections().items()
        ],
        district_options=[
            *({"value": district.code, "text": district.name} for district in places.districts),
            {"value": "outside", "text": places.district_name("outside")},
        ],
        choose_district=choose_district,
        typed=typed,
    )


def _defaults(stored: profiles.Stored) -> dict[str, str | list[str]]:
    found: dict[str, str | list[str]] = {"name": stored.name}
    for name, value in msgspec.structs.asdict(stored.profile).items():
        if isinstance(value, bool):
            found[name] = "yes" if value else "no"
        elif isinstance(value, tuple):
            found[name] = list(value)
        elif value is not None:
            found[name] = value
    return found


@get("/organisation/new", policy=PERSON)
async def new_page(request: AnyRequest) -> Response[bytes]:
    """Show the form that adds an organisation for somebody who is signed in."""
    return page(request, "organisations/new.html", form=Form())


@post("/organisation/new", policy=PERSON)
async def add(request: AnyRequest, within: Within[PersonScope]) -> Response[Any]:
    """Add an organisation; the person becomes its owner."""
    form = await read_form(request)
    name = form.plain_name("name", "Enter the name of your firm or organisation", firm=True)
    session = within.actor.session
    if form.errors or session is None:
        return page(request, "organisations/new.html", status=422, form=form)

    async def work() -> str:
        await hit(NEW_LIMIT, str(within.person))
        await joining.found_for_session(name, within.person, session)
        return "/organisation/edit"

    return await answer_once(form, work)


ROUTES = [profile_page, edit_page, save_profile, new_page, add]
