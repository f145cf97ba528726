"""The supplier list as its pages show it: suppliers by what weighs most, totals, and the ten largest."""

import datetime
from typing import Any, NamedTuple
from uuid import UUID

from pledge.database.together import Select
from pledge.organisations.sectors import RISK_SECTORS
from pledge.paging import offset, pages
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import Missing
from pledge.suppliers.files import stored_rows, uploads
from pledge.suppliers.files.uploads import Upload
from pledge.suppliers.listed import queries
from pledge.suppliers.listed.rating import facts_of, reasons_of
from pledge.suppliers.listed.totals import UNKNOWN
from pledge.suppliers.risk.rules import RULES, Level, Reason
from pledge.suppliers.same.facts import SupplierFacts
from pledge.suppliers.same.needs import LARGEST
from pledge.suppliers.words.countries import country_name
from pledge.suppliers.words.sic import sic_names
from pledge.suppliers.words.text import fold
from pledge.words.dates import uk_date
from pledge.words.numbers import pounds

ON_PAGE = 25
_WORDS = 6
_FILES = 5  # that name a supplier, on its page
_ROWS = 10

# How a level is called; unknown is something to do, and low is never a promise.
LEVEL_WORDS: dict[Level, str] = {"high": "High", "medium": "Medium", "unknown": "Find out", "low": "Low"}
LABOUR_WORDS = {
    "employees": "Their own employees",
    "agency": "Agency workers",
    "subcontract": "Subcontractors or self-employed people",
    "mixed": "A mix of these",
}
_YES_NO = {True: "Yes", False: "No", None: ""}
LEVEL_COLOURS: dict[Level, str] = {"high": "red", "medium": "orange", "unknown": "blue", "low": "grey"}


class Listed(NamedTuple):
    """One supplier in the list. ``spend`` in pence; ``country`` by its name, or None."""

    id: UUID
    name: str
    country: str | None
    spend: int | None
    level: Level
    reason: str


class Filter(NamedTuple):
    """What part of the list is wanted. ``text`` is as somebody typed it; ``country`` may be ``totals.UNKNOWN``."""

    level: Level | None = None
    text: str = ""
    page: int = 1
    country: str | None = None
    sector: str | None = None

    @property
    def asked(self) -> queries.Narrowed:
        """What the database is asked for; the words are folded."""
        return queries.Narrowed(self.level, tuple(fold(self.text).split()[:_WORDS]), self.country, self.sector)

    @property
    def narrowed(self) -> bool:
        """Whether this is less than the whole list."""
        return self.asked != queries.Narrowed()

    @property
    def title(self) -> str:
        """What the country or the sector is called that the list is narrowed to; "" for neither."""
        if self.country is not None:
            return "We do not know the country" if self.country == UNKNOWN else country_name(self.country)
        return RISK_SECTORS[self.sector].label if self.sector in RISK_SECTORS else ""


class Shown(NamedTuple):
    """A page of the list: its suppliers, how many fit the filter, and how many pages that is; totals of the whole."""

    suppliers: list[Listed]
    found: int
    pages: int
    levels: dict[Level, int]

    @property
    def total(self) -> int:
        """How many suppliers the whole list has."""
        return sum(self.levels.values())


class Sourced(NamedTuple):
    """A reason with the address of its source, if it has one, and the day when that was last looked at."""

    level: Level
    text: str
    source: str
    url: str
    checked: datetime.date | None


class One:
    """A supplier with everything that is known about it, every reason with its rule, and the files that name it.

    ``files`` are the newest of these, the newest first; ``rows`` are rows of that one, as addresses name them.
    """

    def __init__(self, row: Any, files: list[Upload], rows: list[str]) -> None:
        self.id: UUID = row["id"]
        self.revision: int = row["revision"]
        self.facts: SupplierFacts = facts_of(row)
        self.level: Level = row["level"]
        reasons = reasons_of(row)
        self.reasons = [_sourced(reason) for reason in reasons]
        self.action = _action(reasons[0])
        self.files = files
        self.rows = rows
        self.off_list: datetime.datetime | None = row["off_list"]
        self.off_list_upload: UUID | None = row["off_list_upload"]


def asked(facts: SupplierFacts) -> list[dict[str, str]]:
    """Return (key, value) of the facts that the risk depends on, each also when it is not known."""
    country = country_name(facts.country_of_supply) if facts.country_of_supply else ""
    return [
        {"key": key, "value": value or "We do not know"}
        for key, value in (
            ("What they supply", "; ".join(facts.goods)),
            ("Country they supply from", country),
            ("Country made or grown", ", ".join(map(country_name, facts.countries_of_origin))),
            ("Whose workers", LABOUR_WORDS[facts.labour] if facts.labour else ""),
            ("Work on your site", _YES_NO[facts.on_site]),
            ("Pass your work on", _YES_NO[facts.subcontracts]),
        )
    ]


def others(facts: SupplierFacts) -> list[dict[str, str]]:
    """Return (key, value) of the other facts that are known."""
    sic = "; ".join(f"{code} {sic_names().get(code, '')}".strip() for code in facts.sic_codes)
    return [
        {"key": key, "value": value}
        for key, value in (
            ("Spend in the newest file", "" if facts.spend is None else pounds(facts.spend)),
            ("UK company number", facts.company_number),
            ("SIC codes", sic),
            ("Licence number", facts.licence_number),
            ("Town", facts.town),
            ("Postcode", facts.postcode),
            ("E-mail", facts.email),
            ("Website", facts.website),
            ("Your code for them", facts.reference),
            ("Last checked", uk_date(facts.last_checked) if facts.last_checked else ""),
            ("Your contact person", facts.owner),
        )
        if value
    ]


def counted(within: OrganisationScope) -> Select:
    """Return what asks how many ``suppliers`` the organisation's list has: one row."""
    return queries.counted(within)


async def any_of(organisation: UUID) -> bool:
    """Return whether an organisation has a supplier in its list, in the current unit, in one round trip."""
    return await queries.any_of(organisation)


async def show(within: OrganisationScope, wanted: Filter) -> Shown:
    """Return a page of the list, in the current unit. A page beyond the last is the last."""
    levels = await queries.levels(within)
    asked = wanted.asked
    if not wanted.narrowed:
        found = sum(levels.values())
    elif asked == queries.Narrowed(wanted.level) and wanted.level is not None:
        found = levels[wanted.level]
    else:
        found = await queries.count(within, asked)
    last = pages(found, ON_PAGE)
    before = offset(min(wanted.page, last), ON_PAGE)
    rows = await queries.some(within, asked, ON_PAGE, before) if found else []
    return Shown([_listed(row) for row in rows], found, last, levels)


def _listed(row: Any) -> Listed:
    country = row["country_of_supply"]
    return Listed(
        row["id"],
        row["name"],
        country_name(country) if country else None,
        row["spend"],
        row["level"],
        reasons_of(row)[0].text,
    )


def _sourced(reason: Reason) -> Sourced:
    rule = RULES.get(reason.rule)
    checked = datetime.date.fromisoformat(rule.checked) if rule else None
    return Sourced(reason.level, reason.text, reason.source, rule.url if rule else "", checked)


def _action(reason: Reason) -> str:
    """Return the one next action: that of the weightiest reason. A rule that is no more has none."""
    rule = RULES.get(reason.rule)
    return rule.action if rule else ""


async def find(within: OrganisationScope, supplier: UUID) -> One:
    """Return one supplier with the newest files that name it, in the current unit. Raises Missing."""
    row = await queries.one(within, supplier)
    if row is None:
        raise Missing
    files = await uploads.naming(within, supplier, _FILES)
    rows = await stored_rows.naming(within, files[0].id, supplier, _ROWS) if files else []
    return One(row, files, rows)


async def largest(within: OrganisationScope) -> list[dict[str, Any]]:
    """Return the ten largest suppliers (id, name, country_of_supply, labour, spend, revision), in the current unit."""
    return await queries.largest(within, LARGEST)


async def countries_missing(within: OrganisationScope) -> int:
    """Return of how many of the ten largest suppliers we do not know the country, in the current unit."""
    return sum(row["country_of_supply"] is None for row in await largest(within))
