"""A row on the page where it is put right: what stands in each of its fields, and what somebody wrote there. Pure."""

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from pledge.suppliers.reading.frames import Row
from pledge.suppliers.rows.codes import Issue
from pledge.suppliers.rows.supplier_rows import SheetPlan, SupplierRow
from pledge.suppliers.rows.validation import RowChecker
from pledge.suppliers.words.countries import country_list, country_name
from pledge.suppliers.words.text import cell_text


def of_cells(plan: SheetPlan, cells: Row) -> dict[str, str]:
    """Return what the file says in each field that is read: field → text."""
    return {
        field: cell_text(cells[column]) if column < len(cells) else "" for column, field in sorted(plan.columns.items())
    }


def of_row(plan: SheetPlan, row: SupplierRow, not_taken: Mapping[str, str]) -> dict[str, str]:
    """Return what we read in each field: field → text that is read as the same again.

    ``not_taken`` is what the file says where we read nothing: field → text.
    """
    return {field: _text(field, row) or not_taken.get(field, "") for _, field in sorted(plan.columns.items())}


def _text(field: str, row: SupplierRow) -> str:
    value = getattr(row, {"sic_code": "sic_codes", "country_of_origin": "countries_of_origin"}.get(field, field))
    if value is None:
        return ""
    return _WORDS.get(field, str)(value)


def _pounds(pence: int) -> str:
    sign, pence = "-" if pence < 0 else "", abs(pence)
    return f"{sign}{pence // 100}.{pence % 100:02}" if pence % 100 else f"{sign}{pence // 100}"


def _day(day: datetime.date) -> str:
    return f"{day:%d/%m/%Y}"


def _yes_no(answer: bool) -> str:
    return "yes" if answer else "no"


_WORDS: dict[str, Callable[[Any], str]] = {
    "sic_code": "; ".join,
    "country_of_supply": country_name,
    "country_of_origin": country_list,
    "spend": _pounds,
    "on_site": _yes_no,
    "subcontracts": _yes_no,
    "last_checked": _day,
}


def check(plan: SheetPlan, number: int, written: Mapping[str, str]) -> tuple[SupplierRow | None, list[Issue]]:
    """Check what somebody wrote, as an import checks a row; return the row (None: not taken) and every issue."""
    cells: Row = [""] * (max(plan.columns) + 1)
    for column, field in plan.columns.items():
        cells[column] = written.get(field, "")
    return check_cells(plan, number, cells)


def check_cells(plan: SheetPlan, number: int, cells: Row) -> tuple[SupplierRow | None, list[Issue]]:
    """Check a row of which a member says that it is a supplier."""
    batch = RowChecker(plan, by_hand=True).check(number, [cells])
    return (batch.accepted[0] if batch.accepted else None), batch.issues
