"""Sharing one's own report with a firm that asked, for members of the organisation whose report it is.

``given`` and ``withdraw`` reach one's own organisation's shares only; ``offered`` its own reports.
"""

from datetime import date, datetime
from uuid import UUID

import msgspec

from pledge.asking import summaries
from pledge.asking.summaries import Summary
from pledge.assessments import submitting
from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.installed import ASSESSMENTS
from pledge.refusals import Missing


class Given(msgspec.Struct, frozen=True):
    """A report that was shared: with whom, what of it (None when it is over), until when, and who looked on what day.

    ``ended`` is since when it is over; None while it is shared.
    """

    id: UUID
    asker: str
    by: str
    summary: Summary | None
    shared: datetime
    expires: datetime
    ended: datetime | None
    looks: tuple[date, ...]


async def offered(within: OrganisationScope, questionnaire: str) -> Summary | None:
    """Return what would be shared of the newest report of a questionnaire, None without one; in the current unit."""
    newest = await submitting.latest_id(within, questionnaire)
    found = await submitting.load(within, newest) if newest else None
    if found is None:
        return None
    return summaries.of_report(found.definition, found.result, found.organisation_name, found.on)


async def all_offered(within: OrganisationScope) -> dict[str, Summary]:
    """Return what would be shared of the newest report of each questionnaire, in the current unit."""
    found = {name: await offered(within, name) for name in ASSESSMENTS}
    return {name: summary for name, summary in found.items() if summary is not None}


async def given(within: OrganisationScope) -> list[Given]:
    """Return what the organisation shares or has shared, the newest first, in the current unit."""
    rows = await sql.rows(
        "SELECT s.id, s.asker, COALESCE(p.name, '') AS by, s.content, s.shared, s.expires, s.ended, s.looks "
        "FROM supplier_share s LEFT JOIN person p ON p.id = s.shared_by WHERE s.giver = {} "
        "ORDER BY s.ended IS NOT NULL, s.shared DESC, s.id",
        within.organisation,
    )
    now = clock.now()
    found = []
    for row in rows:
        content, looks = row.pop("content"), summaries.days(row.pop("looks"))
        live = row["ended"] is None and row["expires"] > now
        row["ended"] = None if live else row["ended"] or row["expires"]
        found.append(Given(**row, summary=summaries.decode(content) if live else None, looks=looks))
    return found


async def withdraw(within: OrganisationScope, share: UUID) -> None:
    """Take a shared report back, in the current unit; nothing of it is kept. Raises Missing when it is not shared."""
    gone = await sql.rows(
        "UPDATE supplier_share SET ended = {}, content = '' WHERE giver = {} AND id = {} AND ended IS NULL "
        "RETURNING organisation",
        clock.now(),
        within.organisation,
        share,
    )
    if not gone:
        raise Missing
    await record("share.withdrawn", share, person=within.person, organisation=within.organisation)
