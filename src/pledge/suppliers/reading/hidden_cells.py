"""Cells that the quick reader shows as empty although something is in them: errors, and formulas that were never
calculated (a program wrote them and Excel has not yet opened the file). Runs in the reading process.

For xlsx and xlsm the XML of the sheet is searched for the two marks and only their surroundings are looked at;
for xls and xlsb the records are walked through. Nothing of this is done unless a sheet has an empty cell.
"""

import posixpath
import re
import struct
from collections.abc import Callable, Iterator
from typing import BinaryIO

from pledge.suppliers.reading.emitting import Suspects
from pledge.suppliers.reading.refusals import FileRefused
from pledge.suppliers.reading.zip_parts import Part, read_directory, unpack

# What a code stands for in the records of xls and xlsb ([MS-XLS], BErr).
BINARY_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_SMALL_PART = 16 * 1024 * 1024
# A document type is where XML bombs and outside references are declared; no spreadsheet program writes one.
_DOCTYPES = (b"<!DOCTYPE", "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))


def refuse_document_types(file: BinaryIO) -> None:
    """Raise FileRefused when an XML part of a zip file declares a document type."""
    for part in read_directory(file):
        if part.name.lower().endswith((".xml", ".rels")):
            start = b"".join(unpack(file, part, at_most=4096))
            if any(mark in start for mark in _DOCTYPES):
                raise FileRefused("unsafe-file")


def in_zip_sheet(file: BinaryIO, index: int) -> Callable[[], Suspects]:
    """Return a function that finds the suspects in sheet ``index`` (in the order of the workbook)."""

    def find() -> Suspects:
        part = _sheet_part(file, index)
        if part is None:
            return {}
        search = _in_binary if part.name.lower().endswith(".bin") else _in_xml
        return search(unpack(file, part))

    return find


def _sheet_part(file: BinaryIO, index: int) -> Part | None:
    """Follow workbook → relationship → part, as a reader does."""
    parts = {part.name.lower().lstrip("/"): part for part in read_directory(file)}
    workbook = next((name for name in parts if name.endswith(("workbook.xml", "workbook.bin"))), None)
    if workbook is None:
        return None
    folder, base = posixpath.split(workbook)
    links_part = parts.get(f"{folder}/_rels/{base}.rels".lstrip("/"))
    if links_part is None or max(parts[workbook].unpacked, links_part.unpacked) > _SMALL_PART:
        return None
    links = _links(b"".join(unpack(file, links_part)))
    content = b"".join(unpack(file, parts[workbook]))
    ids = _binary_sheet_ids(content) if workbook.endswith(".bin") else _sheet_ids(content)
    target = links.get(ids[index], "") if index < len(ids) else ""
    path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/").lower()
    return parts.get(path)


def _links(xml: bytes) -> dict[str, str]:
    found = {}
    for element in re.findall(rb"<(?:\w+:)?Relationship\s[^>]*>", xml):
        attributes = dict(re.findall(rb"""(\w+)\s*=\s*["']([^"']*)["']""", element))
        found[attributes.get(b"Id", b"").decode()] = attributes.get(b"Target", b"").decode("utf-8", "replace")
    return found


def _sheet_ids(xml: bytes) -> list[str]:
    sheets = re.findall(rb"<(?:\w+:)?sheet\s[^>]*>", xml)
    ids = [re.search(rb"""\w+:id\s*=\s*["']([^"']*)["']""", sheet) for sheet in sheets]
    return [found[1].decode() if found else "" for found in ids]


def _binary_sheet_ids(content: bytes) -> list[str]:
    ids = []
    for kind, body in _records(iter([content])):
        if kind == 156 and len(body) >= 12:  # BrtBundleSh: state, id, then the relationship's id
            (length,) = struct.unpack_from("<L", body, 8)
            ids.append(body[12 : 12 + 2 * min(length, 256)].decode("utf-16-le", "replace"))
    return ids


# --- XML ---

_ADDRESS = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})([0-9]{1,7})["']""")
_TEXT_RESULT = re.compile(rb"""\bt\s*=\s*["'](?:str|inlineStr|s)["']""")
_ERROR_RESULT = re.compile(rb"""\bt\s*=\s*["']e["']""")
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]+)<")
_CELL_END = re.compile(rb"</(?:\w+:)?c>")


def _in_xml(blocks: Iterator[bytes]) -> Suspects:
    found: Suspects = {}
    carried = b""
    for block in blocks:
        text = carried + block
        # Cut before the last cell that may go on in the next block.
        cut = max(text.rfind(b"<c "), text.rfind(b":c "))
        cut = cut if cut > 0 else len(text)
        _search(text[:cut], found)
        carried = text[cut:] if len(text) - cut < 4 << 20 else b""
    _search(carried, found)
    return found


_MARKS = (b't="e"', b"t='e'", b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/")


def _search(text: bytes, found: Suspects) -> None:
    for mark in _MARKS:
        stop, at = 0, text.find(mark)
        while at >= 0:
            # From the last cell's end only: a sheet full of formulas would be searched from its start for each.
            start = max(text.rfind(b"<c ", stop, at), text.rfind(b":c ", stop, at))
            end = _CELL_END.search(text, at)
            stop = end.end() if end else len(text)
            if start >= 0:
                _look_at(text[start:stop], found)
            at = text.find(mark, stop)


def _look_at(cell: bytes, found: Suspects) -> None:
    opening = cell[: cell.find(b">") + 1]
    address = _ADDRESS.search(opening)
    if not address:
        return
    value = _VALUE.search(cell)
    if _ERROR_RESULT.search(opening):
        shown: str | None = value[1].decode("utf-8", "replace") if value else "#N/A"
    elif value or _TEXT_RESULT.search(opening):
        return
    else:
        shown = None
    found.setdefault(int(address[2]), {})[_column(address[1])] = shown


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


# --- xlsb ---


def _records(blocks: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield the records of a part of an xlsb workbook: kind and length as numbers of up to 2 and 4 bytes of 7 bits."""
    data = b"".join(blocks)
    at, end = 0, len(data)
    while at + 1 < end:
        kind = data[at]
        at += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (data[at] & 0x7F) << 7
            at += 1
        length = shift = 0
        while at < end:
            byte = data[at]
            at += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80 or shift == 28:
                break
        yield kind, data[at : at + length]
        at += length


def _in_binary(blocks: Iterator[bytes]) -> Suspects:
    found: Suspects = {}
    row = 0
    for kind, body in _records(blocks):
        if kind == 0 and len(body) >= 4:  # BrtRowHdr
            row = struct.unpack_from("<L", body)[0] + 1
        elif kind in (3, 11) and len(body) >= 9:  # BrtCellError, BrtFmlaError
            column = struct.unpack_from("<L", body)[0]
            found.setdefault(row, {})[column] = BINARY_ERRORS.get(body[8], "#N/A")
    return found
