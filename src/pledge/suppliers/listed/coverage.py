"""How much the supplier list says about its suppliers, taken together: what some questions can be answered from."""

from typing import Any
from uuid import UUID

import msgspec

from pledge.database import sql
from pledge.policy.scopes import OrganisationScope
from pledge.suppliers.listed.rating import supplies_of

_AT_ONCE = 1_000


class Coverage(msgspec.Struct):
    """Of how many ``suppliers`` the list says what they supply, from which country, with what labour, who owns it.

    ``made_in``: of how many it says where the goods are made or grown; ``spend`` in pence of all, ``spend_made_in`` of
    those. ``unrated``: how many have the level unknown.
    """

    suppliers: int = 0
    supply: int = 0
    country: int = 0
    labour: int = 0
    owner: int = 0
    made_in: int = 0
    unrated: int = 0
    spend: int = 0
    spend_made_in: int = 0

    def take(self, row: Any) -> None:
        """Count a row of the supplier table."""
        supplies = supplies_of(row)
        spend = max(row["spend"] or 0, 0)
        made_in = any(supply.countries_of_origin for supply in supplies)
        self.suppliers += 1
        self.supply += any(supply.text or supply.sic_codes for supply in supplies)
        self.country += row["country_of_supply"] is not None
        self.labour += row["labour"] is not None
        self.owner += row["owner"] is not None
        self.unrated += row["level"] == "unknown"
        self.made_in += made_in
        self.spend += spend
        self.spend_made_in += spend if made_in else 0


async def of_list(within: OrganisationScope) -> Coverage:
    """Return how much the organisation's list says, in the current unit, a thousand suppliers at a time."""
    found, after = Coverage(), UUID(int=0)
    while rows := await _some(within, after):
        for row in rows:
            found.take(row)
        after = rows[-1]["id"]
    return found


async def _some(within: OrganisationScope, after: UUID) -> list[dict[str, Any]]:
    return await sql.rows(
        "SELECT id, supplies, country_of_supply, labour, owner, spend, level FROM supplier "
        "WHERE organisation = {} AND off_list IS NULL AND id > {} ORDER BY id LIMIT {}",
        within.organisation,
        after,
        _AT_ONCE,
    )
