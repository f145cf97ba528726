"""All reports of a firm, and how they stand beside each other over time."""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from pledge.assessments import definitions, submitting
from pledge.assessments.submitting import Submitted
from pledge.database import sql
from pledge.organisations.profile import Depth
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.result import HEADLINES
from pledge.words.numbers import percent

ON_PAGE = 20  # reports
LINE = 12  # reports in the line over time: more is no line that one takes in at once


class Listed(NamedTuple):
    """A report in a list. ``score`` in basis points; ``on`` is the day in Europe/London.

    ``mark`` says why its score does not stand beside that of the newest one in the list: "" where it does.
    """

    id: UUID
    questionnaire: str
    version: str
    depth: Depth
    headline: str
    score: int | None
    on: date
    latest: bool
    mark: str

    @property
    def said(self) -> str:
        """The result in words."""
        words = HEADLINES[self.headline]  # type: ignore[index]
        return words if self.score is None else f"{percent(self.score)}, {words}"


class Reports(NamedTuple):
    """A page of a firm's reports, and how many it has in all."""

    reports: tuple[Listed, ...]
    all: int


_SHORT = "id, questionnaire, version, depth, headline, score, submitted_on, latest"


async def listed(within: OrganisationScope, offset: int = 0) -> Reports:
    """Return a page of the organisation's reports, by questionnaire, the newest first; in one round trip.

    Past the last page there is nothing, and ``all`` is 0.
    """
    order = [definition.id for definition in definitions.all_current()]
    cases = " ".join(f"WHEN {{}} THEN {place}" for place in range(len(order)))
    first = "OVER (PARTITION BY questionnaire ORDER BY submitted DESC, id)"
    rows = await sql.rows(
        f"SELECT * FROM (SELECT {_SHORT}, submitted, count(*) OVER () AS reports, "  # noqa: S608  names of ours
        f"first_value(version) {first} AS newest_version, first_value(depth) {first} AS newest_depth "
        "FROM assessment WHERE organisation = {} AND status = 'submitted') found "
        f"ORDER BY CASE questionnaire {cases} ELSE {len(order)} END, questionnaire, submitted DESC, id "
        "LIMIT {} OFFSET {}",
        within.organisation,
        *order,
        ON_PAGE,
        offset,
    )
    found = tuple(_listed(row, row["newest_version"], row["newest_depth"]) for row in rows)
    return Reports(found, rows[0]["reports"] if rows else 0)


class Behind(NamedTuple):
    """A report, the one before it of its questionnaire, and the line up to it: newest first, ``LINE`` at most."""

    report: Submitted
    before: Submitted | None
    line: tuple[Listed, ...]


_SMALL = (
    "id, questionnaire, version, text_revision, revision, submitted, submitted_on, latest, name, previous, alike, "
    "based_on, based_day, earlier, again, depth, headline, score"
)
_TEXTS = ", ".join(
    f"CASE WHEN place < 3 THEN {name} END AS {name}" for name in ("answers", "profile", "result", "based_answers")
)
_BEHIND = f"""
SELECT {_SMALL}, {_TEXTS} FROM (
    SELECT {submitting.COLUMNS}, a.depth, a.headline, a.score, row_number() OVER (
        ORDER BY a.submitted DESC, CASE WHEN a.id = {{}} THEN 0 ELSE 1 END, a.id
    ) AS place
    {submitting.FROM} AND EXISTS (
        SELECT 1 FROM assessment t WHERE t.organisation = a.organisation AND t.questionnaire = a.questionnaire
            AND t.id = {{}} AND t.status = 'submitted' AND a.submitted <= t.submitted
    )
) found WHERE place <= {{}} ORDER BY place
"""  # noqa: S608  names of ours


async def behind(within: OrganisationScope, report: UUID) -> Behind | None:
    """Return a report with what was before it, in one round trip; None when the organisation has no such report."""
    rows = await sql.rows(_BEHIND, report, within.organisation, report, LINE)
    if not rows:
        return None
    found, *earlier = [await submitting.from_row(row) for row in rows[:2]]
    over_time = tuple(_listed(row, found.definition.version, found.profile.depth) for row in rows)
    return Behind(found, earlier[0] if earlier else None, over_time)


def mark(version: str, depth: Depth, newest_version: str, newest_depth: Depth) -> str:
    """Say why the scores of two reports do not stand beside each other; "" where they do. Pure."""
    marks = ["earlier questions"] if version != newest_version else []
    if depth != newest_depth:
        marks.append("short form" if depth == "short" else "all questions")
    return ", ".join(marks)


def _listed(row: dict[str, Any], newest_version: str, newest_depth: Depth) -> Listed:
    return Listed(
        id=row["id"],
        questionnaire=row["questionnaire"],
        version=row["version"],
        depth=row["depth"],
        headline=row["headline"],
        score=row["score"],
        on=row["submitted_on"],
        latest=bool(row["latest"]),
        mark=mark(row["version"], row["depth"], newest_version, newest_depth),
    )
