"""What partnership staff are shown of a release: its figures in the words and bars of a page. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pledge.insights.figures import COUNT, DIMENSIONS, SCORE, TOTAL, Cell, Figure, Table, table_id
from pledge.insights.firms import REST
from pledge.web.templates import percent, plural, uk_date

TOO_FEW = "too few to show"
HEADINGS = {"sector": "By sector", "size": "By number of people", "area": "By area"}

_Rows = dict[str, dict[str, Cell]]  # row → measure → cell


@dataclass(frozen=True, slots=True)
class Chart:
    """A table with bars (see ``bars_table``). ``hidden`` are the labels of rows that have no figure at all."""

    caption: str
    head: tuple[str, str]
    bars: list[dict[str, Any]]
    maximum: int = 100
    hidden: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Group:
    """Some firms of one series: all, or those of one row. ``lead`` says how many and how they do, in sentences.

    ``sections`` is None for the signatories and where there are too few firms.
    """

    label: str
    lead: str
    sections: Chart | None


@dataclass(frozen=True, slots=True)
class SeriesView:
    """One series in a release. ``breakdowns`` are by dimension."""

    id: str
    title: str
    versions: str
    total: Group
    breakdowns: dict[str, Chart]

    @property
    def is_questionnaire(self) -> bool:
        """Whether this counts assessments, and so has scores."""
        return bool(self.versions)


class ReleaseView:
    """A release’s tables, by series, as they were read: some or all of them."""

    def __init__(self, day: date, tables: Sequence[Table]) -> None:
        self.day = day
        self._tables = {table.id: table for table in tables}
        self._rows = {table.id: _rows(table) for table in tables}
        self.titles = {table.series: table.title for table in tables if table.dimension == TOTAL}

    def series(self, name: str) -> SeriesView:
        """Return all of one series, whose tables must have been read. Raises KeyError."""
        total = self._tables[table_id(name, TOTAL)]
        return SeriesView(
            name,
            total.title,
            total.versions,
            self.group(name, TOTAL, TOTAL),
            {
                dimension: self._breakdown(name, dimension)
                for dimension in DIMENSIONS
                if table_id(name, dimension) in self._tables
            },
        )

    def labels(self, series: str, dimension: str) -> dict[str, str]:
        """Return the rows of a table that can be asked for, with their words."""
        rows = self._rows[table_id(series, dimension)]
        return {row: cells[COUNT].row_label for row, cells in rows.items() if row != REST}

    def group(self, series: str, dimension: str, row: str) -> Group:
        """Return one row of a table. Its sections are marked with those of all firms. Raises KeyError."""
        cells = self._rows[table_id(series, dimension)][row]
        county = self._rows[table_id(series, TOTAL)][TOTAL]
        label = cells[COUNT].row_label
        return Group(label, self._lead(cells, county), self._sections(cells, county if dimension != TOTAL else {}))

    def _lead(self, cells: dict[str, Cell], county: dict[str, Cell]) -> str:
        count, score = cells[COUNT].figure, cells.get(SCORE)
        if count is None:
            return f"{TOO_FEW.capitalize()}."
        if score is None:
            return f"{plural(count.value, 'firm')}{self._dated(count)}."
        lead = f"{plural(count.value, 'assessment')}{self._dated(count)}. "
        if score.figure is None:
            return f"{lead}Mean score: {TOO_FEW}."
        lead += f"The mean score is {percent(score.figure.value)}{self._dated(score.figure)}"
        all_firms = county[SCORE].figure
        compared = f"; of all firms, {percent(all_firms.value)}" if all_firms and county is not cells else ""
        return f"{lead}{compared}."

    def _sections(self, cells: dict[str, Cell], county: dict[str, Cell]) -> Chart | None:
        sections = {name: cell for name, cell in cells.items() if name not in (COUNT, SCORE)}
        shown = [(cell.figure.value, name, cell, cell.figure) for name, cell in sections.items() if cell.figure]
        if not shown:
            return None
        bars = []
        for value, name, cell, figure in sorted(shown, key=lambda each: each[0]):
            bar = {"label": cell.measure.label, "value": value / 100, "text": percent(value) + self._dated(figure)}
            if (compared := county.get(name)) and compared.figure:
                bar["mark"] = compared.figure.value / 100
            bars.append(bar)
        hidden = [cell.measure.label for cell in sections.values() if not cell.figure]
        return Chart("Mean scores by section, lowest first", ("Section", "Mean score"), bars, hidden=hidden)

    def _breakdown(self, series: str, dimension: str) -> Chart:
        rows = self._rows[table_id(series, dimension)]
        scored = SCORE in rows[next(iter(rows))]
        bars: list[tuple[bool, float, dict[str, Any]]] = []
        hidden = []
        for row, cells in rows.items():
            count, score = cells[COUNT], cells.get(SCORE)
            if count.figure is None:
                hidden.append(count.row_label)
                continue
            figure = score.figure if score else count.figure
            firms = plural(count.figure.value, "firm")
            bar: dict[str, Any] = {"label": count.row_label, "value": None}
            if figure is None:
                bar["text"] = f"{TOO_FEW}, {firms}"
            elif score:
                bar |= {"value": figure.value / 100, "text": f"{percent(figure.value)}, {firms}{self._dated(figure)}"}
            else:
                bar |= {"value": figure.value, "text": f"{firms}{self._dated(figure)}"}
            if row != REST:
                bar["href"] = f"?about={series}&{dimension}={row}"
            order = (figure.value if score else -figure.value) if figure and dimension == "sector" else 0
            bars.append((row == REST, order, bar))
        bars.sort(key=lambda each: each[:2])
        found = [bar for _, _, bar in bars]
        order_words = (", lowest score first" if scored else ", most firms first") if dimension == "sector" else ""
        return Chart(
            HEADINGS[dimension] + order_words,
            ({"sector": "Sector", "size": "Size", "area": "Area"}[dimension], "Mean score" if scored else "Firms"),
            found,
            100 if scored else max((bar["value"] or 1 for bar in found), default=1),
            hidden,
        )

    def _dated(self, figure: Figure) -> str:
        return "" if figure.as_of == self.day else f" ({uk_date(figure.as_of)})"


def _rows(table: Table) -> _Rows:
    found: _Rows = {}
    for cell in table.cells:
        found.setdefault(cell.row, {})[cell.measure.id] = cell
    return found
