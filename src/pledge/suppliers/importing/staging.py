"""Reading the rows of a confirmed file, checking them, and keeping them with their issues.

A thread reads and checks some 2,000 rows; one short unit keeps them and moves the checkpoint; and so on. Whenever the
worker dies, another one goes on at the checkpoint: no row is lost, none is kept twice.
"""

import asyncio
import threading
from collections import Counter
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from typing import BinaryIO
from uuid import UUID

import msgspec
from msgspec.structs import replace

from pledge.database.unit import write
from pledge.policy.scopes import OrganisationScope
from pledge.suppliers.files import clearing, links, progress, receiving, stored_issues, stored_rows
from pledge.suppliers.files.links import Link
from pledge.suppliers.files.stored_issues import StoredIssue
from pledge.suppliers.files.stored_rows import StoredRow
from pledge.suppliers.files.uploads import Upload
from pledge.suppliers.importing import rejoining
from pledge.suppliers.importing.rejoining import Again
from pledge.suppliers.pairs import parties
from pledge.suppliers.pairs.parties import Party
from pledge.suppliers.reading import limits
from pledge.suppliers.reading.frames import Opened, Row, Rows, SheetEnd, SheetStart
from pledge.suppliers.reading.process import read as read_frames
from pledge.suppliers.reading.refusals import FileRefused
from pledge.suppliers.rows.codes import LEFT_OUT, Issue, issue
from pledge.suppliers.rows.supplier_rows import Batch, SheetPlan, hash_of
from pledge.suppliers.rows.validation import RowChecker
from pledge.suppliers.same.joining import Joiner
from pledge.suppliers.words.findings import Finding
from pledge.worker import queue

ROWS_AT_ONCE = 2_000  # in one unit

_encode = msgspec.json.Encoder().encode


@dataclass(slots=True)
class _Checked:
    """Rows ready to be kept in one unit, with their issues and the suppliers of the list that they name.

    ``suppliers`` is how many the rows of the file come to, ``next`` where reading goes on after them (None: everything
    is read).
    """

    rows: list[StoredRow] = field(default_factory=list)
    issues: list[StoredIssue] = field(default_factory=list)
    known: list[Link] = field(default_factory=list)
    problems: Counter[str] = field(default_factory=Counter)
    rows_read: int = 0
    accepted: int = 0
    rejected: int = 0
    suppliers: int = 0
    next: tuple[int, int] | None = None

    @property
    def size(self) -> int:
        """How much there is to keep; rows without suppliers count too, so that progress shows."""
        return max(self.rows_read, len(self.issues))


async def stage(within: OrganisationScope, upload: Upload, job: UUID) -> Upload:
    """Keep all rows of the chosen sheets, from the checkpoint on, and return the file as it is then.

    Raises FileRefused when the file cannot be read to its end or names no supplier; Overtaken; LookupError when its
    bytes are gone.
    """
    if (upload.next_sheet, upload.next_row) == (0, 1):
        await clearing.clear(within, upload.id)
    joiner, by_id = await parties.known(within, upload)
    with await receiving.open_copy(within, upload.id) as file:
        again = await rejoining.prepare(within, upload, by_id, file)
        if again is not None and again.parent != upload.parent:
            upload = await write(partial(progress.corrects, within, upload, again.parent))
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
        checked = _Checked()
        with closing(self._frames(file)) as frames:
            for frame in frames:
                match frame:
                    case Rows():
                        self._check(checked, frame)
                        checked.next = frame.sheet, frame.first + len(frame.rows)
                    case SheetEnd():
                        if frame.stopped_at is not None:
                            self._cut(checked, frame)
                        checked.next = frame.sheet + 1, 1
                    case _:
                        continue
                if checked.size >= ROWS_AT_ONCE:
                    checked.suppliers = self._count
                    yield checked
                    checked = _Checked()
        if not self._seen:
            raise FileRefused("no-suppliers")
        checked.suppliers, checked.next = self._count, None
        yield checked

    def _frames(self, file: BinaryIO) -> Generator[Opened | SheetStart | Rows | SheetEnd, None, None]:
        if self._plans:
            start = {self._upload.next_sheet: self._upload.next_row}
            yield from read_frames(file, self._upload.format, sheets=self._plans, rows_from=start)

    def _check(self, checked: _Checked, frame: Rows) -> None:
        filled = sum(map(bool, frame.rows))
        self._rows_read += filled
        if self._rows_read > limits.ROWS:
            raise FileRefused("too-many-rows")
        checked.rows_read += filled
        plan = self._plans[frame.sheet]
        batch = self._checkers[frame.sheet].check(frame.first, frame.rows)
        if self._again is not None:
            batch = self._again.decide(plan, frame.first, frame.rows, batch)
        self._seen += len(batch.accepted) + len(batch.rejected)
        checked.accepted += len(batch.accepted)
        checked.rejected += len(batch.rejected)
        self._accept(checked, frame, batch)
        for number in batch.rejected:
            self._reject(checked, plan, number, frame.rows[number - frame.first], "")
        for found in batch.issues:
            self._note(checked, frame.sheet, found)
            if settled := LEFT_OUT.get(found.code):
                self._reject(checked, plan, found.row, frame.rows[found.row - frame.first], settled)

    def _accept(self, checked: _Checked, frame: Rows, batch: Batch) -> None:
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
                    checked.known.append(Link(*owner, party.number, str(party.supplier), "unchanged"))
            kept = StoredRow(*owner, sheet, row.row, "accepted", party.number, _encode(row).decode(), given)
            if origin is not None:
                fixed = "fixed" if origin.decided == "fixed" and origin.hash == given else ""
                kept = kept._replace(settled=fixed, origin=origin.place)
            checked.rows.append(kept)

    def _reject(self, checked: _Checked, plan: SheetPlan, number: int, row: Row, settled: str) -> None:
        """Keep the cells of a row that is not taken, as far as they are read at all."""
        given = plan.given(row)
        place, given_hash = (plan.sheet, number), hash_of(given)
        origin = self._again.origin(*place, given_hash) if self._again else None
        cells = _encode(plan.chosen(given)).decode()
        was = origin.place if origin else None
        checked.rows.append(StoredRow(*self._owner, *place, "rejected", None, cells, given_hash, settled, was))

    def _cut(self, checked: _Checked, frame: SheetEnd) -> None:
        plan = self._plans[frame.sheet]
        self._note(checked, frame.sheet, issue(plan.name, f"A{frame.stopped_at}", Finding("sheet-cut"), ""))

    def _note(self, checked: _Checked, sheet: int, found: Issue) -> None:
        checked.problems[found.code] += 1
        checked.issues.append(stored_issues.stored(*self._owner, sheet, found))


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
    await progress.rows_kept(within, upload, moved)
    await stored_rows.add(checked.rows)
    if checked.issues:
        await stored_issues.add(checked.issues)
    if checked.known:
        await links.add(checked.known)
    await queue.renew(job)
    return moved
