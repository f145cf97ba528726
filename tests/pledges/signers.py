"""Firms that have signed, for the tests of what comes after signing."""

from functools import partial
from uuid import UUID, uuid4

import msgspec
from tests.support.cast import Person
from tests.support.firms import JOINERY, fill_profile

from pledge.database import sql
from pledge.database.unit import read, write
from pledge.organisations import joining, profiles
from pledge.organisations.places import Place
from pledge.pledges import signing
from pledge.pledges.signing import Given
from pledge.pledges.text import shipped
from pledge.policy.actors import Actor
from pledge.policy.scopes import OrganisationScope

REQUIRED = ("register", "grouped-figures")
ALICE = Given("Alice Example", "Owner", REQUIRED)


async def signed(person: Person, given: Given = ALICE, name: str = "Pendle Joinery") -> UUID:
    """Fill in the profile of a person's firm and sign for it; return the signature's id."""
    await fill_profile(person, name=name)
    found = await write(partial(signing.sign, person.scope, shipped(), given))
    assert found is not None
    return found


async def rows(where: str = "1 = 1") -> list[dict]:
    return await read(partial(sql.rows, f"SELECT * FROM signature WHERE {where} ORDER BY signed, ended IS NULL"))


async def firms(site, names, *, district="E07000122", sector="F", given: Given = ALICE) -> list[UUID]:
    """Found firms that have signed, in one unit; all belong to one person. Return their ids."""
    owner = await site.person("Fiona", f"fiona-{uuid4().hex}@example.org")
    profile = msgspec.structs.replace(JOINERY, sector=sector)

    async def found(name: str) -> UUID:
        organisation = await joining.found(name, owner)
        scope = OrganisationScope(Actor(person=owner), owner, organisation, "owner")
        await profiles.save(scope, name, profile, Place("BB9 7LJ", district, "pennine"))
        assert await signing.sign(scope, shipped(), given)
        return organisation

    async def all_of_them() -> list[UUID]:
        return [await found(name) for name in names]

    return await write(all_of_them)
