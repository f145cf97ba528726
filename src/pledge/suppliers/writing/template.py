"""The workbook that a firm without a list can fill in: /suppliers/template.xlsx.

The first sheet has our columns with lists to choose from; the others explain them, list what we may say about a
row, and hold the choices. Columns of numbers with leading zeros are text, so that the zeros stay.
"""

import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from pledge.cells import Value, set_value
from pledge.suppliers.rows.codes import code_rows
from pledge.suppliers.rows.fields import FIELDS
from pledge.suppliers.rows.row_keys import CODES_HEADINGS
from pledge.suppliers.words.choices import LABOUR
from pledge.suppliers.words.countries import country_names

SHEET = "Suppliers"
_LAST_ROW = 1_048_576
_CHOICES = "Lists"
_YES_NO = ("yes", "no")
_TEXT_FIELDS = ("company_number", "sic_code", "licence_number", "postcode", "reference")
_WIDTHS = {"name": 34, "goods_or_service": 34, "country_of_supply": 24, "country_of_origin": 24, "email": 28}
_FILL = PatternFill("solid", fgColor="1D3557")
_COLUMN_HEADINGS = ("Column", "What to write", "Needed?", "Choices")


def template_workbook() -> bytes:
    """Return the template as an xlsx file."""
    workbook = Workbook()
    suppliers = workbook.active
    assert isinstance(suppliers, Worksheet)
    suppliers.title = SHEET
    _fill_suppliers(suppliers)
    _fill_explanation(workbook.create_sheet("How to fill this in"))
    _fill_issues(workbook.create_sheet("What we may tell you"))
    _fill_choices(workbook.create_sheet(_CHOICES))
    data = io.BytesIO()
    workbook.save(data)
    return data.getvalue()


def _fill_suppliers(sheet: Worksheet) -> None:
    _put_row(sheet, 1, [field.title for field in FIELDS], heading=True)
    sheet.freeze_panes = "B2"
    lists = {
        "labour": _list(f"{_CHOICES}!$A$1:$A${len(LABOUR)}", strict=True),
        "on_site": _list(f"{_CHOICES}!$B$1:$B${len(_YES_NO)}", strict=True),
        "country_of_supply": _list(f"{_CHOICES}!$C$1:$C${len(country_names())}", strict=False),
    }
    for validation in lists.values():
        sheet.add_data_validation(validation)
    lists |= {"subcontracts": lists["on_site"], "country_of_origin": lists["country_of_supply"]}
    for column, field in enumerate(FIELDS, 1):
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = _WIDTHS.get(field.name, 20)
        cells = f"{letter}2:{letter}{_LAST_ROW}"
        if field.name in lists:
            lists[field.name].add(cells)
        number_format = {"spend": "#,##0.00", "last_checked": "dd/mm/yyyy"}.get(field.name)
        if field.name in _TEXT_FIELDS:
            number_format = "@"
        if number_format:
            sheet.column_dimensions[letter].number_format = number_format


def _list(cells: str, *, strict: bool) -> DataValidation:
    validation = DataValidation(type="list", formula1=cells, allow_blank=True, showErrorMessage=strict)
    validation.errorTitle = "Choose from the list"
    validation.error = "Please choose one of the words in the list, or leave the cell empty."
    return validation


def _fill_explanation(sheet: Worksheet) -> None:
    choices = {"labour": ", ".join(LABOUR), "on_site": "yes, no", "subcontracts": "yes, no"}
    choices |= dict.fromkeys(("country_of_supply", "country_of_origin"), "a country, by name or two-letter code")
    _put_row(sheet, 1, _COLUMN_HEADINGS, heading=True)
    for row, field in enumerate(FIELDS, 2):
        needed = "Yes" if field.required else "If you know it"
        # With its letter before it, so that nobody’s program takes this sheet for the list.
        title = f"{get_column_letter(row - 1)}: {field.title}"
        _put_row(sheet, row, (title, field.meaning, needed, choices.get(field.name, "")))
    notes = (
        "One row for each supplier. Leave a cell empty when you do not know: we then tell you what to find out.",
        "You do not need this workbook: a list from your accounts package is welcome as it is.",
        "Please do not name workers. Use an address for questions that is not one person’s own.",
    )
    for row, note in enumerate(notes, len(FIELDS) + 3):
        _put_row(sheet, row, (note,))
    _set_widths(sheet, (26, 70, 16, 44))


def _fill_issues(sheet: Worksheet) -> None:
    _put_row(sheet, 1, CODES_HEADINGS, heading=True)
    for row, values in enumerate(code_rows(), 2):
        _put_row(sheet, row, values)
    _set_widths(sheet, (26, 44, 60, 80))


def _fill_choices(sheet: Worksheet) -> None:
    for column, choices in enumerate((LABOUR, _YES_NO, sorted(country_names().values(), key=str.casefold)), 1):
        for row, choice in enumerate(choices, 1):
            set_value(sheet.cell(row, column), choice)  # type: ignore[arg-type]
    sheet.sheet_state = "hidden"


def _put_row(sheet: Worksheet, row: int, values: tuple[Value, ...] | list[str], *, heading: bool = False) -> None:
    for column, value in enumerate(values, 1):
        cell = sheet.cell(row, column)
        set_value(cell, value)  # type: ignore[arg-type]
        cell.alignment = Alignment(wrap_text=not heading and len(values) > 1, vertical="top")
        if heading:
            cell.font = Font(bold=True, color="FFFFFF")
            cell.fill = _FILL


def _set_widths(sheet: Worksheet, widths: tuple[int, ...]) -> None:
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
