"""Disclosure control: which rows of a release may have a figure of their own. Pure.

A release has one-way tables (by sector, by size, by area) of the same firms with the same total. Whoever reads it can
add and subtract its figures and those of earlier releases, so it is not enough to leave out the rows of fewer than
five firms. The rows without a figure of their own make one group, the rest of their table, which everybody can work
out. Then

- firms that the figures of two tables tell apart from the others, whether two of this release or one of this and one
  of an earlier release, are five or more (``narrow_cut``). It holds for single rows and rests, for two tables whose
  rows differ by a few firms, and for a row that a few firms joined, left or answered again for since its last figure;
- all figures together give the value of no firm, nor that of one firm to another that knows its own (``exposed``);
- no mean gives values away because all of its firms, or all but one, stand at the same end of the scale.

Where one of these fails, a row loses its figure to the rest, the smallest that will do, and all is looked at again.
Five is the least for readers inside a partnership; official practice is five to ten (UK LLC, ONS Longitudinal Study).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pledge.insights.cuts import narrow_cut
from pledge.insights.exposure import exposed
from pledge.insights.firms import REST, Firms, Pattern, Place, group
from pledge.policy.scopes import LEAST


class Ends(NamedTuple):
    """How many firms stand at the lowest and at the highest value of the scale."""

    low: int
    high: int


def decide(
    firms: Sequence[Firms],
    earlier: Sequence[Pattern] = (),
    *,
    ends: Mapping[Place, Ends] | None = None,
    within: Pattern | None = None,
) -> Pattern | None:
    """Return the rows that may have a figure of their own, or None where not even the total may have a new one.

    ``earlier`` are the patterns of the releases before, in the order of ``Firms.places``: those whose figures are to
    be kept apart from the new ones. ``ends``, for means, says for each place how many firms stand at the ends of the
    scale. With ``within``, rows that are not in it get no figure.
    """
    release = _Release(firms, earlier, ends or {})
    if release.firms_counted < LEAST:
        return None
    own = release.candidates(within)
    while (parted := next(release.parted(own), None)) is not None:
        if not release.join(own, parted):
            return None
    return _pattern(own)


Own = list[set[str]]  # for each table, the rows that still have a figure of their own
Node = tuple[int, int, str]  # release, table, group of rows
_NOWHERE: Node = (-1, -1, "")  # where a firm stands that a release did not count
_Shared = Counter[tuple[str | None, str | None, bool]]


def _pattern(own: Own) -> Pattern:
    return tuple(frozenset(rows) for rows in own)


class _Release:
    """The new release, as the firms it counts and those that earlier ones counted."""

    def __init__(self, firms: Sequence[Firms], earlier: Sequence[Pattern], ends: Mapping[Place, Ends]) -> None:
        self._firms = firms
        self._earlier = tuple(earlier)
        self._ends = ends
        self._new = len(earlier)
        self._places: Counter[Place] = Counter()
        for some in firms:
            if (place := some.places[self._new]) is not None:
                self._places[place] += some.count
        self.firms_counted = self._places.total()
        tables = range(len(next(iter(self._places), ())))
        self._sizes: list[Counter[str]] = [Counter() for _ in tables]
        for place, count in self._places.items():
            for table, row in enumerate(place):
                self._sizes[table][row] += count
        self._pairs = [
            (table, release, other, self._shared(table, release, other))
            for table in tables
            for release in range(self._new + 1)
            for other in tables
            if release < self._new or table < other
        ]

    def candidates(self, within: Pattern | None) -> Own:
        """Return the rows that nothing in themselves speaks against: enough firms, and enough changed ones or none."""
        own = [
            {row for row, count in sizes.items() if count >= LEAST and (within is None or row in within[table])}
            for table, sizes in enumerate(self._sizes)
        ]
        for release, pattern in enumerate(self._earlier):
            for table, known in enumerate(pattern):
                changed: Counter[str] = Counter()
                for (row, row_then, same), count in self._shared(table, release, table).items():
                    if row != row_then or not same:
                        changed.update({name: count for name in {row, row_then} if name is not None})
                own[table] -= {row for row in own[table] & known if 0 < changed[row] < LEAST}
        return own

    def at_an_end(self, table: int, rows: set[str]) -> bool:
        """Whether all firms of these rows, or all but one, stand at one end of the scale."""
        counted = low = high = 0
        for place, count in self._places.items():
            if place[table] in rows:
                counted += count
                ends = self._ends.get(place, Ends(0, 0))
                low, high = low + ends.low, high + ends.high
        return 0 < counted <= max(low, high) + 1

    def parted(self, own: Own) -> Iterator[set[Node]]:
        """Yield sets of groups of the new release that must not be told apart from the others of their table."""
        for table in range(len(own)):
            rest = self._rest(own, table)
            if len(rest) == 1 or self.at_an_end(table, rest):
                yield {(self._new, table, REST)}
            yield from ({(self._new, table, row)} for row in sorted(own[table]) if self.at_an_end(table, {row}))
        patterns = (*self._earlier, _pattern(own))
        for table, release, other, shared in self._pairs:
            if side := narrow_cut(self._ties(patterns, table, release, other, shared), 2 * LEAST):
                yield {node for node in side if node[0] == self._new}
        if found := exposed(self._firms, patterns):
            yield self._to_hide(own, found)

    def join(self, own: Own, parted: set[Node]) -> bool:
        """Let rows lose their own figure so that the parted groups are one with others, the fewest firms' rows.

        False when there is nothing to join them with.
        """
        choices: list[tuple[int, int, list[str]]] = []
        for table, sizes in enumerate(self._sizes):
            groups = own[table] | ({REST} if self._rest(own, table) else set())
            inside = {name for _, where, name in parted if where == table}
            sides = [side for side in (inside, groups - inside) if REST not in side]
            if inside and groups - inside:
                lost = [min(side, key=lambda row: (sizes[row], row)) for side in sides]
                choices.append((sum(sizes[row] for row in lost), table, lost))
        if not choices:
            return False
        _, table, lost = min(choices)
        own[table].difference_update(lost)
        return True

    def _rest(self, own: Own, table: int) -> set[str]:
        """The rows of a table that have firms, but no figure of their own."""
        return set(self._sizes[table]) - own[table]

    def _to_hide(self, own: Own, firms: Sequence[Firms]) -> set[Node]:
        """The smallest row with a figure of its own in which one of these firms stands, else the smallest of all."""
        held = [some.places[self._new] for some in firms]
        rows = [
            (not any(place and place[table] == row for place in held), self._sizes[table][row], table, row)
            for table, names in enumerate(own)
            if len(names) + bool(self._rest(own, table)) > 1
            for row in names
        ]
        return {(self._new, table, row) for _, _, table, row in sorted(rows)[:1]}

    def _shared(self, table: int, release: int, other: int) -> _Shared:
        """Count firms by their row in a table of the new release and in another table, and whether one value counts."""
        found: _Shared = Counter()
        for some in self._firms:
            here, there = some.places[self._new], some.places[release]
            same = some.values[self._new] == some.values[release]
            found[here[table] if here else None, there[other] if there else None, same] += some.count
        return found

    def _ties(
        self, patterns: Sequence[Pattern], table: int, release: int, other: int, shared: _Shared
    ) -> Counter[tuple[Node, Node]]:
        """Return the graph of two tables: a tie of 2 for every firm, so that it can be halved.

        A firm with one value ties its two groups: figures that count it in both can cancel it out. A firm that is
        counted once ties its group to nowhere. One that answered again does not cancel out either; half ties between
        its two groups and nowhere part it once, wherever a cut runs.
        """
        ties: Counter[tuple[Node, Node]] = Counter()
        for (row, row_there, same), count in shared.items():
            here = _NOWHERE if row is None else (self._new, table, group(patterns[-1], table, row))
            there = _NOWHERE if row_there is None else (release, other, group(patterns[release], other, row_there))
            if same or _NOWHERE in (here, there):
                ties[here, there] += 2 * count
            else:
                for pair in ((here, there), (here, _NOWHERE), (there, _NOWHERE)):
                    ties[pair] += count
        return ties
