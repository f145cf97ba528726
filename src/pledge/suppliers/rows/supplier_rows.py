"""What a checked row is, and how a sheet is to be read: the types that validation takes and gives. Pure."""

import datetime
import hashlib
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from pledge.cells import ILLEGAL
from pledge.suppliers.reading.frames import Cell, Row
from pledge.suppliers.rows.codes import Issue

_encode = msgspec.json.Encoder().encode

_READ_ALIKE = frozenset((str, float, bool))  # in our copy of a file as in the file itself


class SupplierRow(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One accepted row. ``row`` is Excel's number; ``spend`` in pence; countries as ISO alpha-2 codes.

    None (or an empty tuple) is “not given”; ``labour`` is “unknown” where the list says so. ``name_key`` and ``form``
    are ``normalise.name_parts`` of the name. ``disputed_number`` is a company number that a supplier with quite another
    name has already.
    """

    row: int
    name: str
    name_key: str
    form: str = ""
    goods_or_service: str | None = None
    company_number: str | None = None
    sic_codes: tuple[str, ...] = ()
    country_of_supply: str | None = None
    countries_of_origin: tuple[str, ...] = ()
    spend: int | None = None
    labour: str | None = None
    on_site: bool | None = None
    subcontracts: bool | None = None
    licence_number: str | None = None
    town: str | None = None
    postcode: str | None = None
    email: str | None = None
    website: str | None = None
    reference: str | None = None
    last_checked: datetime.date | None = None
    owner: str | None = None
    disputed_number: str | None = None

    @property
    def as_given(self) -> "SupplierRow":
        """The row with its company number, although that is another supplier's."""
        if self.disputed_number is None:
            return self
        return msgspec.structs.replace(self, company_number=self.disputed_number, disputed_number=None)


class SheetPlan(msgspec.Struct, frozen=True):
    """How one sheet is to be read: ``columns`` maps column indexes (from 0) to fields (see ``fields``).

    ``first_data_row`` is counted as Excel does; ``headings`` (one per column) let repeated headings be left out;
    ``text_file`` is true for CSV, where too many cells in a row mean that cells have slipped. In an annotated workbook
    that was sent back, ``ours`` are the columns (from 0) that we had added, and ``key`` is that of the row keys.
    """

    sheet: int
    name: str
    columns: Mapping[int, str]
    first_data_row: int = 1
    header_row: int | None = None
    headings: tuple[str, ...] = ()
    text_file: bool = False
    key: int | None = None
    ours: tuple[int, ...] = ()

    def given(self, row: Row) -> Row:
        """Return a row as the firm gave it: what stands in our columns is taken out."""
        if not self.ours:
            return row
        return ["" if column in self.ours else cell for column, cell in enumerate(row)]

    def chosen(self, row: Row) -> Row:
        """Return a row with nothing but the columns that are read: the others we were told to leave out."""
        last = max(self.columns)
        return [cell if column in self.columns else "" for column, cell in enumerate(row[: last + 1])]


class Batch(NamedTuple):
    """What a batch of rows came to. Rows that are neither accepted nor rejected are no suppliers (totals, empty)."""

    accepted: list[SupplierRow]
    rejected: list[int]
    issues: list[Issue]


def hash_of(row: Row) -> str:
    """Return a key (32 hex digits) under which a row as it was given is known again; empty cells at its end are not.

    A row has the same key in a file and in our annotated copy of it, where some cells read differently.
    """
    encoded = _encode(row)
    if not _READ_ALIKE.issuperset(map(type, row)) or b"\\" in encoded or b"\xef\xbf" in encoded:
        encoded = _encode([_in_our_copy(cell) for cell in row])
    while encoded.endswith(b',""]'):
        encoded = encoded[:-4] + b"]"
    return hashlib.blake2b(encoded, digest_size=16).hexdigest()


def _in_our_copy(cell: Cell) -> Cell:
    """Return a cell as it reads in the annotated workbook.

    A formula that was never calculated is empty there, a whole number a number like others, and what XML cannot hold
    is left out.
    """
    if isinstance(cell, str):
        return ILLEGAL.sub("", cell)
    if cell is None:
        return ""
    return cell if isinstance(cell, bool) else float(cell)
