"""What a file says about each of its suppliers, put together from its rows some at a time."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from functools import partial
from uuid import UUID

import msgspec

from pledge.database.unit import read
from pledge.policy.scopes import OrganisationScope
from pledge.suppliers.files import links, stored_rows
from pledge.suppliers.files.stored_rows import Said
from pledge.suppliers.files.uploads import Upload
from pledge.suppliers.rows.supplier_rows import SupplierRow
from pledge.suppliers.same.facts import Told

_ROWS_AT_ONCE = 2_000

_decode = msgspec.json.Decoder(SupplierRow).decode


async def told(within: OrganisationScope, upload: Upload) -> AsyncIterator[Told]:
    """Yield what the file says about each of its suppliers, in their order there, from the checkpoint on."""
    after = (upload.next_supplier or 0, -1, 0)
    current: Told | None = None
    while rows := await read(partial(stored_rows.said, within, upload.id, after, _ROWS_AT_ONCE)):
        for number, row in await asyncio.to_thread(_decoded, rows):
            if current is None or current.number != number:
                if current is not None:
                    yield current
                current = Told(number, row)
            else:
                current.take(row)
        after = rows[-1].at
    if current is not None:
        yield current


async def told_before(within: OrganisationScope, upload: Upload, suppliers: Sequence[UUID]) -> dict[UUID, Told]:
    """Return what the file that this one corrects said about suppliers of the list."""
    if upload.parent is None:
        return {}
    named = await read(partial(links.suppliers_among, within, upload.parent, suppliers))
    if not named:
        return {}
    found: dict[UUID, Told] = {}
    after, numbers = (-1, 0, 0), list(named)
    while rows := await read(partial(stored_rows.said, within, upload.parent, after, _ROWS_AT_ONCE, numbers)):
        for number, row in await asyncio.to_thread(_decoded, rows):
            supplier = named[number]
            found[supplier] = _with(found.get(supplier), number, row)
        after = rows[-1].at
    return found


def _decoded(rows: Sequence[Said]) -> list[tuple[int, SupplierRow]]:
    return [(row.supplier_number, _decode(row.content)) for row in rows]


async def told_with(
    within: OrganisationScope, upload: UUID, place: tuple[int, int], number: int, row: SupplierRow
) -> tuple[Told | None, Told]:
    """Return what a file says about a supplier without the row at a place (sheet, row), and with that one put right.

    In the current unit.
    """
    earlier: Told | None = None
    told: Told | None = None
    placed = False
    after = (number, -1, 0)
    while rows := await stored_rows.said(within, upload, after, _ROWS_AT_ONCE, [number]):
        for found in rows:
            at, says = (found.sheet, found.number), _decode(found.content)
            earlier = _with(earlier, number, says)
            if not placed and at >= place:
                told, placed = _with(told, number, row), True
            if at != place:
                told = _with(told, number, says)
        after = rows[-1].at
    if not placed:
        told = _with(told, number, row)
    assert told is not None
    return earlier, told


def _with(told: Told | None, number: int, row: SupplierRow) -> Told:
    if told is None:
        return Told(number, row)
    told.take(row)
    return told
