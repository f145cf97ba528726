from pledge.words.numbers import percent, plural, whole_percent
from pledge.words.text import all_of


def test_counts_in_words():
    assert [plural(count, "place") for count in (0, 1, 2, 1200)] == ["0 places", "1 place", "2 places", "1,200 places"]
    assert plural(1, "person", "people") == "1 person" and plural(3, "person", "people") == "3 people"


def test_shares_in_words_are_rounded_half_up():
    assert [whole_percent(points) for points in (0, 49, 50, 6249, 6250, 10_000)] == [0, 0, 1, 62, 63, 100]
    assert percent(6250) == "63%"


def test_things_in_a_row():
    assert [all_of(list(things)) for things in ("a", "ab", "abc")] == ["a", "a and b", "a, b and c"]
