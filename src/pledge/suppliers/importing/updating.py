"""Suppliers as a file leaves them: those that the list does not have yet, and those that are not as the file has them.

Applying the same rows again would change nothing: what a newer file says replaces, it never adds up. A supplier of
which the file says nothing new is not written.
"""

from collections.abc import Iterable, Mapping, Sequence
from secrets import randbits
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from pledge.database import clock, sql
from pledge.policy.scopes import OrganisationScope
from pledge.suppliers.files import links
from pledge.suppliers.files.links import Link
from pledge.suppliers.listed import adding, rating
from pledge.suppliers.listed.adding import New
from pledge.suppliers.listed.rating import KnownAs
from pledge.suppliers.same.changes import ON_LIST, ROWS, Change, changes, corrected
from pledge.suppliers.same.facts import SupplierFacts, Told

_encode = msgspec.json.Encoder().encode

_UPDATE = (
    f"UPDATE supplier SET {', '.join(f'{name} = {{}}' for name in rating.STORED)}, "  # noqa: S608
    "rows_named = {}, last_upload = {}, updated = {}, updated_by = {}, off_list = NULL, off_list_upload = NULL "
    "WHERE organisation = {} AND id = {}"
)


class Fresh(NamedTuple):
    """Suppliers that the list does not have yet, ready to be added."""

    suppliers: list[New]
    links: list[Link]
    names: list[KnownAs]


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
        stored = rating.stored(facts)
        fresh.suppliers.append(New(supplier, organisation, told.rows, file, file, None, now, person, stored))
        fresh.links.append(Link(organisation, file, told.number, supplier))
        if told.rows > 1 or told.disputed:
            fresh.names.extend(rating.also_known(new, facts, told.names))
    return fresh


def _new_id(upload: UUID, number: int) -> UUID:
    """Return a random id whose first 32 bits count up from a random number.

    With wholly random ones every batch of a large file would write every page of the index anew.
    """
    first = (upload.int + number) & 0xFFFFFFFF
    return UUID(int=(first << 96) | randbits(96), version=4)


async def add(fresh: Fresh) -> None:
    """Add suppliers to the list, in the current unit (see ``rating.know_also`` for their other names)."""
    if fresh.suppliers:
        await adding.add(fresh.suppliers)
        await links.add(fresh.links)


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
    if not found:
        return None
    return Due(
        supplier=row["id"],
        number=told.number,
        revision=row["revision"],
        facts=facts,
        rows=rows,
        changes=found,
        names=(before.known_as, *told.names),
        says=(told, earlier),
    )


def also_named(told: Iterable[tuple[Mapping[str, Any], Told]]) -> list[KnownAs]:
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
    await links.note_changes(within, upload, [(each.number, _encode(each.changes).decode()) for each in differing])
    return len(differing)


async def store(within: OrganisationScope, upload: UUID, due: Iterable[Due]) -> None:
    """Write held suppliers, with their risk and the names they are known by as well, in the current unit."""
    now = clock.now()
    updates: list[tuple[Any, ...]] = []
    names: list[KnownAs] = []
    for each in due:
        updates.append(
            (*rating.stored(each.facts), each.rows, upload, now, within.person, within.organisation, each.supplier)
        )
        names += rating.also_known(each.supplier, each.facts, each.names)
    await sql.many(_UPDATE, updates)
    await rating.know_also(within, names)
