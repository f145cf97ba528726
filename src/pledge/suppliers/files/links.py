"""Which suppliers of the list a file names, and what it changed of each; in the current unit.

``number`` counts the suppliers of a file in the order they come. One that is new to the list gets its link with it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

from pledge.database import sql
from pledge.policy.scopes import OrganisationScope

Kind = Literal["new", "changed", "unchanged"]  # what a file made of a supplier


class Link(NamedTuple):
    """A row of ``upload_supplier``; see the table. Ids as text: the database's library would turn each into text."""

    organisation: str
    upload: str
    number: int
    supplier: str
    change: Kind = "new"
    differences: str = ""


class Place(NamedTuple):
    """A file, and the number of a supplier in it."""

    upload: UUID
    number: int


# The suppliers of the list that a file names, for a statement about others: its one value is the file.
NAMED = "SELECT supplier FROM upload_supplier WHERE upload = {}"

_INSERT = f"INSERT INTO upload_supplier ({', '.join(Link._fields)}) VALUES ({sql.marks(len(Link._fields))})"  # noqa: S608


async def add(links: Iterable[Link]) -> None:
    """Add links of files."""
    await sql.many(_INSERT, links)


async def put(link: Link) -> None:
    """Add a link, or note with the one that is there what the file changed."""
    await sql.rows(
        f"{_INSERT} ON CONFLICT (upload, number) "
        "DO UPDATE SET change = excluded.change, differences = excluded.differences",
        *link,
    )


async def note_changes(within: OrganisationScope, upload: UUID, changed: Iterable[tuple[int, str]]) -> None:
    """Note of suppliers of a file, by their numbers, what it changed (as JSON)."""
    await sql.many(
        "UPDATE upload_supplier SET change = 'changed', differences = {} "
        "WHERE organisation = {} AND upload = {} AND number = {}",
        [(differences, within.organisation, upload, number) for number, differences in changed],
    )


# — of a file —


async def suppliers(within: OrganisationScope, upload: UUID) -> dict[int, UUID]:
    """Return the suppliers of the list that a file names, by their numbers."""
    return await _suppliers("", within.organisation, upload)


async def suppliers_between(within: OrganisationScope, upload: UUID, first: int, last: int) -> dict[int, UUID]:
    """Return them, from one number to another."""
    return await _suppliers("AND number BETWEEN {} AND {}", within.organisation, upload, first, last)


async def suppliers_among(within: OrganisationScope, upload: UUID, among: Sequence[UUID]) -> dict[int, UUID]:
    """Return those of them that are among some suppliers of the list."""
    return await _suppliers(f"AND supplier IN ({sql.marks(len(among))})", within.organisation, upload, *among)


async def _suppliers(which: str, *values: object) -> dict[int, UUID]:
    rows = await sql.rows(
        f"SELECT number, supplier FROM upload_supplier WHERE organisation = {{}} AND upload = {{}} {which}",  # noqa: S608
        *values,
    )
    return {row["number"]: row["supplier"] for row in rows}


async def number_of(within: OrganisationScope, upload: UUID, supplier: UUID | None) -> int | None:
    """Return the first number under which a file names a supplier; None when it does not."""
    row = await sql.row(
        "SELECT number FROM upload_supplier WHERE organisation = {} AND upload = {} AND supplier = {} "
        "ORDER BY number LIMIT 1",
        within.organisation,
        upload,
        supplier,
    )
    return row["number"] if row else None


async def change_of(within: OrganisationScope, upload: UUID, number: int) -> tuple[Kind | None, str]:
    """Return what a file made of a supplier, with the differences as JSON; None when it does not name it yet."""
    row = await sql.row(
        "SELECT change, differences FROM upload_supplier WHERE organisation = {} AND upload = {} AND number = {}",
        within.organisation,
        upload,
        number,
    )
    return (row["change"], row["differences"]) if row else (None, "")


async def changes(
    within: OrganisationScope, upload: UUID, change: Kind, at_most: int, offset: int
) -> list[tuple[UUID, str]]:
    """Return suppliers of the list of which a file made that, with the differences as JSON, in the file's order."""
    rows = await sql.rows(
        "SELECT supplier, differences FROM upload_supplier WHERE organisation = {} AND upload = {} AND change = {} "
        "ORDER BY number LIMIT {} OFFSET {}",
        within.organisation,
        upload,
        change,
        at_most,
        offset,
    )
    return [(row["supplier"], row["differences"]) for row in rows]


# — of a supplier —


async def named_after(within: OrganisationScope, supplier: UUID, finished: datetime | None) -> bool:
    """Say whether a file names a supplier that was read into the list after ``finished``."""
    row = await sql.row(
        "SELECT u.id FROM upload_supplier l JOIN upload u ON u.id = l.upload WHERE l.organisation = {} "
        "AND l.supplier = {} AND u.finished > {} LIMIT 1",
        within.organisation,
        supplier,
        finished,
    )
    return row is not None


async def move(within: OrganisationScope, gone: UUID, kept: UUID) -> list[Place]:
    """Let the files that name one supplier name another, and return where they do."""
    rows = await sql.rows(
        "UPDATE upload_supplier SET supplier = {} WHERE organisation = {} AND supplier = {} RETURNING upload, number",
        kept,
        within.organisation,
        gone,
    )
    return [Place(row["upload"], row["number"]) for row in rows]


async def move_back(within: OrganisationScope, kept: UUID, gone: UUID, places: Iterable[Place]) -> None:
    """Let files name a supplier again that had become one with another, where they still name that one."""
    await sql.many(
        "UPDATE upload_supplier SET supplier = {} "
        "WHERE organisation = {} AND upload = {} AND number = {} AND supplier = {}",
        [(gone, within.organisation, upload, number, kept) for upload, number in places],
    )
