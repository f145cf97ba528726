"""Rules by example, then random counties checked by exact arithmetic with fractions."""

import random
from collections import Counter

import pytest

from pledge.insights.disclosure import Ends, decide
from pledge.insights.firms import Firms

from . import population
from .arithmetic import RowSpace, sums, withheld


def kinds(*releases):
    """Firms from one list of (place, value) for each release, in the same order of firms; None is not counted."""
    found = Counter(zip(*releases, strict=True))
    return [
        Firms(tuple(one and one[0] for one in each), tuple(one[1] if one else 0 for one in each), count)
        for each, count in found.items()
    ]


def at(sector, size="X", area="N"):
    return ((sector, size, area), 0)


def sectors(**counts):
    """Firms of some sectors, of no particular size and area."""
    return kinds([at(sector) for sector, count in counts.items() for _ in range(count)])


def test_rows_of_five_firms_are_shown():
    assert decide(sectors(A=5, B=7)) == ({"A", "B"}, {"X"}, {"N"})


def test_fewer_than_five_firms_in_all_get_no_figure():
    assert decide(sectors(A=4)) is None
    assert decide([]) is None
    assert decide(sectors(A=5)) is not None


def test_a_row_of_four_takes_the_smallest_other_row_with_it():
    pattern = decide(sectors(A=20, B=4, C=6, D=9))
    assert pattern is not None and pattern[0] == {"A", "D"}


def test_small_rows_that_are_five_together_take_no_other_with_them():
    pattern = decide(sectors(A=20, B=4, C=1, D=9))
    assert pattern is not None and pattern[0] == {"A", "D"}


def test_two_small_rows_that_are_too_few_together_take_a_third():
    pattern = decide(sectors(A=20, B=2, C=2, D=9))
    assert pattern is not None and pattern[0] == {"A"}


def test_two_tables_that_differ_by_few_firms_do_not_both_show_the_rows():
    firms = [at("A", "X")] * 9 + [at("B", "X")] * 4 + [at("B", "Y")] * 9 + [at("C", "Y")] * 9
    assert decide(kinds(firms)) == ({"B"}, {"X", "Y"}, {"N"})  # A and C are fewer than X and Y
    far = [at("A", "X")] * 9 + [at("B", "X")] * 5 + [at("B", "Y")] * 9 + [at("C", "Y")] * 9
    assert decide(kinds(far)) == ({"A", "B", "C"}, {"X", "Y"}, {"N"})


def test_three_tables_that_leave_one_firm_over_do_not_all_show_their_rows():
    # the area N counts the sector A and the size X, who are others, and one firm that is neither
    firms = [at("A", "Y")] * 6 + [at("B", "X")] * 6 + [at("B", "Y")] + [at("B", "Y", "P")] * 8
    assert decide(kinds(firms)) == ({"A", "B"}, {"X", "Y"}, set())  # N is the smallest row of that firm
    assert decide(kinds(firms + [at("B", "Y")] * 3)) == ({"A", "B"}, {"X", "Y"}, set())
    assert decide(kinds(firms + [at("B", "Y")] * 4)) == ({"A", "B"}, {"X", "Y"}, {"N", "P"})


def places(**counts):
    """Firms of the sector, size and area that a word of three letters names."""
    return kinds([at(*place) for place, count in counts.items() for _ in range(count)])


@pytest.mark.parametrize(
    ("firms", "shown"),
    [
        ({"CZN": 8, "CYP": 7, "AXN": 6, "BZN": 4}, ({"C"}, set(), {"N", "P"})),  # not Z alone: X and Y are hidden
        ({"BZP": 9, "AXN": 8, "CXP": 6, "CZP": 4}, (set(), {"X", "Z"}, {"N", "P"})),
        ({"AXP": 7, "BYP": 7, "AZN": 5, "BZN": 2, "AXN": 1}, ({"A", "B"}, set(), {"N", "P"})),  # some are in X
    ],
)
def test_what_three_tables_tell_apart_is_hidden_in_the_smallest_row_that_holds_some_of_it(firms, shown):
    assert decide(places(**firms)) == shown


def two_releases(before, after):
    """(firms, pattern of the first release, pattern of the second)."""
    first = decide(kinds(before))
    assert first is not None
    firms = kinds(before, after)
    return firms, first, decide(firms, [first])


def test_nothing_is_new_when_fewer_than_five_firms_have_joined():
    before = [at("A")] * 9 + [at("B")] * 9 + [None] * 4
    assert two_releases(before, [*before[:18], *[at("A")] * 4])[2] is None
    before.append(None)
    assert two_releases(before, [*before[:18], *[at("A")] * 5])[2] == ({"A", "B"}, {"X"}, {"N"})


def test_firms_that_answered_again_or_left_count_as_changed_ones():
    before = [at("A")] * 9 + [at("B")] * 9
    again = [(place, 1 if number < 4 else 0) for number, (place, _) in enumerate(before)]
    assert two_releases(before, again)[2] is None
    again[4] = (again[4][0], 1)
    assert two_releases(before, again)[2] == ({"A", "B"}, {"X"}, {"N"})
    assert two_releases(before, [*[None] * 4, *before[4:]])[2] is None


def test_nothing_is_new_when_four_firms_of_different_rows_answered_again():
    corners = [at(*rows) for rows in ("AXN", "BYP", "CZQ", "DWR")]
    before = corners + [at(sector, size, area) for sector in "ABCD" for size in "XYZW" for area in "NPQR"]
    after = [*((place, 1) for place, _ in corners), *before[4:]]
    assert two_releases(before, after)[2] is None
    after[4] = (after[4][0], 1)
    assert two_releases(before, after)[2] is not None


def test_rows_that_few_firms_joined_keep_their_figures_together_and_the_others_get_new_ones():
    rows = [at(sector) for sector in "ABCDEF" for _ in range(20)]
    joiners = [at("B")] * 2 + [at("C")] * 3 + [at("F")] * 8
    _, _, pattern = two_releases([*rows, *[None] * 13], [*rows, *joiners])
    assert pattern is not None and pattern[0] == {"A", "D", "E", "F"}


def test_figures_of_firms_that_have_not_changed_may_be_shown_again():
    before = [at("A")] * 9 + [at("B")] * 9
    assert two_releases(before, before)[2] == ({"A", "B"}, {"X"}, {"N"})


def test_a_row_that_one_firm_joined_keeps_its_earlier_figure_and_so_does_another_to_hide_it():
    before = [at("A")] * 9 + [at("B")] * 9 + [at("C")] * 9 + [None] * 8
    after = [*before[:27], *[at("A")] * 6, at("B"), None]
    _, _, pattern = two_releases(before, after)
    assert pattern is not None and "B" not in pattern[0] and pattern[0] < {"A", "C"}


def test_a_row_that_one_firm_left_keeps_its_earlier_figure_and_so_do_all_that_would_tell_of_it():
    before = [at("A")] * 6 + [at("C")] * 5 + [None] * 6
    after = [None, *before[1:11], *[at("D")] * 6]
    _, first, second = two_releases(before, after)
    assert first[0] == {"A", "C"} and second == (set(), {"X"}, {"N"})


def test_a_row_that_had_no_figure_gets_one_though_few_firms_joined_it():
    before = [at("D")] * 6 + [at("B")] * 3 + [None] * 6
    after = [*before[:9], *[at("D")] * 2, *[at("C")] * 4]
    _, first, second = two_releases(before, after)
    assert first[0] == set() and second == ({"D"}, {"X"}, {"N"})


def test_a_table_of_one_row_has_nothing_that_could_hide_it():
    before = places(CYN=7, DZN=4, AYN=4)
    assert decide(before) == ({"C"}, set(), {"N"})
    before = [at("C", "Y")] * 7 + [at("D", "Z")] * 4 + [at("A", "Y")] * 4 + [None] * 6
    after = [None, *before[1:15], *[at("D", "Y")] * 4, *[at("C", "X")] * 2]
    assert two_releases(before, after)[2] == (set(), {"Y"}, {"N"})


def test_a_row_that_was_hidden_is_not_laid_open_by_the_next_release():
    before = [at("A")] * 9 + [at("B")] * 4 + [at("C")] * 6 + [at("D")] * 9 + [None] * 5
    after = [*before[:28], *[at("B")] * 5]  # B has nine now, and C is as it was
    _, first, second = two_releases(before, after)
    assert first[0] == {"A", "D"}
    assert second is not None and not second[0] & {"B", "C"}


def test_only_rows_that_may_be_shown_in_another_table_are_taken():
    within = (frozenset("A"), frozenset("X"), frozenset("N"))
    pattern = decide(sectors(A=9, B=9, C=9), within=within)
    assert pattern is not None and pattern[0] == {"A"}


def test_a_row_that_would_be_hidden_alone_takes_another_with_it():
    pattern = decide(sectors(A=9, B=9, C=12), within=(frozenset("AC"), frozenset("X"), frozenset("N")))
    assert pattern is not None and pattern[0] == {"C"}


def test_a_mean_of_firms_that_all_but_one_stand_at_an_end_of_the_scale_is_not_shown():
    firms = [at("A")] * 9 + [at("B")] * 9 + [at("C")] * 9
    ends = {at("A")[0]: Ends(0, 2), at("B")[0]: Ends(3, 8), at("C")[0]: Ends(0, 0)}
    pattern = decide(kinds(firms), ends=ends)
    assert pattern is not None and "B" not in pattern[0] and len(pattern[0]) == 1
    pattern = decide(kinds(firms), ends={**ends, at("B")[0]: Ends(3, 7)})
    assert pattern is not None and pattern[0] == {"A", "B", "C"}
    assert decide(sectors(A=9), ends={at("A")[0]: Ends(8, 0)}) is None


@pytest.mark.parametrize(("all_there", "shown"), [(Ends(7, 0), True), (Ends(0, 7), True), (Ends(8, 0), False)])
def test_firms_of_which_nothing_is_said_stand_at_no_end(all_there, shown):
    firms = [at("A", "X")] * 8 + [at("A", "Y")] + [at("B", "Y")] * 9
    pattern = decide(kinds(firms), ends={at("A", "X")[0]: all_there})
    assert pattern is not None and ("A" in pattern[0]) is shown


def test_a_mean_of_the_rest_whose_firms_stand_at_an_end_of_the_scale_takes_another_row_with_it():
    ends = {at("B")[0]: Ends(0, 3), at("C")[0]: Ends(0, 2)}
    pattern = decide(sectors(A=20, B=3, C=2, D=9), ends=ends)
    assert pattern is not None and pattern[0] == {"A"}


def test_the_same_firms_in_another_order_get_the_same_decision():
    rng = random.Random(3)
    firms = kinds([(firm.place, 0) for firm in population.firms(rng, 120)])
    decided = decide(firms)
    for _ in range(5):
        rng.shuffle(firms)
        assert decide(firms) == decided


# — random counties —


def county(rng):
    """Firms of a county in two releases: some leave, some join, some answer again, some move."""
    count = rng.choice([8, 15, 30, 60, 120, 250, 400])
    before = [(firm.place, 0) for firm in population.firms(rng, count)]
    joiners = [(firm.place, 0) for firm in population.firms(rng, rng.choice([0, 1, 4, 9, count // 3, count]))]
    leaving, again = rng.choice([0.0, 0.01, 0.05]), rng.choice([0.0, 0.02, 0.1, 0.5])
    after = []
    for place, _ in before:
        moved = (place[0], rng.choice(population.SIZES), place[2]) if rng.random() < 0.01 else place
        value = 1 if moved != place or rng.random() < again else 0
        after.append(None if rng.random() < leaving else (moved, value))
    return [*before, *[None] * len(joiners)], [*after, *joiners]


def group_sizes(firms, pattern, release):
    """The number of firms of every row with a figure, and of the rest of each table."""
    found = Counter()
    for some in firms:
        for table, row in enumerate(some.places[release] or ()):
            found[table, row if row in pattern[table] else None] += some.count
    return found


def check(firms, patterns):
    """No figure of fewer than five; nothing to be worked out of fewer, of one firm, or by one that knows its own."""
    for release, pattern in enumerate(patterns):
        assert all(count >= 5 for count in group_sizes(firms, pattern, release).values())
    published = sums(firms, patterns)
    space = RowSpace(published.values())
    for name, vector in withheld(firms, patterns).items():
        if vector in space:
            # it is another figure by itself, or differs from known ones by five firms at least
            assert name[0] > 0 and sum(firms[number].count for number, _ in vector) >= 5, name
    single = {
        (number, value)
        for number, some in enumerate(firms)
        for value, place in zip(some.values, some.places, strict=True)
        if place and some.count <= 2
    }
    lines = set()
    for column in single:
        rest = space.rest({column: 1})
        assert rest, f"the value of {firms[column[0]]} can be worked out"
        if firms[column[0]].count == 1:  # two that leave multiples of one vector tell each other’s value
            first = rest[min(rest, key=str)]
            line = frozenset((position, factor / first) for position, factor in rest.items())
            assert line not in lines, f"another firm can work out the value of {firms[column[0]]}"
            lines.add(line)


@pytest.mark.parametrize("seed", range(60))
def test_nothing_can_be_worked_out_from_a_release_and_the_one_before(seed):
    before, after = county(random.Random(seed))
    first = decide(kinds(before))
    if first is None:
        assert sum(one is not None for one in before) < 5
        return
    check(kinds(before), [first])
    firms = kinds(before, after)
    second = decide(firms, [first])
    if second is not None:
        check(firms, [first, second])


def test_most_rows_that_could_be_shown_are_shown():
    every = tuple(frozenset(rows) for rows in (population.SECTORS, population.SIZES, population.AREAS))
    shown = admissible = 0
    for seed in range(40):
        firms = kinds([(firm.place, 0) for firm in population.firms(random.Random(seed), 200)])
        pattern = decide(firms)
        assert pattern is not None
        shown += sum(len(rows) for rows in pattern)
        admissible += sum(count >= 5 for count in group_sizes(firms, every, 0).values())
    assert shown / admissible > 0.9
