"""Reading releases as they were published. No page reads anything else: only the tables of releases are named here."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from pledge.database import sql
from pledge.insights.figures import COUNT, DIMENSIONS, SCORE, TOTAL, Cell, Earlier, Figure, Measure, Table
from pledge.insights.firms import REST, Pattern

_CELLS = """
t.id AS table_id, t.series, t.dimension, t.title, t.versions, c.row_key, c.row_label, c.measure,
    c.measure_label, c.unit, c.firms, c.value, c.as_of, c.reason
FROM release_table t JOIN release_cell c ON c.release = t.release AND c.table_id = t.id"""
_ORDER = "ORDER BY t.position, c.position"

_NEW = """
SELECT r.id, r.day, t.series, t.dimension, c.row_key, c.measure
FROM release r JOIN release_table t ON t.release = r.id
JOIN release_cell c ON c.release = t.release AND c.table_id = t.id
WHERE c.as_of = r.day AND r.day IN (SELECT as_of FROM release_cell WHERE release = {} AND shown)"""


class Published(NamedTuple):
    """One release: its id, its day, and a SHA-256 of what it counted."""

    id: UUID
    day: date
    counted: str


async def releases() -> list[Published]:
    """Return every release, the newest first (one round trip)."""
    rows = await sql.rows("SELECT id, day, counted FROM release ORDER BY day DESC")
    return [Published(**row) for row in rows]


async def newest() -> tuple[date | None, list[Table]]:
    """Return the day of the newest release (None without one), and its totals and tables by size (one round trip)."""
    of_newest = "JOIN release r ON r.id = t.release WHERE r.day = (SELECT max(day) FROM release)"
    some = f"SELECT r.day, {_CELLS} {of_newest} AND t.dimension IN ({{}}, {{}}) {_ORDER}"
    rows = await sql.rows(some, TOTAL, "size")
    return (rows[0]["day"] if rows else None), _tables(rows)


async def tables(release: UUID) -> list[Table]:
    """Return all tables of a release (one round trip)."""
    return _tables(await sql.rows(f"SELECT {_CELLS} WHERE t.release = {{}} {_ORDER}", release))


async def series(release: UUID, name: str, rows: Sequence[str]) -> list[Table]:
    """Return what a page shows of a release (one round trip).

    That is the totals of all series; of the one named, the counts and scores of all rows, and all of some ``rows``.
    """
    wanted = f"c.measure IN ({{}}, {{}}) OR c.row_key IN ({sql.marks(len(rows))})" if rows else "c.measure IN ({}, {})"
    some = f"SELECT {_CELLS} WHERE t.release = {{}} AND (t.dimension = {{}} OR t.series = {{}} AND ({wanted})) {_ORDER}"
    return _tables(await sql.rows(some, release, TOTAL, name, COUNT, SCORE, *rows))


async def totals(releases: Sequence[UUID]) -> list[list[Table]]:
    """Return for each of some releases the totals of all series (one round trip)."""
    marks = sql.marks(len(releases))
    some = f"SELECT t.release, {_CELLS} WHERE t.dimension = {{}} AND t.release IN ({marks}) {_ORDER}"
    rows = await sql.rows(some, TOTAL, *releases)
    return [_tables(row for row in rows if row["release"] == release) for release in releases]


async def earlier(release: UUID) -> tuple[Earlier, dict[date, UUID]]:
    """Return what a release shows for the next one to go on from, and the releases in which its figures were new."""
    found = await tables(release)
    shown = {
        (table.id, cell.row, cell.measure.id): (table.series, cell.figure)
        for table in found
        for cell in table.cells
        if cell.figure
    }
    days: dict[date, UUID] = {}
    rows: dict[tuple[date, str, str], list[set[str]]] = {}
    for row in await sql.rows(_NEW, release):
        days[row["day"]] = row["id"]
        new = rows.setdefault((row["day"], row["series"], row["measure"]), [set() for _ in DIMENSIONS])
        if row["dimension"] != TOTAL and row["row_key"] != REST:
            new[DIMENSIONS.index(row["dimension"])].add(row["row_key"])
    still = {(figure.as_of, series, measure) for (_, _, measure), (series, figure) in shown.items()}
    patterns: dict[tuple[date, str, str], Pattern] = {
        key: tuple(frozenset(names) for names in new) for key, new in rows.items() if key in still
    }
    return Earlier({key: figure for key, (_, figure) in shown.items()}, patterns), days


def _tables(rows: Iterable[dict[str, Any]]) -> list[Table]:
    cells: dict[tuple[str, str, str, str, str], list[Cell]] = {}
    for row in rows:
        figure = None if row["value"] is None else Figure(row["firms"], row["value"], row["as_of"])
        measure = Measure(row["measure"], row["measure_label"], row["unit"])
        key = (row["table_id"], row["series"], row["dimension"], row["title"], row["versions"])
        cells.setdefault(key, []).append(Cell(row["row_key"], row["row_label"], measure, figure, row["reason"]))
    return [Table(*key, tuple(found)) for key, found in cells.items()]
