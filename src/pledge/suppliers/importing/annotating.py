"""The annotated workbook: a firm's own sheets with what we say about each row, to be corrected and sent back.

It is made when somebody asks for it, by a process of its own (see ``annotating_child``), one at a time: the web process
hands it the file and the notes as files and gets a file back, so it holds neither.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from itertools import groupby
from typing import BinaryIO

import msgspec

from pledge.database.unit import read
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import Refusal
from pledge.suppliers.files import receiving, stored_issues, stored_rows
from pledge.suppliers.files.stored_issues import Remark
from pledge.suppliers.files.stored_rows import Standing
from pledge.suppliers.files.uploads import Upload
from pledge.suppliers.reading import limits
from pledge.suppliers.reading.frames import LENGTH
from pledge.suppliers.reading.process import SECOND_READER
from pledge.suppliers.rows.columns import column_letter
from pledge.suppliers.rows.row_keys import LEFT_OUT, NOT_TAKEN, TAKEN, WARNING
from pledge.suppliers.rows.supplier_rows import SheetPlan
from pledge.suppliers.writing import file_making
from pledge.suppliers.writing.annotating_child import Note, Task, TaskSheet
from pledge.web.file_turns import in_turn

_ROWS_AT_ONCE = 500
_GONE = "We delete each file itself after 30 days, so we can no longer write into it. Your list has what we read in it."

_encode = msgspec.msgpack.Encoder().encode


async def workbook(within: OrganisationScope, upload: Upload) -> BinaryIO:
    """Return the annotated workbook of a file that is in the list, as a nameless file; the caller closes it.

    Raises Refusal: its bytes are gone, too many are waiting, or it cannot be made.
    """
    if not upload.kept:
        raise Refusal(_GONE)
    try:
        return await in_turn(within.organisation, partial(_made, within, upload))
    except LookupError as error:
        raise Refusal(_GONE) from error


async def _made(within: OrganisationScope, upload: Upload) -> BinaryIO:
    with await receiving.open_copy(within, upload.id) as file, await _notes(within, upload) as notes:
        out = await file_making.new_file()
        try:
            readers = ["calamine", "openpyxl"] if upload.format in SECOND_READER else ["calamine"]
            for reader in readers:
                if await _written(within, upload, reader, file, notes, out):
                    return out
        except BaseException:
            out.close()
            raise
        out.close()
    raise Refusal(file_making.FAILED, status=503)


async def _written(
    within: OrganisationScope, upload: Upload, reader: str, file: BinaryIO, notes: BinaryIO, out: BinaryIO
) -> bool:
    """Let a process write the workbook into ``out``; return whether it is whole."""
    sheets = [TaskSheet(plan.sheet, plan.name, plan.header_row, plan.ours) for plan in upload.plans.values()]
    task = Task(within.organisation, upload.id, upload.format, reader, sheets, notes.fileno())
    return await file_making.run(
        "pledge.suppliers.writing.annotating_child",
        msgspec.json.encode(task).decode(),
        out,
        given=file,
        and_given=[notes],
        variables={"OPENPYXL_LXML": "False"},  # so that every part of somebody's file is read by defusedxml
        seconds=limits.ANNOTATING_WAIT_SECONDS,
    )


async def _notes(within: OrganisationScope, upload: Upload) -> BinaryIO:
    """Return what is said about every row, as the process reads it."""
    file = await file_making.new_file()
    try:
        plans, after = upload.plans, (-1, 0)
        while rows := await read(partial(stored_rows.standing, within, upload.id, after, _ROWS_AT_ONCE)):
            after = rows[-1].sheet, rows[-1].number
            issues: dict[tuple[int, int], list[Remark]] = defaultdict(list)
            for sheet, of_sheet in groupby(rows, key=lambda row: row.sheet):
                numbers = [row.number for row in of_sheet]
                between = partial(stored_issues.between, within, upload.id, sheet, numbers[0], numbers[-1])
                for remark in await read(between):
                    issues[sheet, remark.number].append(remark)
            notes = [_note(plans[row.sheet], row, issues[row.sheet, row.number]) for row in rows]
            encoded = _encode(notes)
            await asyncio.to_thread(file.write, LENGTH.pack(len(encoded)) + encoded)
        await asyncio.to_thread(file.flush)
    except BaseException:
        file.close()
        raise
    return file


def _note(plan: SheetPlan, row: Standing, issues: Sequence[Remark]) -> Note:
    if row.status == "accepted":
        status = WARNING if any(remark.severity == "warn" for remark in issues) else TAKEN
    else:
        status = LEFT_OUT if row.settled else NOT_TAKEN
    problems = [f"{_heading(plan, remark.place)}: {remark.message}" for remark in issues]
    fixes = dict.fromkeys(remark.fix for remark in issues if remark.fix)
    return Note(row.sheet, row.number, status, "\n".join(problems), "\n".join(fixes))


def _heading(plan: SheetPlan, place: int) -> str:
    heading = plan.headings[place] if place < len(plan.headings) else ""
    return heading or f"Column {column_letter(place)}"
