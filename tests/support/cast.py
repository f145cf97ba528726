"""The people of every test: who they are, and a browser in which each is signed in."""

from dataclasses import dataclass
from uuid import UUID

from pledge.policy.scopes import OrganisationScope
from tests.support.site import Browser, Page, Site, enrol


async def add_body_with(person: UUID, name: str, kind: str, email: str) -> UUID:
    """Add an organiser body with its first organiser, in the current unit."""
    from pledge.organisations.people import organisers

    body = await organisers.add_body(name, kind, email)
    await organisers.add_member(body, person)
    return body


@dataclass
class Person:
    """A signed-in person. ``get`` and ``post`` go through their browser."""

    name: str
    email: str
    id: UUID
    browser: Browser
    organisation: UUID | None = None
    role: str = ""

    async def get(self, path: str, **kwargs) -> Page:
        return await self.browser.get(path, **kwargs)

    async def post(self, path: str, data, **kwargs) -> Page:
        """Send fields by hand: without the word for whom the form was, which a forger leaves out as well."""
        fields = {name: value for name, value in data.items() if name != "_for"} if data else data
        return await self.browser.post(path, fields, **kwargs)

    @property
    def scope(self) -> OrganisationScope:
        """The scope of a member, as the policy would give it."""
        from pledge.policy.actors import Actor

        assert self.organisation is not None
        actor = Actor(
            person=self.id, name=self.name, email=self.email, organisation=self.organisation, member_role=self.role
        )
        return OrganisationScope(actor, self.id, self.organisation, self.role)


def _email(name: str) -> str:
    return f"{name.lower()}@example.org"


async def member_of_new_organisation(site: Site, name: str, organisation_name: str) -> Person:
    person = await site.person(name, _email(name))
    organisation = await site.organisation(organisation_name, person)
    browser = await site.signed_in(person, organisation)
    return Person(name, _email(name), person, browser, organisation, "owner")


async def colleague(site: Site, name: str, of: Person, role: str) -> Person:
    person = await site.person(name, _email(name))
    assert of.organisation is not None
    await site.member(person, of.organisation, role)
    browser = await site.signed_in(person, of.organisation)
    return Person(name, _email(name), person, browser, of.organisation, role)


async def organiser(site: Site, name: str, body: str) -> Person:
    from functools import partial

    from pledge.database.unit import write

    person = await site.person(name, _email(name))
    await write(partial(add_body_with, person, body, "chamber", "events@example.org"))
    await enrol(person)
    return Person(name, _email(name), person, await site.signed_in(person))


async def with_role(site: Site, name: str, role: str) -> Person:
    from pledge.accounts import people
    from pledge.database.unit import write

    person = await site.person(name, _email(name))
    await write(lambda: people.give_role(person, role))
    await enrol(person)
    return Person(name, _email(name), person, await site.signed_in(person))
