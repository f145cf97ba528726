"""A small solver for yes-or-no facts and what must hold between them.

A search that learns from each contradiction (conflict-driven clause learning: Marques-Silva and Sakallah 1996; two
watched literals and 1UIP as in Eén and Sörensson, “An Extensible SAT-solver”, 2003). It answers exactly, or gives up.
decisions/0015 says why it is ours.
"""

from collections.abc import Iterable, Sequence
from heapq import heappop, heappush

Literal = int  # the number of a fact; negative: that it does not hold
_GROWTH = 1.05  # how much more each conflict counts than the one before
_RESTART = 100  # conflicts until the first restart


class GaveUp(Exception):
    """The searches took more steps than they may."""


class Solver:
    """Facts 1, 2, … and clauses: of each, one literal at least holds.

    ``effort``: how many steps all searches together may take before GaveUp. A step looks at one clause, or sets one
    fact, so that the same clauses take the same steps on every machine.
    """

    def __init__(self, effort: int) -> None:
        self.effort = effort
        self._values: list[bool | None] = [None]
        self._last: list[bool] = [False]  # what a fact was last, and is tried as first
        self._levels: list[int] = [0]
        self._reasons: list[list[Literal] | None] = [None]
        self._weights: list[float] = [0.0]
        self._waiting: list[tuple[float, int]] = []  # facts to decide, the weightiest first
        self._watches: dict[Literal, list[list[Literal]]] = {}
        self._trail: list[Literal] = []
        self._starts: list[int] = []  # where each level of decisions begins on the trail
        self._seen = 0  # how much of the trail is propagated
        self._bump = 1.0
        self._possible = True

    def fact(self) -> Literal:
        """Return a new fact."""
        number = len(self._values)
        self._values.append(None)
        self._last.append(False)
        self._levels.append(0)
        self._reasons.append(None)
        self._weights.append(0.0)
        self._watches[number], self._watches[-number] = [], []
        heappush(self._waiting, (0.0, number))
        return number

    def add(self, literals: Iterable[Literal]) -> None:
        """Require that one of the literals holds at least."""
        self._back_to(0)
        clause = list(dict.fromkeys(literals))
        if any(-literal in clause or self._holds(literal) is True for literal in clause):
            return
        clause = [literal for literal in clause if self._holds(literal) is None]
        if len(clause) > 1:
            self._watch(clause)
        elif not clause or not self._set(clause[0], None) or self._propagate() is not None:
            self._possible = False

    def solve(self, assumed: Sequence[Literal] = ()) -> bool:
        """Return whether all can hold together with what is assumed; then ``value`` tells how. Raises GaveUp."""
        self._back_to(0)
        until, since = _RESTART, 0
        while self._possible:
            conflict = self._propagate()
            if self.effort < 0:
                raise GaveUp
            if conflict is not None:
                if not self._starts:
                    self._possible = False
                    break
                since += 1
                self._learn(conflict)
            elif since >= until:
                until, since = until + until // 2, 0
                self._back_to(0)
            elif len(self._starts) < len(assumed):
                literal = assumed[len(self._starts)]
                if self._holds(literal) is False:
                    return False
                self._starts.append(len(self._trail))
                self._set(literal, None)
            else:
                number = self._next()
                if number is None:
                    return True
                self._starts.append(len(self._trail))
                self._set(number if self._last[number] else -number, None)
        return False

    def value(self, literal: Literal) -> bool:
        """Return whether a literal holds in what the last ``solve`` found."""
        return self._holds(literal) is True

    def _holds(self, literal: Literal) -> bool | None:
        value = self._values[abs(literal)]
        return value if value is None or literal > 0 else not value

    def _watch(self, clause: list[Literal]) -> None:
        self._watches[-clause[0]].append(clause)
        self._watches[-clause[1]].append(clause)

    def _set(self, literal: Literal, reason: list[Literal] | None) -> bool:
        """Note that a literal holds, and because of which clause; return whether it can."""
        held = self._holds(literal)
        if held is None:
            number = abs(literal)
            self._values[number] = literal > 0
            self._levels[number] = len(self._starts)
            self._reasons[number] = reason
            self._trail.append(literal)
        return held is not False

    def _propagate(self) -> list[Literal] | None:
        """Draw every conclusion from what holds; return a clause that is contradicted, None if there is none."""
        while self._seen < len(self._trail):
            literal = self._trail[self._seen]
            self._seen += 1
            watching = self._watches[literal]
            kept = self._watches[literal] = []
            self.effort -= 1 + len(watching)
            for position, clause in enumerate(watching):
                if clause[0] == -literal:
                    clause[0], clause[1] = clause[1], clause[0]
                kept.append(clause)
                if self._holds(clause[0]) is True:
                    continue
                for place in range(2, len(clause)):
                    if self._holds(clause[place]) is not False:
                        clause[1], clause[place] = clause[place], clause[1]
                        kept.pop()
                        self._watches[-clause[1]].append(clause)
                        break
                else:
                    if not self._set(clause[0], clause):
                        kept.extend(watching[position + 1 :])
                        return clause
        return None

    def _learn(self, conflict: list[Literal]) -> None:
        """Add the clause that would have prevented a contradiction, and go back to where it decides something."""
        level, place = len(self._starts), len(self._trail)
        learned: list[Literal] = [0]  # the first becomes the one decided by the others
        marked: set[int] = set()
        open_here, literal, reason = 0, 0, conflict
        while True:
            for other in reason:
                number = abs(other)
                if other == literal or number in marked or self._levels[number] == 0:
                    continue
                marked.add(number)
                self._weigh(number)
                if self._levels[number] == level:
                    open_here += 1
                else:
                    learned.append(other)
            while True:
                place -= 1
                literal = self._trail[place]
                if abs(literal) in marked:
                    break
            open_here -= 1
            if open_here == 0:
                break
            found = self._reasons[abs(literal)]
            assert found is not None, "only the last of a level was decided"
            reason = found
        learned[0] = -literal
        self._bump *= _GROWTH
        if len(learned) == 1:
            self._back_to(0)
            self._possible = self._set(learned[0], None)
            return
        latest = max(range(1, len(learned)), key=lambda at: self._levels[abs(learned[at])])
        learned[1], learned[latest] = learned[latest], learned[1]
        self._back_to(self._levels[abs(learned[1])])
        self._watch(learned)
        self._set(learned[0], learned)

    def _weigh(self, number: int) -> None:
        self._weights[number] += self._bump
        if self._weights[number] > 1e100:
            self._weights = [weight * 1e-100 for weight in self._weights]
            self._bump *= 1e-100
        if self._values[number] is None:
            heappush(self._waiting, (-self._weights[number], number))

    def _next(self) -> int | None:
        """Return the weightiest fact that is open, None when none is."""
        while self._waiting:
            number = heappop(self._waiting)[1]
            if self._values[number] is None:
                return number
        return None

    def _back_to(self, level: int) -> None:
        """Take back every decision above a level."""
        if len(self._starts) <= level:
            return
        start = self._starts[level]
        for literal in self._trail[start:]:
            number = abs(literal)
            self._last[number] = literal > 0
            self._values[number] = None
            heappush(self._waiting, (-self._weights[number], number))
        del self._trail[start:], self._starts[level:]
        self._seen = min(self._seen, start)
