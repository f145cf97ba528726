"""What releases are made from: signatures and submitted assessments, and what earlier releases counted.

All that reads an organisation's rows in this domain is in this file; no page imports it.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from pledge.database import sql
from pledge.insights.figures import NOT_GIVEN, SCORE, SIGNATORIES, Counted, Sum, of_series, section_measure, series_id
from pledge.insights.firms import Place

_PLACE = ("sector", "headcount_band", "area")

# A firm of nobody but its owner is counted with those of up to nine people: two rows that firms change between, one of
# them with few, would keep each other's figures back.
_BAND = "CASE WHEN {0}headcount_band = '0' THEN '1-9' ELSE {0}headcount_band END AS headcount_band"

_SIGNATORIES = f"""
SELECT s.organisation AS firm, s.organisation AS counted, o.sector, {_BAND.format("o.")}, o.area
FROM signature s JOIN organisation o ON o.id = s.organisation
WHERE s.ended IS NULL AND s.expires_on >= {{}}"""  # noqa: S608

_ASSESSED = f"""
SELECT organisation AS firm, id AS counted, sector, {_BAND.format("")}, area
FROM assessment WHERE latest AND status = 'submitted' AND questionnaire = {{}} AND depth = {{}}"""  # noqa: S608

_MEANS = f"""
SELECT '' AS section, sector, {_BAND.format("")}, area, count(*) AS firms, sum(score) AS total,
    sum(CASE WHEN score = 0 THEN 1 ELSE 0 END) AS low, sum(CASE WHEN score = 10000 THEN 1 ELSE 0 END) AS high
FROM assessment WHERE latest AND status = 'submitted' AND questionnaire = {{}} AND depth = {{}}
    AND score IS NOT NULL
GROUP BY 2, 3, 4
UNION ALL
SELECT f.section, a.sector, {_BAND.format("a.")}, a.area, count(*), sum(f.score),
    sum(CASE WHEN f.score = 0 THEN 1 ELSE 0 END), sum(CASE WHEN f.score = 10000 THEN 1 ELSE 0 END)
FROM assessment a JOIN section_fact f ON f.assessment = a.id
WHERE a.latest AND a.status = 'submitted' AND a.questionnaire = {{}} AND a.depth = {{}}
    AND f.score IS NOT NULL
GROUP BY 1, 2, 3, 4"""  # noqa: S608

_VERSIONS = """
SELECT questionnaire, depth, version FROM assessment WHERE latest AND status = 'submitted'
GROUP BY questionnaire, depth, version ORDER BY questionnaire, depth, version"""

_COUNTED_THEN = """
SELECT firm, counted, sector, headcount_band, area FROM release_contributor WHERE release = {} AND series = {}"""

# a bit for each section in which an assessment has a score, and the first for its whole score
_SCORED = """
SELECT a.id, CASE WHEN a.score IS NULL THEN 0 ELSE 1 END + COALESCE(sum(CASE f.section {cases} ELSE 0 END), 0) AS bits
FROM assessment a LEFT JOIN section_fact f ON f.assessment = a.id AND f.score IS NOT NULL
WHERE a.questionnaire = {{}} AND a.status = 'submitted' GROUP BY a.id, a.score"""


def _members(series: str, today: date) -> tuple[str, list[Any]]:
    """Return the query for the firms that a series counts now: firm, what is counted, and its place."""
    return (_SIGNATORIES, [today]) if series == SIGNATORIES else (_ASSESSED, list(of_series(series)))


async def contributors(series: str, today: date) -> list[dict[str, Any]]:
    """Return every firm that a series counts now: firm, counted (ids), sector, headcount_band, area."""
    query, values = _members(series, today)
    return await sql.rows(query, *values)


async def versions() -> dict[str, list[str]]:
    """Return for each series of a questionnaire that somebody has submitted the versions of the latest assessments."""
    found: dict[str, list[str]] = {}
    for row in await sql.rows(_VERSIONS):
        found.setdefault(series_id(row["questionnaire"], row["depth"]), []).append(row["version"])
    return found


async def sums(series: str) -> dict[str, dict[Place, Sum]]:
    """Return the sums of the latest scores by measure and place: of the whole, and of each section."""
    found: dict[str, dict[Place, Sum]] = {}
    for row in await sql.rows(_MEANS, *of_series(series), *of_series(series)):
        place = tuple(row[name] or NOT_GIVEN for name in _PLACE)
        found.setdefault(section_measure(row["section"]) if row["section"] else SCORE, {})[place] = Sum(
            row["firms"], row["total"], row["low"], row["high"]
        )
    return found


async def counted(series: str, sections: Sequence[str], earlier: Sequence[UUID], today: date) -> list[Counted]:
    """Return the firms that a series counts now or counted in the earlier releases (ids), grouped by places.

    An assessment that is gone is taken to have had every score.
    """
    members, values = _members(series, today)
    sources = [*[(_COUNTED_THEN, [release, series]) for release in earlier], (members, values)]
    numbers = range(len(sources))
    parts = [f"n{number} AS ({query})" for number, (query, _) in enumerate(sources)]
    arguments = [value for _, given in sources for value in given]
    if series != SIGNATORIES:
        cases = " ".join(f"WHEN {{}} THEN {2 ** (1 + number)}" for number in range(len(sections)))
        parts.append(f"scored AS ({_SCORED.format(cases=cases or 'WHEN NULL THEN 0')})")
        arguments += [*sections, of_series(series)[0]]
    every = 2 ** (1 + len(sections)) - 1
    columns: list[str] = []
    joins: list[str] = []
    for number in numbers:
        joins.append(f"LEFT JOIN n{number} ON n{number}.firm = e.firm")
        columns += [f"n{number}.{name} AS {name}_{number}" for name in _PLACE]
        if series != SIGNATORIES:
            joins.append(f"LEFT JOIN scored s{number} ON s{number}.id = n{number}.counted")
            columns.append(f"COALESCE(s{number}.bits, {every}) AS bits_{number}")
        if number:
            last = ", ".join(f"n{other}.counted" for other in [*reversed(range(number)), number])
            columns.append(f"CASE WHEN n{number}.counted = COALESCE({last}) THEN 0 ELSE 1 END AS changed_{number}")
    parts.append("e AS (" + " UNION ".join(f"SELECT firm FROM n{number}" for number in numbers) + ")")  # noqa: S608
    order = ", ".join(str(1 + number) for number in range(len(columns)))
    rows = await sql.rows(
        f"WITH {', '.join(parts)} SELECT {', '.join(columns)}, count(*) AS firms "  # noqa: S608
        f"FROM e {' '.join(joins)} GROUP BY {order} ORDER BY {order}",
        *arguments,
    )
    return [_counted(row, len(sources), every) for row in rows]


def _counted(row: dict[str, Any], releases: int, every: int) -> Counted:
    places: list[Place | None] = []
    values: list[int] = []
    for number in range(releases):
        place = [row[f"{name}_{number}"] for name in _PLACE]
        places.append(None if place[0] is None else tuple(name or NOT_GIVEN for name in place))
        changed = row[f"changed_{number}"] if number and places[-1] is not None else 0
        values.append((values[-1] if values else 0) + changed)
    bits = tuple(row.get(f"bits_{number}", every) for number in range(releases))
    return Counted(tuple(places), tuple(values), bits, row["firms"])
