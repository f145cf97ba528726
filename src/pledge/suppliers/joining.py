"""Rows that are one supplier, put together: a list of payments names the same firm many times. Pure.

Two rows are one supplier when they have the same company number, or the same name (see ``normalise.name_key``) and
the same country of supply and not two different company numbers. Likeness is never enough here.
"""

from collections.abc import Callable, Iterable
from typing import Generic, Protocol, TypeVar

from pledge.suppliers.risk import Facts, Supply
from pledge.suppliers.supplier_rows import SupplierRow


class Joinable(Protocol):
    """What a ``Joiner`` makes of rows that are one supplier."""

    company_number: str | None

    def take(self, row: SupplierRow) -> None:
        """Take a further row."""


J = TypeVar("J", bound=Joinable)


class JoinedSupplier:
    """One supplier out of one or more rows, in their order."""

    __slots__ = ("company_number", "rows")

    def __init__(self, row: SupplierRow) -> None:
        self.rows = [row]
        self.company_number = row.company_number

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


class Joiner(Generic[J]):
    """Puts rows together as they come; ``suppliers`` keeps the order in which they first came.

    ``begin`` makes a supplier of its first row.
    """

    def __init__(self, begin: Callable[[SupplierRow], J]) -> None:
        self.suppliers: list[J] = []
        self._begin = begin
        self._by_number: dict[str, J] = {}
        self._by_name: dict[tuple[str, str | None], J] = {}
        self._namesakes: dict[tuple[str, str | None], list[J]] = {}

    def know(self, supplier: J, name_key: str, country: str | None) -> None:
        """Let rows with this name and country, or with the supplier's company number, belong to a supplier."""
        self._name(supplier, (name_key, country))
        if supplier.company_number is not None:
            self._by_number[supplier.company_number] = supplier

    def find(self, row: SupplierRow) -> J | None:
        """Return the supplier that a row belongs to; None: a new one."""
        number = row.company_number
        name = row.name_key, row.country_of_supply
        found = self._by_number.get(number) if number is not None else None
        if found is None:
            found = self._by_name.get(name)
            if found is not None and number is not None and found.company_number is not None:
                # A namesake with another number; there may be more of them, and one without a number.
                others = self._namesakes.get(name, ())
                found = next((other for other in others if other.company_number is None), None)
        return found

    def add(self, row: SupplierRow) -> J:
        """Add a row to the supplier it belongs to, or begin a new one; return that supplier."""
        number = row.company_number
        name = row.name_key, row.country_of_supply
        found = self.find(row)
        if found is None:
            found = self._begin(row)
            self.suppliers.append(found)
            self._name(found, name)
        else:
            found.take(row)
            found.company_number = found.company_number or number
            self._by_name.setdefault(name, found)
        if number is not None:
            self._by_number[number] = found
        return found

    def add_to(self, supplier: J, row: SupplierRow) -> None:
        """Add a row to a supplier that it is known to belong to, whatever name and number it has now."""
        supplier.take(row)
        supplier.company_number = row.company_number or supplier.company_number
        self._by_name.setdefault((row.name_key, row.country_of_supply), supplier)
        if row.company_number is not None:
            self._by_number.setdefault(row.company_number, supplier)

    def _name(self, supplier: J, name: tuple[str, str | None]) -> None:
        if self._by_name.setdefault(name, supplier) is not supplier:
            self._namesakes.setdefault(name, []).append(supplier)
