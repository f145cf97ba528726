"""Writing cells of a workbook or a CSV file so that none of them can ever be a formula. Pure.

Long workbooks are written by ``pledge.workbooks``.
"""

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

LONGEST = 32_767  # characters: what Excel itself allows
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what XML cannot hold
# What a spreadsheet takes for the beginning of a formula, the full-width signs of other keyboards included.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
Value = str | int | float | None


def safe_cell(sheet: "Worksheet", value: Value) -> Any:
    """Return a workbook's cell for ``append``: text is always text, also when it begins with =, + or @."""
    from openpyxl.cell.cell import WriteOnlyCell  # slow to import, and who only reads needs none of it

    cell = WriteOnlyCell(sheet)
    set_value(cell, value)
    return cell


def set_value(cell: "Cell", value: Value) -> None:
    """Put a value into a workbook's cell: text is always text, also when it begins with =, + or @."""
    if isinstance(value, str):
        cell.value = ILLEGAL.sub("", value)[:LONGEST]
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(FORMULA)
    else:
        cell.value = value


def inert(text: str) -> str:
    """Return a CSV file's cell that no spreadsheet takes for a formula: with an apostrophe before what begins one."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
