"""The sectors known for exploitation of workers, which an organisation may name, and the goods known for it.

They are asked apart from the section (``pledge.organisations.sections``): a section says what the organisation is, a
risk sector what it does that needs a closer look. Several may apply. The table is data (``data/risk_sectors.csv``),
with the ground for each level in its ``evidence`` column; some grounds are judgement and say so.

The goods (``data/goods.csv``) are what an organisation may buy: groups of the goods on the list by which suppliers are
rated (``pledge.suppliers.risk.goods``).
"""

import csv
from pathlib import Path
from typing import Literal

import msgspec

RiskLevel = Literal["high", "medium"]


class RiskSector(msgspec.Struct, frozen=True):
    """A sector known for exploitation of workers in the United Kingdom.

    ``licensed_labour`` is true where a labour provider must hold a gangmaster's licence. ``sic_codes`` are
    five-digit UK SIC 2007 codes; a code may stand under more than one sector. ``goods`` names the goods that a sector
    is about where it is no work but a trade: a supplier is in it, and an organisation is asked whether it buys them.
    """

    id: str
    label: str
    sic_codes: tuple[str, ...]
    level: RiskLevel
    evidence: str
    licensed_labour: bool
    goods: str


class Goods(msgspec.Struct, frozen=True):
    """Goods known for forced or child labour, by the names (``goods``) that the list of them has."""

    id: str
    label: str
    goods: tuple[str, ...]


def _load_goods(path: Path) -> dict[str, Goods]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [Goods(row["id"], row["label"], tuple(row["goods"].split(";"))) for row in csv.DictReader(file)]
    return {goods.id: goods for goods in rows}


def _load(path: Path) -> dict[str, RiskSector]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            {
                "id": row["sector_id"],
                "label": row["label"],
                "sic_codes": row["sic2007_codes"].split(";"),
                "level": row["risk"],
                "evidence": row["evidence"],
                "licensed_labour": {"yes": True, "no": False}[row["licensed_labour"]],
                "goods": row["goods"],
            }
            for row in csv.DictReader(file)
        ]
    return {sector.id: sector for sector in msgspec.convert(rows, list[RiskSector])}


# id → risk sector, in the order of the table
RISK_SECTORS = _load(Path(__file__).parent / "data" / "risk_sectors.csv")
GOODS = _load_goods(Path(__file__).parent / "data" / "goods.csv")  # id → goods, in the order to ask


def risk_sectors_of_sic(code: str) -> tuple[RiskSector, ...]:
    """Return the risk sectors whose SIC codes include the five-digit ``code``; empty when there is none."""
    return tuple(sector for sector in RISK_SECTORS.values() if code in sector.sic_codes)
