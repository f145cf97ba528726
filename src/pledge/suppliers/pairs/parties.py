"""Which rows of a file are one supplier, and which of them the organisation's list has already.

In memory are suppliers by what they are known by, never rows. What was kept before a worker died is known again.
"""

from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from pledge.database import sql
from pledge.database.unit import read
from pledge.policy.scopes import OrganisationScope
from pledge.suppliers.files import links, stored_rows
from pledge.suppliers.files.uploads import Upload
from pledge.suppliers.rows.supplier_rows import SupplierRow
from pledge.suppliers.same.joining import Joiner, Known
from pledge.suppliers.same.matching import Identified
from pledge.suppliers.words.normalise import name_parts

_LOADED_AT_ONCE = 5_000
_KNOWN_BY = "name_key, company_number, country_of_supply, postcode, town, email, website, reference"


class Party(Known):
    """A supplier of a file: its ``number`` there once a row names it, and which of the list it is (None: a new one)."""

    __slots__ = ("number", "supplier")

    def __init__(self, who: Identified, supplier: UUID | None = None) -> None:
        super().__init__(who)
        self.supplier = supplier
        self.number: int | None = None


class Listed(NamedTuple):
    """What a supplier of the list is known by."""

    id: UUID
    form: str
    name_key: str
    company_number: str | None
    country_of_supply: str | None
    postcode: str | None
    town: str | None
    email: str | None
    website: str | None
    reference: str | None
    sic_codes: tuple[str, ...] = ()


async def some_listed(within: OrganisationScope, after: UUID) -> list[Listed]:
    """Return some suppliers of the list, by id, those after one; in a unit of its own."""
    rows = await read(
        partial(
            sql.rows,
            f"SELECT id, name, {_KNOWN_BY} FROM supplier WHERE organisation = {{}} AND id > {{}} "  # noqa: S608
            "ORDER BY id LIMIT {}",
            within.organisation,
            after,
            _LOADED_AT_ONCE,
        )
    )
    return [_listed(row) for row in rows]


def _listed(row: Any) -> Listed:
    found = dict(row)
    return Listed(form=name_parts(found.pop("name"))[1], **found)


async def known(within: OrganisationScope, upload: Upload) -> tuple[Joiner[Party], dict[UUID, Party]]:
    """Return a joiner that knows the suppliers of the organisation's list and those of the rows kept so far.

    With it, the suppliers of the list by their ids. Those that are off the list are among them: a file that names one
    brings it back.
    """
    joiner: Joiner[Party] = Joiner(Party)
    by_id: dict[UUID, Party] = {}
    after = UUID(int=0)
    while listed := await some_listed(within, after):
        for one in listed:
            party = by_id[one.id] = Party(one, one.id)
            joiner.know(party)
        after = listed[-1].id
    place = (UUID(int=0), "")
    while marks := await read(partial(_some_marks, within, place)):
        for row in marks:
            joiner.know_by(by_id[row["supplier"]], row["mark"])
        place = marks[-1]["supplier"], marks[-1]["mark"]
    if upload.suppliers:
        await _recall(within, upload, joiner, by_id)
    return joiner, by_id


async def near(within: OrganisationScope, row: SupplierRow) -> Joiner[Party]:
    """Return a joiner that knows those suppliers of the list that one row may belong to, in the current unit."""
    joiner: Joiner[Party] = Joiner(Party)
    marks = await sql.rows(
        "SELECT supplier, mark FROM supplier_mark WHERE organisation = {} AND (name_key = {} OR mark LIKE {}) "
        "ORDER BY supplier, mark",
        within.organisation,
        row.name_key,
        f"%|{row.company_number or '-'}|%",
    )
    ids = list({mark["supplier"] for mark in marks})
    found = await sql.rows(
        f"SELECT id, name, {_KNOWN_BY} FROM supplier WHERE organisation = {{}} "  # noqa: S608
        f"AND (name_key = {{}} OR company_number = {{}} OR id IN ({sql.marks(len(ids) + 1)})) ORDER BY id",
        within.organisation,
        row.name_key,
        row.company_number,
        UUID(int=0),
        *ids,
    )
    by_id = {one.id: Party(one, one.id) for one in map(_listed, found)}
    for party in by_id.values():
        joiner.know(party)
    for mark in marks:
        joiner.know_by(by_id[mark["supplier"]], mark["mark"])
    return joiner


async def _some_marks(within: OrganisationScope, after: tuple[UUID, str]) -> list[dict[str, Any]]:
    return await sql.rows(
        "SELECT supplier, mark FROM supplier_mark WHERE organisation = {} AND (supplier, mark) > ({}, {}) "
        "ORDER BY supplier, mark LIMIT {}",
        within.organisation,
        *after,
        _LOADED_AT_ONCE,
    )


async def _recall(within: OrganisationScope, upload: Upload, joiner: Joiner[Party], by_id: dict[UUID, Party]) -> None:
    """Let a joiner know the rows that were kept before the worker died."""
    named = await read(partial(links.suppliers, within, upload.id))
    parties = {number: by_id[supplier] for number, supplier in named.items()}
    after = (0, 0)
    while rows := await read(partial(stored_rows.taken, within, upload.id, after, _LOADED_AT_ONCE)):
        for row in rows:
            number, kept = row.supplier_number, msgspec.json.decode(row.content, type=SupplierRow).as_given
            party = parties.get(number)
            if party is None:
                party = parties[number] = Party(kept)
                joiner.know(party)
            else:
                joiner.add_to(party, kept)
            party.number = number
        after = rows[-1].sheet, rows[-1].number
