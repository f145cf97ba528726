"""The process that writes one annotated workbook: ``python -I -m pledge.suppliers.writing.annotating_child TASK``.

The firm's file comes in at standard input, the workbook goes out to standard output, which is a file; the notes come
from a descriptor that the task names. It parses somebody's file, so it has what the process that reads files has:
nothing of ours, and limits (see ``child``).
"""

import datetime
import gc
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import BinaryIO, NamedTuple
from uuid import UUID

import msgspec

from pledge.priority import give_way
from pledge.suppliers.reading import limits
from pledge.suppliers.reading.child import limit_ourselves, read_file
from pledge.suppliers.reading.emitting import Emitter
from pledge.suppliers.reading.emitting import tidy as tidy_for_frames
from pledge.suppliers.reading.frames import LENGTH, Cell, Frame, Job, Row, SheetEnd, SheetStart
from pledge.suppliers.rows.codes import code_rows
from pledge.suppliers.rows.row_keys import (
    CODES_HEADINGS,
    CODES_TITLE,
    HEADINGS,
    NOT_TAKEN,
    WARNING,
    RowKey,
    write_key,
)
from pledge.workbooks import Column, Sheet, Style, Value, Workbook, letter_of

_LOOKED_AT = 200  # rows, for the width of a column
_NARROWEST, _WIDEST = 9, 40  # characters
_FROZEN = 10  # rows at most that stay in sight
_OURS = (12, 60, 60, 20)


class TaskSheet(msgspec.Struct, frozen=True):
    """A sheet that was read: its index, its name, and the row of its headings, if it has any.

    ``ours`` are the columns (from 0) that we had added when this is an annotated workbook itself: they are made anew.
    """

    index: int
    name: str
    header_row: int | None
    ours: tuple[int, ...] = ()

    def given(self, row: Row) -> Row:
        """Return a row as the firm gave it."""
        return ["" if place in self.ours else cell for place, cell in enumerate(row)] if self.ours else row


class Task(msgspec.Struct, frozen=True):
    """What shall be written. ``notes`` is the descriptor of a file of lengths (4 bytes) and lists of ``Note``."""

    organisation: UUID
    upload: UUID
    format: str
    reader: str
    sheets: list[TaskSheet]
    notes: int


class Note(NamedTuple):
    """What is said about a row; they come in the order of sheets and rows."""

    sheet: int
    number: int
    status: str
    problem: str
    fix: str


_decode_notes = msgspec.msgpack.Decoder(list[Note]).decode


def main() -> None:
    """Write the workbook. Ends with 0 when it is whole."""
    gc.disable()
    limit_ourselves(limits.ANNOTATING_CPU_SECONDS, limits.ANNOTATED_BYTES)
    give_way()
    task = msgspec.json.decode(sys.argv[1], type=Task)
    with (
        os.fdopen(0, "rb", closefd=False) as file,
        os.fdopen(1, "wb", buffering=1 << 16, closefd=False) as out,
        os.fdopen(task.notes, "rb") as notes,
    ):
        annotate(task, file, notes, out)


def annotate(task: Task, file: BinaryIO, notes: BinaryIO, out: BinaryIO) -> None:
    """Write the firm's sheets as they are with our columns beside them, and the list of codes."""
    job = Job(task.format, task.reader, sorted(sheet.index for sheet in task.sheets))
    sheets = {sheet.index: sheet for sheet in task.sheets}
    measured = _Measuring(job, sheets)
    read_file(job, file, measured)
    with Workbook(out) as book:
        with ExitStack() as open_sheet:
            read_file(job, file, _Annotating(job, task, sheets, book, measured, _read_notes(notes), open_sheet))
        with book.sheet(
            CODES_TITLE, columns=[Column(*one) for one in enumerate((26, 44, 60, 80), 1)], frozen=1
        ) as codes:
            codes.row(1, CODES_HEADINGS, dict.fromkeys(range(4), "heading"))
            for number, row in enumerate(code_rows(), 2):
                codes.row(number, row, dict.fromkeys(range(4), "wrapped"))


def _read_notes(file: BinaryIO) -> Iterator[Note]:
    while length := file.read(LENGTH.size):
        yield from _decode_notes(file.read(LENGTH.unpack(length)[0]))


class _Here(Emitter):
    """Takes sheets where the reader's process would send them on. Dates stay dates."""

    def __init__(self, job: Job) -> None:
        super().__init__(job, lambda _frame: b"", lambda _encoded: None)

    @staticmethod
    def tidy(cell: object) -> Cell:
        return cell if isinstance(cell, datetime.date | datetime.time) else tidy_for_frames(cell)  # type: ignore[return-value]


class _Size:
    """How far a sheet goes: its last column and row, and how wide its columns should be."""

    def __init__(self) -> None:
        self.columns = self.rows = 0
        self.widths: dict[int, int] = {}
        self.merged: list[str] = []


class _Measuring(_Here):
    """Measures the sheets: our columns begin where a firm's end."""

    def __init__(self, job: Job, sheets: Mapping[int, TaskSheet]) -> None:
        super().__init__(job)
        self._sheets = sheets
        self.sizes: dict[int, _Size] = {}

    def send(self, frame: Frame) -> None:
        if isinstance(frame, SheetStart):
            size = self.sizes[frame.sheet] = _Size()
            size.merged = [
                f"{letter_of(left)}{top}:{letter_of(right)}{bottom}" for top, left, bottom, right in frame.merged
            ]

    def rows(self, index: int, first: int, batch: list[Row]) -> None:
        size, given = self.sizes[index], self._sheets[index].given
        for number, row in enumerate(map(given, batch), first):
            filled = len(row)
            while filled and row[filled - 1] in ("", None):
                filled -= 1
            size.columns = max(size.columns, filled)
            if number <= _LOOKED_AT:
                for place, cell in enumerate(row[:filled]):
                    size.widths[place] = max(size.widths.get(place, 0), len(str(cell)))
        size.rows = first + len(batch) - 1


class _Annotating(_Here):
    """Writes the sheets with what is said about their rows."""

    def __init__(
        self,
        job: Job,
        task: Task,
        sheets: Mapping[int, TaskSheet],
        book: Workbook,
        measured: _Measuring,
        notes: Iterator[Note],
        open_sheet: ExitStack,
    ) -> None:
        super().__init__(job)
        self._task = task
        self._book = book
        self._sizes = measured.sizes
        self._notes = notes
        self._note = next(notes, None)
        self._open_sheet = open_sheet
        self._sheet: Sheet | None = None
        self._sheets = sheets

    def send(self, frame: Frame) -> None:
        if isinstance(frame, SheetStart):
            size, sheet = self._sizes[frame.sheet], self._sheets[frame.sheet]
            columns = [
                Column(place + 1, min(_WIDEST, max(_NARROWEST, width + 1))) for place, width in size.widths.items()
            ]
            columns += [
                Column(size.columns + 1 + at, width, HEADINGS[at] == HEADINGS[-1]) for at, width in enumerate(_OURS)
            ]
            header = sheet.header_row or 0
            last = letter_of(size.columns + len(HEADINGS))
            self._sheet = self._open_sheet.enter_context(
                self._book.sheet(
                    sheet.name,
                    columns=columns,
                    frozen=header if header <= _FROZEN else 0,
                    merged=size.merged,
                    filtered=f"A{header}:{last}{size.rows}" if 0 < header < size.rows else "",
                )
            )
        elif isinstance(frame, SheetEnd):
            self._open_sheet.close()

    def rows(self, index: int, first: int, batch: list[Row]) -> None:
        assert self._sheet is not None
        sheet, width = self._sheets[index], self._sizes[index].columns
        for number, row in enumerate(map(sheet.given, batch), first):
            values: list[Value] = list(row[:width])
            styles: dict[int, Style] = {}
            ours: tuple[str, ...] = ()
            note = self._about(index, number)
            if note is not None:
                key = write_key(self._task.organisation, RowKey(self._task.upload, index, number))
                ours = (note.status, note.problem, note.fix, key)
                if note.problem:
                    styles = {width + 1: "wrapped", width + 2: "wrapped"}
                if note.status in _COLOURS:
                    styles[width] = _COLOURS[note.status]
            elif number == sheet.header_row:
                ours, styles = HEADINGS, {width + at: "heading" for at in range(len(HEADINGS))}
            if ours:
                values += [None] * (width - len(values))
            if values:
                self._sheet.row(number, [*values, *ours], styles)

    def _about(self, index: int, number: int) -> Note | None:
        while self._note is not None and self._note[:2] < (index, number):
            self._note = next(self._notes, None)
        note = self._note
        return note if note is not None and note[:2] == (index, number) else None


_COLOURS: dict[str, Style] = {NOT_TAKEN: "bad", WARNING: "warning"}


if __name__ == "__main__":
    main()
