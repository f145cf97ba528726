"""Suppliers and their merges as they are stored: what ``deciding`` reads and writes, in the current unit."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from pledge.database import clock, sql
from pledge.policy.scopes import OrganisationScope
from pledge.suppliers.files import links, uploads
from pledge.suppliers.files.links import Place
from pledge.suppliers.listed import adding, rating
from pledge.suppliers.listed.adding import New
from pledge.suppliers.listed.rating import FACTS, KnownAs, facts_of
from pledge.suppliers.same.merging import Later, Merge, Record

_COUNTED = "rows_named, first_upload, last_upload, edited"
_COLUMNS = "id, supplier, gone, place, through, later, kept_was, gone_was, links, questions, merged"
_UPDATE = (
    f"UPDATE supplier SET {', '.join(f'{name} = {{}}' for name in rating.STORED)}, rows_named = {{}}, "  # noqa: S608
    "first_upload = {}, last_upload = {}, edited = {}, updated = {}, updated_by = {} "
    "WHERE organisation = {} AND id = {}"
)
_LONG_AGO = datetime.datetime.min.replace(tzinfo=datetime.UTC)

_encode = msgspec.json.Encoder(order="deterministic").encode
_record = msgspec.json.Decoder(Record).decode


class Asked(NamedTuple):
    """A question that was open about a supplier that went. ``passed_on``: it is asked about the one that was kept."""

    other: UUID
    likeness: int
    company_number: str | None
    passed_on: bool


class Kept(NamedTuple):
    """A row of ``supplier_merge``; see the table. ``links`` say which files named the one that went."""

    id: UUID
    supplier: UUID
    gone: UUID
    place: int
    through: UUID | None
    merge: Merge
    links: list[Place]
    questions: list[Asked]
    merged: datetime.datetime


class Came(NamedTuple):
    """Two suppliers that were said to be the same, by their names then: the one that was kept, and the one that went.

    ``came_with`` names the supplier with which this came to another one; "" for one's own.
    """

    merge: UUID
    kept: str
    name: str
    merged: datetime.datetime
    came_with: str


async def load(within: OrganisationScope, suppliers: Iterable[UUID]) -> dict[UUID, Record]:
    """Return suppliers of the list by id."""
    asked = list(suppliers)
    rows = await sql.rows(
        f"SELECT id, {_COUNTED}, {FACTS} FROM supplier "  # noqa: S608
        f"WHERE organisation = {{}} AND id IN ({sql.marks(len(asked))})",
        within.organisation,
        *asked,
    )
    marks = await sql.rows(
        "SELECT supplier, name_key, mark FROM supplier_mark "  # noqa: S608
        f"WHERE organisation = {{}} AND supplier IN ({sql.marks(len(asked))})",
        within.organisation,
        *asked,
    )
    known = {
        row["id"]: frozenset((m["name_key"], m["mark"]) for m in marks if m["supplier"] == row["id"]) for row in rows
    }
    return {
        row["id"]: Record(
            facts_of(row),
            row["rows_named"],
            row["first_upload"],
            row["last_upload"],
            known[row["id"]],
            row["edited"],
        )
        for row in rows
    }


async def store(within: OrganisationScope, supplier: UUID, record: Record) -> None:
    """Store what is known of a held supplier, with the risk that follows."""
    await sql.rows(
        _UPDATE,
        *rating.stored(record.facts),
        record.rows_named,
        record.first_upload,
        record.last_upload,
        record.edited,
        clock.now(),
        within.person,
        within.organisation,
        supplier,
    )
    await sql.rows("DELETE FROM supplier_mark WHERE organisation = {} AND supplier = {}", within.organisation, supplier)
    await rating.know_also(within, [KnownAs(supplier, *name) for name in sorted(record.marks)])


async def bring_back(within: OrganisationScope, row: Kept) -> None:
    """Add the supplier that went to the list again, as it was. Files that named it before name it again."""
    record = row.merge.gone_was
    facts = record.facts
    if facts.company_number is not None and await sql.row(
        "SELECT id FROM supplier WHERE organisation = {} AND company_number = {}",
        within.organisation,
        facts.company_number,
    ):
        facts = msgspec.structs.replace(facts, company_number=None)  # another one has it now
    new = New(
        id=row.gone,
        organisation=within.organisation,
        rows_named=record.rows_named,
        first_upload=record.first_upload,
        last_upload=record.last_upload,
        edited=record.edited,
        updated=clock.now(),
        updated_by=within.person,
        stored=rating.stored(facts),
    )
    await adding.add([new])
    await rating.know_also(within, [KnownAs(row.gone, *name) for name in sorted(record.marks)])
    await links.move_back(within, row.supplier, row.gone, row.links)


async def oldest_first(within: OrganisationScope, found: Mapping[UUID, Record]) -> list[UUID]:
    """Return suppliers in the order in which they came to the list: by the first file that named them."""
    finished = await _finished(within, {record.first_upload for record in found.values()})
    return sorted(found, key=lambda supplier: (finished[found[supplier].first_upload], supplier))


async def later(within: OrganisationScope, kept: Record, gone: Record) -> Later:
    """Return which of two suppliers the newest file names."""
    if kept.last_upload is not None and kept.last_upload == gone.last_upload:
        return "together"
    finished = await _finished(within, {kept.last_upload, gone.last_upload})
    return "gone" if finished[gone.last_upload] > finished[kept.last_upload] else "kept"


async def _finished(within: OrganisationScope, files: Iterable[UUID | None]) -> dict[UUID | None, datetime.datetime]:
    """Return when files were read into the list; long ago for no file."""
    asked = [file for file in files if file is not None]
    if not asked:
        return {None: _LONG_AGO}
    found = await uploads.finished(within, asked)
    return {None: _LONG_AGO} | {file: finished or _LONG_AGO for file, finished in found.items()}


# — merges —


async def find(within: OrganisationScope, merge: UUID) -> Kept | None:
    """Return a merge, or None."""
    row = await sql.row(
        f"SELECT {_COLUMNS} FROM supplier_merge WHERE organisation = {{}} AND id = {{}}",  # noqa: S608
        within.organisation,
        merge,
    )
    return _kept(row) if row else None


async def of(within: OrganisationScope, supplier: UUID, *, all_of_them: bool = False) -> list[Kept]:
    """Return a supplier's own merges in their order; ``all_of_them``: also those that came with other suppliers."""
    own = "" if all_of_them else "AND through IS NULL "
    rows = await sql.rows(
        f"SELECT {_COLUMNS} FROM supplier_merge WHERE organisation = {{}} AND supplier = {{}} {own}ORDER BY place, id",  # noqa: S608
        within.organisation,
        supplier,
    )
    return [_kept(row) for row in rows]


async def came_to(within: OrganisationScope, supplier: UUID) -> list[Came]:
    """Return which suppliers became one with this, those that can be undone first, the newest of them first."""
    rows = await of(within, supplier, all_of_them=True)
    names = {row.id: row.merge.gone_was.facts.name for row in rows}
    found = [
        Came(
            row.id,
            row.merge.kept_was.facts.name,
            names[row.id],
            row.merged,
            names[row.through] if row.through else "",
        )
        for row in rows
    ]
    return [came for came in reversed(found) if not came.came_with] + [came for came in found if came.came_with]


def _kept(row: Any) -> Kept:
    return Kept(
        row["id"],
        row["supplier"],
        row["gone"],
        row["place"],
        row["through"],
        Merge(_record(row["kept_was"]), _record(row["gone_was"]), row["later"]),
        msgspec.json.decode(row["links"], type=list[Place]),
        msgspec.json.decode(row["questions"], type=list[Asked]),
        row["merged"],
    )


async def next_place(within: OrganisationScope, supplier: UUID) -> int:
    """Return the place of a supplier's next merge."""
    last = await sql.value(
        "SELECT max(place) FROM supplier_merge WHERE organisation = {} AND supplier = {}", within.organisation, supplier
    )
    return int(last or 0) + 1


async def add(within: OrganisationScope, row: Kept) -> None:
    """Add a merge."""
    await sql.rows(
        "INSERT INTO supplier_merge (id, organisation, supplier, gone, place, later, kept_was, gone_was, links, "
        "questions, merged, merged_by) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
        row.id,
        within.organisation,
        row.supplier,
        row.gone,
        row.place,
        row.merge.later,
        _encode(row.merge.kept_was).decode(),
        _encode(row.merge.gone_was).decode(),
        _encode(row.links).decode(),
        _encode(row.questions).decode(),
        row.merged,
        within.person,
    )


async def change(within: OrganisationScope, merge: UUID, changed: Merge) -> None:
    """Store what the kept supplier of a merge was before it, now that an earlier one is undone."""
    await sql.rows(
        "UPDATE supplier_merge SET kept_was = {} WHERE organisation = {} AND id = {}",
        _encode(changed.kept_was).decode(),
        within.organisation,
        merge,
    )
