"""What can be worked out from published sums, in fractions: the honest and slow way, to check the quick one against."""

from fractions import Fraction

Vector = dict[object, Fraction]


class RowSpace:
    """All vectors that come of adding and subtracting some, with any factors."""

    def __init__(self, vectors) -> None:
        self.basis: list[tuple[object, Vector]] = []
        for vector in vectors:
            rest = self.rest(vector)
            if rest:
                position, factor = next(iter(rest.items()))
                rest = {name: value / factor for name, value in rest.items()}
                self.basis = [(where, _less(known, rest, position)) for where, known in self.basis]
                self.basis.append((position, rest))

    def rest(self, vector) -> Vector:
        left = {name: Fraction(value) for name, value in vector.items() if value}
        for position, known in self.basis:
            left = _less(left, known, position)
        return left

    def __contains__(self, vector) -> bool:
        return not self.rest(vector)


def _less(vector: Vector, known: Vector, position) -> Vector:
    factor = vector.get(position, 0)
    if not factor:
        return vector
    names = {**vector, **known}
    found = {name: vector.get(name, Fraction(0)) - factor * known.get(name, Fraction(0)) for name in names}
    return {name: value for name, value in found.items() if value}


def sums(firms, patterns):
    """(release, table, row) → which values it sums, for every published figure. A total has the table None."""
    found: dict[tuple, dict] = {}
    for number, some in enumerate(firms):
        for release, place in enumerate(some.places):
            unknown = (number, some.values[release])
            for table, row in enumerate(place or ()):
                if row in patterns[release][table]:
                    found.setdefault((release, table, row), {})[unknown] = some.count
            if place is not None:
                found.setdefault((release, None, ""), {})[unknown] = some.count
    return found


def withheld(firms, patterns):
    """(release, table, row) → which values it would sum, for every row that has firms and no figure."""
    everything = [tuple({row for some in firms if (place := some.places[release]) for row in [place[table]]}
                        for table in range(3)) for release in range(len(patterns))]  # fmt: skip
    return {name: vector for name, vector in sums(firms, everything).items()
            if name[1] is not None and name[2] not in patterns[name[0]][name[1]]}  # fmt: skip
