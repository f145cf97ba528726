"""How firms like one do, for that firm to see beside its own report: from the newest release, and for ten or more.

A release is checked for readers inside the partnership, where a figure stands for five firms. Members of any firm may
see this one, so more must hold (docs/decisions/0026): see ``peers``.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from pledge.assessments.submitting import Submitted
from pledge.database import clock
from pledge.insights import published
from pledge.insights.figures import COUNT, SCORE, TOTAL, Cell, Figure, Table, section_measure, series_id, table_id
from pledge.insights.firms import REST
from pledge.organisations.profile import Depth, Profile
from pledge.questionnaires.definition import Definition, Section
from pledge.questionnaires.parts import Rule
from pledge.reports.report import Peers

OPEN_LEAST = 10  # firms that a figure must stand for, for readers outside a partnership
KEPT = timedelta(minutes=10)  # a release never changes, and a new one is seen that much later at most
BANDS = {"1-9": ("0", "1-9")}  # rows by size that hold more than one band


class Beside:
    """The newest release as this process read it last."""

    def __init__(self, county: str) -> None:
        self._county = county
        self.forget()

    def forget(self) -> None:
        """Forget what was read, so that it is read again."""
        self._read: datetime | None = None
        self._day: date | None = None
        self._tables: list[Table] = []

    async def __call__(self, submitted: Submitted) -> Peers | None:
        """Return how firms like one do, in the current unit: one round trip at most every ten minutes."""
        now = clock.now()
        if self._read is None or not timedelta() <= now - self._read < KEPT:
            self._day, self._tables = await published.newest()
            self._read = now
        if self._day is None:
            return None
        return peers(self._tables, self._day, submitted.definition, submitted.profile, self._county)


def peers(tables: Sequence[Table], day: date, definition: Definition, profile: Profile, county: str) -> Peers | None:
    """Return the figures of a release about firms of the same size, or else of the whole county, or None. Pure.

    They are those of the same questionnaire in the same version and form, and new in this release. A row counts ten
    firms or more, and so do all rows of its table together that it leaves out, or none. How many firms a section
    applied to is not published: only sections that apply to every firm of a row are shown.
    """
    series = series_id(definition.id, profile.depth)
    known = {table.id: table for table in tables}
    total = known.get(table_id(series, TOTAL))
    if total is None or total.versions != definition.version:
        return None
    size = "1-9" if profile.headcount_band == "0" else profile.headcount_band or ""
    for table in (known.get(table_id(series, "size")), total):
        if table is None or not _apart(table, total, day):
            continue
        row = TOTAL if table is total else size
        cells = {cell.measure.id: cell for cell in table.cells if cell.row == row}
        count = _open(cells.get(COUNT), day)
        if count is None:
            continue
        bands = _ALL if table is total else BANDS.get(row, (row,))
        label = cells[COUNT].row_label
        who = f"firms in {county}" if table is total else f"firms with {label[0].lower()}{label[1:]}"
        score = _open(cells.get(SCORE), day)
        sections = {
            section.id: figure.value
            for section in definition.sections
            if _everybodys(section, profile.depth, bands)
            if (figure := _open(cells.get(section_measure(section.id)), day)) is not None
        }
        if sections:
            return Peers(who, count.value, day, None if score is None else score.value, sections)
    return None


_ALL = ("0", "1-9", "10-49", "50-249", "250+")


def _open(cell: Cell | None, day: date) -> Figure | None:
    """Return the figure of a cell where it is new and stands for ten firms."""
    figure = cell.figure if cell else None
    return figure if figure is not None and figure.as_of == day and figure.firms >= OPEN_LEAST else None


def _apart(table: Table, total: Table, day: date) -> bool:
    """Whether the firms that the open rows of a table leave out are none, or ten and more."""
    counts = {cell.row: _open(cell, day) for cell in (*total.cells, *table.cells) if cell.measure.id == COUNT}
    every = counts.pop(TOTAL)
    if every is None:
        return False
    rows = [cell.row for cell in table.cells if cell.measure.id == COUNT and cell.row != TOTAL]
    left = every.value - sum(figure.value for row in rows if row != REST and (figure := counts[row]))
    return not rows or left == 0 or left >= OPEN_LEAST


def _everybodys(section: Section, depth: Depth, bands: Sequence[str]) -> bool:
    """Whether a section applies to every firm of some sizes in one form: something in it is asked of all and counts."""
    return any(
        not question.not_applicable
        and all(_holds(rule, depth, band) for rule in (section.show_if, question.show_if) for band in bands)
        for question in section.scored
    )


def _holds(rule: Rule | None, depth: Depth, band: str) -> bool | None:
    """Tell whether a condition holds for every firm of a size in one form; None where that depends on other things."""
    if rule is None:
        return True
    if rule.not_ is not None:
        inner = _holds(rule.not_, depth, band)
        return None if inner is None else not inner
    if rule.all is not None or rule.any is not None:
        parts = [_holds(part, depth, band) for part in rule.all or rule.any or ()]
        decisive = rule.any is not None
        return decisive if decisive in parts else None if None in parts else not decisive
    facts = {"depth": depth, "headcount_band": band}
    if rule.profile not in facts or (rule.equals is None and rule.in_ is None):
        return None
    return facts[rule.profile] in (rule.in_ if rule.in_ is not None else (rule.equals,))
