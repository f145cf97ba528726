"""The inside of a zip file, looked at without a parser: its directory, checked, and one part at a time.

Used before anything unpacks a workbook, and in the reading process to look at single parts. Every number that a
hostile file may lie about is checked against another.
"""

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from pledge.suppliers.reading import limits
from pledge.suppliers.reading.refusals import FileRefused

_END = struct.Struct("<4s4H2LH")
_END64_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_ENCRYPTED = 0x1
_STORED, _DEFLATED = 0, 8
_BLOCK = 1 << 20


class Part(NamedTuple):
    """One file inside the zip. Sizes and offset in bytes, as the directory declares them."""

    name: str
    method: int
    packed: int
    unpacked: int
    offset: int


def read_directory(file: BinaryIO) -> list[Part]:
    """Return the parts of a zip file in the order of their places in it.

    Raises FileRefused: ``damaged-file`` (cut short, numbers that do not fit), ``password-protected``, ``unsafe-file``
    (too many parts, parts that overlap or share a name, unusual packing) or ``unpacks-too-large``.
    """
    size = file.seek(0, 2)
    start, length, count = _find_directory(file, size)
    if length > limits.ZIP_DIRECTORY_BYTES or count > limits.ZIP_ENTRIES:
        raise FileRefused("too-many-sheets" if _looks_like_sheets(file, start) else "unsafe-file")
    file.seek(start)
    parts = sorted(_parse(file.read(length)), key=lambda part: part.offset)
    if len(parts) != count:
        raise FileRefused("damaged-file")
    _refuse_bombs(parts, start)
    return parts


def _find_directory(file: BinaryIO, size: int) -> tuple[int, int, int]:
    """Return where the directory starts, its length and how many entries it declares."""
    tail_start = max(0, size - 65_557)
    file.seek(tail_start)
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise FileRefused("damaged-file")
    _, _, _, _, count, length, start, _ = _END.unpack_from(tail, at)
    end = tail_start + at
    if count == 0xFFFF or length == 0xFFFFFFFF or start == 0xFFFFFFFF:
        if at < _END64_LOCATOR.size:
            raise FileRefused("damaged-file")
        mark, _, end, _ = _END64_LOCATOR.unpack_from(tail, at - _END64_LOCATOR.size)
        file.seek(min(end, size))
        record = file.read(_END64.size)
        if mark != b"PK\x06\x07" or len(record) != _END64.size:
            raise FileRefused("damaged-file")
        *_, count, length, start = _END64.unpack(record)
    if start + length != end:
        raise FileRefused("damaged-file")
    return start, length, count


def _looks_like_sheets(file: BinaryIO, start: int) -> bool:
    file.seek(start)
    return file.read(limits.ZIP_DIRECTORY_BYTES).lower().count(b"worksheets/sheet") > limits.SHEETS


def _parse(directory: bytes) -> Iterator[Part]:
    at = 0
    while at < len(directory):
        if len(directory) - at < _ENTRY.size:
            raise FileRefused("damaged-file")
        entry = _ENTRY.unpack_from(directory, at)
        mark, flags, method = entry[0], entry[3], entry[4]
        packed, unpacked, offset = entry[8], entry[9], entry[16]
        name_length, extra_length, comment_length = entry[10], entry[11], entry[12]
        at += _ENTRY.size
        name = directory[at : at + name_length].decode("utf-8", "replace")
        extra = directory[at + name_length : at + name_length + extra_length]
        at += name_length + extra_length + comment_length
        if mark != b"PK\x01\x02":
            raise FileRefused("damaged-file")
        if flags & _ENCRYPTED:
            raise FileRefused("password-protected")
        if method not in (_STORED, _DEFLATED):
            raise FileRefused("unsafe-file")
        if 0xFFFFFFFF in (packed, unpacked, offset):
            unpacked, packed, offset = _wide(extra, unpacked, packed, offset)
        yield Part(name.replace("\\", "/"), method, packed, unpacked, offset)


def _wide(extra: bytes, *values: int) -> list[int]:
    """Take from the zip64 extra field the values that did not fit 32 bits."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == 1:
            field = extra[at + 4 : at + 4 + length]
            wide = iter(struct.unpack(f"<{len(field) // 8}Q", field[: len(field) // 8 * 8]))
            return [next(wide, value) if value == 0xFFFFFFFF else value for value in values]
        at += 4 + length
    return list(values)


def _refuse_bombs(parts: list[Part], directory_start: int) -> None:
    if len({part.name.lower() for part in parts}) != len(parts):
        raise FileRefused("unsafe-file")
    ends = [*(part.offset for part in parts[1:]), directory_start]
    for part, end in zip(parts, ends, strict=False):
        if part.offset + _LOCAL.size + len(part.name) + part.packed > end:
            raise FileRefused("unsafe-file")
        if part.unpacked > limits.ZIP_RATIO_FROM_BYTES and part.unpacked > limits.ZIP_RATIO * max(part.packed, 1):
            raise FileRefused("unpacks-too-large")
    if sum(part.unpacked for part in parts) > limits.ZIP_UNPACKED_BYTES:
        raise FileRefused("unpacks-too-large")


def unpack(file: BinaryIO, part: Part, at_most: int | None = None) -> Iterator[bytes]:
    """Yield the content of one part in blocks of about a megabyte, never more than it declares or ``at_most``."""
    file.seek(part.offset)
    header = file.read(_LOCAL.size)
    if len(header) != _LOCAL.size or header[:4] != b"PK\x03\x04":
        raise FileRefused("damaged-file")
    name_length, extra_length = _LOCAL.unpack(header)[-2:]
    at = part.offset + _LOCAL.size + name_length + extra_length
    inflate = zlib.decompressobj(-zlib.MAX_WBITS) if part.method == _DEFLATED else None
    to_read, to_give = part.packed, part.unpacked if at_most is None else min(at_most, part.unpacked)
    while to_read and to_give > 0:
        file.seek(at)
        data = file.read(min(to_read, _BLOCK))
        if not data:
            raise FileRefused("damaged-file")
        at, to_read = at + len(data), to_read - len(data)
        while data and to_give > 0:
            block = inflate.decompress(data, min(_BLOCK, to_give)) if inflate else data[:to_give]
            data = inflate.unconsumed_tail if inflate else b""
            to_give -= len(block)
            if block:
                yield block
