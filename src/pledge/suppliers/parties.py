"""Which rows of a file are one supplier, and which of them the organisation's list has already.

In memory are suppliers by their names and numbers, never rows. What was kept before a worker died is known again.
"""

from functools import partial
from typing import Any
from uuid import UUID

import msgspec

from pledge.database import sql
from pledge.database.unit import read
from pledge.policy.scopes import OrganisationScope
from pledge.suppliers.joining import Joiner
from pledge.suppliers.supplier_rows import SupplierRow
from pledge.suppliers.uploads import Upload

_LOADED_AT_ONCE = 5_000


class Party:
    """A supplier of a file: its ``number`` there once a row names it, and which of the list it is (None: a new one)."""

    __slots__ = ("company_number", "number", "supplier")

    def __init__(self, company_number: str | None, supplier: UUID | None = None) -> None:
        self.company_number = company_number
        self.supplier = supplier
        self.number: int | None = None

    @classmethod
    def of(cls, row: SupplierRow) -> "Party":
        """Return a new supplier that begins with a row."""
        return cls(row.company_number)

    def take(self, row: SupplierRow) -> None:
        """Take a further row; what it says is kept elsewhere."""


async def known(within: OrganisationScope, upload: Upload) -> tuple[Joiner[Party], dict[UUID, Party]]:
    """Return a joiner that knows the suppliers of the organisation's list and those of the rows kept so far.

    With it, the suppliers of the list by their ids. Those that are off the list are among them: a file that names one
    brings it back.
    """
    joiner: Joiner[Party] = Joiner(Party.of)
    by_id: dict[UUID, Party] = {}
    after = UUID(int=0)
    while rows := await read(partial(_some_suppliers, within, after)):
        for row in rows:
            party = by_id[row["id"]] = Party(row["company_number"], row["id"])
            joiner.know(party, row["name_key"], row["country_of_supply"])
        after = rows[-1]["id"]
    alias = (UUID(int=0), "", "")
    while rows := await read(partial(_some_aliases, within, alias)):
        for row in rows:
            joiner.know(by_id[row["supplier"]], row["name_key"], row["country"] or None)
        alias = rows[-1]["supplier"], rows[-1]["name_key"], rows[-1]["country"]
    if upload.suppliers:
        await _recall(within, upload, joiner, by_id)
    return joiner, by_id


async def near(within: OrganisationScope, row: SupplierRow) -> Joiner[Party]:
    """Return a joiner that knows those suppliers of the list that one row may belong to, in the current unit."""
    joiner: Joiner[Party] = Joiner(Party.of)
    found = await sql.rows(
        "SELECT id, company_number, name_key, country_of_supply FROM supplier WHERE organisation = {} AND ("
        "name_key = {} OR company_number = {} OR id IN "
        "(SELECT supplier FROM supplier_alias WHERE organisation = {} AND name_key = {})) ORDER BY id",
        within.organisation,
        row.name_key,
        row.company_number,
        within.organisation,
        row.name_key,
    )
    by_id = {one["id"]: Party(one["company_number"], one["id"]) for one in found}
    for one in found:
        joiner.know(by_id[one["id"]], one["name_key"], one["country_of_supply"])
    aliases = await sql.rows(
        "SELECT supplier, name_key, country FROM supplier_alias WHERE organisation = {} AND name_key = {} "
        "ORDER BY supplier, country",
        within.organisation,
        row.name_key,
    )
    for alias in aliases:
        joiner.know(by_id[alias["supplier"]], alias["name_key"], alias["country"] or None)
    return joiner


async def _some_suppliers(within: OrganisationScope, after: UUID) -> list[dict[str, Any]]:
    return await sql.rows(
        "SELECT id, company_number, name_key, country_of_supply FROM supplier WHERE organisation = {} AND id > {} "
        "ORDER BY id LIMIT {}",
        within.organisation,
        after,
        _LOADED_AT_ONCE,
    )


async def _some_aliases(within: OrganisationScope, after: tuple[UUID, str, str]) -> list[dict[str, Any]]:
    return await sql.rows(
        "SELECT supplier, name_key, country FROM supplier_alias WHERE organisation = {} "
        "AND (supplier, name_key, country) > ({}, {}, {}) ORDER BY supplier, name_key, country LIMIT {}",
        within.organisation,
        *after,
        _LOADED_AT_ONCE,
    )


async def _recall(within: OrganisationScope, upload: Upload, joiner: Joiner[Party], by_id: dict[UUID, Party]) -> None:
    """Let a joiner know the rows that were kept before the worker died."""
    mapped = await read(
        partial(
            sql.rows,
            "SELECT number, supplier FROM upload_supplier WHERE organisation = {} AND upload = {}",
            within.organisation,
            upload.id,
        )
    )
    parties = {row["number"]: by_id[row["supplier"]] for row in mapped}
    place = (0, 0)
    while rows := await read(partial(_some_rows, within, upload.id, place)):
        for row in rows:
            number, kept = row["supplier_number"], msgspec.json.decode(row["content"], type=SupplierRow)
            party = parties.setdefault(number, Party(kept.company_number))
            party.number = number
            party.company_number = party.company_number or kept.company_number
            joiner.know(party, kept.name_key, kept.country_of_supply)
        place = rows[-1]["sheet"], rows[-1]["number"]


async def _some_rows(within: OrganisationScope, upload: UUID, after: tuple[int, int]) -> list[dict[str, Any]]:
    return await sql.rows(
        "SELECT sheet, number, supplier_number, content FROM upload_row WHERE organisation = {} AND upload = {} "
        "AND status = 'accepted' AND (sheet, number) > ({}, {}) ORDER BY sheet, number LIMIT {}",
        within.organisation,
        upload,
        *after,
        _LOADED_AT_ONCE,
    )
