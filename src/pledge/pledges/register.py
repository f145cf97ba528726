"""The public register: who has signed, and never how well anybody scored.

A live signature is listed while it is current, and marked as lapsed for so many days more as its text says; then it is
gone, like one that was withdrawn. The address of an entry is that of the organisation, so it outlives a renewal.
"""

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from pledge.cells import inert
from pledge.database import clock, sql
from pledge.organisations.places import Gazetteer
from pledge.organisations.sections import sections
from pledge.paging import pages
from pledge.pledges.text import PledgeText

ROWS = 50  # signatories on a page
FLOOR = 10  # below this many the register does not say how many there are

# CROSS JOIN has SQLite walk the organisations in the order of their names, which is an index, and stop after a page
_ENTRY = """
SELECT o.id, o.name, o.district, o.sector, s.version, s.signed_on, s.expires_on, s.status,
    CASE WHEN s.name_public THEN s.name ELSE '' END AS signer
FROM organisation o CROSS JOIN signature s WHERE s.organisation = o.id AND s.ended IS NULL AND s.expires_on >= {}"""
_ORDER = " ORDER BY lower(o.name), o.id"

_COUNT = """
SELECT count(*) AS listed, count(CASE WHEN s.expires_on >= {} THEN 1 END) AS current
FROM signature s"""
_LISTED = " WHERE s.ended IS NULL AND s.expires_on >= {}"

# what a spreadsheet takes for the start of a formula (OWASP, CSV Injection)


class Filters(msgspec.Struct, frozen=True):
    """Which signatories to list: of a district (code), a sector (letter), with this in their name; "" for all."""

    district: str = ""
    sector: str = ""
    name: str = ""

    @property
    def query(self) -> str:
        """The filters as the query of an address, without those that are not used."""
        return urlencode({name: value for name, value in msgspec.structs.asdict(self).items() if value})


class Entry(msgspec.Struct, frozen=True):
    """One signatory as the register shows it, in words where words are shown; dates of Europe/London.

    ``id`` is the organisation's. ``status`` is one of pledge.pledges.text.STATUSES, or “lapsed”. ``signer`` is empty
    unless the person chose to be named.
    """

    id: UUID
    name: str
    district: str
    sector: str
    version: str
    signed_on: date
    expires_on: date
    status: str
    status_title: str
    signer: str

    @property
    def lapsed(self) -> bool:
        """Whether the term has run out."""
        return self.status == "lapsed"


class Listing(msgspec.Struct, frozen=True):
    """A page of the register. ``current`` is how many current signatories match, None below FLOOR."""

    entries: tuple[Entry, ...]
    page: int
    pages: int
    current: int | None


class Register:
    """The register as one installation shows it: the words of its current pledge, districts and sectors."""

    def __init__(self, text: PledgeText, places: Gazetteer) -> None:
        self.text = text
        self.places = places

    @property
    def districts(self) -> list[dict[str, str]]:
        """The options of the filter by district."""
        return [
            *({"value": district.code, "text": district.name} for district in self.places.districts),
            {"value": "outside", "text": self.places.district_name("outside")},
        ]

    @property
    def sectors(self) -> list[dict[str, str]]:
        """The options of the filter by sector."""
        return [{"value": letter, "text": section.name} for letter, section in sections().items()]

    async def page(self, filters: Filters, number: int) -> Listing:
        """Return a page of the register by name, in the current unit (two round trips at most).

        A number beyond the last page gives the last one.
        """
        today = clock.today()
        if number <= 1:
            entries = await self._some(today, filters, 1)
            if len(entries) <= ROWS:  # one page holds them all
                return _listing(entries, 1, len(entries), sum(not entry.lapsed for entry in entries))
            return _listing(entries, 1, *await self._count(today, filters))
        listed, current = await self._count(today, filters)
        number = min(number, pages(listed, ROWS))
        return _listing(await self._some(today, filters, number), number, listed, current)

    async def all(self, filters: Filters) -> tuple[Entry, ...]:
        """Return every signatory that matches, by name, in the current unit (one round trip)."""
        today = clock.today()
        where, values = _where(filters)
        rows = await sql.rows(f"{_ENTRY}{where}{_ORDER}", self._oldest(today), *values)
        return tuple(self._entry(today, row) for row in rows)

    async def entry(self, organisation: UUID) -> Entry | None:
        """Return the entry of one organisation, in the current unit; None when it is not in the register."""
        today = clock.today()
        row = await sql.row(f"{_ENTRY} AND o.id = {{}}", self._oldest(today), organisation)
        return None if row is None else self._entry(today, row)

    async def _some(self, today: date, filters: Filters, number: int) -> tuple[Entry, ...]:
        """Return the entries of a page, and one more if there is one."""
        where, values = _where(filters)
        text = f"{_ENTRY}{where}{_ORDER} LIMIT {{}} OFFSET {{}}"
        rows = await sql.rows(text, self._oldest(today), *values, ROWS + 1, (number - 1) * ROWS)
        return tuple(self._entry(today, row) for row in rows)

    async def _count(self, today: date, filters: Filters) -> tuple[int, int]:
        """Return how many are listed, and how many of those are current."""
        where, values = _where(filters)
        join = " JOIN organisation o ON o.id = s.organisation" if where else ""
        row = await sql.row(f"{_COUNT}{join}{_LISTED}{where}", today, self._oldest(today), *values)
        assert row is not None
        return row["listed"], row["current"]

    def _oldest(self, today: date) -> date:
        return today - timedelta(days=self.text.lapse.removed_after_days)

    def _entry(self, today: date, row: dict[str, Any]) -> Entry:
        lapsed = row["expires_on"] < today
        return Entry(
            **{
                **row,
                "district": self.places.district_name(row["district"]),
                "sector": sections()[row["sector"]].name,
                "status": "lapsed" if lapsed else row["status"],
                "status_title": "Lapsed" if lapsed else self.text.status(row["status"]).title,
            }
        )

    def as_csv(self, entries: Sequence[Entry], base_url: str) -> bytes:
        """Return entries as a CSV file in UTF-8 with a byte order mark (for Excel) that holds no formula."""
        file = io.StringIO(newline="")
        writer = csv.writer(file)
        rows = [self._record(entry, base_url) for entry in entries]
        writer.writerow(COLUMNS)
        writer.writerows([inert(str(cell)) for cell in row.values()] for row in rows)
        return file.getvalue().encode("utf-8-sig")

    def as_json(self, entries: Sequence[Entry], base_url: str) -> dict[str, Any]:
        """Return entries as a JSON document, with the words that must go with them."""
        return {
            "about": self.text.register.text,
            "label": self.text.register.label,
            "signatories": [self._record(entry, base_url) for entry in entries],
        }

    def _record(self, entry: Entry, base_url: str) -> dict[str, str]:
        """Return an entry as it leaves the site, by the names of COLUMNS."""
        return {
            "name": entry.name,
            "district": entry.district,
            "sector": entry.sector,
            "signed_on": entry.signed_on.isoformat(),
            "expires_on": entry.expires_on.isoformat(),
            "status": entry.status_title,
            "label": self.text.register.label,
            "signer": entry.signer,
            "version": entry.version,
            "url": f"{base_url}/signatories/{entry.id}",
        }


def _listing(entries: tuple[Entry, ...], page: int, listed: int, current: int) -> Listing:
    return Listing(entries[:ROWS], page, pages(listed, ROWS), current if current >= FLOOR else None)


COLUMNS = ("name", "district", "sector", "signed_on", "expires_on", "status", "label", "signer", "version", "url")


def _where(filters: Filters) -> tuple[str, list[str]]:
    """Return the conditions of some filters, and their values."""
    where, values = "", []
    if filters.district:
        where += " AND o.district = {}"
        values.append(filters.district)
    if filters.sector:
        where += " AND o.sector = {}"
        values.append(filters.sector)
    if filters.name:
        where += " AND lower(o.name) LIKE {} ESCAPE '!'"
        plain = filters.name.lower().replace("!", "!!").replace("%", "!%").replace("_", "!_")
        values.append(f"%{plain}%")
    return where, values
