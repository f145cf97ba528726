"""The sectors known for exploitation of workers, which an organisation may name.

They are asked apart from the section (``pledge.organisations.sections``): a section says what the organisation is, a
risk sector what it does that needs a closer look. Several may apply. The table is data (``data/risk_sectors.csv``),
with the ground for each level in its ``evidence`` column; some grounds are judgement and say so.
"""

import csv
from pathlib import Path
from typing import Literal

import msgspec

RiskLevel = Literal["high", "medium"]


class RiskSector(msgspec.Struct, frozen=True):
    """A sector known for exploitation of workers in the United Kingdom.

    ``licensed_labour`` is true where a labour provider must hold a gangmaster's licence. ``sic_codes`` are
    five-digit UK SIC 2007 codes; a code may stand under more than one sector.
    """

    id: str
    label: str
    sic_codes: tuple[str, ...]
    level: RiskLevel
    evidence: str
    licensed_labour: bool


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
            }
            for row in csv.DictReader(file)
        ]
    return {sector.id: sector for sector in msgspec.convert(rows, list[RiskSector])}


# id → risk sector, in the order of the table
RISK_SECTORS = _load(Path(__file__).parent / "data" / "risk_sectors.csv")


def risk_sectors_of_sic(code: str) -> tuple[RiskSector, ...]:
    """Return the risk sectors whose SIC codes include the five-digit ``code``; empty when there is none."""
    return tuple(sector for sector in RISK_SECTORS.values() if code in sector.sic_codes)
