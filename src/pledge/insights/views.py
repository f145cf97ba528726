"""What partnership staff are shown of a release: its figures in the words and bars of a page. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

from pledge.insights.figures import COUNT, DIMENSIONS, REST_LABELS, SCORE, TOTAL, Cell, Figure, Table, table_id
from pledge.insights.firms import REST
from pledge.words.dates import uk_date
from pledge.words.numbers import percent, plural

TOO_FEW = "too few to show"

_HEADS = {
    "sector": ("By sector", "Sector"),
    "size": ("By number of people", "Number of people"),
    "area": ("By area", "Area"),
}
SIZES_DIFFER = (
    "Firms with fewer than 50 people are asked fewer questions than larger ones. "
    "So a mean score does not measure quite the same thing in each row: compare with care, section by section."
)
FORMS_DIFFER = (
    "Firms of up to nine people may answer a short form. It has fewer questions than the full one, "
    "so its figures stand apart and are not to be compared with the others."
)
_Rows = dict[str, dict[str, Cell]]  # row → measure → cell


@dataclass(frozen=True, slots=True)
class Chart:
    """A table with bars (see ``bars_table`` in components.html), and what stands below it.

    ``hidden`` are the labels of rows that have no figure. ``rest`` is true where the last row is that of the rows
    without a new figure, and some of them have an older one. ``note`` says what to mind when comparing rows.
    """

    caption: str
    head: tuple[str, str]
    bars: list[dict[str, Any]]
    maximum: int = 100
    hidden: list[str] = field(default_factory=list)
    rest: bool = False
    note: str = ""


class Group(NamedTuple):
    """Some firms of one series: all, or those of one row. ``lead`` says how many and how they do, in sentences.

    ``sections`` is None for signatories and for firms that are too few.
    """

    label: str
    lead: str
    sections: Chart | None


class ReleaseView:
    """A release’s tables as they were read: some or all of them, and the totals of the one before, to compare."""

    def __init__(self, day: date, tables: Sequence[Table], before: "ReleaseView | None" = None) -> None:
        self.day = day
        self.before = before
        self._tables = {table.id: table for table in tables}
        self._rows = {table.id: _rows(table) for table in tables}
        self.titles = {table.series: table.title for table in tables if table.dimension == TOTAL}

    def versions(self, series: str) -> str:
        """Return the versions of the questionnaire that a series counts, in words; “” for signatories."""
        return self._tables[table_id(series, TOTAL)].versions

    def labels(self, series: str, dimension: str) -> dict[str, str]:
        """Return the rows of a table that can be asked for, with their words."""
        rows = self._rows[table_id(series, dimension)]
        return {row: cells[COUNT].row_label for row, cells in rows.items() if row != REST}

    def total(self, series: str) -> Group:
        """Return all firms of a series, compared with the release before."""
        return self.group(series, TOTAL, TOTAL)

    def group(self, series: str, dimension: str, row: str) -> Group:
        """Return one row of a table; its scores are compared with those of all firms. Raises KeyError."""
        cells = self._rows[table_id(series, dimension)][row]
        county = {} if dimension == TOTAL else self._rows[table_id(series, TOTAL)][TOTAL]
        return Group(cells[COUNT].row_label, self._lead(series, cells, county), self._sections(cells, county))

    def charts(self, series: str) -> list[Chart]:
        """Return the tables of a series by sector, size and area."""
        return [self._chart(series, dimension) for dimension in DIMENSIONS]

    def _lead(self, series: str, cells: dict[str, Cell], county: dict[str, Cell]) -> str:
        count, score = cells[COUNT].figure, cells.get(SCORE)
        if count is None:
            return f"{TOO_FEW.capitalize()}."
        verb = "have finished it" if score else "have signed"
        before = {} if county else self._before(series)
        lead = f"{plural(count.value, 'firm')} {verb}{self._dated(count)}{_was(before, COUNT, count)}."
        if score is None:
            return lead
        if score.figure is None:
            return f"{lead} Their mean score: {TOO_FEW}."
        mean = f"{percent(score.figure.value)}{self._dated(score.figure)}{_was(before, SCORE, score.figure)}"
        others = county.get(SCORE)
        compared = f"; that of all firms is {percent(others.figure.value)}" if others and others.figure else ""
        return f"{lead} Their mean score is {mean}{compared}."

    def _before(self, series: str) -> dict[str, Cell]:
        rows = self.before._rows.get(table_id(series, TOTAL)) if self.before else None
        return rows[TOTAL] if rows else {}

    def _sections(self, cells: dict[str, Cell], county: dict[str, Cell]) -> Chart | None:
        sections = {name: cell for name, cell in cells.items() if name not in (COUNT, SCORE)}
        shown = [(cell.figure, name, cell) for name, cell in sections.items() if cell.figure]
        bars = []
        for figure, name, cell in sorted(shown, key=lambda each: each[0].value):
            bar: dict[str, Any] = _bar(f"{cell.measure.label}{self._dated(figure)}", figure)
            if (compared := county.get(name)) and compared.figure:
                bar["mark"] = compared.figure.value / 100
            bars.append(bar)
        hidden = [cell.measure.label for cell in sections.values() if not cell.figure]
        return Chart("By section, lowest score first", ("Section", "Mean score"), bars, hidden=hidden) if bars else None

    def _chart(self, series: str, dimension: str) -> Chart:
        rows = self._rows[table_id(series, dimension)]
        scored = any(SCORE in cells for cells in rows.values())
        shown = {row: cells for row, cells in rows.items() if cells[COUNT].figure}
        order = list(shown)
        caption, head = _HEADS[dimension]
        days = {row: _shown_figure(cells, scored).as_of for row, cells in shown.items()}
        if dimension == "sector":  # the others have an order of their own
            caption += ", lowest score first" if scored else ", most firms first"
            order.sort(key=lambda row: _order(shown[row], scored))
        if len({day for row, day in days.items() if row != REST}) > 1:
            caption += ", earlier figures last"
        order.sort(key=lambda row: (row == REST, -days[row].toordinal()))
        bars = []
        for row in order:
            bar = self._bar(shown[row])
            if row != REST:
                bar["href"] = "?" + urlencode({"about": series, dimension: row})
            bars.append(bar)
        return Chart(
            caption,
            (head, "Mean score" if scored else "Firms"),
            bars,
            100 if scored else max((bar["value"] for bar in bars), default=1),
            [cells[COUNT].row_label for row, cells in rows.items() if row not in shown],
            REST in shown and any(figure and figure.as_of != self.day for figure in _figures(shown)),
            SIZES_DIFFER if scored and dimension == "size" else "",
        )

    def _bar(self, cells: dict[str, Cell]) -> dict[str, Any]:
        count, score = cells[COUNT], cells.get(SCORE)
        assert count.figure is not None
        if score is None:
            return _bar(f"{count.row_label}{self._dated(count.figure)}", count.figure, firms=True)
        firms = f"{count.row_label}, {plural(count.figure.value, 'firm')}"
        if score.figure is None:
            return {"label": f"{firms}{self._dated(count.figure)}", "value": None, "text": TOO_FEW}
        return _bar(f"{firms}{self._dated(score.figure)}", score.figure)

    def _dated(self, figure: Figure) -> str:
        """Say of which day a figure is, where it is not of this release."""
        return "" if figure.as_of == self.day else f" (on {uk_date(figure.as_of)})"


def _rows(table: Table) -> _Rows:
    found: _Rows = {}
    for cell in table.cells:
        rest = cell.row == REST  # an earlier release may call it otherwise
        label = REST_LABELS[table.dimension] if rest else cell.row_label
        found.setdefault(cell.row, {})[cell.measure.id] = cell._replace(row_label=label)
    return found


def _figures(rows: _Rows) -> list[Figure | None]:
    return [cell.figure for cells in rows.values() for cell in cells.values()]


def _order(cells: dict[str, Cell], scored: bool) -> int:
    """The lowest score first or the most firms."""
    figure = cells[SCORE if scored else COUNT].figure
    return 0 if figure is None else figure.value if scored else -figure.value


def _shown_figure(cells: dict[str, Cell], scored: bool) -> Figure:
    """Return the figure whose day a row with a count is shown with (see ``_bar``)."""
    figure = (cells[SCORE].figure if scored else None) or cells[COUNT].figure
    assert figure is not None
    return figure


def _bar(label: str, figure: Figure, *, firms: bool = False) -> dict[str, Any]:
    if firms:
        return {"label": label, "value": figure.value, "text": f"{figure.value:,}"}
    return {"label": label, "value": figure.value / 100, "text": percent(figure.value)}


def _was(before: dict[str, Cell], measure: str, now: Figure) -> str:
    """Say what a figure was in the release before, where it is new now."""
    cell = before.get(measure)
    if cell is None or cell.figure is None or cell.figure.as_of == now.as_of:
        return ""
    was = percent(cell.figure.value) if measure == SCORE else f"{cell.figure.value:,}"
    return f" ({was} on {uk_date(cell.figure.as_of)})"
