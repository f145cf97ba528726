"""Rows of a sheet and what its columns mean → suppliers, and every issue of every cell. Pure.

The work goes column by column over a batch of rows: a column of few different values is parsed once per value.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest
from typing import NamedTuple

import msgspec

from pledge.suppliers.choices import parse_date, parse_labour, parse_yes_no
from pledge.suppliers.codes import CODES, NAME_CHARACTERS, TEXT_CHARACTERS, Issue, issue
from pledge.suppliers.columns import column_letter
from pledge.suppliers.company_numbers import parse_company_number
from pledge.suppliers.contacts import parse_email, parse_postcode, parse_website
from pledge.suppliers.countries import HOME, parse_countries, parse_country
from pledge.suppliers.findings import NOTHING, Finding, is_blank
from pledge.suppliers.frames import Cell, Row
from pledge.suppliers.money import parse_money
from pledge.suppliers.normalise import name_key
from pledge.suppliers.sic import parse_sic
from pledge.suppliers.text import cell_text, clean, fold, has_hidden

_ERRORS = frozenset(("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!"))
_NO_NAMES = frozenset(
    "redacted|redacted personal data|redacted name|name redacted|personal data|personal data redacted|withheld|name withheld"
    "|various|various suppliers|third party|third party supplier|sundry|sundries|sundry suppliers|sundry supplier"
    "|miscellaneous|misc|unknown supplier|other|others|other suppliers|supplier|supplier name|individual|private individual"
    "|not disclosed|confidential|anonymous|no name|name".split("|")
)
_TOTALS = frozenset("total|totals|grand total|sub total|subtotal|overall total|sum|total spend|total amount".split("|"))


class SupplierRow(msgspec.Struct, frozen=True):
    """One accepted row. ``row`` is Excel's number; ``spend`` in pence; countries as ISO alpha-2 codes.

    None (or an empty tuple) is “not given”; ``labour`` is “unknown” where the list says so.
    """

    row: int
    name: str
    name_key: str
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


class SheetPlan(msgspec.Struct, frozen=True):
    """How one sheet is to be read: ``columns`` maps column indexes (from 0) to fields (see ``fields``).

    ``first_data_row`` is counted as Excel does; ``headings`` (one per column) let repeated headings be left out;
    ``text_file`` is true for CSV, where too many cells in a row mean that cells have slipped.
    """

    sheet: int
    name: str
    columns: Mapping[int, str]
    first_data_row: int = 1
    header_row: int | None = None
    headings: tuple[str, ...] = ()
    text_file: bool = False


class Batch(NamedTuple):
    """What a batch of rows came to. ``rejected`` are row numbers; rows that are neither are not suppliers at all."""

    accepted: list[SupplierRow]
    rejected: list[int]
    issues: list[Issue]


# What a column's values became: one parsed value per row, and findings by place in the batch.
_Column = tuple[list[object], dict[int, list[Finding]]]
_Parse = Callable[[str], tuple[object, Finding | None]]


def _parse_text(text: str) -> tuple[str | None, Finding | None]:
    if is_blank(text):
        return NOTHING
    return (text, None) if len(text) <= TEXT_CHARACTERS else (text[:TEXT_CHARACTERS], Finding("text-too-long"))


def _parse_name(text: str) -> tuple[str | None, Finding | None]:
    if not text:
        return None, Finding("name-missing")
    if len(text) > NAME_CHARACTERS:
        return None, Finding("name-too-long")
    if len(text) < 24 and (is_blank(text) or fold(text) in _NO_NAMES):
        return None, Finding("name-placeholder")
    if not text.isalpha() and not any(map(str.isalpha, text)):
        return None, Finding("name-no-letters")
    return text, None


_PARSERS: dict[str, _Parse] = {
    "name": _parse_name,
    "goods_or_service": _parse_text,
    "company_number": parse_company_number,
    "sic_code": parse_sic,
    "country_of_supply": parse_country,
    "country_of_origin": parse_countries,
    "spend": parse_money,
    "labour": parse_labour,
    "on_site": parse_yes_no,
    "subcontracts": parse_yes_no,
    "licence_number": _parse_text,
    "town": _parse_text,
    "postcode": parse_postcode,
    "email": parse_email,
    "website": parse_website,
    "reference": _parse_text,
    "last_checked": parse_date,
    "owner": _parse_text,
}  # fmt: skip

# Attributes of SupplierRow after the row's number and the name with its key, in their order.
_REST = [field for field in _PARSERS if field != "name"]
_MEMORY = 20_000  # values remembered per column


class RowChecker:
    """Checks the rows of one sheet, batch by batch; batches may be checked in any order and more than once."""

    def __init__(self, plan: SheetPlan) -> None:
        self.plan = plan
        self._index = {field: index for index, field in plan.columns.items()}
        self._parsed: dict[str, dict[Cell, tuple[object, tuple[Finding, ...]]]] = {field: {} for field in self._index}
        self._headings = tuple(fold(heading) for heading in plan.headings)
        self._width = len(plan.headings)

    def check(self, first: int, rows: Sequence[Row]) -> Batch:
        """Check rows that follow one another; ``first`` is Excel's number of the first."""
        skip = max(0, self.plan.first_data_row - first)
        if skip:
            first, rows = first + skip, rows[skip:]
        count = len(rows)
        issues: list[Issue] = []
        if not count:
            return Batch([], [], issues)
        cells = list(zip_longest(*rows, fillvalue=""))
        columns: dict[str, _Column] = {}
        for field, index in self._index.items():
            raw = cells[index] if index < len(cells) else ("",) * count
            columns[field] = self._column(field, raw)
        names, name_findings = columns["name"]
        left_out = self._left_out(first, rows, names, issues) if None in names or self._headings else set()
        self._abroad(columns)
        rejected = self._tell(first, rows, columns, left_out, issues)
        if self.plan.text_file and self._width:
            self._extra_cells(first, rows, left_out, issues)
        nothing = [None] * count
        rest = [columns[field][0] if field in columns else nothing for field in _REST]
        accepted = []
        for place, (name, *values) in enumerate(zip(names, *rest, strict=True)):
            if place in left_out or place in rejected:
                continue
            values[2] = values[2] or ()
            values[4] = values[4] or ()
            accepted.append(SupplierRow(first + place, name, name_key(name), *values))  # type: ignore[arg-type]
        return Batch(accepted, [first + place for place in sorted(rejected)], issues)

    def _column(self, field: str, raw: Sequence[Cell]) -> _Column:
        parsed = self._parsed[field]
        if len(parsed) > _MEMORY:
            parsed.clear()
        values: list[object] = []
        findings: dict[int, list[Finding]] = {}
        for place, cell in enumerate(raw):
            found = parsed.get(cell)
            if found is None:
                found = parsed[cell] = _parse(field, cell)
            values.append(found[0])
            if found[1]:
                findings[place] = list(found[1])
        return values, findings

    def _left_out(self, first: int, rows: Sequence[Row], names: list[object], issues: list[Issue]) -> set[int]:
        """Return the places of rows that are no suppliers: empty, totals, headings again."""
        left_out = set()
        column = self._index["name"]
        for place, row in enumerate(rows):
            if names[place] is None:
                if not any(cell is None or cell is False or clean(cell) for cell in row):
                    left_out.add(place)
            elif not self._headings:
                continue
            total = self._total(row, names[place])
            if total is not None:
                left_out.add(place)
                self._add(issues, first + place, total, Finding("total-row"), row[total])
            elif self._headings and self._repeats_headings(row, column):
                left_out.add(place)
                self._add(issues, first + place, column, Finding("heading-again"), row[column])
        return left_out

    def _total(self, row: Row, name: object) -> int | None:
        return None
