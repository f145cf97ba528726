"""A person's copy of their data, as JSON and as a workbook, made from what every domain declares."""

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from openpyxl import Workbook

from pledge.audit.log import record
from pledge.cells import safe_cell
from pledge.database import clock, sql
from pledge.organisations.rights import erasing
from pledge.personal import Holdings

JSON_TYPE = "application/json"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Copy = Mapping[str, Sequence[Mapping[str, Any]]]  # title → rows, a row as column → value


async def collect(holdings: Holdings, person: UUID) -> Copy:
    """Return all that is held about a person, by title, in the current unit, and log that it was handed out.

    Their own columns and nobody's (ids, times); never an organisation's, nor hashes and links.
    """
    who = await erasing.subject(person)
    assert who is not None
    found: dict[str, list[dict[str, Any]]] = {}
    for each in reversed(holdings.held):
        if each.condition:
            condition, values = who.fill(each.condition)
            columns = ", ".join(each.handed_out)
            statement = f"SELECT {columns} FROM {each.table} WHERE {condition} ORDER BY {each.handed_out[-1]}"  # noqa: S608
            found[each.title] = await sql.rows(statement, *values)
    await record("data.downloaded", person, person=person)
    return found


def as_json(copy: Copy) -> bytes:
    """Return a copy as a JSON document."""
    document = {"made": clock.now(), "held": copy}
    return msgspec.json.format(msgspec.json.encode(document, enc_hook=str), indent=2)


def as_workbook(copy: Copy) -> bytes:
    """Return a copy as a workbook: a sheet for each title, with no formula in it."""
    workbook = Workbook(write_only=True)
    for number, (title, rows) in enumerate(copy.items(), 1):
        sheet = workbook.create_sheet(f"{number} {title}"[:31])
        columns = list(rows[0]) if rows else ["Nothing is held here."]
        sheet.append([safe_cell(sheet, column) for column in columns])
        for row in rows:
            sheet.append([safe_cell(sheet, _shown(value)) for value in row.values()])
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def _shown(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | float) else str(value)
