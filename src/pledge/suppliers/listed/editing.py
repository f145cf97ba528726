"""What a member says about suppliers by hand: a few facts, and the risk that follows from them at once."""

from collections.abc import Collection, Mapping
from typing import NamedTuple
from uuid import UUID

import msgspec

from pledge.audit.log import record
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import ChangedMeanwhile, Missing
from pledge.suppliers.listed import rating
from pledge.suppliers.listed.listing import LABOUR_WORDS
from pledge.suppliers.risk.rules import Supply
from pledge.suppliers.rows.codes import NAME_CHARACTERS, TEXT_CHARACTERS, issue
from pledge.suppliers.same.facts import SUPPLIES, SupplierFacts
from pledge.suppliers.words.countries import country_list, country_name, parse_countries, parse_country
from pledge.suppliers.words.findings import Finding
from pledge.suppliers.words.text import fold
from pledge.web.forms import Form
from pledge.words.text import clean

LABOUR_CHOICES = {**LABOUR_WORDS, "unknown": "I don’t know"}
YES_NO_WORDS = {"yes": "Yes", "no": "No", "unknown": "I don’t know"}
GOODS_CHARACTERS = 10_000  # one on each line


class Edit(NamedTuple):
    """What a member said about one supplier; None is “I don't know”. ``goods`` has one thing supplied on each line."""

    goods: str
    country_of_supply: str | None
    countries_of_origin: tuple[str, ...]
    labour: str | None
    on_site: bool | None
    subcontracts: bool | None


def defaults(facts: SupplierFacts) -> dict[str, str]:
    """Return the form's fields as the supplier is now."""
    return {
        "goods": _goods(facts),
        "country_of_supply": country_name(facts.country_of_supply) if facts.country_of_supply else "",
        "countries_of_origin": country_list(facts.countries_of_origin),
        "labour": facts.labour or "unknown",
        "on_site": _yes_no(facts.on_site),
        "subcontracts": _yes_no(facts.subcontracts),
    }


def _goods(facts: SupplierFacts) -> str:
    return clean("\n".join(facts.goods), multiline=True)[:GOODS_CHARACTERS]


def _yes_no(answer: bool | None) -> str:
    return "unknown" if answer is None else "yes" if answer else "no"


def read_edit(form: Form) -> Edit:
    """Read the form; every problem is recorded in it."""
    return Edit(
        goods=form.text("goods", None, limit=GOODS_CHARACTERS, multiline=True),
        country_of_supply=read_country(form, "country_of_supply"),
        countries_of_origin=_read_countries(form, "countries_of_origin"),
        labour=read_labour(form, "labour"),
        on_site=_read_yes_no(form, "on_site"),
        subcontracts=_read_yes_no(form, "subcontracts"),
    )


def read_country(form: Form, name: str) -> str | None:
    """Return the code of a country that somebody typed; one that we do not know is a problem of the form."""
    typed = form.text(name, None, limit=NAME_CHARACTERS)
    code, finding = parse_country(typed)
    _tell(form, name, typed, finding)
    return code


def _read_countries(form: Form, name: str) -> tuple[str, ...]:
    typed = form.text(name, None, limit=TEXT_CHARACTERS)
    codes, finding = parse_countries(typed)
    _tell(form, name, typed, finding)
    return codes or ()


def _tell(form: Form, name: str, typed: str, finding: Finding | None) -> None:
    if finding is not None:
        told = issue("", "", finding, typed)
        form.refuse(name, f": {on_page(told.message)} {on_page(told.fix)}")


def on_page(text: str) -> str:
    """Return what an issue says of a cell in the words of a page that has a field for it."""
    text = text.replace(" the cell ", " this ").replace(" in this cell", "")
    return text.replace("delete the row", "leave the row out")


def read_labour(form: Form, name: str) -> str | None:
    """Return whose workers do the work, or None for “I don't know” and no answer."""
    chosen = form.choice(name, LABOUR_CHOICES, None)
    return None if chosen in ("", "unknown") else chosen


def _read_yes_no(form: Form, name: str) -> bool | None:
    return {"yes": True, "no": False}.get(form.choice(name, YES_NO_WORDS, None))


def edited(facts: SupplierFacts, edit: Edit) -> SupplierFacts:
    """Return what is known once a member has said this. Pure.

    What was not changed stays as it was; a changed origin holds for all they supply; SIC codes stay with their words.
    """
    origins = None if edit.countries_of_origin == facts.countries_of_origin else edit.countries_of_origin
    if edit.goods == _goods(facts):
        supplies = list(facts.supplies)
    else:
        before = {fold(supply.text or ""): supply for supply in facts.supplies}
        lines = dict.fromkeys(" ".join(line.split())[:TEXT_CHARACTERS] for line in edit.goods.split("\n"))
        supplies = [
            before.get(fold(line), Supply(None, edit.countries_of_origin))._replace(text=line) for line in lines if line
        ]
        supplies += [supply for supply in facts.supplies if not supply.text and supply.sic_codes]
    if origins is not None:
        supplies = [supply._replace(countries_of_origin=origins) for supply in supplies or [Supply()]]
    return msgspec.structs.replace(
        facts,
        supplies=tuple(supplies[:SUPPLIES]),
        country_of_supply=edit.country_of_supply,
        labour=edit.labour,
        on_site=edit.on_site,
        subcontracts=edit.subcontracts,
    )


async def save(within: OrganisationScope, supplier: UUID, revision: int, edit: Edit) -> None:
    """Store an edit and rate the supplier anew, in the current unit. Raises Missing and ChangedMeanwhile."""
    held = await rating.hold(within, [supplier])
    if supplier not in held:
        raise Missing
    if held[supplier]["held_revision"] != revision:
        raise ChangedMeanwhile
    facts = rating.facts_of(held[supplier])
    await rating.save(within, supplier, facts, edited(facts, edit))
    await rating.note_context(within.organisation)
    await record("supplier.edited", supplier, person=within.person, organisation=within.organisation)


class Told(NamedTuple):
    """A fact that a member gave beside others: its value, and what the page had shown ("" for not known)."""

    value: str
    shown: str


class ToldMeanwhile(Exception):
    """Other ``facts`` (supplier, name) are there by now than both the page and the member say. Nothing is saved."""

    def __init__(self, facts: Collection[tuple[UUID, str]]) -> None:
        super().__init__("facts were given meanwhile")
        self.facts = facts


async def save_countries(within: OrganisationScope, given: Mapping[UUID, Mapping[str, Told]]) -> None:
    """Store facts of some suppliers, by name, in the current unit. Raises Missing and ToldMeanwhile."""
    held = await rating.hold(within, list(given)) if given else {}
    if set(held) != set(given):
        raise Missing
    before = {supplier: rating.facts_of(row) for supplier, row in held.items()}
    contested = {
        (supplier, name)
        for supplier, told in given.items()
        for name, fact in told.items()
        if (getattr(before[supplier], name) or "") not in fact
    }
    if contested:
        raise ToldMeanwhile(contested)
    for supplier, told in given.items():
        after = msgspec.structs.replace(before[supplier], **{name: fact.value for name, fact in told.items()})
        await rating.save(within, supplier, before[supplier], after)
    await rating.note_context(within.organisation)
    await record("suppliers.countries-given", within.organisation, person=within.person,
                 organisation=within.organisation, suppliers=len(given))  # fmt: skip
