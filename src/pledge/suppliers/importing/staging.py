"""Reading the rows of a confirmed file, checking them, and keeping them with their issues.

A thread reads and checks some 2,000 rows; one short unit keeps them and moves the checkpoint; and so on. Whenever the
worker dies, another one goes on at the checkpoint: no row is lost, none is kept twice.
"""

import asyncio
import threading
from collections import Counter
from collections.abc import Generator
from contextlib import closing
from functools import partial
from typing import Any, BinaryIO, NamedTuple
from uuid import UUID

import msgspec
from msgspec.structs import replace

from pledge.database import sql
from pledge.database.unit import write
from pledge.policy.scopes import OrganisationScope
from pledge.suppliers.files import receiving, uploads
from pledge.suppliers.files.uploads import Overtaken, Upload
from pledge.suppliers.importing import rejoining
from pledge.suppliers.importing.rejoining import Again
from pledge.suppliers.pairs import parties
from pledge.suppliers.pairs.parties import Party
from pledge.suppliers.reading import limits
from pledge.suppliers.reading.frames import Opened, Row, Rows, SheetEnd, SheetStart
from pledge.suppliers.reading.process import read as read_frames
from pledge.suppliers.reading.refusals import FileRefused
from pledge.suppliers.rows.codes import LEFT_OUT, Issue, issue
from pledge.suppliers.rows.columns import column_index
from pledge.suppliers.rows.supplier_rows import Batch, SheetPlan, hash_of
from pledge.suppliers.rows.validation import RowChecker
from pledge.suppliers.same.joining import Joiner
from pledge.suppliers.words.findings import Finding
from pledge.worker import queue

ROWS_AT_ONCE = 2_000  # in one unit
_CLEARED_AT_ONCE = 5_000

_encode = msgspec.json.Encoder().encode


class _Checked(NamedTuple):
    """Rows ready to be kept, with where reading goes on after them (None: everything is read).

    ``known_rows`` are those that are settled or that another file has had, too.
    """

    rows: list[tuple[Any, ...]]
    known_rows: list[tuple[Any, ...]]
    issues: list[tuple[Any, ...]]
    known: list[tuple[Any, ...]]
    rows_read: int
    accepted: int
    rejected: int
    suppliers: int
    problems: Counter[str]
    next: tuple[int, int] | None


async def stage(within: OrganisationScope, upload: Upload, job: UUID) -> Upload:
    """Keep all rows of the chosen sheets, from the checkpoint on, and return the file as it is then.

    Raises FileRefused when the file cannot be read to its end or names no supplier; Overtaken; LookupError when its
    bytes are gone.
    """
    if (upload.next_sheet, upload.next_row) == (0, 1):
        await clear(within, upload.id)
    joiner, by_id = await parties.known(within, upload)
    with await receiving.open_copy(within, upload.id) as file:
        again = await rejoining.prepare(within, upload, by_id, file)
        if again is not None and again.parent != upload.parent:
            upload = await write(partial(uploads.corrects, within, upload, again.parent))
        checking = _Checking(within, upload, joiner, file, again)
        try:
            while upload.next_supplier is None:
                checked = await asyncio.to_thread(checking.some)
                upload = await write(partial(_keep, within, upload, checked, job))
        finally:
            await asyncio.to_thread(checking.close)
    return upload


class _Checking:
    """Reads and checks rows, some at a time. Runs on threads, one at a time."""

    def __init__(
        self,
        within: OrganisationScope,
        upload: Upload,
        joiner: Joiner[Party],
        file: BinaryIO,
        again: Again | None = None,
    ) -> None:
        self._upload = upload
        self._again = again
        self._plans = {index: plan for index, plan in sorted(upload.plans.items()) if index >= upload.next_sheet}
        self._owner = str(within.organisation), str(upload.id)
        self._joiner = joiner
        self._count = upload.suppliers
        self._rows_read = upload.rows_read
        self._seen = upload.accepted + upload.rejected
        self._checkers = {index: RowChecker(plan) for index, plan in self._plans.items()}
        self._one_thread = threading.Lock()  # a cancelled task leaves its thread running
        self._batches = self._read(file)

    def some(self) -> _Checked:
        """Return the next rows. Raises FileRefused."""
        with self._one_thread:
            return next(self._batches)

    def close(self) -> None:
        """End the process that reads."""
        with self._one_thread:
            self._batches.close()

    def _read(self, file: BinaryIO) -> Generator[_Checked, None, None]:
        gathered = _Gathered()
        with closing(self._frames(file)) as frames:
            for frame in frames:
                match frame:
                    case Rows():
                        self._check(gathered, frame)
                        place = frame.sheet, frame.first + len(frame.rows)
                    case SheetEnd():
                        if frame.stopped_at is not None:
                            self._cut(gathered, frame)
                        place = frame.sheet + 1, 1
                    case _:
                        continue
                if gathered.size >= ROWS_AT_ONCE:
                    yield gathered.checked(self._count, place)
                    gathered = _Gathered()
        if not self._seen:
            raise FileRefused("no-suppliers")
        yield gathered.checked(self._count, None)

    def _frames(self, file: BinaryIO) -> Generator[Opened | SheetStart | Rows | SheetEnd, None, None]:
        if self._plans:
            start = {self._upload.next_sheet: self._upload.next_row}
            yield from read_frames(file, self._upload.format, sheets=self._plans, rows_from=start)

    def _check(self, gathered: "_Gathered", frame: Rows) -> None:
        filled = sum(map(bool, frame.rows))
        self._rows_read += filled
        if self._rows_read > limits.ROWS:
            raise FileRefused("too-many-rows")
        gathered.rows_read += filled
        plan = self._plans[frame.sheet]
        batch = self._checkers[frame.sheet].check(frame.first, frame.rows)
        if self._again is not None:
            batch = self._again.decide(plan, frame.first, frame.rows, batch)
        self._seen += len(batch.accepted) + len(batch.rejected)
        gathered.accepted += len(batch.accepted)
        gathered.rejected += len(batch.rejected)
        self._accept(gathered, frame, batch)
        for number in batch.rejected:
            self._reject(gathered, plan, number, frame.rows[number - frame.first], "")
        for found in batch.issues:
            self._note(gathered, frame.sheet, found)
            if settled := LEFT_OUT.get(found.code):
                self._reject(gathered, plan, found.row, frame.rows[found.row - frame.first], settled)

    def _accept(self, gathered: "_Gathered", frame: Rows, batch: Batch) -> None:
        add, owner, sheet, cells, first = self._joiner.add, self._owner, frame.sheet, frame.rows, frame.first
        plan, again, disputed = self._plans[sheet], self._again, self._joiner.disputed
        for row in batch.accepted:
            given = hash_of(plan.given(cells[row.row - first]))
            origin = again.origin(sheet, row.row, given) if again else None
            party = add(row) if again is None or origin is None else again.join(self._joiner, row, origin, given)
            if disputed(row, party):
                row = replace(row, company_number=None, disputed_number=row.company_number)
            if party.number is None:
                party.number = self._count
                self._count += 1
                if party.supplier is not None:
                    gathered.known.append((*owner, party.number, party.supplier))
            kept = (*owner, sheet, row.row, "accepted", party.number, _encode(row).decode(), given)
            if origin is None:
                gathered.rows.append(kept)
            else:
                fixed = "fixed" if origin.decided == "fixed" and origin.hash == given else ""
                gathered.known_rows.append((*kept, fixed, origin.place))

    def _reject(self, gathered: "_Gathered", plan: SheetPlan, number: int, row: Row, settled: str) -> None:
        """Keep the cells of a row that is not taken, as far as they are read at all."""
        given = plan.given(row)
        place, given_hash = (plan.sheet, number), hash_of(given)
        origin = self._again.origin(*place, given_hash) if self._again else None
        cells = _encode(plan.chosen(given)).decode()
        kept = (*self._owner, *place, "rejected", None, cells, given_hash)
        gathered.known_rows.append((*kept, settled, origin.place if origin else None))

    def _cut(self, gathered: "_Gathered", frame: SheetEnd) -> None:
        plan = self._plans[frame.sheet]
        self._note(gathered, frame.sheet, issue(plan.name, f"A{frame.stopped_at}", Finding("sheet-cut"), ""))

    def _note(self, gathered: "_Gathered", sheet: int, found: Issue) -> None:
        gathered.problems[found.code] += 1
        gathered.issues.append(
            (
                *self._owner, found.severity, sheet, found.row, column_index(found.cell), found.code, found.value,
                found.message, found.fix,
            )
        )  # fmt: skip


class _Gathered:
    """What one unit will keep."""

    def __init__(self) -> None:
        self.rows: list[tuple[Any, ...]] = []
        self.known_rows: list[tuple[Any, ...]] = []
        self.issues: list[tuple[Any, ...]] = []
        self.known: list[tuple[Any, ...]] = []
        self.problems: Counter[str] = Counter()
        self.rows_read = self.accepted = self.rejected = 0

    @property
    def size(self) -> int:
        """How much there is to keep; rows without suppliers count too, so that progress shows."""
        return max(self.rows_read, len(self.issues))

    def checked(self, suppliers: int, place: tuple[int, int] | None) -> _Checked:
        """Return it with where reading goes on."""
        return _Checked(
            self.rows, self.known_rows, self.issues, self.known, self.rows_read, self.accepted, self.rejected,
            suppliers, self.problems, place,
        )  # fmt: skip


async def _keep(within: OrganisationScope, upload: Upload, checked: _Checked, job: UUID) -> Upload:
    """Keep checked rows and move the checkpoint, in the current unit. Raises Overtaken."""
    next_sheet, next_row = checked.next or (upload.next_sheet, upload.next_row)
    moved = replace(
        upload,
        next_sheet=next_sheet,
        next_row=next_row,
        next_supplier=None if checked.next else 0,
        rows_read=upload.rows_read + checked.rows_read,
        accepted=upload.accepted + checked.accepted,
        rejected=upload.rejected + checked.rejected,
        suppliers=checked.suppliers,
        problems=_encode(upload.counts + checked.problems).decode(),
    )
    still_ours = await sql.rows(
        "UPDATE upload SET next_sheet = {}, next_row = {}, next_supplier = {}, rows_read = {}, accepted = {}, "
        "rejected = {}, suppliers = {}, problems = {} WHERE organisation = {} AND id = {} AND state = 'importing' "
        "AND next_supplier IS NULL AND next_sheet = {} AND next_row = {} RETURNING id",
        moved.next_sheet,
        moved.next_row,
        moved.next_supplier,
        moved.rows_read,
        moved.accepted,
        moved.rejected,
        moved.suppliers,
        moved.problems,
        within.organisation,
        upload.id,
        upload.next_sheet,
        upload.next_row,
    )
    if not still_ours:
        raise Overtaken
    await sql.many(
        "INSERT INTO upload_row (organisation, upload, sheet, number, status, supplier_number, content, hash) "
        "VALUES ({}, {}, {}, {}, {}, {}, {}, {})",
        checked.rows,
    )
    if checked.known_rows:
        await sql.many(
            "INSERT INTO upload_row (organisation, upload, sheet, number, status, supplier_number, content, hash, "
            "settled, origin) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
            checked.known_rows,
        )
    if checked.issues:
        await sql.many(
            "INSERT INTO upload_issue (organisation, upload, severity, sheet, number, place, code, value, message, "
            "fix) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
            checked.issues,
        )
    if checked.known:
        await sql.many(
            "INSERT INTO upload_supplier (organisation, upload, number, supplier, change) "
            "VALUES ({}, {}, {}, {}, 'unchanged')",
            checked.known,
        )
    await queue.renew(job)
    return moved


async def clear(within: OrganisationScope, upload: UUID) -> None:
    """Delete what was kept of a file's rows, in units of a few thousand: nobody is to wait long."""
    for table in ("upload_issue", "upload_row", "upload_supplier"):
        while await write(partial(_clear_some, table, within, upload)):
            continue


async def _clear_some(table: str, within: OrganisationScope, upload: UUID) -> bool:
    order = {"upload_issue": "severity, sheet, number, place, code", "upload_row": "sheet, number"}.get(table, "number")
    last = await sql.row(
        f"SELECT {order} FROM {table} WHERE upload = {{}} ORDER BY {order} LIMIT 1 OFFSET {{}}",  # noqa: S608
        upload,
        _CLEARED_AT_ONCE,
    )
    below = f"AND ({order}) < ({sql.marks(len(last))})" if last else ""
    await sql.rows(
        f"DELETE FROM {table} WHERE organisation = {{}} AND upload = {{}} {below}",  # noqa: S608
        within.organisation,
        upload,
        *(last.values() if last else ()),
    )
    return last is not None
