"""The labelled pairs of names (fixtures/pairs.csv): invented by hand, not made by undoing what the matcher does.

Each says whether the two are one supplier, as somebody who knows them would. Pairs that nobody could tell from what is
written there are left out. Half of them were looked at while weights and thresholds were fitted; the other half
measures.
"""

import csv
import random
from pathlib import Path
from typing import NamedTuple

from pledge.suppliers.risk.rules import Supply
from pledge.suppliers.same.facts import SupplierFacts
from pledge.suppliers.words.normalise import name_key, name_parts

PAIRS = Path(__file__).parent / "fixtures/pairs.csv"
SEED = 20261122


class Who(NamedTuple):
    """What a supplier is known by."""

    name: str
    name_key: str
    form: str
    company_number: str | None = None
    country_of_supply: str | None = None
    town: str | None = None
    postcode: str | None = None
    email: str | None = None
    website: str | None = None
    reference: str | None = None
    sic_codes: tuple[str, ...] = ()


class Labelled(NamedTuple):
    kind: str
    same: bool
    left: Who
    right: Who


def who(name: str, **fields) -> Who:
    return Who(name, *name_parts(name), **fields)


def facts_of(one: Who) -> SupplierFacts:
    fields = {name: getattr(one, name) for name in Who._fields if name not in ("name", "name_key", "form", "sic_codes")}
    return SupplierFacts(one.name, name_key(one.name), (Supply(None, (), one.sic_codes),), **fields)


def _side(row: dict[str, str], side: str) -> Who:
    fields = {name.removeprefix(side): value for name, value in row.items() if name.startswith(side) and value}
    country, codes = fields.pop("country", None), fields.pop("sic_code", None)
    return who(**fields, country_of_supply=country, sic_codes=(codes,) if codes else ())


def halves() -> tuple[list[Labelled], list[Labelled]]:
    """The half that was looked at, and the half that measures."""
    with PAIRS.open(encoding="utf-8", newline="") as file:
        found = [
            Labelled(row["kind"], row["label"] == "same", _side(row, "left_"), _side(row, "right_"))
            for row in csv.DictReader(file)
        ]
    random.Random(SEED).shuffle(found)
    return found[: len(found) // 2], found[len(found) // 2 :]


_FIRST = "Ald Bar Bec Bram Carl Cran Dun Fal Gar Hal Hex Ing Kel Kirk Lang Mal Nor Pen Quern Rav Sal Scar Tar Thor Ull"
_SECOND = "beck brook by dale field fold ford gate gill ham holme ley low mere ness rigg scale thwaite ton wick worth"
_TRADES = (
    "Building Services|Joinery|Plumbing and Heating|Electrical Contractors|Catering|Cleaning Services|Transport|"
    "Engineering|Packaging|Printing|Roofing|Solicitors|Accountants|Care Home|Nursing Home|Recruitment|Security|"
    "Training|Software Solutions|Design|Property Management|Haulage|Motors|Foods|Textiles|Landscapes|Scaffolding|"
    "Supplies|Consulting|Medical Centre|Day Nursery|Fencing|Flooring|Fabrications|Interiors|Logistics|Metals|Plastics"
)
_ENDS = ("", " Ltd", " Limited", " LLP", " PLC", " & Sons", " Group")


def names(count: int, chance: random.Random) -> list[str]:
    """So many different names of invented firms, as they stand in real lists: mostly a word or two and a trade."""

    first, second, trades = _FIRST.split(), _SECOND.split(), _TRADES.split("|")

    def word() -> str:
        return chance.choice(first) + chance.choice(("", "er", "in", "a", "o", "ing", "s")) + chance.choice(second)

    found: set[str] = set()
    while len(found) < count:
        kind, trade = chance.random(), chance.choice(trades)
        if kind < 0.5:
            name = f"{word()} {trade}"
        elif kind < 0.65:
            name = f"{word()} and {word()} {trade}"
        elif kind < 0.85:
            name = f"{word()} {word()} {trade}"
        elif kind < 0.95:
            name = f"{word()} {word()}"
        else:
            name = f"{chance.choice('ABCDEFGHJKLMNPRSTW')} {word()} {trade}"
        found.add(name + chance.choice(_ENDS))
    return sorted(found)
