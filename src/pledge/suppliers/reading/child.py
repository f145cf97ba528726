"""The process that reads one file alone: ``python -I -m pledge.suppliers.reading.child JOB < file > frames``.

Parsers of other people's files crash, hang and eat memory (a 2 KB workbook aborts any process that opens it), so
they run here only: without our environment, under limits on memory, processor time, files and processes. Whatever
happens here, the parent sees frames, an early end, or silence.
"""

import ctypes
import gc
import os
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO, cast

import msgspec

from pledge.priority import give_way
from pledge.suppliers.reading import limits
from pledge.suppliers.reading.delimited import Delimited
from pledge.suppliers.reading.emitting import Emitter
from pledge.suppliers.reading.frames import LENGTH, Done, Failed, Frame, Job, Opened, Row, SheetInfo, SheetStart
from pledge.suppliers.reading.hidden_cells import in_zip_sheet, refuse_document_types
from pledge.suppliers.reading.hidden_cells_ods import in_ods_sheet
from pledge.suppliers.reading.hidden_cells_xls import in_xls_sheet
from pledge.suppliers.reading.refusals import FileRefused

_ZIPPED = ("xlsx", "xlsm", "xlsb", "ods")
_MERGED_ROWS = 40  # headings are looked for in fewer
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main() -> None:
    """Read the job from the first argument, the file from standard input; write frames to standard output."""
    gc.disable()  # rows are freed as they go, and looking for cycles in them finds none
    limit_ourselves()
    give_way()
    job = msgspec.json.decode(sys.argv[1], type=Job)
    with (
        os.fdopen(0, "rb", closefd=False) as file,
        os.fdopen(1, "wb", buffering=1 << 16, closefd=False) as pipe,
    ):
        encoder = msgspec.msgpack.Encoder()

        def encode(frame: Frame) -> bytes:
            try:
                return encoder.encode(frame)
            except UnicodeEncodeError:  # half a surrogate pair
                return encoder.encode(_without_surrogates(msgspec.to_builtins(frame)))

        def write(encoded: bytes) -> None:
            pipe.write(LENGTH.pack(len(encoded)))
            pipe.write(encoded)

        emitter = Emitter(job, encode, write)
        try:
            read_file(job, file, emitter)
            emitter.send(Done())
        except FileRefused as refused:
            where = refused.message.partition(": ")[0] if refused.message.startswith("Row ") else ""
            emitter.send(Failed(refused.code, final=True, where=where))
        except MemoryError:
            emitter.send(Failed("needs-too-much-memory", final=False, where=""))
        except BaseException as error:
            emitter.send(_failure(error))


def limit_ourselves(cpu_seconds: int = limits.CHILD_CPU_SECONDS, file_bytes: int = 0) -> None:
    """Take from this process what reading a file never needs. ``file_bytes`` is how much it may write.

    It does not outlive its parent either, however that ends: else it would go on with a file that nobody waits for.
    """
    with suppress(OSError, AttributeError):  # where there is no such thing, it ends when it next writes
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    for kind, limit in (
        (resource.RLIMIT_AS, limits.CHILD_MEMORY_BYTES),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_NPROC, 0),
    ):
        _, most = resource.getrlimit(kind)
        limit = limit if most == resource.RLIM_INFINITY else min(limit, most)
        resource.setrlimit(kind, (limit, limit))


def read_file(job: Job, file: BinaryIO, emitter: Emitter) -> None:
    """Read a file into an emitter. Raises FileRefused, and whatever its parser raises."""
    file.seek(0)
    if job.format == "csv":
        text = Delimited(file.read())
        emitter.send(Opened([SheetInfo(0, "", False)], text.encoding, text.delimiter))
        emitter.send(SheetStart(0, []))
        emitter.sheet(0, text.rows())
        return
    if job.format in _ZIPPED:
        refuse_document_types(file)
        file.seek(0)
    if job.reader == "openpyxl":
        _with_openpyxl(job, file, emitter)
    else:
        _with_calamine(job, file, emitter)


def _with_calamine(job: Job, file: BinaryIO, emitter: Emitter) -> None:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    workbook = CalamineWorkbook.from_filelike(file)
    sheets = [
        SheetInfo(index, sheet.name, sheet.visible != SheetVisibleEnum.Visible)
        for index, sheet in enumerate(workbook.sheets_metadata)
        if sheet.typ == SheetTypeEnum.WorkSheet
    ]
    _announce(sheets, emitter)
    for info in _wanted(job, sheets):
        sheet = workbook.get_sheet_by_index(info.index)
        merged = [
            (first[0] + 1, first[1] + 1, last[0] + 1, last[1] + 1)
            for first, last in sheet.merged_cell_ranges or ()
            if first[0] < _MERGED_ROWS
        ]
        emitter.send(SheetStart(info.index, merged[:1000]))
        suspects = None
        if job.format in ("xlsx", "xlsm", "xlsb"):
            suspects = in_zip_sheet(file, info.index)
        elif job.format == "xls":
            suspects = in_xls_sheet(file, info.index)
        elif job.format == "ods":
            suspects = in_ods_sheet(file, info.index)
        # The rows come from row 1 on, but the columns from the first one that is used.
        emitter.sheet(
            info.index,
            cast("Iterator[Row]", sheet.iter_rows()),
            pad=sheet.start[1] if sheet.start else 0,
            suspects=suspects,
        )
        del sheet


def _with_openpyxl(job: Job, file: BinaryIO, emitter: Emitter) -> None:
    os.environ["OPENPYXL_LXML"] = "False"  # so that every part is read by defusedxml
    from openpyxl import load_workbook

    workbook = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    by_index = {
        index: sheet
        for index, sheet in enumerate(workbook._sheets)  # type: ignore[attr-defined]
        if hasattr(sheet, "reset_dimensions")
    }
    sheets = [SheetInfo(index, sheet.title, sheet.sheet_state != "visible") for index, sheet in by_index.items()]
    _announce(sheets, emitter)
    for info in _wanted(job, sheets):
        sheet = by_index[info.index]
        sheet.reset_dimensions()  # a workbook may lie about them, and then rows are silently lost
        emitter.send(SheetStart(info.index, []))
        tidied: Iterator[Row] = ([emitter.tidy(cell) for cell in rows] for rows in sheet.iter_rows(values_only=True))
        emitter.sheet(info.index, tidied, suspects=in_zip_sheet(file, info.index))


def _announce(sheets: list[SheetInfo], emitter: Emitter) -> None:
    if len(sheets) > limits.SHEETS:
        raise FileRefused("too-many-sheets")
    emitter.send(Opened(sheets, None, None))


def _wanted(job: Job, sheets: list[SheetInfo]) -> list[SheetInfo]:
    if job.sheets is None:
        return [sheet for sheet in sheets if job.hidden or not sheet.hidden]
    return [sheet for sheet in sheets if sheet.index in job.sheets]


def _failure(error: BaseException) -> Failed:
    kind = type(error).__name__
    if kind == "PasswordError":
        return Failed("password-protected", final=True, where="")
    damaged = kind in ("ZipError", "BadZipFile", "XmlError", "ParseError", "EOFError", "error")
    return Failed("damaged-file" if damaged else "unreadable", final=False, where="")


def _without_surrogates(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list | tuple):
        return [_without_surrogates(item) for item in value]
    return value


if __name__ == "__main__":
    main()
