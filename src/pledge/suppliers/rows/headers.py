"""Which row of a sheet holds the headings, and what they are. Pure.

Title rows, empty rows, headings over two rows, merged cells, blank and repeated headings all occur in published
files, and a few have their headings at the very end because somebody sorted the sheet.
"""

import hashlib
import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from pledge.suppliers.reading.frames import Cell, Row
from pledge.suppliers.rows.fields import FIELDS
from pledge.suppliers.words.text import clean, fold

ROWS_SEARCHED = 30
_ROWS_BELOW = 20
_LONG = 60

_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_CAPITALS = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NUMBER_LIKE = re.compile(r"[£$€(]?\s*-?[£$€]?\s*[\d.,\s]*\d[\d.,\s]*[)%-]?")
_DATE_LIKE = re.compile(r"\d{1,4}[-/. ](?:\d{1,2}|[A-Za-z]{3,9})[-/. ]\d{2,4}(?:[T ].*)?")


class Header(NamedTuple):
    """The headings of a sheet: ``row`` is the last row they fill (from 1), ``first_row`` the first; one per column."""

    first_row: int
    row: int
    headings: tuple[str, ...]


class _Candidate(NamedTuple):
    score: float
    hits: int
    header: Header


@cache
def heading_table() -> dict[str, tuple[tuple[str, int], ...]]:
    """Return, for every heading we know (folded), the fields it may mean with their rank: 0 is the best name."""
    table: dict[str, list[tuple[str, int]]] = {}
    for field in FIELDS:
        for rank, heading in enumerate(dict.fromkeys(map(fold, field.headings))):
            table.setdefault(heading, []).append((field.name, rank))
    return {heading: tuple(found) for heading, found in table.items()}


def heading_keys(heading: str) -> tuple[str, ...]:
    """Return the folded forms under which a heading may be known: whole, without brackets, cut at capitals."""
    forms = (heading, _BRACKETS.sub(" ", heading), _CAPITALS.sub(" ", heading))
    return tuple(key for key in dict.fromkeys(map(fold, forms)) if key)


def find_header(rows: Sequence[Row], merged: Sequence[tuple[int, int, int, int]] = ()) -> Header | None:
    """Return the headings among the first 30 ``rows`` (row 1 first), or None when no row looks like headings.

    A row scores by the headings we know in it, by being all text, and by columns whose type changes below it. Two
    rows are taken together when that gives more known headings than either alone.
    """
    best: _Candidate | None = None
    for at in range(min(len(rows), ROWS_SEARCHED)):
        single = _candidate(rows, at, at, [clean(cell) for cell in rows[at]])
        candidates = [single] if single else []
        if at + 1 < len(rows) and rows[at] and rows[at + 1]:
            pair = _candidate(rows, at, at + 1, _joined(rows, at, merged))
            below = _candidate(rows, at + 1, at + 1, [clean(cell) for cell in rows[at + 1]])
            most = max(single.hits if single else 0, below.hits if below else 0)
            if pair and pair.hits > most:
                candidates.append(pair)
        for candidate in candidates:
            if best is None or candidate.score > best.score:
                best = candidate
    return best.header if best else None


def header_from(row: Row, number: int) -> Header | None:
    """Return one row as headings when it has the name of a supplier column, as a last row that is a header has."""
    found = _candidate([row], 0, 0, [clean(cell) for cell in row])
    return Header(number, number, found.header.headings) if found and found.hits >= 2 else None


def _candidate(rows: Sequence[Row], first: int, last: int, headings: list[str]) -> _Candidate | None:
    filled = [heading for heading in headings if heading]
    if not filled:
        return None
    known = [_fields(heading) for heading in filled]
    fields = {name for names in known for name in names[:1]}
    hits = len(fields)
    numbers = sum(is_number_like(heading) for heading in filled)
    changes = _type_changes(rows, last, headings)
    named = "name" in {name for names in known for name in names}
    if not (named or hits >= 2 or (hits and changes)) and not (changes and len(filled) >= 2 and not numbers):
        return None
    score = 3.0 * hits + 2 * named + min(changes, 3) - 2 * numbers
    score += 1 if len(filled) >= 2 and not numbers else 0
    score -= 1 if len({fold(heading) for heading in filled}) < len(filled) else 0
    score -= 1.5 if any(len(heading) > _LONG for heading in filled) else 0
    score -= last / 100
    if score < (3 if hits else 2):
        return None
    return _Candidate(score, hits, Header(first + 1, last + 1, tuple(headings)))


def _fields(heading: str) -> list[str]:
    table = heading_table()
    return [name for key in heading_keys(heading) for name, _ in table.get(key, ())]


def is_number_like(cell: Cell) -> bool:
    """Say whether a cell is a number, an amount or a date rather than words."""
    if isinstance(cell, int | float):
        return True
    if not isinstance(cell, str) or len(cell) > 40:
        return False
    text = cell.strip()
    return bool(_NUMBER_LIKE.fullmatch(text) or _DATE_LIKE.fullmatch(text))


def _type_changes(rows: Sequence[Row], last: int, headings: list[str]) -> int:
    below = rows[last + 1 : last + 1 + _ROWS_BELOW]
    changes = 0
    for column, heading in enumerate(headings):
        if not heading or is_number_like(heading):
            continue
        cells = [row[column] for row in below if column < len(row) and row[column] not in ("", None)]
        changes += bool(cells) and sum(map(is_number_like, cells)) >= 0.6 * len(cells)
    return changes


def _joined(rows: Sequence[Row], at: int, merged: Sequence[tuple[int, int, int, int]]) -> list[str]:
    """Join two rows of headings; what stands above several columns belongs to each of them."""
    width = max(len(rows[at]), len(rows[at + 1]))
    top = [clean(cell) for cell in rows[at]] + [""] * (width - len(rows[at]))
    bottom = [clean(cell) for cell in rows[at + 1]] + [""] * (width - len(rows[at + 1]))
    spread = list(top)
    for first_row, first_column, _, last_column in merged:
        if first_row == at + 1:
            for column in range(first_column, min(last_column, width)):
                spread[column] = top[first_column - 1]
    joined = []
    for above, over, below in zip(top, spread, bottom, strict=True):
        both = f"{over} {below}".strip()
        choices = [text for text in (both, below, above) if text]
        joined.append(next((text for text in choices if _fields(text)), both))
    return joined


def fingerprint(headings: Sequence[str]) -> str:
    """Return a key (64 hex digits) under which a confirmed choice of columns can be remembered for this header."""
    folded = [fold(heading) for heading in headings]
    while folded and not folded[-1]:
        folded.pop()
    return hashlib.sha256("\x1f".join(folded).encode()).hexdigest()
