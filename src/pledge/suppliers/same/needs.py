"""What to ask the firm for when its list cannot be rated as it is. Pure."""

from collections.abc import Iterable

from pledge.suppliers.same.joining import JoinedSupplier

LARGEST = 10


def needs_countries(suppliers: Iterable[JoinedSupplier], *, has_country_column: bool) -> list[JoinedSupplier]:
    """Return the ten suppliers whose country to ask for, the largest first; none when the list has countries.

    A list from an accounts package has no countries; asking for all of them would be asking too much. The largest
    are those with the highest spend; without any spend, those with the most rows; then by name.
    """
    if has_country_column:
        return []
    known = list(suppliers)
    by_spend = any(supplier.spend for supplier in known)
    return sorted(
        known, key=lambda one: (-(one.spend or 0) if by_spend else -len(one.rows), -len(one.rows), one.name.casefold())
    )[:LARGEST]
