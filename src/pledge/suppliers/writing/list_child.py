"""The process that writes the list as a file: ``python -I -m pledge.suppliers.writing.list_child xlsx < lines > file``.

Lines come as frames (see ``list_file``): a length, then MessagePack of some lines. The first line has the headings.
"""

import csv
import io
import os
import sys
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from pledge.cells import inert, safe_cell
from pledge.priority import give_way
from pledge.suppliers.reading.frames import LENGTH

TITLE = "Suppliers"
_WIDTHS = {1: 34, 2: 34, 5: 24, 6: 24, 7: 16, 14: 28, 20: 60, 21: 60}  # column from 1 → characters; others have 16

# With these openpyxl makes something else of a text (a formula, an error), or a spreadsheet does when it is typed in.
_ODD = frozenset("=+-@#＝＋－＠")

Line = list[str | float | None]

_decode = msgspec.msgpack.Decoder(list[Line]).decode


def main() -> None:
    """Write the file that the first argument names (xlsx or csv)."""
    give_way()
    with os.fdopen(0, "rb", closefd=False) as lines, os.fdopen(1, "wb", closefd=False) as file:
        (write_csv if sys.argv[1] == "csv" else write_workbook)(read_lines(lines), file)


def read_lines(file: BinaryIO) -> Iterator[Line]:
    """Yield every line of a file of frames."""
    while head := file.read(LENGTH.size):
        (length,) = LENGTH.unpack(head)
        yield from _decode(file.read(length))


def write_csv(lines: Iterator[Line], file: BinaryIO) -> None:
    """Write CSV as Excel reads it: UTF-8 with its mark, and no cell that is taken for a formula."""
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    for line in lines:
        writer.writerow([inert(cell) if isinstance(cell, str) else cell for cell in line])
    text.flush()
    text.detach()


def write_workbook(lines: Iterator[Line], file: BinaryIO) -> None:
    """Write a workbook with one sheet; its text is never a formula."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(TITLE)
    sheet.freeze_panes = "B2"
    headings = next(lines)
    for column in range(1, len(headings) + 1):
        sheet.column_dimensions[get_column_letter(column)].width = _WIDTHS.get(column, 16)
    head = [safe_cell(sheet, heading) for heading in headings]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    for line in lines:
        if "".join([cell for cell in line if cell.__class__ is str]).isprintable():
            sheet.append(
                [safe_cell(sheet, cell) if cell.__class__ is str and cell[:1] in _ODD else cell for cell in line]
            )
        else:
            sheet.append([safe_cell(sheet, cell) for cell in line])
    book.save(file)


if __name__ == "__main__":
    main()
