"""What is shown beside suppliers that this domain does not know: a room above says it, and app.py lets it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from pledge.policy.scopes import OrganisationScope
from pledge.web.guard import AnyRequest


class Said(NamedTuple):
    """A few words with the colour of their tag. ``told``: since when the supplier's own words can be read."""

    text: str
    colour: str
    told: datetime | None = None


Beside = Callable[[OrganisationScope, Sequence[UUID]], Awaitable[Mapping[UUID, Said]]]


def beside(request: AnyRequest) -> Beside:
    """Return the function that says it, in the current unit and in one round trip."""
    found: Beside = request.app.state.beside_suppliers
    return found
