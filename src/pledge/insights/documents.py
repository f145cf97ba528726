"""A release as a file: a workbook, CSV, or JSON. No cell of either can be a formula."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from pledge.cells import inert, safe_cell
from pledge.insights.figures import TOTAL, Cell, Table
from pledge.insights.views import FORMS_DIFFER, SIZES_DIFFER, TOO_FEW
from pledge.words.dates import uk_date

COLUMNS = (
    *("release", "table", "title", "questionnaire_versions", "row", "row_name", "measure", "measure_name", "unit"),
    *("firms", "value", "as_of", "shown"),
)

NOTES = (
    "Every figure stands for five firms at least. Other figures are not shown: there are too few firms, "
    "or the figure would give away that of another row.",
    SIZES_DIFFER,
    FORMS_DIFFER,
    "A figure with an earlier date is repeated: too few firms have changed since then for a new one.",
    "Answers are the firms’ own. Nobody has checked them.",
)


def as_csv(day: date, tables: Sequence[Table]) -> bytes:
    """Return a line for each figure, in UTF-8 with a byte order mark (for Excel); means in basis points."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for record in _records(day, tables):
        row = ["" if value is None else str(value) for value in record.values()]
        writer.writerow([inert(text) for text in row])
    return file.getvalue().encode("utf-8-sig")


def as_json(day: date, tables: Sequence[Table]) -> bytes:
    """Return the release as one JSON object; means in basis points."""
    found = {"day": day.isoformat(), "notes": NOTES, "figures": _records(day, tables)}
    return json.dumps(found, ensure_ascii=False, indent=1).encode()


def as_workbook(day: date, tables: Sequence[Table]) -> bytes:
    """Return a workbook: what it is, then a sheet for each series with a line for each row of its tables."""
    book = Workbook(write_only=True)
    about = book.create_sheet("About")
    about.column_dimensions["A"].width = 100
    about.append([_cell(about, f"Pledge: grouped figures of {uk_date(day)}", bold=True)])
    for note in NOTES:
        about.append([_cell(about, note)])
    for total in [table for table in tables if table.dimension == TOTAL]:
        _sheet(book, day, total, [table for table in tables if table.series == total.series])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _sheet(book: Workbook, day: date, total: Table, tables: Sequence[Table]) -> None:
    sheet = book.create_sheet(total.series[:31])
    sheet.freeze_panes = "C3"
    sheet.column_dimensions["A"].width = sheet.column_dimensions["B"].width = 36
    versions = f" (version {total.versions})" if total.versions else ""
    sheet.append([_cell(sheet, f"{total.title}{versions}, {uk_date(day)}", bold=True)])
    measures = [cell.measure for cell in total.cells]
    head = ["Table", "Row", *(measure.label for measure in measures), "Repeated from earlier releases"]
    sheet.append([_cell(sheet, name, bold=True) for name in head])
    for table in tables:
        rows: dict[str, list[Cell]] = {}
        for cell in table.cells:
            rows.setdefault(cell.row, []).append(cell)
        for cells in rows.values():
            repeated: dict[date, list[str]] = {}
            for cell in cells:
                if cell.figure and cell.figure.as_of != day:
                    repeated.setdefault(cell.figure.as_of, []).append(cell.measure.label)
            notes = "; ".join(f"{uk_date(as_of)}: {', '.join(names)}" for as_of, names in sorted(repeated.items()))
            texts = [_cell(sheet, table.dimension), _cell(sheet, cells[0].row_label)]
            sheet.append([*texts, *(_figure(sheet, cell) for cell in cells), _cell(sheet, notes)])


def _figure(sheet: Worksheet, cell: Cell) -> Any:
    if cell.figure is None:
        return _cell(sheet, TOO_FEW)
    if cell.measure.unit == "firms":
        return WriteOnlyCell(sheet, cell.figure.value)
    made = WriteOnlyCell(sheet, cell.figure.value / 10_000)
    made.number_format = "0%"
    return made


def _cell(sheet: Worksheet, text: str, *, bold: bool = False) -> Any:
    made = safe_cell(sheet, text)
    made.alignment = Alignment(wrap_text=True, vertical="top")
    if bold:
        made.font = Font(bold=True)
    return made


def _records(day: date, tables: Sequence[Table]) -> list[dict[str, str | int | None]]:
    found = []
    for table in tables:
        for cell in table.cells:
            firms, value, as_of = cell.figure or (None, None, None)
            where = (day.isoformat(), table.id, table.title, table.versions, cell.row, cell.row_label, *cell.measure)
            what = (firms, value, as_of.isoformat() if as_of else None, "yes" if as_of else TOO_FEW)
            found.append(dict(zip(COLUMNS, (*where, *what), strict=True)))
    return found


KINDS: dict[str, tuple[str, Callable[[date, Sequence[Table]], bytes]]] = {
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_workbook),
    "csv": ("text/csv; charset=utf-8", as_csv),
    "json": ("application/json", as_json),
}
