"""From the rows of a file to the organisation's list: each supplier is added or updated, and rated.

A few hundred suppliers at a time, each in one short unit that also moves the checkpoint. Applying the same rows again
would change nothing: what a newer file says replaces, it never adds up. A supplier of which the file says nothing new
is not written.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from pledge.database import clock, sql
from pledge.database.ids import new_id
from pledge.database.unit import read, write
from pledge.policy.scopes import OrganisationScope
from pledge.suppliers.files.uploads import Overtaken, Upload
from pledge.suppliers.listed import rating
from pledge.suppliers.pairs import questions
from pledge.suppliers.rows.supplier_rows import SupplierRow
from pledge.suppliers.same.changes import ON_LIST, ROWS, Change, changes, corrected
from pledge.suppliers.same.facts import SupplierFacts, Told
from pledge.worker import queue

SUPPLIERS_AT_ONCE = 1_000  # in one unit
_ROWS_AT_ONCE = 2_000

_decode = msgspec.json.Decoder(SupplierRow).decode
_encode = msgspec.json.Encoder().encode

_OWN = ("id", "organisation", "revision", "rows_named", "first_upload", "last_upload", "updated", "updated_by")
_INSERT = (
    f"INSERT INTO supplier ({', '.join((*_OWN, *rating.STORED))}) "  # noqa: S608
    f"VALUES ({sql.marks(len(_OWN) + len(rating.STORED))})"
)
_UPDATE = (
    f"UPDATE supplier SET {', '.join(f'{name} = {{}}' for name in rating.STORED)}, "  # noqa: S608
    "rows_named = {}, last_upload = {}, updated = {}, updated_by = {}, off_list = NULL, off_list_upload = NULL "
    "WHERE organisation = {} AND id = {}"
)
_NOTE = (
    "UPDATE upload_supplier SET change = 'changed', differences = {} "
    "WHERE organisation = {} AND upload = {} AND number = {}"
)
_LINK = "INSERT INTO upload_supplier (organisation, upload, number, supplier) VALUES ({}, {}, {}, {})"  # new


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
    fresh = await asyncio.to_thread(fresh_of, within, upload.id, [told for told in batch if told.number not in known])
    due: list[Due] = []
    if known:
        earlier = await _earlier(within, upload, list(known.values()))
        looked = await read(partial(rating.look, within, list(known.values())))
        named = ((known[told.number], told) for told in batch if told.number in known)
        told_of = [(looked[supplier], told, earlier.get(supplier)) for supplier, told in named]
        due = await asyncio.to_thread(due_of, told_of)
        written = {each.supplier for each in due}
        left = [(row, told) for row, told, _ in told_of if row["id"] not in written]
        fresh.names.extend(await asyncio.to_thread(_also_named, left))
    ids = known | {number: UUID(supplier) for _, _, number, supplier in fresh.links}
    disputed = [(ids[told.number], number) for told in batch if (number := told.disputed)]
    return await write(partial(_keep, within, upload, batch[-1].number + 1, due, fresh, disputed, job))


async def _earlier(within: OrganisationScope, upload: Upload, suppliers: Sequence[UUID]) -> dict[UUID, Told]:
    """Return what the file that this one corrects said about suppliers."""
    if upload.parent is None:
        return {}
    links = await read(partial(_links, within, upload.parent, suppliers))
    told: dict[UUID, Told] = {}
    place = (-1, 0, 0)
    while links and (rows := await read(partial(rows_of, within, upload.parent, list(links), place))):
        for number, row in await asyncio.to_thread(_decoded, rows):
            supplier = links[number]
            if supplier in told:
                told[supplier].take(row)
            else:
                told[supplier] = Told(number, row)
        place = rows[-1]["supplier_number"], rows[-1]["sheet"], rows[-1]["number"]
    return told


async def _links(within: OrganisationScope, upload: UUID, suppliers: Sequence[UUID]) -> dict[int, UUID]:
    rows = await sql.rows(
        "SELECT number, supplier FROM upload_supplier "  # noqa: S608
        f"WHERE organisation = {{}} AND upload = {{}} AND supplier IN ({sql.marks(len(suppliers))})",
        within.organisation,
        upload,
        *suppliers,
    )
    return {row["number"]: row["supplier"] for row in rows}


async def rows_of(
    within: OrganisationScope, upload: UUID, numbers: Sequence[int], after: tuple[int, int, int]
) -> list[dict[str, Any]]:
    """Return the next rows of some of a file's suppliers, by their numbers, in the current unit."""
    return await sql.rows(
        "SELECT supplier_number, sheet, number, content FROM upload_row "  # noqa: S608
        "WHERE organisation = {} AND upload = {} AND (supplier_number, sheet, number) > ({}, {}, {}) "
        f"AND supplier_number IN ({sql.marks(len(numbers))}) ORDER BY supplier_number, sheet, number LIMIT {{}}",
        within.organisation,
        upload,
        *after,
        *numbers,
        _ROWS_AT_ONCE,
    )


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


class Fresh(NamedTuple):
    """Suppliers that the list does not have yet, ready to be added."""

    suppliers: list[tuple[Any, ...]]
    links: list[tuple[Any, ...]]
    names: list[tuple[UUID, str, str]]


class Due(NamedTuple):
    """A supplier of the list that is not as a file has it, as it was at ``revision``.

    ``number`` is its number in the file, ``facts`` what is known after it, ``rows`` how many rows name it; ``says``
    is what the file says, and what it said before it was corrected, if it was.
    """

    supplier: UUID
    number: int
    revision: int
    facts: SupplierFacts
    rows: int
    changes: tuple[Change, ...]
    names: tuple[tuple[str, str], ...]
    says: tuple[Told, Told | None]


def fresh_of(within: OrganisationScope, upload: UUID, batch: Sequence[Told]) -> Fresh:
    """Return suppliers of a file as they are added to the list."""
    # Ids as text: the database's library would turn each into text anew.
    now, organisation, file, person = clock.now(), str(within.organisation), str(upload), str(within.person)
    fresh = Fresh([], [], [])
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
    within: OrganisationScope,
    upload: Upload,
    following: int,
    due: Sequence[Due],
    fresh: Fresh,
    disputed: Sequence[tuple[UUID, str]],
    job: UUID,
) -> Upload:
    """Keep a batch of suppliers and move the checkpoint, in the current unit. Raises Overtaken."""
    moved = msgspec.structs.replace(upload, next_supplier=following)
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
    await add(fresh)
    changed = await bring(within, upload.id, due)
    await sql.rows(
        "UPDATE upload SET added = COALESCE(added, 0) + {}, changed = COALESCE(changed, 0) + {} "
        "WHERE organisation = {} AND id = {}",
        len(fresh.suppliers),
        changed,
        within.organisation,
        upload.id,
    )
    await rating.know_also(within, fresh.names)
    await questions.ask_about_numbers(within, upload.id, disputed)
    await queue.renew(job)
    return moved


async def add(fresh: Fresh) -> None:
    """Add suppliers to the list, in the current unit (see ``rating.know_also`` for their other names)."""
    if fresh.suppliers:
        await sql.many(_INSERT, fresh.suppliers)
        await sql.many(_LINK, fresh.links)


def due_of(told: Iterable[tuple[Mapping[str, Any], Told, Told | None]]) -> list[Due]:
    """Return which suppliers (rows of ``rating.look``, each with what the file says) are not as it has them. Pure."""
    return [due for row, says, earlier in told if (due := due_of_one(row, says, earlier)) is not None]


def due_of_one(row: Mapping[str, Any], told: Told, earlier: Told | None) -> Due | None:
    """Return one supplier as a file leaves it, or None when it is so already. Pure."""
    before = rating.facts_of(row)
    facts = corrected(before, told.facts(), earlier.facts() if earlier else None)
    rows = row["rows_named"] if earlier and earlier.rows == told.rows else told.rows
    found = changes(before, facts)
    if rows != row["rows_named"]:
        found += (Change(ROWS, row["rows_named"], rows),)
    if row["off_list"] is not None:
        found += (Change(ON_LIST, False, True),)
    names = (before.known_as, *told.names)
    says = (told, earlier)
    return Due(row["id"], told.number, row["revision"], facts, rows, found, names, says) if found else None


def _also_named(told: Iterable[tuple[Mapping[str, Any], Told]]) -> list[tuple[UUID, str, str]]:
    """Return by which names and marks a file knows suppliers that it leaves as they are. Pure."""
    return [name for row, says in told for name in rating.also_known(row["id"], rating.facts_of(row), says.names)]


async def bring(within: OrganisationScope, upload: UUID, due: Sequence[Due]) -> int:
    """Bring suppliers of the list up to date, in the current unit; what changed is noted with the file.

    Return how many changed: fewer than are due when somebody else has meanwhile said the same.
    """
    if not due:
        return 0
    held = await rating.hold(within, [each.supplier for each in due])
    still = [
        each if held[each.supplier]["held_revision"] == each.revision else due_of_one(held[each.supplier], *each.says)
        for each in due  # somebody may have changed one meanwhile
    ]
    differing = [each for each in still if each is not None]
    await store(within, upload, differing)
    await sql.many(
        _NOTE, [(_encode(each.changes).decode(), within.organisation, upload, each.number) for each in differing]
    )
    return len(differing)


async def store(within: OrganisationScope, upload: UUID, due: Iterable[Due]) -> None:
    """Write held suppliers, with their risk and the names they are known by as well, in the current unit."""
    now = clock.now()
    updates: list[tuple[Any, ...]] = []
    names: list[tuple[UUID, str, str]] = []
    for each in due:
        updates.append(
            (*rating.stored(each.facts), each.rows, upload, now, within.person, within.organisation, each.supplier)
        )
        names += rating.also_known(each.supplier, each.facts, each.names)
    await sql.many(_UPDATE, updates)
    await rating.know_also(within, names)
