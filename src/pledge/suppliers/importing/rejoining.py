"""An annotated workbook that was sent back: which row of the first file each of its rows was.

Told by the row's key; for a row without one that can be relied on, by its cells. What a member decided about a row
here holds as long as its cells are as they were.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import partial
from typing import BinaryIO, NamedTuple
from uuid import UUID

import msgspec

from pledge.database.unit import read
from pledge.policy.scopes import OrganisationScope
from pledge.suppliers.files import links, stored_rows, uploads
from pledge.suppliers.files.stored_rows import place_text
from pledge.suppliers.files.uploads import Upload
from pledge.suppliers.pairs.parties import Party
from pledge.suppliers.reading.frames import Row, Rows
from pledge.suppliers.reading.process import read as read_frames
from pledge.suppliers.rows.codes import Issue, issue
from pledge.suppliers.rows.columns import column_letter
from pledge.suppliers.rows.row_keys import read_key
from pledge.suppliers.rows.supplier_rows import Batch, SheetPlan, SupplierRow, hash_of
from pledge.suppliers.same.joining import Joiner
from pledge.suppliers.words.findings import Finding
from pledge.suppliers.words.text import clean

_LOADED_AT_ONCE = 5_000
_FILES = 20  # of which one file's keys may be; more are not looked up

_CODES = {"fixed": "fixed-here", "left-out": "left-out", "replaced": "fixed-in-file"}  # by what was decided

Place = int  # a row of a sheet in one number, of which there may be many (see ``_place``)


class Origin(NamedTuple):
    """A row of the first file. ``alone``: no other row of it names the same supplier (``party``).

    ``content`` is only that of a row that a member put right.
    """

    at: Place
    hash: str
    party: Party | None
    alone: bool
    decided: str  # how it is settled: fixed, left-out, replaced or “”
    content: str

    @property
    def place(self) -> str:
        """The row as it is stored (``stored_rows.place_text``)."""
        return place_text(self.at >> 32, self.at & 0xFFFFFFFF)


class Again:
    """What is known of the rows of a file that was sent back. ``parent`` is the file that they come from."""

    def __init__(
        self,
        parent: UUID | None,
        by_place: Mapping[Place, Origin],
        by_hash: Mapping[str, Origin],
        notes: Mapping[Place, str],
    ) -> None:
        self.parent = parent
        self._by_place = by_place
        self._by_hash = by_hash
        self._notes = notes
        self._any_decided = any(origin.decided for known in (by_place, by_hash) for origin in known.values())

    def origin(self, sheet: int, number: int, given: str) -> Origin | None:
        """Return the row that a row was; ``given`` is the hash of its cells."""
        return self._by_place.get(_place(sheet, number)) or self._by_hash.get(given)

    def join(self, joiner: Joiner[Party], row: SupplierRow, origin: Origin, given: str) -> Party:
        """Return the supplier that a row belongs to which was another before.

        Unchanged, it is where it was. Changed, it may name another supplier of the list, or have become one of several
        that were one; else it is the same supplier, whatever it is called now.
        """
        party = origin.party
        if party is not None and (origin.hash == given or (origin.alone and joiner.find(row) is None)):
            joiner.add_to(party, row)
            return party
        return joiner.add(row)

    def decide(self, plan: SheetPlan, first: int, rows: Sequence[Row], batch: Batch) -> Batch:
        """Return a checked batch with what members decided before, and with a note about each key that told nothing."""
        numbers = range(first, first + len(rows))
        notes = {number: code for number in numbers if (code := self._notes.get(_place(plan.sheet, number)))}
        suppliers = {row.row for row in batch.accepted}.union(batch.rejected)
        decided: dict[int, Origin] = {}
        for number in numbers if self._any_decided else ():
            given = hash_of(plan.given(rows[number - first]))
            origin = self.origin(plan.sheet, number, given)
            if origin and origin.hash == given and (origin.decided == "fixed" or number in suppliers):
                decided[number] = origin
        decided = {number: origin for number, origin in decided.items() if origin.decided}
        if not notes and not decided:
            return batch
        accepted = [row for row in batch.accepted if row.row not in decided]
        issues = [issue for issue in batch.issues if issue.row not in decided]
        name_column = next(column for column, field in plan.columns.items() if field == "name")
        for number, origin in decided.items():
            if origin.decided == "fixed":
                row = msgspec.json.decode(origin.content, type=SupplierRow)
                accepted.append(msgspec.structs.replace(row, row=number))
            code = _CODES[origin.decided]
            issues.append(_note(plan, number, code, name_column, rows[number - first]))
        for number, code in notes.items():
            if number in suppliers and plan.key is not None:
                issues.append(_note(plan, number, code, plan.key, rows[number - first]))
        return Batch(
            sorted(accepted, key=lambda row: row.row),
            [number for number in batch.rejected if number not in decided],
            issues,
        )


def _note(plan: SheetPlan, number: int, code: str, column: int, row: Row) -> Issue:
    return issue(plan.name, f"{column_letter(column)}{number}", Finding(code), row[column] if column < len(row) else "")


async def prepare(
    within: OrganisationScope, upload: Upload, parties: Mapping[UUID, Party], file: BinaryIO
) -> Again | None:
    """Return what is known of the rows of a file, or None when it has no column of keys. Raises FileRefused.

    ``parties`` are the suppliers of the list. The file that most keys are of is the one it corrects; keys of others,
    of other organisations, made up or used twice tell nothing, and a note says so.
    """
    plans = {index: plan for index, plan in upload.plans.items() if plan.key is not None}
    if not plans:
        return None
    keys, files = await asyncio.to_thread(_keys, within.organisation, plans, upload.format, file)
    parent = await read(partial(_parent, within, upload.id, files))
    claims, notes = _claims(keys, files.index(parent) if parent else -1)
    del keys
    by_place: dict[Place, Origin] = {}
    by_hash: dict[str, Origin] = {}
    if parent is not None:
        numbers, several = await read(partial(_suppliers, within, parent))
        after = (-1, 0)
        while rows := await read(partial(stored_rows.had, within, parent, after, _LOADED_AT_ONCE)):
            for row in rows:
                at, number = _place(row.sheet, row.number), row.supplier_number
                party = parties.get(numbers[number]) if number in numbers else None
                origin = Origin(at, row.hash, party, number not in several, row.settled, row.content)
                claimed = claims.pop(at, None)
                if isinstance(claimed, Place):
                    by_place[claimed] = origin
                else:
                    by_hash.setdefault(origin.hash, origin)
                    notes |= dict.fromkeys(claimed or (), "row-key-twice")
            after = rows[-1].sheet, rows[-1].number
    for claimed in claims.values():  # of rows that are not there
        notes |= dict.fromkeys([claimed] if isinstance(claimed, Place) else claimed, "row-key-unknown")
    return Again(parent, by_place, by_hash, notes)


def _place(sheet: int, number: int) -> Place:
    return sheet << 32 | number


def _claims(
    keys: Mapping[Place, tuple[int, Place] | None], parent: int
) -> tuple[dict[Place, Place | list[Place]], dict[Place, str]]:
    """Return which rows claim to be which row of the first file, and what is to be noted about the other keys."""
    claims: dict[Place, Place | list[Place]] = {}
    notes: dict[Place, str] = {}
    for place, key in keys.items():
        if key is None or key[0] != parent:
            notes[place] = "row-key-unknown"
            continue
        others = claims.setdefault(key[1], place)
        if isinstance(others, list):
            others.append(place)
        elif others != place:
            claims[key[1]] = [others, place]
    return claims, notes


class _Files:
    """The files that keys name, each with how many name it; a file is a number here, because there are many keys."""

    def __init__(self) -> None:
        self._numbers: dict[UUID, int] = {}
        self._named: Counter[UUID] = Counter()

    def note(self, file: UUID) -> int:
        """Count a key of a file and return the file's number."""
        self._named[file] += 1
        return self._numbers.setdefault(file, len(self._numbers))

    def index(self, file: UUID) -> int:
        """Return the number of a file."""
        return self._numbers[file]

    def often(self) -> list[UUID]:
        """Return the files that are named most, the first first."""
        return [file for file, _ in self._named.most_common(_FILES)]


def _keys(
    organisation: UUID, plans: Mapping[int, SheetPlan], format: str, file: BinaryIO
) -> tuple[dict[Place, tuple[int, Place] | None], _Files]:
    """Return the key of each row that has something where its key should be; None where that is none of ours."""
    found: dict[Place, tuple[int, Place] | None] = {}
    files = _Files()
    with closing(read_frames(file, format, sheets=plans)) as frames:
        for frame in frames:
            if not isinstance(frame, Rows):
                continue
            plan = plans[frame.sheet]
            for number, row in enumerate(frame.rows, frame.first):
                column = plan.key
                assert column is not None
                if number < plan.first_data_row or number == plan.header_row or column >= len(row):
                    continue
                if clean(row[column]):
                    key = read_key(organisation, row[column])
                    said = (files.note(key.upload), _place(key.sheet, key.number)) if key else None
                    found[_place(frame.sheet, number)] = said
    return found, files


async def _parent(within: OrganisationScope, upload: UUID, files: _Files) -> UUID | None:
    """Return which of the named files the organisation has imported, the one named most; None when none of them."""
    often = [file for file in files.often() if file != upload]
    if not often:
        return None
    known = await uploads.imported(within, often)
    return next((file for file in often if file in known), None)


async def _suppliers(within: OrganisationScope, upload: UUID) -> tuple[dict[int, UUID], set[int]]:
    """Return the suppliers of a file by their numbers there, and the numbers that several rows have."""
    return await links.suppliers(within, upload), await stored_rows.shared_numbers(within, upload)
