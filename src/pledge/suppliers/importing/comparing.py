"""A file against the list: whom it added, whom it changed and how, whom it does not name, and who is off the list.

A file deletes nobody. Suppliers that a member takes off the list, because a file is the whole of it, can be put back
for 30 days. Every function but ``prune`` and the pure ones runs in the current unit.
"""

import datetime
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.unit import write
from pledge.paging import offset
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import ChangedMeanwhile, Missing, Refusal
from pledge.suppliers.files import links, turns, uploads
from pledge.suppliers.files.links import Kind
from pledge.suppliers.files.uploads import Upload
from pledge.suppliers.listed import queries, rating
from pledge.suppliers.listed.listing import LABOUR_WORDS
from pledge.suppliers.risk.rules import Level, Supply
from pledge.suppliers.rows.fields import FIELD_BY_NAME
from pledge.suppliers.same.changes import ON_LIST, ROWS, Change, Known
from pledge.suppliers.words.countries import country_name
from pledge.words.dates import uk_date
from pledge.words.numbers import pounds

ON_PAGE = 20
KEPT = timedelta(days=30)  # a supplier that is off the list
_PRUNED_AT_ONCE = 500

KINDS: dict[Kind, str] = {"new": "New", "changed": "Changed", "unchanged": "As before"}

# The suppliers of the list that a file does not name. NOT IN is looked up in a hash table. NOT EXISTS would be a join:
# as long as PostgreSQL's statistics are older than the file, it looks through all links of that for each supplier.
MISSING = f"s.organisation = {{}} AND s.off_list IS NULL AND s.id NOT IN ({links.NAMED})"


class Shown(NamedTuple):
    """One change in words: what, before and after."""

    what: str
    before: str
    after: str


class Compared(NamedTuple):
    """A supplier that a file names, and what the file changed of it."""

    id: UUID
    name: str
    level: Level
    changes: list[Shown]


class NotNamed(NamedTuple):
    """A supplier that a file does not name. ``mark`` says that a member added or changed it by hand."""

    id: UUID
    name: str
    level: Level
    spend: int | None
    mark: str


class Absent(NamedTuple):
    """Who is missing from a file: how many, and what tells whether they are still the same ones."""

    suppliers: int
    seen: str


def found(upload: Upload, kind: Kind) -> int | None:
    """Return how many suppliers of a file are of a kind; None when that was not counted."""
    if upload.added is None or upload.changed is None:
        return None
    unchanged = upload.suppliers - upload.added - upload.changed
    return {"new": upload.added, "changed": upload.changed, "unchanged": unchanged}[kind]


async def some(within: OrganisationScope, upload: Upload, kind: Kind, page: int) -> list[Compared]:
    """Return a page of the suppliers of a kind, in the order of the file."""
    made = await links.changes(within, upload.id, kind, ON_PAGE, offset(page, ON_PAGE))
    called = await queries.names(within, [supplier for supplier, _ in made])
    return [Compared(supplier, *called[supplier], _in_words(differences)) for supplier, differences in made]


def _in_words(differences: str) -> list[Shown]:
    return [shown(change) for change in msgspec.json.decode(differences or "[]", type=list[Change])]


def shown(change: Change) -> Shown:
    """Return a change in words. Pure."""
    if change.field == ON_LIST:
        return Shown("Your list", "off the list", "on the list")
    if change.field == ROWS:
        return Shown("Rows that name it", str(change.before), str(change.after))
    what = {"supplies": "What they supply"}.get(change.field) or FIELD_BY_NAME[change.field].title
    return Shown(what, _words(change.field, change.before), _words(change.field, change.after))


def _words(field: str, value: Known) -> str:
    if value is None or value == ():
        return "not known"
    if isinstance(value, tuple):
        return "; ".join(map(_supply, value))
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, int):
        return pounds(value)
    if field == "last_checked":
        return uk_date(datetime.date.fromisoformat(value))
    return {"country_of_supply": country_name, "labour": LABOUR_WORDS.__getitem__}.get(field, str)(value)


def _supply(supply: Supply) -> str:
    origins = ", ".join(map(country_name, supply.countries_of_origin))
    codes = ", ".join(supply.sic_codes)
    parts = (supply.text or "not named", origins and f"made or grown in {origins}", codes and f"SIC {codes}")
    return ", ".join(filter(None, parts))


# — who is missing —


async def absent(within: OrganisationScope, upload: UUID) -> Absent:
    """Return how many suppliers of the list a file does not name.

    Whoever comes to be missing was changed at that moment: so their number and the newest change tell them.
    """
    row = await sql.row(
        f"SELECT count(*) AS suppliers, max(s.updated) AS newest FROM supplier s WHERE {MISSING}",  # noqa: S608
        within.organisation,
        upload,
    )
    assert row is not None
    return Absent(row["suppliers"], f"{row['suppliers']} {row['newest']}")


async def missing(within: OrganisationScope, upload: UUID, at_most: int, offset: int = 0) -> list[NotNamed]:
    """Return suppliers of the list that a file does not name, by name."""
    rows = await sql.rows(
        f"SELECT s.id, s.name, s.level, s.spend, s.edited, s.first_upload FROM supplier s WHERE {MISSING} "  # noqa: S608
        "ORDER BY s.name_key, s.id LIMIT {} OFFSET {}",
        within.organisation,
        upload,
        at_most,
        offset,
    )
    return [_not_named(row) for row in rows]


async def off_list(within: OrganisationScope, upload: UUID, at_most: int, offset: int = 0) -> list[NotNamed]:
    """Return the suppliers that are off the list since a file was said to be the whole of it, by name."""
    rows = await sql.rows(
        "SELECT id, name, level, spend, edited, first_upload FROM supplier WHERE organisation = {} "
        "AND off_list IS NOT NULL AND off_list_upload = {} ORDER BY name_key, id LIMIT {} OFFSET {}",
        within.organisation,
        upload,
        at_most,
        offset,
    )
    return [_not_named(row) for row in rows]


async def count_off_list(within: OrganisationScope, upload: UUID) -> int:
    """Return how many these are."""
    return int(
        await sql.value(
            "SELECT count(*) FROM supplier WHERE organisation = {} AND off_list IS NOT NULL AND off_list_upload = {}",
            within.organisation,
            upload,
        )
    )


def _not_named(row: dict[str, Any]) -> NotNamed:
    mark = "Added by hand" if row["first_upload"] is None else "Changed by hand" if row["edited"] else ""
    return NotNamed(row["id"], row["name"], row["level"], row["spend"], mark)


async def take_off(within: OrganisationScope, upload: UUID, seen: str) -> int:
    """Take off the list whom a file does not name, because it is the whole list; return how many.

    Raises Missing; Refusal when a newer file was read, or is just being read; ChangedMeanwhile when they are not those
    that were ``seen``.
    """
    await turns.hold_list(within)
    if (await uploads.load(within, upload)).state != "done":
        raise Missing
    if not await uploads.is_newest(within, upload):
        raise Refusal(
            "A newer file was read into your list, so this one cannot be the whole list. Nothing was changed."
        )
    if (await absent(within, upload)).seen != seen:
        raise ChangedMeanwhile
    now = clock.now()
    gone = await sql.changed(
        "UPDATE supplier AS s SET off_list = {}, off_list_upload = {}, updated = {}, updated_by = {}, "  # noqa: S608
        f"revision = revision + 1 WHERE {MISSING}",
        now,
        upload,
        now,
        within.person,
        within.organisation,
        upload,
    )
    await _done(within, upload, "suppliers.taken-off", gone)
    return gone


async def put_back(within: OrganisationScope, upload: UUID, supplier: UUID | None) -> int:
    """Put suppliers back on the list that a file had taken off it, or one of them; return how many. Raises Missing."""
    await turns.hold_list(within)
    await uploads.load(within, upload)
    back = await sql.changed(
        "UPDATE supplier SET off_list = NULL, off_list_upload = NULL, updated = {}, updated_by = {}, "  # noqa: S608
        "revision = revision + 1 WHERE organisation = {} AND off_list IS NOT NULL AND off_list_upload = {} "
        + ("AND id = {}" if supplier else ""),
        clock.now(),
        within.person,
        within.organisation,
        upload,
        *([supplier] if supplier else []),
    )
    if back:
        await _done(within, upload, "suppliers.put-back", back)
    return back


async def _done(within: OrganisationScope, upload: UUID, action: str, suppliers: int) -> None:
    await rating.note_context(within.organisation)
    await record(action, upload, person=within.person, organisation=within.organisation, suppliers=suppliers)


async def prune() -> dict[str, int]:
    """Delete suppliers that have been off the list for 30 days, some at a time. Return the number of rows by table."""
    gone = 0
    while some_gone := await write(partial(_prune_some, clock.now() - KEPT)):
        gone += some_gone
    return {"supplier": gone}


async def _prune_some(before: datetime.datetime) -> int:
    return await sql.changed(
        "DELETE FROM supplier WHERE (organisation, id) IN "
        "(SELECT organisation, id FROM supplier WHERE off_list < {} LIMIT {})",
        before,
        _PRUNED_AT_ONCE,
    )
