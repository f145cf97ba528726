"""What a release is made of, and what it is made from. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from pledge.insights.firms import Pattern, Place
from pledge.organisations.profile import Depth

DIMENSIONS = ("sector", "size", "area")  # of one-way tables, in the order of a place
REST_LABELS = {
    "sector": "All sectors without a new figure, together",
    "size": "All sizes without a new figure, together",
    "area": "All areas without a new figure, together",
}
TOTAL = "total"  # the table with all firms of a series in one row, and that row
SIGNATORIES = "signatories"  # a series; the others are of questionnaires (``series_id``)
COUNT = "count"
SCORE = "score"
_SHORT = ".short"
NOT_GIVEN = "-"  # the row of firms that have not said


class Measure(NamedTuple):
    """What a figure says: a number of ``firms``, or a mean in ``basis_points``."""

    id: str
    label: str
    unit: str


class Series(NamedTuple):
    """Firms that are counted together: the signatories, or the assessments of one questionnaire in one form.

    Scores of the short form and of the full one never stand in one mean: they are of other questions. ``measures`` are
    the count, then for a questionnaire the whole score and that of each section. ``versions`` are those of the
    questionnaire, in words.
    """

    id: str
    title: str
    versions: str
    measures: tuple[Measure, ...]


class Figure(NamedTuple):
    """A figure that may be shown: how many firms its row counts, its value, and the day it was new."""

    firms: int
    value: int
    as_of: date


class Cell(NamedTuple):
    """A figure in a row of a table, or none with the reason: “few” firms, or it “protects” another row."""

    row: str
    row_label: str
    measure: Measure
    figure: Figure | None
    reason: str


class Table(NamedTuple):
    """One table of a release. ``dimension`` is one of DIMENSIONS or TOTAL."""

    id: str
    series: str
    dimension: str
    title: str
    versions: str
    cells: tuple[Cell, ...]


def series_id(questionnaire: str, depth: Depth) -> str:
    """Return the id of a questionnaire’s series: its own for the full form; no questionnaire has that of the short."""
    return questionnaire if depth == "full" else f"{questionnaire}{_SHORT}"


def of_series(series: str) -> tuple[str, Depth]:
    """Return the questionnaire and the form of a series (not of the signatories)."""
    name = series.removesuffix(_SHORT)
    return name, "full" if name == series else "short"


def section_measure(section: str) -> str:
    """Return the id of the mean score of a section."""
    return f"section:{section}"


def table_id(series: str, dimension: str) -> str:
    """Return the id of a series’ table by a dimension."""
    return f"{series}-{dimension}"


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the release before shows, by table, row and measure (ids), and where each of its figures was new.

    ``patterns`` has for a day, series and measure the rows that had a new figure in that day’s release.
    """

    shown: Mapping[tuple[str, str, str], Figure]
    patterns: Mapping[tuple[date, str, str], Pattern]


class Sum(NamedTuple):
    """The scores of some firms: how many firms, their sum in basis points, how many are 0 and 10,000."""

    firms: int
    total: int = 0
    low: int = 0
    high: int = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """Firms that no table tells apart, in earlier releases and now (last): see ``pledge.insights.firms``.

    ``bits`` says for each of them which measures count the firms: the first bit the score, then one for each section.
    """

    places: tuple[Place | None, ...]
    values: tuple[int, ...]
    bits: tuple[int, ...]
    count: int
