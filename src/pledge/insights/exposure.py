"""What a clever reader could work out from published sums: an audit by linear algebra. Pure.

Every figure of a release is the sum of its firms' values (a mean, times the number of firms). What can be had by adding
and subtracting such sums, with any factors, is the row space of the table “which sum counts which value”. ``exposed``
looks there for a vector that leaves fewer than five firms, and so for one that leaves a single firm, or two of which
one knows its own value.

It works in the integers modulo a prime of 61 bits in place of fractions. What can be had with fractions can be had
there too, so nothing is overlooked; the odds of a finding by chance are below 1 in 10**12.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pledge.insights.firms import Firms, Pattern, group
from pledge.policy.scopes import LEAST

PRIME = 2**61 - 1

_Vector = dict[int, int]  # position → factor, without zeros


@dataclass(slots=True, eq=False)
class _Alike:
    """Firms that the same sums count: ``columns`` has these sums for each of their values."""

    columns: list[_Vector]
    members: list[Firms]

    @property
    def count(self) -> int:
        return sum(some.count for some in self.members)


def exposed(firms: Iterable[Firms], patterns: Sequence[Pattern]) -> list[Firms]:
    """Return fewer than five firms about which the figures alone tell something; empty where they tell nothing.

    ``patterns`` has one item for each release, as ``Firms.places``: which rows have a figure of their own. That of the
    other rows together (the rest of a table) is known to everybody who subtracts. Found are firms that the same sums
    count, those that two sets of sums count, and those of any row of a table.
    """
    many = _Space()
    few: list[_Alike] = []
    for alike in _alike(firms, patterns):
        if alike.count < LEAST:
            few.append(alike)
        else:
            for column in alike.columns:  # what tells of fewer firms has the factor 0 at all of these
                many.add(column)
    for alike in few:
        alike.columns = [rest for column in alike.columns if (rest := many.reduced(column))]
    return _told([alike for alike in few if alike.columns])


def _alike(firms: Iterable[Firms], patterns: Sequence[Pattern]) -> Iterable[_Alike]:
    sums: dict[tuple[int, int, str], int] = {}
    found: dict[tuple[tuple[int, ...], ...], _Alike] = {}
    for some in firms:
        counted: dict[int, list[int]] = {}
        for release, place in enumerate(some.places):
            for table, row in enumerate(place or ()):
                name = (release, table, group(patterns[release], table, row))
                counted.setdefault(some.values[release], []).append(sums.setdefault(name, len(sums)))
        key = tuple(tuple(names) for names in counted.values())
        alike = found.setdefault(key, _Alike([dict.fromkeys(names, 1) for names in key], []))
        alike.members.append(some)
    return found.values()


def _told(few: list[_Alike]) -> list[Firms]:
    """Return firms without whose columns the others have a smaller rank.

    Those are the firms whose rows in a basis of all relations between the columns (the dual) are dependent.
    """
    few = sorted(few, key=lambda alike: len(alike.columns))  # the quickest first
    relations = iter(_relations([column for alike in few for column in alike.columns]))
    duals = [_Dual(alike, [next(relations) for _ in alike.columns]) for alike in few]
    for number, dual in enumerate(duals):
        if not dual.space.add_all(dual.vectors):
            return dual.alike.members
        for other in duals[:number]:
            if dual.count + other.count < LEAST and dual.meets(other):
                return dual.alike.members + other.alike.members
    for row in _small_rows(few):
        if not _Space().add_all(
            vector for dual in duals if row.issuperset(dual.alike.members) for vector in dual.vectors
        ):
            return list(row)
    return []


def _small_rows(few: list[_Alike]) -> list[set[Firms]]:
    """Return, for each row of each table and release, the few firms in it where they are fewer than five."""
    rows: dict[tuple[int, int, str], set[Firms]] = {}
    for alike in few:
        for some in alike.members:
            for release, place in enumerate(some.places):
                for table, row in enumerate(place or ()):
                    rows.setdefault((release, table, row), set()).add(some)
    return [row for row in rows.values() if sum(some.count for some in row) < LEAST]


class _Dual:
    """The rows of some firms in a basis of all relations, one for each of their columns."""

    def __init__(self, alike: _Alike, vectors: list[_Vector]) -> None:
        self.alike, self.count, self.vectors = alike, alike.count, vectors
        self.space = _Space()
        self.support = frozenset(position for vector in vectors for position in vector)

    def meets(self, other: "_Dual") -> bool:
        """Whether these rows and the other’s are dependent."""
        return not self.support.isdisjoint(other.support) and not _Space(self.space).add_all(other.vectors)


class _Space:
    """A growing space of vectors, as a basis in which each has a position that no later one has."""

    def __init__(self, start: "_Space | None" = None) -> None:
        self._basis: dict[int, _Vector] = dict(start._basis) if start else {}

    def reduced(self, vector: _Vector) -> _Vector:
        """Return what is left of a vector after taking out all that lies in the space."""
        for position, known in self._basis.items():
            if factor := vector.get(position):
                vector = _less(vector, factor, known)
        return vector

    def add(self, vector: _Vector) -> bool:
        """Add a vector; False when it lay in the space."""
        rest = self.reduced(vector)
        if rest:
            position = min(rest)
            inverse = pow(rest[position], -1, PRIME)
            self._basis[position] = {each: value * inverse % PRIME for each, value in rest.items()}
        return bool(rest)

    def add_all(self, vectors: Iterable[_Vector]) -> bool:
        """Add vectors; False when one of them lay in the space of those before it."""
        return all(self.add(vector) for vector in vectors)

    def solved(self) -> dict[int, _Vector]:
        """Return the basis by position, each vector with 1 at its own position and 0 at those of the others."""
        found: dict[int, _Vector] = {}
        for position, vector in reversed(self._basis.items()):
            for other, known in found.items():
                if factor := vector.get(other):
                    vector = _less(vector, factor, known)
            found[position] = vector
        return found


def _relations(columns: list[_Vector]) -> list[_Vector]:
    """Return, for each column, its factors in a basis of all relations between the columns, but for their sign."""
    rows: dict[int, _Vector] = {}
    for number, column in enumerate(columns):
        for position, factor in column.items():
            rows.setdefault(position, {})[number] = factor
    space = _Space()
    for row in rows.values():
        space.add(row)
    solved = space.solved()
    return [
        {free: factor for free, factor in solved[number].items() if free != number} if number in solved else {number: 1}
        for number in range(len(columns))
    ]


def _less(vector: _Vector, factor: int, other: _Vector) -> _Vector:
    """Return vector − factor × other."""
    found = dict(vector)
    for position, value in other.items():
        if difference := (found.get(position, 0) - factor * value) % PRIME:
            found[position] = difference
        else:
            del found[position]
    return found
