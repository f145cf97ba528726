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
from pledge.pledges.register_order import ORDER, REVERSE, Place
from pledge.pledges.text import PledgeText
from pledge.words.numbers import number, plural

ROWS = 50  # signatories on a page
FLOOR = 10  # below this many the register does not say how many there are
MOST = 1000  # above this many it says only that: counting all of them would take longer than the page

_COLUMNS = """o.id, o.name, o.district, o.sector, s.version, s.signed_on, s.expires_on, s.status,
    CASE WHEN s.name_public THEN s.name ELSE '' END AS signer"""
_LISTED = "FROM signature s WHERE s.ended IS NULL AND s.expires_on >= {}"
# CROSS JOIN has SQLite walk the signatures in the order of the register and look each organisation up
_WITH = "CROSS JOIN organisation o WHERE o.id = s.organisation"


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
    """A page of the register, and the queries of the addresses of the pages beside it, "" where there is none.

    ``current`` is how many current signatories match, MOST + 1 for all that are more: None below FLOOR, and on all
    pages but the first.
    """

    entries: tuple[Entry, ...]
    previous: str
    next: str
    current: int | None

    @property
    def count(self) -> str:
        """How many there are in words, "" where it is not said."""
        if self.current is None:
            return ""
        if self.current > MOST:
            return f"More than {number(MOST)} current signatories"
        return plural(self.current, "current signatory", "current signatories")


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

    async def page(self, filters: Filters, at: Place | None = None) -> Listing:
        """Return the first page of the register by name, or the one at a place, in the current unit.

        One round trip; two where nothing stands on that side of the place: then the page is that of the other side.
        """
        if at is None:
            return await self._first(filters)
        return await self._beside(filters, at) or await self._beside(filters, at.turned) or _listing(())

    async def _first(self, filters: Filters) -> Listing:
        today = clock.today()
        where, values = _where(filters)
        counted = f"SELECT 1 {_LISTED}{where} LIMIT {MOST + 1}"
        current = f"(SELECT count(*) FROM ({counted}) AS counted) AS current"  # noqa: S608
        text = _page(current, where, ORDER)
        rows = await sql.rows(text, today, *values, self._oldest(today), *values)
        found = rows[0]["current"] if rows else 0
        entries = self._entries(today, rows[:ROWS])
        return _listing(entries, next=len(rows) > ROWS, current=found if found >= FLOOR else None)

    async def _beside(self, filters: Filters, at: Place) -> Listing | None:
        """Return the page beside a place, None when nothing stands there."""
        today = clock.today()
        where, values = _where(filters)
        order, back = (REVERSE, ORDER) if at.before else (ORDER, REVERSE)
        # the nearest one there, and not EXISTS, for which PostgreSQL may read signatures in any order until one fits
        nearest = f"(SELECT 1 {_LISTED}{where}{at.turned.condition}{back} LIMIT 1) AS behind"
        text = _page(nearest, where + at.condition, order)
        same = (self._oldest(today), *values, *at.values)
        rows = await sql.rows(text, *same, *same)
        if not rows:
            return None
        more, behind = len(rows) > ROWS, bool(rows[0]["behind"])
        entries = self._entries(today, rows[:ROWS])
        if at.before:
            return _listing(entries[::-1], previous=more, next=behind)
        return _listing(entries, previous=behind, next=more)

    async def all(self, filters: Filters) -> tuple[Entry, ...]:
        """Return every signatory that matches, by name, in the current unit (one round trip)."""
        today = clock.today()
        where, values = _where(filters)
        text = f"SELECT {_COLUMNS} FROM (SELECT s.* {_LISTED}{where}) s {_WITH}{ORDER}"  # noqa: S608
        rows = await sql.rows(text, self._oldest(today), *values)
        return self._entries(today, rows)

    def goes(self, entry: Entry) -> date:
        """Return the last day on which an entry is in the register if it is not renewed."""
        return entry.expires_on + timedelta(days=self.text.lapse.removed_after_days)

    async def entry(self, organisation: UUID) -> Entry | None:
        """Return the entry of one organisation, in the current unit; None when it is not in the register."""
        today = clock.today()
        text = f"SELECT {_COLUMNS} FROM (SELECT s.* {_LISTED}) s {_WITH} AND o.id = {{}}"  # noqa: S608
        row = await sql.row(text, self._oldest(today), organisation)
        return None if row is None else self._entries(today, [row])[0]

    def _oldest(self, today: date) -> date:
        return today - timedelta(days=self.text.lapse.removed_after_days)

    def _entries(self, today: date, rows: Sequence[dict[str, Any]]) -> tuple[Entry, ...]:
        return tuple(self._entry(today, row) for row in rows)

    def _entry(self, today: date, row: dict[str, Any]) -> Entry:
        lapsed = row["expires_on"] < today
        return Entry(
            id=row["id"],
            name=row["name"],
            district=self.places.district_name(row["district"]),
            sector=sections()[row["sector"]].name,
            version=row["version"],
            signed_on=row["signed_on"],
            expires_on=row["expires_on"],
            status="lapsed" if lapsed else row["status"],
            status_title="Lapsed" if lapsed else self.text.status(row["status"]).title,
            signer=row["signer"],
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


def _listing(
    entries: tuple[Entry, ...], *, previous: bool = False, next: bool = False, current: int | None = None
) -> Listing:
    return Listing(
        entries,
        Place("<", entries[0].name, entries[0].id).query if previous else "",
        Place(">", entries[-1].name, entries[-1].id).query if next else "",
        current,
    )


COLUMNS = ("name", "district", "sector", "signed_on", "expires_on", "status", "label", "signer", "version", "url")


def _where(filters: Filters) -> tuple[str, list[str]]:
    """Return the conditions of some filters on a signature, and their values."""
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
    if where:
        where = f" AND EXISTS (SELECT 1 FROM organisation o WHERE o.id = s.organisation{where})"  # noqa: S608
    return where, values


def _page(also: str, where: str, order: str) -> str:
    """Return the statement of a page: the signatures by the index first, so that only theirs are looked up."""
    signatures = f"SELECT s.* {_LISTED}{where}{order} LIMIT {ROWS + 1}"
    return f"SELECT {_COLUMNS}, {also} FROM ({signatures}) s {_WITH}{order}"  # noqa: S608
