"""Sharing one's own reports by a link: making one, a new link for it, taking it back, and who looked.

Every function works in the current unit and reaches one's own organisation's rows only.
"""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from pledge.assessments import submitting
from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.ids import new_id, token_hash
from pledge.pledges import standing
from pledge.policy.scopes import OrganisationScope
from pledge.refusals import ChangedMeanwhile, Missing, Refusal
from pledge.sharing import shared
from pledge.sharing.codes import new_code
from pledge.sharing.shared import Kind, Shared

USUALLY = timedelta(days=90)  # for how long, unless somebody chooses otherwise
AT_MOST = timedelta(days=365)
MOST = 200  # shares that an organisation can have at once
_LIVE = "withdrawn IS NULL AND until >= {}"


class Given(msgspec.Struct, frozen=True):
    """A report that is or was shared: for whom, what of it, until when, and how often it was opened on which days.

    ``to_partnership``: staff of the partnership may read it too. ``shared`` is what is seen, None when it is over:
    ``ended`` is then its last day. ``newer``: there is a newer one.
    """

    id: UUID
    assessment: UUID
    recipient: str
    kind: Kind
    by: str
    on: datetime
    until: date
    to_partnership: bool
    shared: Shared | None
    ended: date | None
    newer: bool
    looks: tuple[tuple[date, int], ...]


async def offered(within: OrganisationScope, assessment: UUID, kind: Kind) -> Shared:
    """Return what would be shown of a report. Raises Missing."""
    found = await submitting.load(within, assessment)
    if found is None:
        raise Missing
    return shared.of(found, kind, await standing.current(within.organisation), clock.today())


async def give(
    within: OrganisationScope,
    assessment: UUID,
    kind: Kind,
    recipient: str,
    until: date,
    digest: str,
    *,
    to_partnership: bool = False,
) -> str:
    """Share what the page showed (``digest`` is of it), and return the code, which is not kept.

    ``to_partnership``: the partnership's staff may read it too.

    Raises Missing; ChangedMeanwhile when it would show something else by now; Refusal when there are too many.
    """
    content = await offered(within, assessment, kind)
    if content.digest != digest:
        raise ChangedMeanwhile
    today = clock.today()
    live = await sql.value(
        f"SELECT count(*) FROM report_share WHERE organisation = {{}} AND {_LIVE}",  # noqa: S608
        within.organisation,
        today,
    )
    if live >= MOST:
        raise Refusal(f"You share {MOST} reports already. Take one back first. Nothing was shared.")
    share, code = new_id(), new_code()
    await sql.rows(
        "INSERT INTO report_share (id, organisation, assessment, recipient, kind, token_hash, content, shared, "
        "shared_by, until, to_partnership) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
        *(share, within.organisation, assessment, recipient, kind, token_hash(code), shared.encode(content)),
        *(clock.now(), within.person, until, to_partnership),
    )
    await record(
        "report.shared",
        share,
        person=within.person,
        organisation=within.organisation,
        kind=kind,
        until=str(until),
        to_partnership=to_partnership,
    )
    return code


async def given(within: OrganisationScope) -> list[Given]:
    """Return what the organisation shares or has shared by a link, what is over last, the newest first."""
    rows = await sql.rows(
        "SELECT s.id, s.assessment, s.recipient, s.kind, COALESCE(p.name, '') AS by, s.content, s.shared, s.until, "
        "s.to_partnership, s.withdrawn, a.latest FROM report_share s LEFT JOIN person p ON p.id = s.shared_by "
        "JOIN assessment a ON a.organisation = s.organisation AND a.id = s.assessment "
        "WHERE s.organisation = {} ORDER BY s.shared DESC, s.id",
        within.organisation,
    )
    looks: dict[UUID, list[tuple[date, int]]] = {}
    for row in await sql.rows(
        "SELECT share, day, looks FROM report_share_look WHERE organisation = {} ORDER BY day", within.organisation
    ):
        looks.setdefault(row["share"], []).append((row["day"], row["looks"]))
    today = clock.today()
    found = [_given(row, today, tuple(looks.get(row["id"], ()))) for row in rows]
    return sorted(found, key=lambda each: each.ended is not None)


def _given(row: dict[str, Any], today: date, looks: tuple[tuple[date, int], ...]) -> Given:
    ended = over(row["withdrawn"], row["until"], today)
    return Given(
        id=row["id"],
        assessment=row["assessment"],
        recipient=row["recipient"],
        kind=row["kind"],
        by=row["by"],
        on=row["shared"],
        until=row["until"],
        to_partnership=bool(row["to_partnership"]),
        shared=None if ended else shared.decode(row["content"]),
        ended=ended,
        newer=not row["latest"],
        looks=looks,
    )


def over(withdrawn: datetime | None, until: date, today: date) -> date | None:
    """Return the day (Europe/London) on which a share ended, None while it can be seen."""
    if withdrawn is not None:
        return withdrawn.astimezone(clock.LONDON).date()
    return until if today > until else None


async def one(within: OrganisationScope, share: UUID) -> Given:
    """Return a share that can still be seen. Raises Missing."""
    found = [each for each in await given(within) if each.id == share and each.shared]
    if not found:
        raise Missing
    return found[0]


async def renew_link(within: OrganisationScope, share: UUID) -> str:
    """Make a new link for a share, and return its code; the one before no longer works. Raises Missing."""
    code = new_code()
    await _change(within, share, "token_hash = {}", token_hash(code))
    await record("report.share-link-changed", share, person=within.person, organisation=within.organisation)
    return code


async def take_back(within: OrganisationScope, share: UUID) -> None:
    """Take a share back; nothing of what it showed is kept. Raises Missing when it is not shared."""
    await _change(within, share, "withdrawn = {}, content = ''", clock.now())
    await record("report.share-withdrawn", share, person=within.person, organisation=within.organisation)


async def _change(within: OrganisationScope, share: UUID, what: str, value: object) -> None:
    changed = await sql.changed(
        f"UPDATE report_share SET {what} WHERE organisation = {{}} AND id = {{}} AND {_LIVE}",  # noqa: S608
        value,
        within.organisation,
        share,
        clock.today(),
    )
    if not changed:
        raise Missing
