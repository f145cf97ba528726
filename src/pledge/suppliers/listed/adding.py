"""Suppliers that come to the list, or come back to it, in the current unit."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from pledge.database import sql
from pledge.suppliers.listed.rating import STORED


class New(NamedTuple):
    """A new row of the supplier table: its own columns, and ``stored`` (``rating.stored``) for all the others."""

    id: UUID | str
    organisation: UUID | str
    rows_named: int
    first_upload: UUID | str | None
    last_upload: UUID | str | None
    edited: datetime | None
    updated: datetime
    updated_by: UUID | str | None
    stored: tuple[Any, ...]


_COLUMNS = (*New._fields[:-1], *STORED, "revision")
_INSERT = f"INSERT INTO supplier ({', '.join(_COLUMNS)}) VALUES ({sql.marks(len(_COLUMNS) - 1)}, 0)"  # noqa: S608


async def add(suppliers: Iterable[New]) -> None:
    """Add suppliers to the list (see ``rating.know_also`` for their other names)."""
    await sql.many(_INSERT, [new[:-1] + new.stored for new in suppliers])
