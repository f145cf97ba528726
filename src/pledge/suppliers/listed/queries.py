"""Hot reads of the supplier list, in the order of its index: what weighs most first, then what costs most.

Suppliers that were taken off the list are not on it: every statement about the list says ``off_list IS NULL``.
"""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple
from uuid import UUID

from pledge.database import sql
from pledge.database.together import Select
from pledge.policy.scopes import OrganisationScope
from pledge.suppliers.listed.rating import FACTS
from pledge.suppliers.risk.rules import Level

# In the order of the list, which is that of the rules: see risk.rate.
RANKED: tuple[Level, ...] = ("high", "medium", "unknown", "low")
_RANK = "(CASE level WHEN 'high' THEN 0 WHEN 'medium' THEN 1 WHEN 'unknown' THEN 2 ELSE 3 END)"
_SPEND = "COALESCE(spend, 0)"
_SHOWN = "id, name, country_of_supply, spend, level, reasons"


class Narrowed(NamedTuple):
    """Which suppliers are meant: all, or those of a level, a country (a code, ? if unknown), a sector, with words."""

    level: Level | None = None
    words: tuple[str, ...] = ()
    country: str | None = None
    sector: str | None = None


def _where(wanted: Narrowed) -> tuple[str, list[int | str]]:
    conditions = "organisation = {} AND off_list IS NULL"
    values: list[int | str] = []
    if wanted.level is not None:
        conditions += f" AND {_RANK} = {{}}"
        values.append(RANKED.index(wanted.level))
    if wanted.country is not None:
        conditions += " AND COALESCE(country_of_supply, '?') = {}"
        values.append(wanted.country)
    found = [("words", f"%{word}%") for word in wanted.words]  # folded: letters and digits only, so no wildcards
    if wanted.sector is not None:
        found.append(("sectors", f'%"{wanted.sector}"%'))
    for column, pattern in found:
        conditions += f" AND {column} LIKE {{}}"
        values.append(pattern)
    return conditions, values


async def some(within: OrganisationScope, wanted: Narrowed, at_most: int, offset: int) -> list[dict[str, Any]]:
    """Return suppliers as the list shows them."""
    where, values = _where(wanted)
    return await sql.rows(
        f"SELECT {_SHOWN} FROM supplier WHERE {where} "  # noqa: S608
        f"ORDER BY {_RANK}, {_SPEND} DESC, name_key, id LIMIT {{}} OFFSET {{}}",
        within.organisation,
        *values,
        at_most,
        offset,
    )


async def in_order(
    within: OrganisationScope, after: tuple[int, int, str, UUID] | None, at_most: int
) -> list[dict[str, Any]]:
    """Return suppliers with their facts and risk in the order of the list, after a place (see ``place_of``)."""
    order = f"{_RANK}, -{_SPEND}, name_key, id"
    beyond = f"AND ({order}) > ({sql.marks(4)})" if after else ""
    return await sql.rows(
        f"SELECT id, {FACTS}, level, reasons, {_RANK} AS place FROM supplier "  # noqa: S608
        f"WHERE organisation = {{}} AND off_list IS NULL {beyond} "
        f"ORDER BY {_RANK}, {_SPEND} DESC, name_key, id LIMIT {{}}",
        within.organisation,
        *(after or ()),
        at_most,
    )


def place_of(row: Any) -> tuple[int, int, str, UUID]:
    """Return the place of a row in the order of the list."""
    return row["place"], -(row["spend"] or 0), row["name_key"], row["id"]


def counted(within: OrganisationScope) -> Select:
    """Return what asks how many ``suppliers`` there are: one row."""
    rest = "FROM supplier WHERE organisation = {} AND off_list IS NULL"
    return Select("count(*) AS suppliers", rest, (within.organisation,))


async def count(within: OrganisationScope, wanted: Narrowed = Narrowed()) -> int:  # noqa: B008  it never changes
    """Return how many suppliers there are."""
    where, values = _where(wanted)
    return int(await sql.value(f"SELECT count(*) FROM supplier WHERE {where}", within.organisation, *values))  # noqa: S608


async def any_of(organisation: UUID) -> bool:
    """Return whether there is any supplier."""
    found = "SELECT 1 AS one FROM supplier WHERE organisation = {} AND off_list IS NULL LIMIT 1"
    return bool(await sql.rows(found, organisation))


async def levels(within: OrganisationScope) -> dict[Level, int]:
    """Return how many suppliers there are of each level, in the order of the list."""
    rows = await sql.rows(
        f"SELECT {_RANK} AS place, count(*) AS suppliers FROM supplier "  # noqa: S608
        f"WHERE organisation = {{}} AND off_list IS NULL GROUP BY {_RANK}",
        within.organisation,
    )
    found = {row["place"]: row["suppliers"] for row in rows}
    return {level: found.get(place, 0) for place, level in enumerate(RANKED)}


async def by(within: OrganisationScope, column: Literal["country_of_supply", "sectors"]) -> list[dict[str, Any]]:
    """Return how many suppliers there are of each value of a column, and how many of them are at high risk."""
    return await sql.rows(
        f"SELECT {column} AS value, count(*) AS suppliers, sum(CASE WHEN level = 'high' THEN 1 ELSE 0 END) AS high "  # noqa: S608
        f"FROM supplier WHERE organisation = {{}} AND off_list IS NULL GROUP BY {column}",
        within.organisation,
    )


async def largest(within: OrganisationScope, at_most: int) -> list[dict[str, Any]]:
    """Return the largest suppliers: by spend, then by the number of rows, then by name (as ``needs`` has it)."""
    shown = "id, name, name_key, country_of_supply, labour, spend, rows_named"
    # The index has the dearest of each level at hand; the largest of all are among these.
    each = " UNION ALL ".join(
        f"SELECT * FROM (SELECT {shown} FROM supplier WHERE organisation = {{}} "  # noqa: S608
        f"AND off_list IS NULL AND {_RANK} = {place} ORDER BY {_SPEND} DESC LIMIT {{}}) AS {level}_ones"
        for place, level in enumerate(RANKED)
    )
    dearest = await sql.rows(each, *(within.organisation, at_most) * len(RANKED))
    if sum((row["spend"] or 0) > 0 for row in dearest) >= at_most or len(dearest) < at_most:  # then these are all
        order = sorted(dearest, key=lambda row: (-(row["spend"] or 0), -row["rows_named"], row["name_key"], row["id"]))
        return order[:at_most]
    return await sql.rows(
        f"SELECT {shown} FROM supplier WHERE organisation = {{}} AND off_list IS NULL "  # noqa: S608
        f"ORDER BY {_SPEND} DESC, rows_named DESC, name_key, id LIMIT {{}}",
        within.organisation,
        at_most,
    )


async def one(within: OrganisationScope, supplier: UUID) -> dict[str, Any] | None:
    """Return everything about one supplier, or None."""
    return await sql.row(
        f"SELECT id, revision, {FACTS}, level, reasons, risk_version, rated, updated, updated_by, "  # noqa: S608
        "off_list, off_list_upload FROM supplier WHERE organisation = {} AND id = {}",
        within.organisation,
        supplier,
    )


async def names(within: OrganisationScope, suppliers: Sequence[UUID]) -> dict[UUID, tuple[str, Level]]:
    """Return name and level of some suppliers, also of those that are off the list."""
    if not suppliers:
        return {}
    rows = await sql.rows(
        f"SELECT id, name, level FROM supplier WHERE organisation = {{}} AND id IN ({sql.marks(len(suppliers))})",  # noqa: S608
        within.organisation,
        *suppliers,
    )
    return {row["id"]: (row["name"], row["level"]) for row in rows}
