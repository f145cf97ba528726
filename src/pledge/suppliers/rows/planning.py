"""From the first rows of each sheet to a proposal: which sheets, which headings, which columns."""

from collections.abc import Callable, Mapping, Sequence
from typing import BinaryIO, NamedTuple

from pledge.suppliers.reading.frames import Row, Rows, SheetInfo, SheetStart
from pledge.suppliers.reading.process import read
from pledge.suppliers.rows.columns import Column, missing_required, propose
from pledge.suppliers.rows.headers import Header, find_header, fingerprint, header_from
from pledge.suppliers.rows.row_keys import Ours, find_ours, is_codes_sheet
from pledge.suppliers.rows.supplier_rows import SheetPlan

PREVIEW_ROWS = 130  # headings are among the first 30, and a hundred rows speak for the columns
_LONG_ENOUGH = 10  # rows of a sheet without headings on top for which its last row is looked at

# Given a header's fingerprint, the columns a member confirmed for it before (index from 0 → field), or None.
Saved = Callable[[str], Mapping[int, str] | None]


class SheetOutline(NamedTuple):
    """One sheet as it is proposed. ``plan`` is None when no column with supplier names was found.

    ``first_data_row`` is counted as Excel does: the row below the headings, or 1 where they stand below the data.
    ``ours`` are the columns that we added, when it is an annotated workbook; they are not among ``columns``.
    """

    info: SheetInfo
    header: Header | None
    columns: list[Column]
    fingerprint: str
    first_data_row: int
    plan: SheetPlan | None
    ours: Ours | None = None


def outline_sheet(
    info: SheetInfo,
    rows: Sequence[Row],
    merged: Sequence[tuple[int, int, int, int]] = (),
    *,
    text_file: bool = False,
    saved: Saved | None = None,
    last_row: Callable[[], Rows | None] | None = None,
) -> SheetOutline:
    """Propose headings and columns for a sheet from its first ``rows`` (row 1 first). Pure but for its callables.

    ``last_row`` is asked for the sheet's last row only when no headings were found on top: people sort sheets.
    """
    header = find_header(rows, merged)
    if header is None and last_row is not None and sum(len(row) > 1 for row in rows) >= _LONG_ENOUGH:
        last = last_row()
        header = header_from(last.rows[-1], last.first) if last else None
    headings = header.headings if header else ()
    on_top = header is not None and header.row < len(rows)
    data = rows[header.row :] if header and on_top else rows
    first_data_row = header.row + 1 if header and header.row <= len(rows) and not _is_last(header, rows) else 1
    ours = find_ours(headings, rows)
    known = [heading if not ours or place not in ours.columns else "" for place, heading in enumerate(headings)]
    key = fingerprint(known)
    columns = propose(headings, data, saved(key) if saved and headings else None)
    if ours:
        columns = [column for column in columns if column.index not in ours.columns]
    plan = None
    if not missing_required(columns):
        plan = SheetPlan(
            sheet=info.index,
            name=info.name,
            columns={column.index: column.field for column in columns if column.field},
            first_data_row=first_data_row,
            header_row=header.row if header else None,
            headings=headings,
            text_file=text_file,
            key=ours.key if ours else None,
            ours=ours.columns if ours else (),
        )
    return SheetOutline(info, header, columns, key, first_data_row, plan, ours)


def _is_last(header: Header, rows: Sequence[Row]) -> bool:
    """Say whether headings stand below their data, as they do when somebody sorted the whole sheet."""
    return header.row >= len(rows) and sum(len(row) > 1 for row in rows[: header.first_row - 1]) >= _LONG_ENOUGH


def outline(file: BinaryIO, format: str, saved: Saved | None = None) -> list[SheetOutline]:
    """Read the first rows of every sheet, the hidden ones too, and propose headings and columns for each.

    Raises FileRefused as ``reading.read`` does.
    """
    sheets: dict[int, SheetInfo] = {}
    merged: dict[int, list[tuple[int, int, int, int]]] = {}
    rows: dict[int, list[Row]] = {}
    for frame in read(file, format, hidden=True, rows_at_most=PREVIEW_ROWS):
        match frame:
            case SheetStart():
                merged[frame.sheet], rows[frame.sheet] = frame.merged, []
            case Rows():
                known = rows[frame.sheet]
                known += [[]] * (frame.first - 1 - len(known)) + frame.rows
            case _ if hasattr(frame, "sheets"):
                sheets = {sheet.index: sheet for sheet in frame.sheets}
    return [
        outline_sheet(
            sheets[index],
            rows[index],
            merged[index],
            text_file=format == "csv",
            saved=saved,
            last_row=lambda index=index: read_last_row(file, format, index),  # type: ignore[misc]
        )
        for index in rows
        if not is_codes_sheet(rows[index])
    ]


def read_last_row(file: BinaryIO, format: str, sheet: int) -> Rows | None:
    """Return the last filled row of a sheet."""
    frames = list(read(file, format, sheets=[sheet], last_row_only=True))
    return next((frame for frame in frames if isinstance(frame, Rows)), None)
