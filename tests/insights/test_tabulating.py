"""One series put into tables by hand: which figure, of how many firms, or why none."""

from datetime import date

import pytest

from pledge.insights.figures import Counted, Earlier, Figure, Measure, Series, Sum
from pledge.insights.tabulating import tabulate

TODAY, THEN = date(2027, 3, 1), date(2026, 9, 1)
SERIES = Series(
    "checks", "Checks", "2026.1",
    (
        Measure("count", "Firms", "firms"), Measure("score", "Score", "basis_points"),
        Measure("score:a", "A", "basis_points"),
    ),
)  # fmt: skip
LABELS = {"sector": {"A": "Farms", "B": "Mines"}, "size": {"X": "Small"}, "area": {"N": "North"}}
NOTHING = Earlier({}, {})


def tables(rows, earlier=NOTHING, days=()):
    """(table, row, measure) → figure or why there is none; and the labels of the rows.

    ``rows``: sector → (firms that answered section a, their sum, those that did not), whose scores are all 5,000.
    """
    counted, sums = [], {"score": {}, "score:a": {}}
    for sector, (answered, total, others) in rows.items():
        place = (sector, "X", "N")
        counted += [Counted((place,), (0,), (0b11,), answered)] if answered else []
        counted += [Counted((place,), (0,), (0b01,), others)] if others else []
        sums["score"][place] = Sum(answered + others, 5000 * (answered + others))
        sums["score:a"][place] = Sum(answered, total)
    made = tabulate(SERIES, counted, sums, earlier, days, LABELS, TODAY)
    cells = [(table, cell) for table in made for cell in table.cells]
    found = {(table.id, cell.row, cell.measure.id): cell.figure or cell.reason for table, cell in cells}
    return found, {cell.row: cell.row_label for _, cell in cells}, made


def test_each_row_has_its_count_and_its_means_rounded_half_up():
    found, labels, made = tables({"A": (6, 6 * 4000 + 3, 0), "B": (5, 5 * 6000 + 2, 2)})
    assert [(table.id, table.title, table.versions) for table in made] == [
        ("checks-total", "Checks", "2026.1"),
        ("checks-sector", "Checks, by sector", "2026.1"),
        ("checks-size", "Checks, by number of people", "2026.1"),
        ("checks-area", "Checks, by area", "2026.1"),
    ]
    assert labels == {"total": "All", "A": "Farms", "B": "Mines", "X": "Small", "N": "North"}
    assert found["checks-total", "total", "count"] == Figure(13, 13, TODAY)
    assert found["checks-sector", "A", "count"] == Figure(6, 6, TODAY)
    assert found["checks-sector", "A", "score"] == Figure(6, 5000, TODAY)
    assert found["checks-sector", "A", "score:a"] == Figure(6, 4001, TODAY)  # 24,003 ÷ 6 = 4,000.5
    assert found["checks-sector", "B", "score:a"] == Figure(7, 6000, TODAY)  # 30,002 ÷ 5 = 6,000.4: five of the seven
    assert found["checks-total", "total", "score:a"] == Figure(13, 4910, TODAY)  # 54,005 ÷ 11 = 4,909.5


def test_rows_of_fewer_than_five_are_together_and_say_why():
    found, labels, _ = tables({"A": (9, 9 * 4000, 0), "B": (4, 4 * 4000, 0), "C": (5, 5 * 4000, 0), "-": (0, 0, 0)})
    assert found["checks-sector", "A", "count"] == Figure(9, 9, TODAY)
    assert found["checks-sector", "B", "count"] == "few"
    assert found["checks-sector", "C", "count"] == "protects"  # five, and the smallest that hides the four
    assert found["checks-sector", "*", "count"] == Figure(9, 9, TODAY)
    assert found["checks-sector", "*", "score:a"] == Figure(9, 4000, TODAY)
    assert labels["*"] == "All sectors without a new figure, together" and labels["C"] == "C"


def test_firms_that_have_not_said_have_a_row_of_their_own():
    _, labels, _ = tables({"A": (9, 9 * 4000, 0), "-": (6, 6 * 4000, 0)})
    assert labels["-"] == "Not given"


def test_where_few_answered_a_section_it_has_no_mean_of_its_own_and_no_rest():
    found, _, _ = tables({"A": (9, 9 * 4000, 0), "B": (2, 2 * 4000, 7), "C": (9, 9 * 4000, 0)})
    assert found["checks-sector", "B", "count"] == Figure(9, 9, TODAY)
    assert found["checks-sector", "B", "score"] == Figure(9, 5000, TODAY)
    assert found["checks-sector", "B", "score:a"] == "protects"
    assert found["checks-sector", "A", "score:a"] == "protects"  # else the two would be what is left
    assert found["checks-sector", "C", "score:a"] == Figure(9, 4000, TODAY)
    assert ("checks-sector", "*", "score:a") not in found


@pytest.mark.parametrize("firms", [4, 5])
def test_fewer_than_five_firms_show_what_was_shown_before(firms):
    shown = {
        ("checks-total", "total", "count"): Figure(7, 7, THEN),
        ("checks-sector", "*", "count"): Figure(7, 7, THEN),
    }
    found, labels, _ = tables({"A": (firms, firms * 4000, 0)}, Earlier(shown, {}))
    new = firms == 5
    assert found["checks-total", "total", "count"] == (Figure(5, 5, TODAY) if new else Figure(7, 7, THEN))
    assert found["checks-sector", "A", "count"] == (Figure(5, 5, TODAY) if new else "few")
    assert found.get(("checks-sector", "*", "count")) == (None if new else Figure(7, 7, THEN))
    assert found["checks-total", "total", "score"] == (Figure(5, 5000, TODAY) if new else "few")
    assert ("*" in labels) is not new


def test_what_changed_for_few_keeps_its_earlier_figure():
    """One more firm than at the release before: every row shows what it showed then."""
    places = {("A", "X", "N"): 9, ("B", "X", "N"): 9}
    counted = [Counted((place, place), (0, 0), (1, 1), count) for place, count in places.items()]
    counted.append(Counted((None, ("A", "X", "N")), (0, 0), (0, 1), 1))
    patterns = {(THEN, "checks", "count"): (frozenset("AB"), frozenset("X"), frozenset("N"))}
    shown = {("checks-sector", row, "count"): Figure(9, 9, THEN) for row in "AB"}
    sums = {"score": {place: Sum(count, count * 4000) for place, count in places.items()}}
    made = tabulate(SERIES, counted, sums, Earlier(shown, patterns), [THEN], LABELS, TODAY)
    found = {(table.id, cell.row, cell.measure.id): cell.figure for table in made for cell in table.cells}
    assert found["checks-sector", "A", "count"] == found["checks-sector", "B", "count"] == Figure(9, 9, THEN)
    assert found["checks-total", "total", "count"] is None
    assert found["checks-total", "total", "score"] is None  # nor a mean of firms that are not counted
