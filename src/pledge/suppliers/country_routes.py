"""The page that asks where the ten largest suppliers are, and whose workers do their work."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Response, get, post

from pledge.database.ids import parse_id
from pledge.database.unit import read
from pledge.policy.policies import CONTRIBUTOR
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import Missing
from pledge.suppliers.listed import editing, listing, rating
from pledge.suppliers.listed.editing import Told
from pledge.suppliers.words.countries import country_name
from pledge.web.forms import Form
from pledge.web.guard import AnyRequest, Within
from pledge.web.once import answer_once
from pledge.web.pages import page
from pledge.web.receiving import read_form

_FIELDS = {"country_of_supply": "country", "labour": "labour"}  # what is asked → how its field is called


def _field(name: str, supplier: UUID) -> str:
    return f"{_FIELDS[name]}-{supplier}"


def _seen(name: str, supplier: UUID) -> str:
    """Return the hidden field that says which code the page showed."""
    return f"seen-{_field(name, supplier)}"


def _text(name: str, code: str) -> str:
    return country_name(code) if name == "country_of_supply" and code else code


@get("/suppliers/countries", policy=CONTRIBUTOR)
async def countries_page(request: AnyRequest, within: Within[OrganisationScope]) -> Response[bytes]:
    """Ask in which country the ten largest suppliers are, and whose workers do their work."""
    largest = await read(partial(listing.largest, within))
    given = {}
    for row in largest:
        for name in _FIELDS:
            given[_field(name, row["id"])] = _text(name, row[name] or "")
            given[_seen(name, row["id"])] = row[name] or ""
    return _countries_page(request, largest, Form(defaults=given), 200)


@post("/suppliers/countries", policy=CONTRIBUTOR)
async def save_countries(request: AnyRequest, within: Within[OrganisationScope]) -> Response[Any]:
    """Save the countries and rate those suppliers anew; all problems are told at once.

    Where a colleague gave something else meanwhile, both are shown and nothing is saved yet.
    """
    form = await read_form(request)
    suppliers = [parse_id(name.removeprefix("country-")) for name in form.names("country-")]
    asked = await _asked(within, [supplier for supplier in suppliers if supplier])
    given = {row["id"]: _told(form, row["id"]) for row in asked}
    if form.errors:
        return _countries_page(request, asked, form, 422)

    async def work() -> str:
        await editing.save_countries(within, {supplier: told for supplier, told in given.items() if told})
        return "/suppliers?notice=countries-saved"

    try:
        return await answer_once(form, work)
    except editing.ToldMeanwhile as error:
        asked = await _asked(within, [row["id"] for row in asked])
        for row in asked:
            _show_now(form, row, given[row["id"]], error.facts)
        return _countries_page(request, asked, form, 409)


async def _asked(within: OrganisationScope, suppliers: list[UUID]) -> list[dict[str, Any]]:
    """Return the suppliers that a page asked about, which may not be the largest any more. Raises Missing."""
    found = await read(partial(rating.look, within, suppliers))
    if set(found) != set(suppliers):
        raise Missing
    return [found[supplier] for supplier in dict.fromkeys(suppliers)]


def _told(form: Form, supplier: UUID) -> dict[str, Told]:
    """Return what was given about a supplier and is not as the page showed it; problems are recorded in the form."""
    values = {
        "country_of_supply": editing.read_country(form, _field("country_of_supply", supplier)),
        "labour": editing.read_labour(form, _field("labour", supplier)),
    }
    told = {name: Told(value, form.value(_seen(name, supplier))) for name, value in values.items() if value}
    return {name: fact for name, fact in told.items() if fact.value != fact.shown}


def _show_now(
    form: Form, row: Mapping[str, Any], told: Mapping[str, Told], contested: Collection[tuple[UUID, str]]
) -> None:
    """Make the form show what is there now, but for what was typed; where both differ it shows neither, and says so."""
    for name in _FIELDS:
        field, now = _field(name, row["id"]), row[name] or ""
        if (row["id"], name) in contested:
            theirs, mine = _words(name, now), _words(name, told[name].value)
            form.refuse(
                field,
                f" was changed while your page was open. It is “{theirs}” now, and you have “{mine}”. Put in what is "
                "right. Left empty, it stays as it is now.",
            )
            form.put(field, "")
        elif name not in told:
            form.put(field, _text(name, now))
        form.put(_seen(name, row["id"]), now)


def _words(name: str, code: str) -> str:
    if not code:
        return "not known"
    return editing.LABOUR_CHOICES.get(code, code) if name == "labour" else country_name(code)


def _countries_page(request: AnyRequest, largest: list[dict[str, Any]], form: Form, status: int) -> Response[bytes]:
    return page(
        request,
        "suppliers/countries.html",
        status=status,
        form=form,
        largest=largest,
        labour_words=editing.LABOUR_CHOICES,
    )


ROUTES = [countries_page, save_countries]
