"""Making a release: who is counted, what may be shown of them, and one transaction that publishes it for good."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from pledge.assessments import definitions
from pledge.audit.log import record
from pledge.database import clock, sql
from pledge.database.ids import new_id
from pledge.database.unit import read, write
from pledge.insights import published, queries
from pledge.insights.figures import (
    COUNT,
    SCORE,
    SIGNATORIES,
    Counted,
    Earlier,
    Measure,
    Series,
    Sum,
    Table,
    of_series,
    section_measure,
    series_id,
)
from pledge.insights.firms import Place
from pledge.insights.tabulating import tabulate
from pledge.organisations.places import OUTSIDE, Gazetteer
from pledge.organisations.profile import FIELDS, Depth
from pledge.policy.scopes import LEAST
from pledge.questionnaires.effort import title_in
from pledge.words.dates import uk_date
from pledge.words.text import join_and


class ReleaseRefused(Exception):
    """No release can be published now. ``code`` is stable; ``table`` names a table that would disclose, or is “”."""

    def __init__(self, code: str, message: str, table: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.table = table


class Made(NamedTuple):
    """A release of one day. ``is_new`` is false when it had been published before, of the same firms."""

    day: date
    is_new: bool
    tables: list[Table]


class _Found(NamedTuple):
    """What one snapshot of the database holds for a release."""

    releases: list[published.Published]
    earlier: Earlier
    days: list[date]  # of the earlier releases in ``counted``
    series: list[Series]
    counted: dict[str, list[Counted]]
    sums: dict[str, dict[str, dict[Place, Sum]]]
    contributors: dict[str, list[dict[str, Any]]]


async def release(places: Gazetteer) -> Made:
    """Publish today’s release, or return it when it has been published and counts the same firms.

    Raises ReleaseRefused, and publishes nothing: when today’s release counts others, when nothing may be shown yet, and
    when too few firms have changed since the last release for any new figure.
    """
    today = clock.today()
    found = await read(partial(_gather, today))
    fingerprint = _fingerprint(found.contributors)
    if found.releases and found.releases[0].day >= today:
        return await _again(found.releases[0], fingerprint, today)
    labels = _labels(places)
    tables = [
        table
        for series in found.series
        for table in tabulate(
            series,
            found.counted[series.id],
            found.sums.get(series.id, {}),
            found.earlier,
            found.days,
            labels,
            today,
        )
    ]
    _check(tables, today, found.releases)
    await write(partial(_store, today, fingerprint, tables, found.contributors))
    return Made(today, True, tables)


async def _gather(today: date) -> _Found:
    releases = await published.releases()
    earlier, sources = await published.earlier(releases[0].id) if releases else (Earlier({}, {}), {})
    days = sorted(sources)
    found = _Found(releases, earlier, days, await _all_series(), {}, {}, {})
    for series in found.series:
        sections = [measure.id.partition(":")[2] for measure in series.measures[2:]]
        found.counted[series.id] = await queries.counted(series.id, sections, [sources[day] for day in days], today)
        found.contributors[series.id] = await queries.contributors(series.id, today)
        if series.id != SIGNATORIES:
            found.sums[series.id] = await queries.sums(series.id)
    return found


async def _all_series() -> list[Series]:
    count = Measure(COUNT, "Firms", "firms")
    found = [Series(SIGNATORIES, "Firms that have signed the pledge", "", (count,))]
    await definitions.catch_up()
    submitted = await queries.versions()
    current = {definition.id: definition for definition in definitions.all_current()}
    names = dict.fromkeys([*current, *sorted({of_series(series)[0] for series in submitted})])
    every = [(name, depth, series_id(name, depth)) for name in names for depth in _DEPTHS]
    for name, depth, series in every:
        if series not in submitted and (depth == "short" or name not in current):
            continue
        numbers = submitted.get(series, [])
        known = [await definitions.version(name, number) for number in reversed(numbers)]
        newest = current.get(name) or known[0]
        titles: dict[str, str] = {}
        for section in [section for definition in (newest, *known) for section in definition.sections]:
            if section.scored:
                titles.setdefault(section.id, section.title)
        measures = [count, Measure(SCORE, "Mean score", "basis_points")]
        measures += [Measure(section_measure(section), title, "basis_points") for section, title in titles.items()]
        found.append(Series(series, title_in(newest, depth), join_and(numbers), tuple(measures)))
    return found


_DEPTHS: tuple[Depth, ...] = ("full", "short")
_SIZES = {"1-9": "Up to 9 people"}  # with those of nobody but the owner


def _labels(places: Gazetteer) -> dict[str, dict[str, str]]:
    areas = {area.id: area.name for area in places.areas}
    bands = FIELDS["headcount_band"].values
    return {
        "sector": dict(FIELDS["sector"].values),
        "size": {band: _SIZES.get(band, f"{words} people") for band, words in bands.items() if band != "0"},
        "area": {**areas, OUTSIDE: places.area_name(OUTSIDE)},
    }


def _fingerprint(contributors: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Return a SHA-256 of who is counted with what and where: it changes exactly when a figure may."""
    lines = sorted(
        "\t".join([series, *(str(row[name]) for name in _CONTRIBUTOR)])
        for series, rows in contributors.items()
        for row in rows
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


async def _again(last: published.Published, fingerprint: str, today: date) -> Made:
    if last.day > today:
        raise ReleaseRefused(
            "later-release",
            f"There is a release of {uk_date(last.day)} already, and today is {uk_date(today)}. "
            "Check the clock of this machine.",
        )
    if last.counted != fingerprint:
        raise ReleaseRefused(
            "already-published",
            "There is a release of today already, and firms have changed since. "
            "Two releases on one day could show what one firm changed. Try again tomorrow.",
        )
    return Made(today, False, await read(partial(published.tables, last.id)))


def _check(tables: Sequence[Table], today: date, releases: Sequence[published.Published]) -> None:
    figures = [cell.figure for table in tables for cell in table.cells if cell.figure]
    first = tables[0]
    if not figures:
        raise ReleaseRefused(
            "too-few",
            f"Nothing was published: the table “{first.title}” would tell of fewer than {LEAST} firms, "
            "and so would every other.",
            first.id,
        )
    if all(figure.as_of != today for figure in figures):
        raise ReleaseRefused(
            "too-few-changes",
            f"Nothing was published: fewer than {LEAST} firms have changed since the release of "
            f"{uk_date(releases[0].day)}, and the new figures of the table “{first.title}” would show what they did.",
            first.id,
        )


_CONTRIBUTOR = ("firm", "counted", "sector", "headcount_band", "area")


async def _store(
    today: date, fingerprint: str, tables: Sequence[Table], contributors: Mapping[str, Sequence[Mapping[str, Any]]]
) -> None:
    made: UUID | None = await sql.value(
        "INSERT INTO release (id, day, created, counted) VALUES ({}, {}, {}, {}) "
        "ON CONFLICT (day) DO NOTHING RETURNING id",
        new_id(),
        today,
        clock.now(),
        fingerprint,
    )
    if made is None:
        raise ReleaseRefused("already-published", "Another release of today was published just now. Nothing was done.")
    await sql.many(
        "INSERT INTO release_table (release, id, series, dimension, title, versions, position) "
        "VALUES ({}, {}, {}, {}, {}, {}, {})",
        [
            (made, table.id, table.series, table.dimension, table.title, table.versions, position)
            for position, table in enumerate(tables)
        ],
    )
    await sql.many(
        "INSERT INTO release_cell (release, table_id, row_key, row_label, measure, measure_label, position, unit, "
        "shown, reason, firms, value, as_of) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
        [
            (made, table.id, cell.row, cell.row_label, cell.measure.id, cell.measure.label, position,
             cell.measure.unit, cell.figure is not None, cell.reason, *(cell.figure or (None, None, None)))
            for table in tables
            for position, cell in enumerate(table.cells)
        ],
    )  # fmt: skip
    await sql.many(
        "INSERT INTO release_contributor (release, series, firm, counted, sector, headcount_band, area) "
        "VALUES ({}, {}, {}, {}, {}, {}, {})",
        [
            (made, series, *(row[name] for name in _CONTRIBUTOR))
            for series, rows in contributors.items()
            for row in rows
        ],
    )
    shown = [cell for table in tables for cell in table.cells if cell.figure]
    await record(
        "release.published",
        made,
        day=today.isoformat(),
        new=sum(cell.figure is not None and cell.figure.as_of == today for cell in shown),
        shown=len(shown),
        cells=sum(len(table.cells) for table in tables),
    )
