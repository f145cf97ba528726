"""A buyer's list of what others showed it. Every function works in the current unit.

A share belongs to whoever gave it, so those that read one must reach everything (``database.unit.reaching``): they find
it by a row of one's own, and show what its link would show, and nothing else.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.ids import new_id
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import ChangedMeanwhile, Missing, Refusal
from pledge.sharing import opening, shared
from pledge.sharing.giving import over
from pledge.sharing.shared import Kind, Shared

NOTE = 2000  # characters
MOST = 1000  # in a list


class Kept(msgspec.Struct, frozen=True):
    """One share in the list. ``shared`` is what is seen, None once it is no longer shared: since ``ended``.

    ``giver`` and ``share`` are whose it is, and which. ``firm`` is the name that it was shared under.
    """

    id: UUID
    giver: UUID
    share: UUID
    firm: str
    kind: Kind
    until: date
    kept: datetime
    note: str
    shared: Shared | None
    ended: date | None


_SELECT = """
SELECT k.id, s.organisation AS giver, s.id AS share, k.firm, s.kind, s.until, k.kept, k.note, s.content, s.withdrawn
FROM kept_share k JOIN report_share s ON s.id = k.share WHERE k.organisation = {}
"""


async def keep(within: OrganisationScope, code: str) -> UUID:
    """Put what a code opens into the list, and return its place there; twice changes nothing.

    Raises Missing; opening.Over; Refusal for one's own report, and for a list that is full.
    """
    found = await opening.find(code)
    if found.organisation == within.organisation:
        raise Refusal("This is your own firm’s report. You find it on your page of reports. Nothing was changed.")
    already = await sql.value("SELECT count(*) FROM kept_share WHERE organisation = {}", within.organisation)
    if already >= MOST:
        raise Refusal(f"Your list holds {MOST:,} reports already. Take one off first. Nothing was changed.")
    await sql.rows(
        "INSERT INTO kept_share (id, organisation, share, firm, note, kept, kept_by) "
        "VALUES ({}, {}, {}, {}, '', {}, {}) ON CONFLICT (organisation, share) DO NOTHING",
        *(new_id(), within.organisation, found.id, found.shared.summary.organisation, clock.now(), within.person),
    )
    place: UUID = await sql.value(
        "SELECT id FROM kept_share WHERE organisation = {} AND share = {}", within.organisation, found.id
    )
    await record("shared-report.kept", place, person=within.person, organisation=within.organisation)
    return place


async def everything(within: OrganisationScope) -> list[Kept]:
    """Return the list: what can be seen first, by name, then what is no longer shared."""
    rows = await sql.rows(_SELECT, within.organisation)
    found = [_kept(row) for row in rows]
    return sorted(found, key=lambda each: (each.shared is None, each.firm.casefold(), str(each.id)))


async def find(within: OrganisationScope, kept: UUID) -> Kept:
    """Return one of the list. Raises Missing."""
    row = await sql.row(f"{_SELECT} AND k.id = {{}}", within.organisation, kept)
    if row is None:
        raise Missing
    return _kept(row)


def _kept(row: dict[str, Any]) -> Kept:
    content, withdrawn = row.pop("content"), row.pop("withdrawn")
    ended = over(withdrawn, row["until"], clock.today())
    return Kept(**row, shared=None if ended else shared.decode(content), ended=ended)


async def look(within: OrganisationScope, kept: UUID) -> Kept:
    """Return the same, and count that it was opened today, when it can be seen. Raises Missing."""
    found = await find(within, kept)
    if found.shared is not None:
        await opening.count(found.giver, found.share)
    return found


async def write_note(within: OrganisationScope, kept: UUID, note: str, before: str) -> None:
    """Keep a note that only the organisation sees. ``before`` is the one that the page showed.

    Raises Missing, and ChangedMeanwhile when a colleague wrote another since.
    """
    now = await sql.value("SELECT note FROM kept_share WHERE organisation = {} AND id = {}", within.organisation, kept)
    if now is None:
        raise Missing
    changed = await sql.changed(
        "UPDATE kept_share SET note = {} WHERE organisation = {} AND id = {} AND note IN ({}, {})",
        *(note, within.organisation, kept, before, note),
    )
    if not changed:
        raise ChangedMeanwhile
    await record("shared-report.note-saved", kept, person=within.person, organisation=within.organisation)


async def remove(within: OrganisationScope, kept: UUID) -> None:
    """Take one off the list, with its note. Raises Missing."""
    gone = await sql.changed("DELETE FROM kept_share WHERE organisation = {} AND id = {}", within.organisation, kept)
    if not gone:
        raise Missing
    await record("shared-report.removed", kept, person=within.person, organisation=within.organisation)
