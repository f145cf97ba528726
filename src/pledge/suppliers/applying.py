"""From the rows of a file to the organisation's list: each supplier is added or updated, and rated.

A few hundred suppliers at a time, each in one short unit that also moves the checkpoint. Applying the same rows again
would change nothing: what a newer file says replaces, it never adds up.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from pledge.database import clock, sql
from pledge.database.ids import new_id
from pledge.database.unit import read, write
from pledge.policy.scopes import OrganisationScope
from pledge.suppliers import questions, rating
from pledge.suppliers.facts import Told, updated
from pledge.suppliers.supplier_rows import SupplierRow
from pledge.suppliers.uploads import Overtaken, Upload
from pledge.worker import queue

SUPPLIERS_AT_ONCE = 1_000  # in one unit
_ROWS_AT_ONCE = 2_000

_decode = msgspec.json.Decoder(SupplierRow).decode

_OWN = ("id", "organisation", "revision", "rows_named", "first_upload", "last_upload", "updated", "updated_by")
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
                told = Told(number, row)
            else:
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
    fresh = await asyncio.to_thread(_fresh, within, upload.id, [told for told in batch if told.number not in known])
    return await write(partial(_keep, within, upload, batch, known, fresh, job))


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


class _Fresh(NamedTuple):
    """Suppliers that the list does not have yet, ready to be added."""

    suppliers: list[tuple[Any, ...]]
    links: list[tuple[Any, ...]]
    names: list[tuple[UUID, str, str]]


def _fresh(within: OrganisationScope, upload: UUID, batch: Sequence[Told]) -> _Fresh:
    # Ids as text: the database's library would turn each into text anew.
    now, organisation, file, person = clock.now(), str(within.organisation), str(upload), str(within.person)
    fresh = _Fresh([], [], [])
    for told in batch:
        new = _new_id(upload, told.number)
        supplier, facts = str(new), told.facts()
        fresh.suppliers.append((supplier, organisation, 0, told.rows, file, file, now, person, *rating.stored(facts)))
        fresh.links.append((organisation, file, told.number, supplier))
        if told.rows > 1 or told.disputed:
            fresh.names.extend(rating.also_known(new, facts, told.names))
    return fresh


def _new_id(upload: UUID, number: int) -> UUID:
    """Return a random id whose first 32 bits count up from a random number.

    With wholly random ones every batch of a large file would write every page of the index anew.
    """
    first = (upload.int + number) & 0xFFFFFFFF
    return UUID(int=(first << 96) | (new_id().int & ((1 << 96) - 1)))


async def _keep(
    within: OrganisationScope, upload: Upload, batch: Sequence[Told], known: dict[int, UUID], fresh: _Fresh, job: UUID
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
    if fresh.suppliers:
        await sql.many(_INSERT, fresh.suppliers)
        await sql.many(
            "INSERT INTO upload_supplier (organisation, upload, number, supplier) VALUES ({}, {}, {}, {})", fresh.links
        )
    names = fresh.names
    if known:
        names += await _update(
            within, upload.id, [(known[told.number], told) for told in batch if told.number in known]
        )
    await rating.know_also(within, names)
    ids = known | {number: UUID(supplier) for _, _, number, supplier in fresh.links}
    disputed = [(ids[told.number], number) for told in batch if (number := told.disputed)]
    await questions.ask_about_numbers(within, upload.id, disputed)
    await queue.renew(job)
    return moved


async def _update(
    within: OrganisationScope, upload: UUID, batch: Sequence[tuple[UUID, Told]]
) -> list[tuple[UUID, str, str]]:
    """Bring suppliers of the list up to date and return the names they are known by as well."""
    held = await rating.hold(within, [supplier for supplier, _ in batch])
    now = clock.now()
    updates: list[tuple[Any, ...]] = []
    names: list[tuple[UUID, str, str]] = []
    for supplier, told in batch:
        before = rating.facts_of(held[supplier])
        facts = updated(before, told.facts())
        updates.append((*rating.stored(facts), told.rows, upload, now, within.person, within.organisation, supplier))
        names += rating.also_known(supplier, facts, [before.known_as, *told.names])
    await sql.many(_UPDATE, updates)
    return names
