"""Rows that are one supplier, put together: a list of payments names the same firm many times. Pure.

A row belongs to a supplier when the rule (``matching``) is sure of it, or when it says of itself exactly what a row of
that supplier said. Where it could belong to several, and where people must be asked, it begins a supplier of its own.
"""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Generic, TypeVar

from pledge.suppliers.risk.rules import Facts, Supply
from pledge.suppliers.rows.supplier_rows import SupplierRow
from pledge.suppliers.same import matching
from pledge.suppliers.same.matching import SECOND, Identified, facts_compared, mark, namesakes, parts_of, says_the_same

_NAMESAKES = 50  # suppliers of one name that a row is compared with


class Known:
    """What a supplier is known by: the first that its rows say."""

    __slots__ = (
        "company_number", "country_of_supply", "email", "form", "name_key", "postcode", "reference", "town", "website",
    )  # fmt: skip
    sic_codes: tuple[str, ...] = ()  # they decide nothing here

    def __init__(self, who: Identified) -> None:
        self.name_key = who.name_key
        self.form = who.form
        self.company_number = who.company_number
        self.country_of_supply = who.country_of_supply
        self.postcode = who.postcode
        self.town = who.town
        self.email = who.email
        self.website = who.website
        self.reference = who.reference

    def learn(self, row: SupplierRow) -> None:
        """Take from a further row what was not known."""
        self.company_number = self.company_number or row.company_number
        self.country_of_supply = self.country_of_supply or row.country_of_supply
        self.postcode = self.postcode or row.postcode
        self.town = self.town or row.town
        self.email = self.email or row.email
        self.website = self.website or row.website
        self.reference = self.reference or row.reference

    def take(self, row: SupplierRow) -> None:
        """Take a further row; what it says is kept elsewhere."""


J = TypeVar("J", bound=Known)


class JoinedSupplier(Known):
    """One supplier out of one or more rows, in their order."""

    __slots__ = ("rows",)

    def __init__(self, row: SupplierRow) -> None:
        super().__init__(row)
        self.rows = [row]

    def take(self, row: SupplierRow) -> None:
        """Take a further row."""
        self.rows.append(row)

    @property
    def name(self) -> str:
        """The name as the first row spells it."""
        return self.rows[0].name

    @property
    def spend(self) -> int | None:
        """What the rows add up to in pence; None when none of them says."""
        amounts = [row.spend for row in self.rows if row.spend is not None]
        return sum(amounts) if amounts else None

    def facts(self) -> Facts:
        """Return what ``risk.rate`` needs to know. Yes beats no, and two kinds of labour are mixed."""
        first = self.rows[0]
        if len(self.rows) == 1:
            return Facts(
                (_supply(first),),
                first.country_of_supply,
                first.labour,
                first.on_site,
                first.subcontracts,
                first.licence_number is not None,
            )
        supplies = tuple(dict.fromkeys(map(_supply, self.rows)))
        # A row that says nothing adds nothing beside rows that do.
        telling = tuple(supply for supply in supplies if supply.text or supply.sic_codes)
        kinds = {row.labour for row in self.rows} - {None, "unknown"}
        return Facts(
            telling or supplies[:1],
            next((row.country_of_supply for row in self.rows if row.country_of_supply), None),
            next(iter(kinds)) if len(kinds) == 1 else "mixed" if kinds else None,
            _either(row.on_site for row in self.rows),
            _either(row.subcontracts for row in self.rows),
            any(row.licence_number for row in self.rows),
        )


def _supply(row: SupplierRow) -> Supply:
    return Supply(row.goods_or_service, row.countries_of_origin, row.sic_codes)


def _either(answers: Iterable[bool | None]) -> bool | None:
    given = [answer for answer in answers if answer is not None]
    return any(given) if given else None


class _Namesakes(Generic[J]):
    """Suppliers that are known by names with one key: each with the legal forms it is known by, and by their marks."""

    __slots__ = ("forms", "marks")

    def __init__(self) -> None:
        self.forms: dict[J, list[str]] = {}
        self.marks: dict[str, J] = {}

    def know(self, supplier: J, form: str, said: str) -> None:
        """Let a supplier be known by a legal form and a mark."""
        forms = self.forms.setdefault(supplier, [])
        if form not in forms:
            forms.append(form)
        self.marks.setdefault(said, supplier)

    def find(self, row: SupplierRow) -> J | None:
        """Return the one supplier that a row surely belongs to, if there is one."""
        known = self.marks.get(mark(row))
        if known is not None:
            return known
        sure: list[J] = []
        surer: list[J] = []
        contested = False  # a name that another supplier has too decides nothing
        for supplier, forms in islice(self.forms.items(), _NAMESAKES):
            agrees, differs = facts_compared(row, supplier)
            if any(namesakes(row.form, form, agrees, differs) == "auto" for form in forms):
                sure.append(supplier)
                if not SECOND.isdisjoint(agrees):
                    surer.append(supplier)
            elif row.form in forms:
                contested = True
        if contested or len(sure) > 1:
            sure = surer
        return sure[0] if len(sure) == 1 else None


class Joiner(Generic[J]):
    """Puts rows together as they come; ``suppliers`` keeps the order in which they first came.

    ``begin`` makes a supplier of its first row.
    """

    def __init__(self, begin: Callable[[SupplierRow], J]) -> None:
        self.suppliers: list[J] = []
        self._begin = begin
        self._by_number: dict[str, J] = {}
        # Nearly every name has one supplier that says one thing of itself; more is made of it only when needed.
        self._by_name: dict[str, J | _Namesakes[J]] = {}

    # — what is known before the rows come —

    def know(self, supplier: J) -> None:
        """Let rows belong to a supplier."""
        self._name(supplier, supplier)
        if supplier.company_number is not None:
            self._by_number.setdefault(supplier.company_number, supplier)

    def know_by(self, supplier: J, said: str) -> None:
        """Let rows that say of themselves what a mark says belong to a supplier that is known."""
        name_key, form, number = parts_of(said)
        namesakes = self._namesakes(name_key)
        namesakes.know(supplier, form, said)
        namesakes.marks[said] = supplier  # rows said so, which is more than what follows from several rows together
        if number:
            self._by_number.setdefault(number, supplier)

    # — the rows —

    def add(self, row: SupplierRow) -> J:
        """Add a row to the supplier it belongs to, or begin a new one; return that supplier."""
        found = self.find(row)
        if found is None:
            found = self._begin(row)
            self.suppliers.append(found)
            self.know(found)
        else:
            self.add_to(found, row)
        return found

    def add_to(self, supplier: J, row: SupplierRow) -> None:
        """Add a row to a supplier that it is known to belong to."""
        supplier.take(row)
        if self._by_name.get(row.name_key) is not supplier or not says_the_same(supplier, row):
            self._namesakes(supplier.name_key)  # its mark before it learns more
            self._name(supplier, row)
            supplier.learn(row)
        if row.company_number is not None:
            self._by_number.setdefault(row.company_number, supplier)

    def find(self, row: SupplierRow) -> J | None:
        """Return the supplier that a row belongs to; None: a new one."""
        namesakes = self._by_name.get(row.name_key)
        found = None
        if row.company_number is not None:
            found = self._by_number.get(row.company_number)
            if found is not None and not self._is_called(found, row, namesakes):
                found = None
        if found is None and namesakes is not None:
            if isinstance(namesakes, _Namesakes):
                found = namesakes.find(row)
            elif says_the_same(namesakes, row):
                found = namesakes
            else:
                found = self._namesakes(row.name_key).find(row)
        return found

    def disputed(self, row: SupplierRow, supplier: J) -> bool:
        """Say whether the company number of a row that was added to a supplier is another supplier's."""
        return row.company_number is not None and self._by_number[row.company_number] is not supplier

    def _is_called(self, holder: J, row: SupplierRow, namesakes: "J | _Namesakes[J] | None") -> bool:
        """Say whether a row's name may be that of the supplier whose company number it has."""
        if holder is namesakes or (isinstance(namesakes, _Namesakes) and holder in namesakes.forms):
            return True
        return matching.similarity(row.name_key, holder.name_key) >= matching.UNLIKE

    def _name(self, supplier: J, who: Identified) -> None:
        if who is supplier and self._by_name.setdefault(who.name_key, supplier) is supplier:
            return
        self._namesakes(who.name_key).know(supplier, who.form, mark(who))

    def _namesakes(self, name_key: str) -> _Namesakes[J]:
        known = self._by_name.get(name_key)
        if not isinstance(known, _Namesakes):
            several: _Namesakes[J] = _Namesakes()
            if known is not None:
                several.know(known, known.form, mark(known))
            self._by_name[name_key] = known = several
        return known
