"""The rows of one sheet, counted, capped and cut into frames. Runs in the reading process."""

import datetime
from collections.abc import Callable, Iterable

from pledge.suppliers.reading import limits
from pledge.suppliers.reading.frames import FRAME_BYTES, Cell, Frame, Job, Row, Rows, SheetEnd
from pledge.suppliers.reading.refusals import FileRefused

# About so many cells go into one frame: small enough that one over-long cell shows in its size.
_FRAME_CELLS = 2_000
_FRAME_ROWS = 1_000
_ROWS_OF_A_SHEET = 1_048_576  # that Excel has

# Cells whose reader shows nothing although something is there: row → column (from 0) → error text, or None.
Suspects = dict[int, dict[int, str | None]]


def tidy(cell: object) -> Cell:
    """Return a cell as frames carry it: dates as ISO text, without the time when it is midnight."""
    if isinstance(cell, str | int | float):
        return cell
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        cell = cell.date()
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return "" if cell is None else str(cell)


class Emitter:
    """Sends sheets through the pipe and keeps the limits that hold for the whole file."""

    tidy = staticmethod(tidy)

    def __init__(self, job: Job, encode: Callable[[Frame], bytes], write: Callable[[bytes], None]) -> None:
        self._job = job
        self._encode = encode
        self._write = write
        self._rows_left = limits.ROWS

    def send(self, frame: Frame) -> None:
        """Send one frame."""
        self._write(self._encode(frame))

    def sheet(
        self, index: int, rows: Iterable[Row], *, pad: int = 0, suspects: Callable[[], Suspects] | None = None
    ) -> None:
        """Send the rows of a sheet and its end.

        ``rows`` start at row 1 and, after ``pad`` columns, at column A. ``suspects`` is asked once, when the first
        empty cell turns up: only there can an error or a formula without a value hide.
        """
        wanted_from = self._job.rows_from.get(index, 1)
        limit = self._job.rows_at_most
        batch: list[Row] = []
        batch_first = blanks = sent = number = 0
        batch_rows = _FRAME_ROWS
        hidden: Suspects = {}
        last: tuple[int, Row] | None = None
        iterator = iter(rows)
        margin: Row = [""] * pad
        for number, row in enumerate(iterator, 1):
            if suspects and "" in row:
                hidden, suspects = suspects(), None
            if pad:
                row = margin + row
            if hidden and (found := hidden.get(number)):
                row = _uncover(row, found)
            width = len(row)
            if not any(row) and _is_blank(row):
                blanks += 1
                if blanks >= limits.BLANK_ROWS:
                    break
                row = []
            else:
                blanks = 0
                if len(row) > limits.COLUMNS:
                    row = _within_columns(row)
                self._rows_left -= 1
                if self._rows_left < 0:
                    raise FileRefused("too-many-rows")
                last = number, row
            if number < wanted_from or self._job.last_row_only:
                continue
            if not batch:
                if not row:
                    continue  # empty rows between frames show in their numbers
                batch_first = number
                batch_rows = max(1, min(_FRAME_ROWS, _FRAME_CELLS // max(1, width)))
            batch.append(row)
            if len(batch) >= batch_rows:
                self.rows(index, batch_first, batch)
                batch = []
            sent += 1
            if sent == limit:
                break
        if self._job.last_row_only and last:
            batch_first, batch = last[0], [last[1]]
        if batch:
            self.rows(index, batch_first, batch)
        more = blanks >= limits.BLANK_ROWS and _more_below(iterator)
        self.send(SheetEnd(index, number - blanks if more else None))

    def rows(self, index: int, first: int, batch: list[Row]) -> None:
        """Send rows that follow one another from ``first``."""
        while not batch[-1]:
            batch.pop()
        encoded = self._encode(Rows(index, first, batch))
        if len(encoded) > limits.CELL_CHARACTERS:
            _refuse_long_cells(first, batch)
            if len(encoded) > FRAME_BYTES and len(batch) > 1:
                half = len(batch) // 2
                self.rows(index, first, batch[:half])
                self.rows(index, first + half, batch[half:])
                return
        self._write(encoded)


def _is_blank(row: Row) -> bool:
    # Zero and FALSE are values, and so is a formula without one.
    return all(cell == "" or (isinstance(cell, str) and not cell.strip()) for cell in row)


def _uncover(row: Row, found: dict[int, str | None]) -> Row:
    width = max(found) + 1
    row = row + [""] * (width - len(row)) if len(row) < width else list(row)
    for column, cell in found.items():
        if row[column] == "":
            row[column] = cell
    return row


def _within_columns(row: Row) -> Row:
    if any(cell not in ("", None) for cell in row[limits.COLUMNS :]):
        raise FileRefused("too-many-columns")
    return row[: limits.COLUMNS]


def _more_below(rows: Iterable[Row]) -> bool:
    """Say whether a filled cell follows the empty rows, or they go on for longer than a sheet can."""
    return any(place == _ROWS_OF_A_SHEET or not _is_blank(row) for place, row in enumerate(rows, 1))


def _refuse_long_cells(first: int, batch: list[Row]) -> None:
    for number, row in enumerate(batch, first):
        for cell in row:
            if cell.__class__ is str and len(cell) > limits.CELL_CHARACTERS:
                raise FileRefused("cell-too-long", f"Row {number}")
