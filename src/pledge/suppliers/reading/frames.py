"""What goes through the pipe from the reading process: a length (4 bytes, big-endian), then MessagePack.

Every frame is decoded against these types, so a reading process gone wrong cannot hand us anything else.
"""

import struct

import msgspec

# One cell: text, number or truth value; "" is an empty cell; None is a formula that was never calculated.
# Errors arrive as their text (#N/A). Dates arrive as ISO text.
Cell = str | int | float | bool | None
Row = list[Cell]

LENGTH = struct.Struct(">L")
FRAME_BYTES = 32 * 1024 * 1024  # one row of 200 cells of 32,767 characters of 4 bytes fits


class Job(msgspec.Struct, frozen=True):
    """What the reading process shall do. ``rows_from`` maps a sheet's index to the first row wanted (from 1)."""

    format: str
    reader: str = "calamine"  # or openpyxl
    sheets: list[int] | None = None  # None: all of them, or all that are not hidden
    hidden: bool = False
    rows_from: dict[int, int] = {}
    rows_at_most: int | None = None  # of each sheet
    last_row_only: bool = False


class SheetInfo(msgspec.Struct, array_like=True, frozen=True):
    """A sheet as its tab shows it. A CSV file has one sheet without a name."""

    index: int
    name: str
    hidden: bool


class Opened(msgspec.Struct, array_like=True, tag="opened", frozen=True):
    """The file could be opened; ``encoding`` and ``delimiter`` only for text files."""

    sheets: list[SheetInfo]
    encoding: str | None
    delimiter: str | None


class SheetStart(msgspec.Struct, array_like=True, tag="sheet", frozen=True):
    """A sheet begins. ``merged`` holds (first row, first column, last row, last column) from 1, of its top rows."""

    sheet: int
    merged: list[tuple[int, int, int, int]]


class Rows(msgspec.Struct, array_like=True, tag="rows", frozen=True):
    """Rows that follow one another from ``first`` (from 1, as Excel shows it); an empty list is an empty row."""

    sheet: int
    first: int
    rows: list[Row]


class SheetEnd(msgspec.Struct, array_like=True, tag="end", frozen=True):
    """A sheet ends. ``stopped_at`` is the row where we stopped although there is more below many empty rows."""

    sheet: int
    stopped_at: int | None


class Done(msgspec.Struct, array_like=True, tag="done", frozen=True):
    """The whole file was read."""


class Failed(msgspec.Struct, array_like=True, tag="failed", frozen=True):
    """Reading ended. ``final``: another reader must not try. ``where`` names a sheet or row, or is empty."""

    code: str
    final: bool
    where: str


Frame = Opened | SheetStart | Rows | SheetEnd | Done | Failed
