"""The attendee list as a workbook: texts only, so that no name can be a formula."""

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from pledge.cells import safe_cell
from pledge.events.running.organising import Attendee
from pledge.words.dates import uk_moment

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEAD = ("Name", "Organisation", "Booked by", "Booked", "Checked in")
_WIDTHS = (32, 36, 32, 28, 28)  # characters


def workbook(attendees: Sequence[Attendee]) -> bytes:
    """Return an .xlsx file with a line for each attendee."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Attendees")
    sheet.freeze_panes = "A2"
    for letter, width in zip("ABCDE", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width

    def cell(text: str, *, bold: bool = False) -> Any:
        made = safe_cell(sheet, text)
        made.alignment = Alignment(wrap_text=True, vertical="top")
        if bold:
            made.font = Font(bold=True)
        return made

    sheet.append([cell(name, bold=True) for name in HEAD])
    for line in attendees:
        came = "Not checked in" if line.checked_in is None else uk_moment(line.checked_in)
        texts = (line.name, line.organisation, line.booker, uk_moment(line.booked), came)
        sheet.append([cell(text) for text in texts])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
