"""Writing cells of a workbook so that none of them can ever be a formula."""

import re
from typing import Any

from openpyxl.cell.cell import Cell, WriteOnlyCell
from openpyxl.worksheet.worksheet import Worksheet

from pledge.suppliers.limits import CELL_CHARACTERS

# What XML cannot hold.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
Value = str | int | float | None


def safe_cell(sheet: Worksheet, value: Value) -> Any:
    """Return a cell for ``append``: text is always text, also when it begins with =, + or @."""
    cell = WriteOnlyCell(sheet)
    set_value(cell, value)
    return cell


def set_value(cell: Cell, value: Value) -> None:
    """Put a value into a cell: text is always text, also when it begins with =, + or @."""
    if isinstance(value, str):
        cell.value = _ILLEGAL.sub("", value)[:CELL_CHARACTERS]
        cell.data_type = "s"
        cell.quotePrefix = value[:1] in tuple("=+-@\t")
    else:
        cell.value = value
