"""Error cells of an xls workbook (see ``hidden_cells``). Runs in the reading process.

An xls file is a small file system ("compound file") whose stream “Workbook” is a list of records. Both are walked
with bounds on every step; what does not fit ends the walk, because the reader has already accepted the file.
"""

import struct
from collections.abc import Callable, Iterator
from typing import BinaryIO

from pledge.suppliers.reading.emitting import Suspects
from pledge.suppliers.reading.hidden_cells import BINARY_ERRORS

_LAST_SECTOR = 0xFFFFFFFA
_BOUNDSHEET, _BOOLERR, _FORMULA, _BOF, _EOF = 0x85, 0x205, 0x06, 0x809, 0x0A


def in_xls_sheet(file: BinaryIO, index: int) -> Callable[[], Suspects]:
    """Return a function that finds the error cells of sheet ``index`` (in the order of the workbook)."""

    def find() -> Suspects:
        file.seek(0)
        try:
            stream = _workbook_stream(file.read())
            starts = _sheet_starts(stream)
            return _errors(stream, starts[index]) if index < len(starts) else {}
        except (struct.error, IndexError):
            return {}

    return find


def _workbook_stream(data: bytes) -> bytes:
    sector = 1 << struct.unpack_from("<H", data, 30)[0]
    small = 1 << struct.unpack_from("<H", data, 32)[0]
    directory_start, _, small_below, small_table = struct.unpack_from("<LLLL", data, 48)
    next_table_sector, table_sectors = struct.unpack_from("<LL", data, 68)
    in_table = [number for number in struct.unpack_from("<109L", data, 76) if number < _LAST_SECTOR]
    per_sector = sector // 4
    for _ in range(min(table_sectors, len(data) // sector)):
        entries = struct.unpack_from(f"<{per_sector}L", data, (next_table_sector + 1) * sector)
        in_table += [number for number in entries[:-1] if number < _LAST_SECTOR]
        next_table_sector = entries[-1]
    table: list[int] = []
    for number in in_table:
        table += struct.unpack_from(f"<{per_sector}L", data, (number + 1) * sector)

    def stream(start: int) -> bytes:
        return b"".join(data[(at + 1) * sector : (at + 2) * sector] for at in _chain(table, start))

    directory = stream(directory_start)
    entries_found = [directory[at : at + 128] for at in range(0, len(directory) - 127, 128)]
    root = entries_found[0]
    for entry in entries_found:
        name = entry[: max(0, struct.unpack_from("<H", entry, 64)[0] - 2)].decode("utf-16-le", "replace")
        if name.lower() in ("workbook", "book"):
            start, size = struct.unpack_from("<LL", entry, 116)
            if size >= small_below:
                return stream(start)[:size]
            small_data = stream(struct.unpack_from("<L", root, 116)[0])
            small_chain = struct.iter_unpack("<L", stream(small_table))
            small_numbers = [number for (number,) in small_chain]
            cut = (small_data[at * small : (at + 1) * small] for at in _chain(small_numbers, start))
            return b"".join(cut)[:size]
    return b""


def _chain(table: list[int], start: int) -> Iterator[int]:
    for _ in range(len(table)):
        if start >= _LAST_SECTOR:
            return
        yield start
        start = table[start]


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _sheet_starts(stream: bytes) -> list[int]:
    starts = []
    for kind, body in _records(stream, 0):
        if kind == _BOUNDSHEET:
            starts.append(struct.unpack_from("<L", body)[0])
        elif kind == _EOF:
            break
    return starts


def _errors(stream: bytes, start: int) -> Suspects:
    found: Suspects = {}
    depth = 0  # charts inside a sheet have their own beginning and end
    for kind, body in _records(stream, start):
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                break
        elif kind == _BOOLERR and len(body) >= 8 and body[7]:
            code = body[6]
        elif kind == _FORMULA and len(body) >= 14 and body[12:14] == b"\xff\xff" and body[6] == 2:
            code = body[8]
        else:
            continue
        if kind in (_BOOLERR, _FORMULA):
            row, column = struct.unpack_from("<HH", body)
            found.setdefault(row + 1, {})[column] = BINARY_ERRORS.get(code, "#N/A")
    return found
