"""The file of a backup: a ZIP of one JSON Lines member for each table, a manifest, and a checksum over everything.

Knows no database. docs/backup.md describes the format; ``FORMAT`` changes when a reader of today could not read it.
"""

import hashlib
import os
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, BinaryIO
from uuid import UUID

import msgspec

from pledge.archive.refusals import ArchiveRefused
from pledge.archive.schema import Table
from pledge.database.troubles import words

FORMAT = 1
FIRST = "PLEDGE-BACKUP.txt"  # the first member, so that the first bytes tell what the file is
ABOUT = b"A backup of Pledge. manifest.json says what is in it; docs/backup.md describes the format.\n"
MANIFEST = "manifest.json"
SEAL = b"SHA-256 of all before: "  # the ZIP's comment, and with it the file, ends with this and 64 hex digits

_LEVEL = 1  # of deflate: most of a big archive is uploaded files, which hardly get smaller at any level
_CHUNK = 1 << 20  # bytes read at a time

_TYPES: dict[str, Any] = {
    "uuid": UUID,
    "instant": Annotated[datetime, msgspec.Meta(tz=True)],
    "date": date,
    "boolean": bool,
    "integer": int,
    "text": str,
    "bytes": bytes,
}
_CLASSES = {kind: (getattr(found, "__origin__", found), NoneType) for kind, found in _TYPES.items()}


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table in the archive: its columns (name, kind, may be empty), rows, and the SHA-256 of its lines."""

    name: str
    columns: list[tuple[str, str, bool]]
    rows: int
    sha256: str

    @property
    def path(self) -> str:
        """The name of its member of the ZIP."""
        return _path(self.name)


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an archive says of itself. ``taken`` is the moment of its snapshot, in UTC."""

    format: int
    pledge: str
    taken: Annotated[datetime, msgspec.Meta(tz=True)]
    database: str
    migrations: list[str]
    left_out: list[str]
    tables: list[Member]

    @property
    def rows(self) -> int:
        """How many rows there are in all tables."""
        return sum(member.rows for member in self.tables)


class _Format(msgspec.Struct):
    format: int


def _path(table: str) -> str:
    return f"tables/{table}.jsonl"


def _decoder(columns: Sequence[tuple[str, str, bool]]) -> "msgspec.json.Decoder[tuple[Any, ...]]":
    types = tuple(_TYPES[kind] | None if nullable else _TYPES[kind] for _, kind, nullable in columns)
    return msgspec.json.Decoder(tuple[types])  # type: ignore[valid-type]


class Writer:
    """Writes an archive into a file that is open for reading and writing."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)
        self._encoder = msgspec.json.Encoder()
        self.members: list[Member] = []

    def __enter__(self) -> "Writer":
        try:
            self._zip.writestr(zipfile.ZipInfo(FIRST), ABOUT)
        except OSError:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError, ValueError):  # nothing to do after finish(); else it let go of the file, full or not
            self._zip.close()

    @contextmanager
    def table(self, table: Table) -> Iterator["_Lines"]:
        """Take the rows of one table."""
        with self._zip.open(_path(table.name), "w", force_zip64=True) as stream:
            lines = _Lines(table, stream, self._encoder)
            yield lines
        columns = [(column.name, column.kind, column.nullable) for column in table.columns]
        self.members.append(Member(table.name, columns, lines.rows, lines.sha256.hexdigest()))

    def finish(self, **facts: Any) -> Manifest:
        """Write the manifest and the checksum, and return when all is on the disk."""
        manifest = Manifest(format=FORMAT, tables=self.members, **facts)
        self._zip.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1))
        self._zip.comment = SEAL + b"0" * 64
        self._zip.close()
        size = self._file.seek(0, os.SEEK_END)
        seal = _sha256(self._file, size - 64)
        self._file.seek(size - 64)
        self._file.write(seal.encode())
        self._file.flush()
        os.fsync(self._file.fileno())
        return manifest


class _Lines:
    """The member of one table while it is written."""

    def __init__(self, table: Table, stream: Any, encoder: msgspec.json.Encoder) -> None:
        self._table = table
        self._stream = stream
        self._encoder = encoder
        self.sha256 = hashlib.sha256()
        self.rows = 0

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Add rows. Raises ArchiveRefused for a value that is not of its column's kind."""
        for column, values in zip(self._table.columns, zip(*rows, strict=True), strict=True):
            expected = _CLASSES[column.kind]
            if not all(issubclass(found, expected) for found in set(map(type, values))):
                raise ArchiveRefused(
                    "unreadable-row", f"The table {self._table.name} has a {column.name} that is not {column.kind}."
                )
        data = self._encoder.encode_lines(rows)
        self.sha256.update(data)
        self._stream.write(data)
        self.rows += len(rows)


class Archive:
    """An archive that is open for reading, whose checksum and manifest are right."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self._path = path
        _require_seal(path, file)
        try:
            self._zip = zipfile.ZipFile(file)
            said = self._zip.read(MANIFEST)
            if (newer := msgspec.json.decode(said, type=_Format).format) > FORMAT:
                raise ArchiveRefused(
                    "newer", f"{path} was made by a newer Pledge (its format is {newer}). Install that version first."
                )
            self.manifest = msgspec.json.decode(said, type=Manifest)
            self._decoders = {member.name: _decoder(member.columns) for member in self.manifest.tables}
        except (zipfile.BadZipFile, KeyError, msgspec.MsgspecError, NotImplementedError, OSError, zlib.error) as error:
            raise self._damaged(f"its contents cannot be read ({words(error)})") from error
        expected = [FIRST, *(member.path for member in self.manifest.tables), MANIFEST]
        if self._zip.namelist() != expected:
            raise self._damaged("its members are not those of its manifest")

    def rows(self, member: Member) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the rows of one table in batches of about a megabyte; at the end its count and checksum are right.

        Raises ArchiveRefused.
        """
        decoder, digest, count, rest = self._decoders[member.name], hashlib.sha256(), 0, b""
        try:
            with self._zip.open(member.path) as stream:
                while chunk := stream.read(_CHUNK):
                    digest.update(chunk)
                    whole, newline, tail = chunk.rpartition(b"\n")
                    if not newline:
                        rest += chunk
                        continue
                    batch = decoder.decode_lines(rest + whole)
                    rest = tail
                    count += len(batch)
                    yield batch
        except (zipfile.BadZipFile, msgspec.MsgspecError, EOFError, zlib.error) as error:
            raise self._damaged(f"the table {member.name} cannot be read ({words(error)})") from error
        if rest or count != member.rows or digest.hexdigest() != member.sha256:
            raise self._damaged(f"the table {member.name} is not what its manifest says")

    def check(self) -> Iterator[tuple[str, int]]:
        """Read everything and yield (table, rows of it) as it goes. Raises ArchiveRefused at the first fault."""
        for member in self.manifest.tables:
            yield member.name, 0
            for batch in self.rows(member):
                yield member.name, len(batch)

    def _damaged(self, what: str) -> ArchiveRefused:
        return ArchiveRefused("damaged", f"{self._path} is damaged: {what}. Use another backup.")


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Open an archive for reading. Raises ArchiveRefused when it is not one, or is not whole."""
    if path.exists() and not (path.is_file() or path.is_dir()):  # opening a pipe waits until somebody writes
        raise ArchiveRefused("unreadable", f"{path} cannot be read: it is not a file.")
    try:
        file = path.open("rb")
    except OSError as error:
        raise ArchiveRefused("unreadable", f"{path} cannot be read: {error.strerror}.") from error
    with file:
        yield Archive(path, file)


def is_archive(path: Path) -> bool:
    """Return whether a file begins as a backup does. Raises OSError when it cannot be read."""
    with path.open("rb") as file:
        return _begins(file)


def _begins(file: BinaryIO) -> bool:
    """Return whether the first local header of a ZIP is there, with our first member's name after its 30 bytes."""
    file.seek(0)
    head = file.read(30 + len(FIRST))
    return head.startswith(b"PK\x03\x04") and head[30:] == FIRST.encode()


def _require_seal(path: Path, file: BinaryIO) -> None:
    if not _begins(file):
        raise ArchiveRefused("foreign", f"{path} is not a backup of Pledge.")
    size = file.seek(0, os.SEEK_END)
    length = len(SEAL) + 64
    file.seek(max(0, size - length))
    if not (end := file.read()).startswith(SEAL):
        raise ArchiveRefused("incomplete", f"{path} is cut short: its end is missing. Use another backup.")
    if _sha256(file, size - 64).encode() != end[len(SEAL) :]:
        raise ArchiveRefused("damaged", f"{path} is damaged: it is not as it was written. Use another backup.")


def _sha256(file: BinaryIO, length: int) -> str:
    """Return the SHA-256 of a file's first ``length`` bytes, in hex."""
    digest = hashlib.sha256()
    file.seek(0)
    while length > 0 and (chunk := file.read(min(_CHUNK, length))):
        digest.update(chunk)
        length -= len(chunk)
    return digest.hexdigest()
