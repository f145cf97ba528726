"""Which suppliers of a long list could be a given one: a few to look at closely, out of a hundred thousand. Pure.

Names are found by their rarest runs of four letters (a typing error spoils at most four of them), by their initials and
by the words after “trading as”; anything else by the postcode, the domain, the code or the number it shares. What is in
another country is not looked at, unless it shares such a fact; a supplier without a country is looked at everywhere.
"""

from array import array
from collections import Counter
from collections.abc import Iterator
from heapq import nsmallest

from rapidfuzz import fuzz, process

from pledge.suppliers.same.likeness import initials_of, other_names
from pledge.suppliers.same.matching import Compared, Identified, code, compare, contact

_LETTERS = 4
_RUNS = (5, 10)  # looked up; the more where the fewer found nothing much alike
_NEAR = 90.0  # a ratio that is much alike
_COMPARED = 200  # names whose letters are compared, at most
_TOO_FEW = 60  # of them
_CLOSELY = (6, 3)  # names that are compared word by word: by their letters, and with their words in another order
_SHARED = 8  # suppliers looked at that share one fact


class Candidates:
    """Suppliers by their place in the order in which they were added."""

    def __init__(self) -> None:
        self._who: list[Identified] = []
        self._by_country: dict[str | None, _Names] = {}
        self._by_fact: dict[tuple[str, str], list[int]] = {}

    def __len__(self) -> int:
        return len(self._who)

    def add(self, who: Identified) -> int:
        """Add a supplier and return its place."""
        place = len(self._who)
        self._who.append(who)
        names = self._by_country.setdefault(who.country_of_supply, _Names())
        for key in (who.name_key, *other_names(who.name_key)):
            names.add(key, place)
        for fact in _facts(who):
            self._by_fact.setdefault(fact, []).append(place)
        return place

    def likeliest(self, who: Identified, at_most: int) -> list[tuple[int, Compared]]:
        """Return the places of suppliers that are or may be this one, the likeliest first."""
        places: set[int] = set()
        for key in (who.name_key, *other_names(who.name_key)):
            places.update(self.near(key, who.country_of_supply))
        for fact in _facts(who):
            places.update(self._by_fact.get(fact, ())[:_SHARED])
        found = [(place, compare(who, self._who[place])) for place in places]
        likely = [pair for pair in found if pair[1].decision != "new"]
        return nsmallest(at_most, likely, key=lambda pair: (-pair[1].score, pair[0]))

    def near(self, key: str, country: str | None) -> list[int]:
        """Return the places of the names most like a key, letter by letter, where a supplier of a country could be."""
        if country is None:
            searched = list(self._by_country.values())
        else:
            searched = [names for code in (country, None) if (names := self._by_country.get(code))]
        return [place for names in searched for place in names.near(key)]


def _facts(who: Identified) -> Iterator[tuple[str, str]]:
    if who.company_number:
        yield "number", who.company_number
    if who.postcode:
        yield "postcode", who.postcode
    if who.email or who.website:
        yield "contact", contact(who.email, who.website)
    if who.reference:
        yield "reference", code(who.reference)
    if initials := initials_of(who.name_key):
        yield "initials", initials
    elif " " not in who.name_key:
        yield "initials", who.name_key


class _Names:
    """The names of one country: run of letters → numbers of the names that have it."""

    def __init__(self) -> None:
        self._keys: list[str] = []
        self._places: array[int] = array("I")
        self._having: dict[str, array[int]] = {}

    def add(self, key: str, place: int) -> None:
        """Add a name of the supplier at a place."""
        number = len(self._keys)
        self._keys.append(key)
        self._places.append(place)
        having = self._having
        for run in _runs(key):
            numbers = having.get(run)
            if numbers is None:
                having[run] = numbers = array("I")
            numbers.append(number)

    def near(self, key: str) -> list[int]:
        """Return the places of the names most like a key, the most first."""
        having = sorted(filter(None, map(self._having.get, _runs(key))), key=len)
        shared: Counter[int] = Counter()
        found: list[tuple[str, float, int]] = []
        first = 0
        for end in _RUNS:
            for numbers in having[first:end]:
                shared.update(numbers)
            found = self._most_alike(key, shared)
            if len(having) <= end or (found and found[0][1] >= _NEAR):
                break
            first = end
        return [self._places[number] for number in dict.fromkeys(number for _, _, number in found)]

    def _most_alike(self, key: str, shared: Counter[int]) -> list[tuple[str, float, int]]:
        names = {number: self._keys[number] for number in _most_shared(shared)}
        alike, sorted_alike = _CLOSELY
        found = process.extract(key, names, scorer=fuzz.ratio, limit=alike)
        return found + process.extract(key, names, scorer=fuzz.token_sort_ratio, limit=sorted_alike)


def _most_shared(shared: Counter[int]) -> list[int]:
    """Return the numbers of the names that share most runs: all that share equally many, unless they are too many."""
    if len(shared) <= _COMPARED:
        return list(shared)
    having = Counter(shared.values())
    least = most = max(having)
    taken = 0
    for runs in range(most, 0, -1):
        taken += having[runs]
        if taken > _COMPARED:
            break
        least = runs
    numbers = [number for number, runs in shared.items() if runs >= least]
    if len(numbers) < _TOO_FEW:
        numbers += [number for number, runs in shared.items() if runs == least - 1][:_TOO_FEW]
    return numbers[:_COMPARED]


def _runs(key: str) -> set[str]:
    padded = f" {key} "
    return {padded[at : at + _LETTERS] for at in range(max(1, len(padded) - _LETTERS + 1))}
