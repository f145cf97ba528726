"""What is known about one supplier of the list, and what a newer file changes about it. Pure.

The newest file wins where it says something; what it leaves empty stays as it was, and nothing is taken away because a
file does not name it. ``spend`` and the number of rows are always those of the newest file that names the supplier:
two lists of different years are not added up.
"""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from pledge.suppliers.risk.rules import Facts, Risk, Supply, rate
from pledge.suppliers.rows.supplier_rows import SupplierRow
from pledge.suppliers.same.joining import JoinedSupplier
from pledge.suppliers.same.matching import mark, says_the_same
from pledge.suppliers.words.normalise import name_parts
from pledge.suppliers.words.text import fold

SUPPLIES = 200  # different things one supplier supplies that we keep
ROWS = 1_000  # different rows of one supplier in one file from which its facts are taken
WORDS = 2_000  # characters that a search looks in

# Facts that are simply replaced by a newer one.
SINGLE = (
    "company_number", "country_of_supply", "spend", "labour", "on_site", "subcontracts", "licence_number", "town",
    "postcode", "email", "website", "reference", "last_checked", "owner",
)  # fmt: skip
_FIRST_GIVEN = ("company_number", "licence_number", "town", "postcode", "email", "website", "reference", "owner")


class SupplierFacts(msgspec.Struct, frozen=True):
    """Everything we know about a supplier but its risk. None is “not known”; ``spend`` in pence, countries as codes."""

    name: str
    name_key: str
    supplies: tuple[Supply, ...] = ()
    company_number: str | None = None
    country_of_supply: str | None = None
    spend: int | None = None
    labour: str | None = None
    on_site: bool | None = None
    subcontracts: bool | None = None
    licence_number: str | None = None
    town: str | None = None
    postcode: str | None = None
    email: str | None = None
    website: str | None = None
    reference: str | None = None
    last_checked: datetime.date | None = None
    owner: str | None = None

    @property
    def form(self) -> str:
        """The legal form in its name, as ``normalise.name_parts`` has it."""
        return name_parts(self.name)[1]

    @property
    def known_as(self) -> tuple[str, str]:
        """The name (as a key) and the mark by which rows are recognised as this supplier's, besides remembered ones."""
        return self.name_key, mark(self)

    @property
    def goods(self) -> tuple[str, ...]:
        """What they supply, in the words of the files."""
        return tuple(dict.fromkeys(supply.text for supply in self.supplies if supply.text))

    @property
    def countries_of_origin(self) -> tuple[str, ...]:
        """Where what they supply is made or grown, as country codes."""
        return _origins(self.supplies)

    @property
    def sic_codes(self) -> tuple[str, ...]:
        """Their SIC 2007 codes."""
        return _sic_codes(self.supplies)

    @property
    def words(self) -> str:
        """What a search for this supplier looks in, folded (see ``text.fold``)."""
        parts = (self.name, *self.goods, self.town, self.reference, self.company_number)
        return fold(" ".join(filter(None, parts))[:WORDS])[:WORDS]


class Told:
    """What the rows of one file say about one supplier, taken row by row in little memory.

    ``number`` is the supplier's in the file, ``rows`` how many name it, ``spend`` what they add up to in pence.
    """

    __slots__ = ("_different", "_first", "_names", "number", "rows", "spend")

    def __init__(self, number: int, row: SupplierRow) -> None:
        self.number = number
        self.rows = 1
        self.spend = row.spend
        self._first = row
        self._names: dict[tuple[str, str], None] = {}
        self._different: dict[SupplierRow, None] = {}

    def take(self, row: SupplierRow) -> None:
        """Take a further row."""
        if self.rows == 1:
            self._keep(self._first)
        self.rows += 1
        if row.spend is not None:
            self.spend = (self.spend or 0) + row.spend
        self._keep(row)

    def _keep(self, row: SupplierRow) -> None:
        if row is self._first or not says_the_same(row.as_given, self._first.as_given):
            self._names[row.name_key, mark(row.as_given)] = None
        if len(self._different) < ROWS:
            self._different[msgspec.structs.replace(row, row=0, spend=None)] = None

    @property
    def names(self) -> Iterable[tuple[str, str]]:
        """The names (as keys) and marks by which the file knows it."""
        return self._names or ((self._first.name_key, mark(self._first.as_given)),)

    @property
    def disputed(self) -> str | None:
        """A company number that the file gives it and that is another supplier's, if there is one."""
        return next((row.disputed_number for row in self._different or (self._first,) if row.disputed_number), None)

    def facts(self) -> SupplierFacts:
        """Return what the rows say: what any of them gives, the first where several do; yes beats no."""
        rows = list(self._different) or [self._first]
        joined = JoinedSupplier(rows[0])
        for row in rows[1:]:
            joined.take(row)
        found = joined.facts()
        given = rows[0] if len(rows) == 1 else _together(rows)
        return SupplierFacts(
            given.name,
            given.name_key,
            _kept(found.supplies),
            given.company_number,
            found.country_of_supply,
            self.spend,
            None if found.labour == "unknown" else found.labour,
            found.on_site,
            found.subcontracts,
            given.licence_number,
            given.town,
            given.postcode,
            given.email,
            given.website,
            given.reference,
            given.last_checked,
            given.owner,
        )


def _together(rows: Sequence[SupplierRow]) -> SupplierRow:
    """Return the first row with what the later ones add to it; of several days, the last."""
    added: dict[str, Any] = {
        name: next((value for row in rows if (value := getattr(row, name)) is not None), None) for name in _FIRST_GIVEN
    }
    checked = [row.last_checked for row in rows if row.last_checked]
    return msgspec.structs.replace(rows[0], last_checked=max(checked, default=None), **added)


def updated(old: SupplierFacts, new: SupplierFacts) -> SupplierFacts:
    """Return what is known after a newer file, given what was known before."""
    given = {name: value for name in SINGLE if (value := getattr(new, name)) is not None}
    return msgspec.structs.replace(
        old, name=new.name, name_key=new.name_key, supplies=_supplies(old.supplies, new.supplies), **given
    )


def rated(facts: SupplierFacts) -> Risk:
    """Return the risk of a supplier of which this is known."""
    return rate(
        Facts(
            facts.supplies,
            facts.country_of_supply,
            facts.labour,
            facts.on_site,
            facts.subcontracts,
            facts.licence_number is not None,
        )
    )


def has_listed_goods(risk: Risk) -> bool:
    """Say whether what a supplier supplies is on the goods list for its country."""
    return any(reason.rule == "goods-listed" for reason in risk.reasons)


def _supplies(old: Sequence[Supply], new: Sequence[Supply]) -> tuple[Supply, ...]:
    """Return what they supply now: as the newer file says it; what it leaves out about the same words stays.

    A newer file without goods leaves them as they were; its countries of origin, if any, then hold for all of them.
    """
    told = [supply for supply in new if supply.text or supply.sic_codes]
    if not told:
        origins = _origins(new)
        return tuple(supply._replace(countries_of_origin=origins or supply.countries_of_origin) for supply in old) or (
            tuple(new)
        )
    before, now = _by_words(old), _by_words(told)
    found = []
    for words, same in now.items():
        known = before.get(words, [])
        origins = () if _origins(same) else _origins(known)
        codes = () if _sic_codes(same) else _sic_codes(known)
        found += [
            supply._replace(
                countries_of_origin=supply.countries_of_origin or origins, sic_codes=supply.sic_codes or codes
            )
            for supply in same
        ]
    return _kept(found)


def _by_words(supplies: Iterable[Supply]) -> dict[str, list[Supply]]:
    found: dict[str, list[Supply]] = {}
    for supply in supplies:
        found.setdefault(fold(supply.text or ""), []).append(supply)
    return found


def _origins(supplies: Iterable[Supply]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for supply in supplies for code in supply.countries_of_origin))


def _sic_codes(supplies: Iterable[Supply]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for supply in supplies for code in supply.sic_codes))


def _kept(supplies: Iterable[Supply]) -> tuple[Supply, ...]:
    found = tuple(supplies)
    return found if len(found) == 1 else tuple(dict.fromkeys(found))[:SUPPLIES]
