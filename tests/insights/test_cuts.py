import random
from itertools import combinations

from pledge.insights.cuts import narrow_cut


def weight(edges, side):
    return sum(weight for pair, weight in edges.items() if len({node in side for node in pair}) == 2)


def narrowest(edges):
    """The least weight over 0 of all cuts, by trying them all."""
    nodes = sorted({node for pair in edges for node in pair})
    sides = [side for size in range(1, len(nodes)) for side in combinations(nodes, size)]
    return min((found for side in sides if (found := weight(edges, set(side)))), default=None)


def test_two_groups_held_together_by_few_ties_are_found():
    edges = {("a", "b"): 9, ("b", "c"): 8, ("a", "c"): 7, ("c", "d"): 4, ("d", "e"): 9, ("e", "f"): 9, ("d", "f"): 9}
    side = narrow_cut(edges, 5)
    assert side in ({"a", "b", "c"}, {"d", "e", "f"})
    assert narrow_cut(edges, 4) is None


def test_parts_without_any_tie_are_no_cut():
    assert narrow_cut({("a", "b"): 9, ("c", "d"): 9}, 5) is None


def test_a_pair_in_either_order_counts_together():
    assert narrow_cut({("a", "b"): 3, ("b", "a"): 2}, 5) is None
    assert narrow_cut({("a", "b"): 3, ("b", "a"): 2}, 6) is not None


def test_a_node_tied_to_itself_and_no_nodes_at_all_are_fine():
    assert narrow_cut({("a", "a"): 3}, 5) is None
    assert narrow_cut({}, 5) is None


def test_a_narrow_cut_is_found_exactly_when_there_is_one():
    rng = random.Random(7)
    found = 0
    for _ in range(400):
        nodes = [f"n{number}" for number in range(rng.randint(2, 7))]
        pairs = [pair for pair in combinations(nodes, 2) if rng.random() < 0.6]
        edges = {rng.choice([pair, pair[::-1]]): rng.randint(1, 6) for pair in pairs}
        least = rng.randint(1, 9)
        side, expected = narrow_cut(edges, least), narrowest(edges)
        if expected is None or expected >= least:
            assert side is None, (edges, least)
        else:
            assert side is not None and 0 < weight(edges, side) < least, (edges, least)
            found += 1
    assert 100 < found < 300
