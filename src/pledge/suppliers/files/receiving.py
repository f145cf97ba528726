"""Taking a file in and handing it out again: its bytes are in the database, so machines need no shared disk.

Nothing here holds more than a piece of a file in memory.
"""

import asyncio
import hashlib
import tempfile
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO, NamedTuple, cast
from uuid import UUID

from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.ids import new_id
from pledge.database.unit import read
from pledge.limits import Limit, hit
from pledge.policy.scopes import OrganisationScope
from pledge.suppliers.files.uploads import NO_PROBLEMS, payload
from pledge.suppliers.reading import limits
from pledge.suppliers.reading.sniffing import sniff
from pledge.words.text import clean
from pledge.worker.queue import enqueue

BODY_BYTES = limits.FILE_BYTES + 1024 * 1024  # of the form that brings a file
CHUNK_BYTES = 256 * 1024
NAME_CHARACTERS = 200
_BLOCK = 1024 * 1024
_CHUNKS_AT_ONCE = 2

FILES = Limit("supplier-files", hits=60, seconds=3600)


class Examined(NamedTuple):
    """What a file is before anything of it is kept: its format by its content, its size in bytes, its SHA-256."""

    format: str
    size: int
    sha256: str


def examine(file: BinaryIO) -> Examined:
    """Look at a file that was sent. Parses nothing. Raises FileRefused when it cannot be a supplier list."""
    format = sniff(file)
    size = file.seek(0, 2)
    file.seek(0)
    digest = hashlib.sha256()
    while block := file.read(_BLOCK):
        digest.update(block)
    return Examined(format, size, digest.hexdigest())


def shown_name(name: str) -> str:
    """Return the name of a file as we keep and show it; it is never used as a path."""
    bare = clean(name.replace("\\", "/").rpartition("/")[2])
    if len(bare) > NAME_CHARACTERS:
        bare = f"{bare[: NAME_CHARACTERS - 10]}…{bare[-9:]}"
    return bare or "supplier list"


async def keep(within: OrganisationScope, name: str, examined: Examined, file: BinaryIO) -> tuple[UUID, bool]:
    """Store a file and queue its outline, in the current unit; return its id, and whether it is new.

    The same bytes sent again are the same upload. Raises TooMany.
    """
    upload = new_id()
    new = await sql.rows(
        "INSERT INTO upload (id, organisation, sha256, size, name, format, state, refusal, message, uploaded, "
        "uploaded_by, outline, plan, next_sheet, next_row, rows_read, accepted, rejected, suppliers, problems) "
        "VALUES ({}, {}, {}, {}, {}, {}, 'received', '', '', {}, {}, '', '', 0, 1, 0, 0, 0, 0, {}) "
        "ON CONFLICT (organisation, sha256) DO NOTHING RETURNING id",
        upload,
        within.organisation,
        examined.sha256,
        examined.size,
        shown_name(name),
        examined.format,
        clock.now(),
        within.person,
        NO_PROBLEMS,
    )
    if not new:
        known = await sql.value(
            "SELECT id FROM upload WHERE organisation = {} AND sha256 = {}", within.organisation, examined.sha256
        )
        return cast(UUID, known), False
    await hit(FILES, str(within.organisation))
    await sql.many(
        "INSERT INTO upload_chunk (organisation, upload, place, data) VALUES ({}, {}, {}, {})",
        ((within.organisation, upload, place, data) for place, data in _chunks(file)),
    )
    await enqueue("suppliers.outline", payload(within, upload), dedupe=f"outline:{upload}")
    await record(
        "upload.received", upload, person=within.person, organisation=within.organisation, format=examined.format,
        size=examined.size,
    )  # fmt: skip
    return upload, True


def _chunks(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    file.seek(0)
    place = 0
    while data := file.read(CHUNK_BYTES):
        yield place, data
        place += 1


async def open_copy(within: OrganisationScope, upload: UUID) -> BinaryIO:
    """Return the bytes of a file as a nameless temporary file, for the process that reads it. The caller closes it.

    Raises LookupError when its bytes are not there any more.
    """
    file = await asyncio.to_thread(tempfile.TemporaryFile)
    try:
        place = 0
        while chunks := await read(partial(_some, within, upload, place)):
            await asyncio.to_thread(file.writelines, chunks)
            place += len(chunks)
        await asyncio.to_thread(file.flush)
        if not place:
            raise LookupError(f"the bytes of upload {upload} are gone")
    except BaseException:
        file.close()
        raise
    return cast(BinaryIO, file)


async def _some(within: OrganisationScope, upload: UUID, place: int) -> list[bytes]:
    rows = await sql.rows(
        "SELECT data FROM upload_chunk WHERE organisation = {} AND upload = {} AND place >= {} ORDER BY place LIMIT {}",
        within.organisation,
        upload,
        place,
        _CHUNKS_AT_ONCE,
    )
    return [row["data"] for row in rows]
