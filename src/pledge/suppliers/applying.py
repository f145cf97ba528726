"""From the rows of a file to the organisation's list: each supplier is added or updated, and rated.

A few hundred suppliers at a time, each in one short unit that also moves the checkpoint. Applying the same rows again
would change nothing: what a newer file says replaces, it never adds up.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any
from uuid import UUID

import msgspec

from pledge.database import clock, sql
from pledge.database.ids import new_id
from pledge.database.unit import read, write
from pledge.policy.scopes import OrganisationScope
from pledge.suppliers import rating
from pledge.suppliers.facts import Told, updated
from pledge.suppliers.supplier_rows import SupplierRow
from pledge.suppliers.uploads import Overtaken, Upload
from pledge.worker import queue

SUPPLIERS_AT_ONCE = 500  # in one unit
_ROWS_AT_ONCE = 2_000

_decode = msgspec.json.Decoder(SupplierRow).decode

_OWN = ("id", "organisation", "revision", "rows_named", "first_upload", "last_upload", "added", "updated", "updated_by")
_INSERT = (
    f"INSERT INTO supplier ({', '.join((*_OWN, *rating.STORED))}) "  # noqa: S608
    f"VALUES ({sql.marks(len(_OWN) + len(rating.STORED))})"
)
_UPDATE = (
    f"UPDATE supplier SET {', '.join(f'{name} = {{}}' for name in rating.STORED)}, "  # noqa: S608
    "rows_named = {}, last_upload = {}, updated = {}, updated_by = {} WHERE organisation = {} AND id = {}"
)


async def apply(within: OrganisationScope, upload: Upload, job: UUID) -> Upload:
    """Bring the suppliers of a file into the list, from the checkpoint on; return the file as it is then.

    Raises Overtaken.
    """
    batch: list[Told] = []
    async for told in _told(within, upload):
        batch.append(told)
        if len(batch) >= SUPPLIERS_AT_ONCE:
            upload = await _apply(within, upload, batch, job)
            batch = []
    return await _apply(within, upload, batch, job) if batch else upload


async def _told(within: OrganisationScope, upload: Upload) -> AsyncIterator[Told]:
    """Yield what the file says about each of its suppliers, in their order there."""
    first = upload.next_supplier or 0
    place = (first, -1, 0)
    told: Told | None = None
    while rows := await read(partial(_some_rows, within, upload.id, place)):
        for found in await asyncio.to_thread(_decoded, rows):
            number, row = found
            if told is None or told.number != number:
                if told is not None:
                    yield told
                told = Told(number)
            told.take(row)
        place = rows[-1]["supplier_number"], rows[-1]["sheet"], rows[-1]["number"]
    if told is not None:
        yield told


def _decoded(rows: Sequence[Any]) -> list[tuple[int, SupplierRow]]:
    return [(row["supplier_number"], _decode(row["content"])) for row in rows]


async def _some_rows(within: OrganisationScope, upload: UUID, after: tuple[int, int, int]) -> list[dict[str, Any]]:
    return await sql.rows(
        "SELECT supplier_number, sheet, number, content FROM upload_row WHERE organisation = {} AND upload = {} "
        "AND (supplier_number, sheet, number) > ({}, {}, {}) ORDER BY supplier_number, sheet, number LIMIT {}",
        within.organisation,
        upload,
        *after,
        _ROWS_AT_ONCE,
    )


async def _apply(within: OrganisationScope, upload: Upload, batch: list[Told], job: UUID) -> Upload:
    known = await read(partial(_known, within, upload.id, batch[0].number, batch[-1].number))
    fresh = [(new_id(), told) for told in batch if told.number not in known]
    inserts = await asyncio.to_thread(_inserts, within, upload.id, fresh)
    return await write(partial(_keep, within, upload, batch, known, fresh, inserts, job))


async def _known(within: OrganisationScope, upload: UUID, first: int, last: int) -> dict[int, UUID]:
    rows = await sql.rows(
        "SELECT number, supplier FROM upload_supplier WHERE organisation = {} AND upload = {} "
        "AND number BETWEEN {} AND {}",
        within.organisation,
        upload,
        first,
        last,
    )
    return {row["number"]: row["supplier"] for row in rows}


def _inserts(within: OrganisationScope, upload: UUID, fresh: Sequence[tuple[UUID, Told]]) -> list[tuple[Any, ...]]:
    now = clock.now()
    return [
        (
            *(supplier, within.organisation, 0, told.rows, upload, upload, now, now, within.person),
            *rating.stored(told.facts()),
        )
        for supplier, told in fresh
    ]


async def _keep(
    within: OrganisationScope,
    upload: Upload,
    batch: Sequence[Told],
    known: dict[int, UUID],
    fresh: Sequence[tuple[UUID, Told]],
    inserts: Sequence[tuple[Any, ...]],
    job: UUID,
) -> Upload:
    """Keep a batch of suppliers and move the checkpoint, in the current unit. Raises Overtaken."""
    moved = msgspec.structs.replace(upload, next_supplier=batch[-1].number + 1)
    still_ours = await sql.rows(
        "UPDATE upload SET next_supplier = {} "
        "WHERE organisation = {} AND id = {} AND state = 'importing' AND next_supplier = {} RETURNING id",
        moved.next_supplier,
        within.organisation,
        upload.id,
        upload.next_supplier,
    )
    if not still_ours:
        raise Overtaken
    if inserts:
        await sql.many(_INSERT, inserts)
    if known:
        held = await rating.hold(within, list(known.values()))
        now = clock.now()
        updates = []
        for told in batch:
            if (supplier := known.get(told.number)) is not None:
                facts = updated(rating.facts_of(held[supplier]), told.facts())
                updates.append(
                    (
                        *rating.stored(facts),
                        *(told.rows, upload.id, now, within.person, within.organisation, supplier),
                    )
                )
        await sql.many(_UPDATE, updates)
    ids = {told.number: supplier for supplier, told in fresh} | known
    await rating.know_as(within, [(ids[told.number], *name) for told in batch for name in told.names])
    if fresh:
        await sql.many(
            "INSERT INTO upload_supplier (organisation, upload, number, supplier) VALUES ({}, {}, {}, {})",
            [(within.organisation, upload.id, told.number, supplier) for supplier, told in fresh],
        )
    await queue.renew(job)
    return moved
