"""Putting the tables of a series together: new figures where they may be shown, else earlier ones, else none. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from pledge.insights.disclosure import Ends, decide
from pledge.insights.figures import (
    COUNT,
    DIMENSIONS,
    NOT_GIVEN,
    REST_LABELS,
    TOTAL,
    Cell,
    Counted,
    Earlier,
    Figure,
    Measure,
    Series,
    Sum,
    Table,
    table_id,
)
from pledge.insights.firms import REST, Firms, Pattern, Place
from pledge.policy.scopes import LEAST

Labels = Mapping[str, Mapping[str, str]]  # dimension → row → its words, in the order to show them

_TITLES = {TOTAL: "", "sector": ", by sector", "size": ", by number of people", "area": ", by area"}
_NONE = Sum(0)


def tabulate(
    series: Series,
    counted: Sequence[Counted],
    sums: Mapping[str, Mapping[Place, Sum]],
    earlier: Earlier,
    days: Sequence[date],
    labels: Labels,
    today: date,
) -> list[Table]:
    """Return the tables of a series: its total, and by each dimension.

    ``sums`` are by measure. ``days`` are those of the earlier releases in ``counted``. A figure that may not be new is
    the one that the release before shows, if it shows one. Rows without a new figure have one together.
    """
    patterns = _patterns(series, counted, sums, earlier, days)
    counts: Counter[Place] = Counter()
    for some in counted:
        if (place := some.places[-1]) is not None:
            counts[place] += some.count
    sums = {**sums, COUNT: {place: Sum(count) for place, count in counts.items()}}
    return [_Table(series, name, sums, patterns, earlier, today).filled(labels) for name in (TOTAL, *DIMENSIONS)]


def _patterns(
    series: Series,
    counted: Sequence[Counted],
    sums: Mapping[str, Mapping[Place, Sum]],
    earlier: Earlier,
    days: Sequence[date],
) -> dict[str, Pattern | None]:
    """Return for each measure the rows that may have a new figure; None where not even its total may."""
    found: dict[str, Pattern | None] = {}
    for number, measure in enumerate(series.measures):
        within = found.get(COUNT)
        if number and within is None:
            found[measure.id] = None
            continue
        sources = [at for at, day in enumerate(days) if (day, series.id, measure.id) in earlier.patterns]
        found[measure.id] = decide(
            firms_of(counted, sources, number - 1 if number else None),
            [earlier.patterns[days[source], series.id, measure.id] for source in sources],
            ends={place: Ends(each.low, each.high) for place, each in sums.get(measure.id, {}).items()},
            within=within,
        )
    return found


def firms_of(counted: Sequence[Counted], sources: Sequence[int], bit: int | None) -> list[Firms]:
    """Return the firms of one measure (its bit; None counts all) in some of the earlier releases, and now."""
    found: Counter[tuple[tuple[Place | None, ...], tuple[int, ...]]] = Counter()
    for some in counted:
        releases = [*sources, len(some.places) - 1]
        places = tuple(
            some.places[release] if bit is None or some.bits[release] >> bit & 1 else None for release in releases
        )
        if any(places):
            found[places, tuple(some.values[release] for release in releases)] += some.count
    return [Firms(places, values, count) for (places, values), count in found.items()]


class _Table:
    """One table of a series, being filled."""

    def __init__(
        self,
        series: Series,
        dimension: str,
        sums: Mapping[str, Mapping[Place, Sum]],
        patterns: Mapping[str, Pattern | None],
        earlier: Earlier,
        today: date,
    ) -> None:
        self.id = table_id(series.id, dimension)
        self.series, self.dimension, self.earlier, self.today = series, dimension, earlier, today
        at = None if dimension == TOTAL else DIMENSIONS.index(dimension)
        self.sums: dict[str, dict[str, Sum]] = {}  # measure → row → its sum
        for measure, places in sums.items():
            rows = self.sums.setdefault(measure, {})
            for place, found in places.items():
                row = TOTAL if at is None else place[at]
                rows[row] = _added(rows.get(row, _NONE), found)
        self.new = {
            measure: None if pattern is None else frozenset([TOTAL]) if at is None else pattern[at]
            for measure, pattern in patterns.items()
        }

    def filled(self, labels: Labels) -> Table:
        rows = {TOTAL: "All"} if self.dimension == TOTAL else dict(labels[self.dimension])
        rows |= {row: "Not given" if row == NOT_GIVEN else row for row in sorted(self.sums[COUNT]) if row not in rows}
        if self._rest(COUNT) or (self.new[COUNT] is None and (self.id, REST, COUNT) in self.earlier.shown):
            rows[REST] = REST_LABELS[self.dimension]
        cells = [self._cell(row, label, measure) for row, label in rows.items() for measure in self.series.measures]
        title = self.series.title + _TITLES[self.dimension]
        return Table(self.id, self.series.id, self.dimension, title, self.series.versions, tuple(cells))

    def _cell(self, row: str, label: str, measure: Measure) -> Cell:
        firms = self._sum(row, COUNT).firms
        figure = self._new_figure(row, measure, firms)
        if figure is None and (row != REST or self.new[COUNT] is None):  # a rest has other rows each time
            figure = self.earlier.shown.get((self.id, row, measure.id))
        return Cell(row, label, measure, figure, "" if figure else "few" if firms < LEAST else "protects")

    def _new_figure(self, row: str, measure: Measure, firms: int) -> Figure | None:
        new = self.new[measure.id]
        found = self._sum(row, measure.id)
        may = new is not None and (row in new or (row == REST and self._rest(measure.id) == self._rest(COUNT)))
        if not may or found.firms < LEAST:
            return None
        value = firms if measure.id == COUNT else (2 * found.total + found.firms) // (2 * found.firms)  # half up
        return Figure(firms, value, self.today)

    def _rest(self, measure: str) -> frozenset[str]:
        """The rows with firms, but without a new figure of their own, where others have one."""
        new = self.new[measure]
        return frozenset(self.sums[COUNT]) - new if new else frozenset()

    def _sum(self, row: str, measure: str) -> Sum:
        rows = self.sums.get(measure, {})
        if row != REST:
            return rows.get(row, _NONE)
        found = _NONE
        for each in self._rest(COUNT):
            found = _added(found, rows.get(each, _NONE))
        return found


def _added(one: Sum, other: Sum) -> Sum:
    return Sum(*(sum(pair) for pair in zip(one, other, strict=True)))
