"""What the annotated workbook adds to a firm’s own columns, and how we know it again when it comes back. Pure.

A row’s key says which row of which file it is, so that a corrected row finds the row that it was, wherever it stands
and whatever it is called now. It opens nothing: it is looked up among the organisation’s own rows. Its last bytes tell
one that was filled down, typed or made for another organisation.
"""

import base64
import binascii
import hashlib
import re
import struct
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from pledge.suppliers.reading.frames import Cell, Row
from pledge.suppliers.words.text import fold

STATUS, PROBLEM, FIX, KEY = "Status", "Problem", "How to fix", "Pledge row key"
HEADINGS = (STATUS, PROBLEM, FIX, KEY)
TAKEN, NOT_TAKEN, WARNING, LEFT_OUT = "Taken", "Not taken", "Warning", "Left out"  # what a status may be
CODES_TITLE = "Codes"
CODES_HEADINGS = ("Code", "How bad", "What it means", "How to fix it")

_SHAPE = re.compile(r"pl\.[A-Za-z0-9_-]{36}")
_PLACE = struct.Struct(">HL")
_CHECK_BYTES = 5
_FOLDED = tuple(map(fold, HEADINGS))


class RowKey(NamedTuple):
    """A row of a file: ``sheet`` is its index, ``number`` as Excel counts."""

    upload: UUID
    sheet: int
    number: int


class Ours(NamedTuple):
    """The columns of a sheet that are ours, from 0: that of the row keys, and all of them."""

    key: int
    columns: tuple[int, ...]


def write_key(organisation: UUID, key: RowKey) -> str:
    """Return a row’s key as text: “pl.” and 36 letters, digits, - and _."""
    said = key.upload.bytes + _PLACE.pack(key.sheet, key.number)
    return f"pl.{base64.urlsafe_b64encode(said + _check(organisation, said)).decode()}"


def read_key(organisation: UUID, cell: Cell) -> RowKey | None:
    """Return what a key says, or None when it is none that we made for this organisation."""
    if not (isinstance(cell, str) and _SHAPE.fullmatch(text := cell.strip())):
        return None
    try:
        data = base64.urlsafe_b64decode(text[3:])
    except (binascii.Error, ValueError):  # pragma: no cover - the shape lets nothing else through
        return None
    said, check = data[:-_CHECK_BYTES], data[-_CHECK_BYTES:]
    if check != _check(organisation, said):
        return None
    return RowKey(UUID(bytes=said[:16]), *_PLACE.unpack(said[16:]))


def _check(organisation: UUID, said: bytes) -> bytes:
    return hashlib.blake2b(said, digest_size=_CHECK_BYTES, key=organisation.bytes).digest()


def find_ours(headings: Sequence[str], rows: Sequence[Row]) -> Ours | None:
    """Return which columns of a sheet are ours, given its headings (perhaps none) and its first rows; None: none is.

    The column of keys is known by its values, also when its heading is changed, else by its heading. The others are
    the last columns with our headings, so that a firm’s own “Status” stays the firm’s.
    """
    folded = [fold(heading) for heading in headings]
    key = next((place for row in rows for place, cell in enumerate(row) if _is_key(cell)), None)
    if key is None:
        key = folded.index(_FOLDED[-1]) if _FOLDED[-1] in folded else None
    if key is None:
        return None
    others = [place for heading in _FOLDED[:-1] if (place := _last(folded, heading)) is not None]
    if not any(folded) and _are_statuses(rows, key - len(_FOLDED) + 1):  # a sheet without headings got none from us
        others = list(range(key - len(_FOLDED) + 1, key))
    return Ours(key, tuple(sorted({key, *others})))


def _is_key(cell: Cell) -> bool:
    return isinstance(cell, str) and cell.startswith("pl.") and _SHAPE.fullmatch(cell.strip()) is not None


def _last(folded: list[str], heading: str) -> int | None:
    return max((place for place, found in enumerate(folded) if found == heading), default=None)


def _are_statuses(rows: Sequence[Row], place: int) -> bool:
    found = {row[place] for row in rows if 0 <= place < len(row)}
    return bool(found) and found <= {TAKEN, NOT_TAKEN, WARNING, LEFT_OUT, ""}


def is_codes_sheet(rows: Sequence[Row]) -> bool:
    """Say whether a sheet is the list of codes that we put into the annotated workbook."""
    return bool(rows) and tuple(rows[0][: len(CODES_HEADINGS)]) == CODES_HEADINGS
