"""The supplier list summed up: by country and by risk sector, those with most at high risk first."""

from collections import Counter
from typing import NamedTuple

import msgspec

from pledge.organisations.sectors import RISK_SECTORS
from pledge.policy.scopes import OrganisationScope
from pledge.suppliers.listed import queries
from pledge.suppliers.words.countries import country_name

UNKNOWN = "?"  # stands for a country that nobody has said

_decode_sectors = msgspec.json.Decoder(tuple[str, ...]).decode


class Total(NamedTuple):
    """A line of a table: what the suppliers have in common, how many they are, how many of them are at high risk."""

    key: str
    label: str
    suppliers: int
    high: int


class Totals(NamedTuple):
    """Both tables. A supplier may be in several sectors, and most are in none."""

    countries: list[Total]
    sectors: list[Total]


async def load(within: OrganisationScope) -> Totals:
    """Return the list summed up, in the current unit."""
    countries = [
        Total(
            row["value"] or UNKNOWN,
            country_name(row["value"]) if row["value"] else "We do not know",
            row["suppliers"],
            row["high"],
        )
        for row in await queries.by(within, "country_of_supply")
    ]
    suppliers: Counter[str] = Counter()
    high: Counter[str] = Counter()
    for row in await queries.by(within, "sectors"):
        for sector in _decode_sectors(row["value"]):
            suppliers[sector] += row["suppliers"]
            high[sector] += row["high"]
    sectors = [
        Total(sector, RISK_SECTORS[sector].label if sector in RISK_SECTORS else sector, count, high[sector])
        for sector, count in suppliers.items()
    ]
    return Totals(sorted(countries, key=_order), sorted(sectors, key=_order))


def _order(total: Total) -> tuple[int, int, str]:
    return -total.high, -total.suppliers, total.label
