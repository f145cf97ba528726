"""Releases for tests: tables of one questionnaire with the same figures in every row, and storing them."""

from datetime import date

from pledge.database import clock, sql
from pledge.database.ids import new_id
from pledge.database.unit import write
from pledge.insights.figures import COUNT, SCORE, Cell, Figure, Measure, Table
from pledge.questionnaires.installed import installed

DAY = date(2026, 11, 29)
BUYING = installed()["procurement"].definition
SHOWN = {"supply-chain": 5100, "risk": 4200, "buying": 6300}  # in the short form too, p-b1, p-c3 and p-d6 are asked
EVERY = {**SHOWN, "leadership": 4800, "checking": 3000, "response": 2000}


def cell(row: str, measure: str, firms: int, value: int, day: date = DAY) -> Cell:
    unit = "firms" if measure == COUNT else "basis_points"
    label = {"total": "All", "1-9": "Up to 9 people", "10-49": "10 to 49 people"}.get(row, row)
    figure = Figure(firms, value, day) if firms else None
    return Cell(row, label, Measure(measure, measure, unit), figure, "" if figure else "few")


def table(dimension: str, rows: dict[str, int], series: str = "procurement", version: str = "", day: date = DAY):
    cells = []
    for row, firms in rows.items():
        cells += [cell(row, COUNT, firms, firms, day), cell(row, SCORE, firms, 5500, day)]
        cells += [cell(row, f"section:{name}", firms, value, day) for name, value in EVERY.items()]
    return Table(f"{series}-{dimension}", series, dimension, "Buying", version or BUYING.version, tuple(cells))


def released(total: int = 60, sizes: dict[str, int] | None = None, **more) -> list[Table]:
    sizes = {"1-9": 30, "10-49": 30} if sizes is None else sizes
    return [table("total", {"total": total}, **more), table("size", sizes, **more)]


async def publish(tables: list[Table], day: date) -> None:
    """Store a release of these tables."""
    release = new_id()

    async def unit() -> None:
        await sql.rows(
            "INSERT INTO release (id, day, created, counted) VALUES ({}, {}, {}, {})",
            release,
            day,
            clock.now(),
            "0" * 64,
        )
        await sql.many(
            "INSERT INTO release_table (release, id, series, dimension, title, versions, position) "
            "VALUES ({}, {}, {}, {}, {}, {}, 1)",
            [(release, each.id, each.series, each.dimension, each.title, each.versions) for each in tables],
        )
        await sql.many(
            "INSERT INTO release_cell (release, table_id, row_key, row_label, measure, measure_label, position, unit, "
            "shown, reason, firms, value, as_of) VALUES ({}, {}, {}, {}, {}, {}, 1, {}, {}, {}, {}, {}, {})",
            [
                (release, each.id, found.row, found.row_label, found.measure.id, found.measure.label,
                 found.measure.unit, found.figure is not None, found.reason, *(found.figure or (None, None, None)))
                for each in tables
                for found in each.cells
            ],
        )  # fmt: skip

    await write(unit)
