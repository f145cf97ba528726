"""Rows that are one supplier, put together: a list of payments names the same firm many times. Pure.

Two rows are one supplier when they have the same company number, or the same name (see ``normalise.name_key``) and
the same country of supply and do not have two different company numbers. Likeness is never enough here.
"""

from pledge.suppliers.risk import Facts, Supply
from pledge.suppliers.supplier_rows import SupplierRow


class JoinedSupplier:
    """One supplier out of one or more rows. ``spend`` in pence, None when no row says; ``rows`` counts them."""

    __slots__ = (
        "company_number", "country_of_supply", "labour", "licence_number", "name", "on_site", "rows", "spend",
        "subcontracts", "supplies",
    )  # fmt: skip

    def __init__(self, row: SupplierRow) -> None:
        self.name = row.name
        self.company_number = row.company_number
        self.country_of_supply = row.country_of_supply
        self.spend = row.spend
        self.labour = row.labour
        self.on_site = row.on_site
        self.subcontracts = row.subcontracts
        self.licence_number = row.licence_number
        self.supplies: dict[Supply, None] = {_supply(row): None}
        self.rows = 1

    def add(self, row: SupplierRow) -> None:
        """Add another row of the same supplier. Yes beats no, and two kinds of labour are mixed."""
        self.rows += 1
        self.supplies[_supply(row)] = None
        self.company_number = self.company_number or row.company_number
        self.country_of_supply = self.country_of_supply or row.country_of_supply
        self.licence_number = self.licence_number or row.licence_number
        if row.spend is not None:
            self.spend = (self.spend or 0) + row.spend
        if row.labour not in (None, "unknown", self.labour):
            self.labour = row.labour if self.labour in (None, "unknown") else "mixed"
        self.on_site = _either(self.on_site, row.on_site)
        self.subcontracts = _either(self.subcontracts, row.subcontracts)

    def facts(self) -> Facts:
        """Return what ``risk.rate`` needs to know."""
        supplies = tuple(self.supplies)
        if len(supplies) > 1:
            # A row that says nothing adds nothing beside rows that do.
            supplies = tuple(supply for supply in supplies if supply.text or supply.sic_codes) or supplies[:1]
        return Facts(
            supplies,
            self.country_of_supply,
            self.labour,
            self.on_site,
            self.subcontracts,
            self.licence_number is not None,
        )


def _supply(row: SupplierRow) -> Supply:
    return Supply(row.goods_or_service, row.countries_of_origin, row.sic_codes)


def _either(one: bool | None, other: bool | None) -> bool | None:
    return (one or other) if one is not None and other is not None else one if other is None else other


class Joiner:
    """Puts rows together as they come; ``suppliers`` keeps the order in which they first came."""

    def __init__(self) -> None:
        self.suppliers: list[JoinedSupplier] = []
        self._by_number: dict[str, JoinedSupplier] = {}
        self._by_name: dict[tuple[str, str | None], list[JoinedSupplier]] = {}

    def add(self, row: SupplierRow) -> JoinedSupplier:
        """Add a row to the supplier it belongs to, or begin a new one; return that supplier."""
        number = row.company_number
        key = row.name_key, row.country_of_supply
        if number is not None and (known := self._by_number.get(number)):
            known.add(row)
            if known not in (same := self._by_name.setdefault(key, [])):
                same.append(known)
            return known
        same = self._by_name.setdefault(key, [])
        for supplier in same:
            if number is None or supplier.company_number is None:
                supplier.add(row)
                break
        else:
            supplier = JoinedSupplier(row)
            self.suppliers.append(supplier)
            same.append(supplier)
        if number is not None:
            self._by_number[number] = supplier
        return supplier
