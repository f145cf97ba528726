import random
from collections import Counter
from itertools import combinations

import pytest

from pledge.insights import exposure
from pledge.insights.exposure import exposed
from pledge.insights.firms import Firms

from .arithmetic import RowSpace, sums

ALL = (frozenset("ABC"), frozenset("XYZ"), frozenset("NP"))


def once(*places, patterns=(ALL,)):
    """What is exposed in one release of firms at these places."""
    return exposed([Firms((place,), (0,), count) for place, count in Counter(places).items()], patterns)


def test_rows_of_many_firms_tell_of_none():
    assert not once(*[("A", "X", "N")] * 5, *[("B", "Y", "P")] * 6, *[("A", "Y", "N")] * 7)


def test_a_row_of_fewer_than_five_is_exposed():
    found = once(*[("A", "X", "N")] * 9, *[("B", "X", "N")] * 4)
    assert [some.places[0][0] for some in found] == ["B"]


SQUARE = [(row, size, area) for row in "AC" for size in "XY" for area in "NP" for _ in range(5)]


@pytest.mark.parametrize(("counts", "exposed_firms"), [((1, 1, 1), 3), ((1, 1, 2), 4), ((1, 2, 2), 0), ((2, 2, 2), 0)])
def test_a_row_of_fewer_than_five_different_firms_is_exposed_though_no_two_of_them_are(counts, exposed_firms):
    different = [("B", "X", "N"), ("B", "Y", "N"), ("B", "X", "P")]
    found = once(*SQUARE, *[place for place, count in zip(different, counts, strict=True) for _ in range(count)])
    assert sum(some.count for some in found) == exposed_firms and {some.places[0][0] for some in found} <= {"B"}


@pytest.mark.parametrize(("counts", "exposed_firms"), [((1, 1), 2), ((2, 2), 4), ((3, 1), 4), ((3, 2), 0), ((4, 3), 0)])
def test_two_kinds_of_firms_that_are_fewer_than_five_together_are_exposed(counts, exposed_firms):
    found = once(*SQUARE, *[("B", "X", "N")] * counts[0], *[("B", "Y", "P")] * counts[1])
    assert sum(some.count for some in found) == exposed_firms and {some.places[0][0] for some in found} <= {"B"}


def test_the_firm_by_which_two_tables_differ_is_exposed():
    places = [("A", "X", "N")] * 6 + [("B", "X", "N")] + [("B", "Y", "N")] * 6 + [("A", "X", "P")] * 6
    (found,) = once(*places)
    assert found.places == (("B", "X", "N"),) and found.count == 1


def test_the_firm_that_three_tables_leave_over_is_exposed():
    # N counts those of A and those of X, who are others; but for one who is neither
    places = [("A", "Y", "N")] * 6 + [("B", "X", "N")] * 6 + [("B", "Y", "N")] + [("B", "Y", "P")] * 6
    assert [some.places[0] for some in once(*places)] == [("B", "Y", "N")]


def test_what_rows_without_a_figure_hide_is_not_exposed():
    places = [("A", "X", "N")] * 6 + [("B", "X", "N")] + [("B", "Y", "N")] * 6 + [("A", "X", "P")] * 6
    assert not once(*places, patterns=((frozenset(), frozenset("XY"), frozenset("NP")),))


def test_a_joiner_between_two_releases_is_exposed_and_so_is_one_who_answered_again():
    same = Firms((("A", "X", "N"), ("A", "X", "N")), (0, 0), 9)
    for some in (
        Firms((None, ("A", "X", "N")), (0, 0), 1),
        Firms((("A", "X", "N"), None), (0, 0), 1),
        Firms((("A", "X", "N"), ("A", "X", "N")), (0, 1), 1),
    ):
        assert exposed([same, some], (ALL, ALL)) == [some]
    assert not exposed([same, Firms((None, ("A", "X", "N")), (0, 0), 5)], (ALL, ALL))


def smallest_support(firms, patterns):
    """The fewest firms that some sum of figures leaves, up to four, by trying every set of firms."""
    space = RowSpace(sums(firms, patterns).values())
    columns = {(number, value) for number, some in enumerate(firms)
               for value, place in zip(some.values, some.places, strict=True) if place}  # fmt: skip
    rank = len(space.basis)
    for size in range(1, 5):
        for chosen in combinations(range(len(firms)), size):
            if sum(firms[number].count for number in chosen) == size:
                kept = columns - {column for column in columns if column[0] in chosen}
                vectors = [{name: value for name, value in row.items() if name in kept} for _, row in space.basis]
                if len(RowSpace(vectors).basis) < rank:
                    return size
    return None


@pytest.mark.parametrize("seed", range(12))
def test_single_firms_and_pairs_are_found_as_by_trying_every_set_of_firms(seed):
    rng = random.Random(seed)
    exposures = 0
    for _ in range(12):
        count = rng.randint(6, 11)
        places = [(rng.choice("AAB"), rng.choice("XXY"), rng.choice("NNP")) for _ in range(count)]
        later = [place if rng.random() < 0.7 else None for place in places]
        firms = [Firms((place, then), (0, rng.choice([0, 0, 1])), 1) for place, then in zip(places, later, strict=True)]
        patterns = [tuple(frozenset(rng.sample(sorted(rows), rng.randint(0, 2))) for rows in ALL) for _ in range(2)]
        if not all(any(some.places[number] for some in firms) for number in range(2)):
            continue
        found, expected = exposed(firms, patterns), smallest_support(firms, patterns)
        assert not found or expected is not None
        if expected in (1, 2):
            assert found and sum(some.count for some in found) < 5
            exposures += 1
    assert exposures


def test_sums_are_taken_modulo_a_prime_of_61_bits():
    assert exposure.PRIME == 2_305_843_009_213_693_951  # the ninth Mersenne prime
