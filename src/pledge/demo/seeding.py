"""Seeding the demo county: two years of firms, pledges, answers, events and releases, by the domains' own functions.

Deterministic from the seed but for ids; dates count back from today.
"""

import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import TypeVar
from uuid import UUID

import pyotp

from pledge.accounts import factors, passwords, people, totp
from pledge.actions import making
from pledge.assessments import definitions, drafts, saving, submitting
from pledge.database import clock, installation, sql
from pledge.database.migrating import lock
from pledge.database.unit import read, write
from pledge.demo import county, deeds, lists, office, programme, questions
from pledge.demo.answering import answers
from pledge.demo.county import SEED, Firm
from pledge.demo.people import CAST, Member, password_of, secret_of
from pledge.insights import releasing
from pledge.mail.words import Mailroom
from pledge.organisations import joining, profiles
from pledge.organisations.people import organisers
from pledge.organisations.places import Gazetteer, Place
from pledge.organisations.profile import Depth
from pledge.pledges import signing
from pledge.pledges.text import shipped
from pledge.policy.actors import MEMBER_ROLES, Actor
from pledge.policy.scopes import OrganisationScope
from pledge.questionnaires.answers import Answer
from pledge.questionnaires.definition import Definition
from pledge.questionnaires.effort import choose
from pledge.questionnaires.installed import ASSESSMENTS
from pledge.reports import standing

MARK = "demo_seed"  # the seed that the demo grew from, or
BEGUN = "begun"
YEAR = 365  # days
AGAIN = 335  # days since the firm that one can sign in to has answered

T = TypeVar("T")


class NotADemo(Exception):
    """The database holds something that the demo did not make. The message says what to do."""


async def seeded() -> bool:
    """Return whether this database is a demo already. Raises NotADemo when it holds anything else."""
    return await read(_seeded)


async def _claim() -> None:
    await lock()
    if await _seeded():
        raise NotADemo("Another process has just made the demo in this database. Start again.")
    await installation.put(MARK, BEGUN)


async def _seeded() -> bool:
    mark = await installation.get(MARK)
    if mark == BEGUN:
        raise NotADemo(
            "The demo is being made in this database by another process, or was stopped while it was being made. Wait, "
            "or delete the database (var/demo.sqlite, if you set no other), and start again."
        )
    if mark is None and await sql.value("SELECT count(*) FROM person"):
        raise NotADemo(
            "This database has accounts in it that the demo did not make. Give the demo a database of its own: "
            "set PLEDGE_DATABASE_URL, for example to sqlite:///var/demo.sqlite."
        )
    return mark is not None


_pledge = cache(shipped)  # to read it takes far longer than to sign it


async def seed(places: Gazetteer, mailroom: Mailroom, partnership_name: str, progress: Callable[[str], None]) -> None:
    """Make the county in an empty, migrated database where the content is published.

    Raises NotADemo when another process is making it.
    """
    await write(_claim)
    chance = random.Random(SEED)  # noqa: S311  invented data, not secrets
    today = clock.now()
    firms = county.firms(places)
    progress(f"Seeding {len(firms)} invented firms over two years. This happens once and takes a minute.")
    joined = []
    for number, firm in enumerate(firms):
        joined.append(await _first_year(chance, firm, today, mailroom, CAST[0] if number == 0 else None))
    members = [scope for scope, _ in joined]
    with clock.at(today - timedelta(days=YEAR)):
        await releasing.release(places)
    progress("The second year …")
    for number, (firm, (scope, began)) in enumerate(zip(firms, joined, strict=True)):
        if number == 0 or chance.random() < 0.9:
            await _second_year(chance, firm, scope, began, today, mailroom, named=number == 0)
        await write(partial(standing.refresh, scope.organisation))
    await _cast(members[0].organisation)
    await deeds.do(members, today, mailroom)
    progress("Events, and who goes to them …")
    bodies = await _organisers(partnership_name)
    await programme.hold(chance, places, bodies, members, today, mailroom)
    progress("Some supplier lists …")
    await write(_clear)
    with_lists = await lists.send(chance, members, mailroom)
    await questions.ask(with_lists, today, mailroom)
    await releasing.release(places)
    await write(_clear)
    await office.fill(members[0], bodies["chamber"], today, mailroom)
    await write(partial(installation.put, MARK, str(SEED)))


async def _first_year(
    chance: random.Random, firm: Firm, today: datetime, mailroom: Mailroom, named: Member | None
) -> tuple[OrganisationScope, datetime]:
    """Let a firm register, and most of them sign and answer, between two years and one year ago. Return when it was."""
    began = today - timedelta(days=chance.randint(YEAR + 20, 2 * YEAR), minutes=chance.randint(0, 600))
    name, email = (named.name, named.email) if named else (firm.owner, firm.email)
    password = await passwords.hash_password(password_of(named)) if named else ""
    title = county.words().owner_firm if named else firm.name
    scope = await _at(began, partial(_register, title, name, email, password, firm))
    if named or chance.random() < 0.8:
        await _at(began + timedelta(days=1), partial(_sign, scope, public=chance.random() < 0.5))
    if named or chance.random() < 0.85:
        await _answer(chance, scope, firm, firm.quality, began + timedelta(days=2), mailroom)
    return scope, began


async def _second_year(
    chance: random.Random,
    firm: Firm,
    scope: OrganisationScope,
    began: datetime,
    today: datetime,
    mailroom: Mailroom,
    *,
    named: bool,
) -> None:
    """Let a firm answer again, most of them better, and renew its pledge a month before it runs out."""
    when = today - timedelta(days=chance.randint(1, YEAR - 5), minutes=chance.randint(0, 600))
    if named:  # nearly a year ago, so that answering again can be seen
        when = today - timedelta(days=AGAIN)
    await _answer(chance, scope, firm, min(0.97, firm.quality + chance.uniform(-0.03, 0.22)), when, mailroom)
    for years in (1, 2):
        renewal = began + timedelta(days=years * (YEAR - 30))
        if renewal < today:
            await _at(renewal, partial(_sign, scope, public=chance.random() < 0.5))


async def _register(title: str, name: str, email: str, password: str, firm: Firm) -> OrganisationScope:
    person = await people.add(email, name, password)
    assert person is not None
    organisation = await joining.found(title, person)
    actor = Actor(
        person=person,
        name=name,
        email=email,
        organisation=organisation,
        organisation_name=title,
        member_role="owner",
    )
    scope = OrganisationScope(actor, person, organisation, "owner")
    profile = firm.profile
    await profiles.save(
        scope, title, profile, Place(profile.postcode or "", profile.district or "", profile.area or "")
    )
    return scope


async def _sign(scope: OrganisationScope, *, public: bool) -> UUID | None:
    edition = _pledge()
    agreed = tuple(consent.id for consent in edition.text.signing.consents if consent.required or public)
    return await signing.sign(scope, edition, signing.Given(scope.actor.name, "Owner", agreed))


async def _answer(
    chance: random.Random, scope: OrganisationScope, firm: Firm, quality: float, when: datetime, mailroom: Mailroom
) -> None:
    """Answer both questionnaires, a day apart."""
    for days, questionnaire in enumerate(ASSESSMENTS):
        definition = definitions.current(questionnaire)
        assert definition is not None
        profile = choose(definition, firm.profile)
        given = answers(chance, definition, profile, quality)
        await _at(when + timedelta(days=days), partial(_submit, scope, definition, profile.depth, given, mailroom))


async def _submit(
    scope: OrganisationScope, definition: Definition, depth: Depth, given: dict[str, Answer], mailroom: Mailroom
) -> None:
    await drafts.start(scope, definition, depth)
    await saving.save(scope, definition, 0, given)
    await submitting.submit(scope, definition.id, mailroom, then=(making.take_up,))


async def _at(moment: datetime, unit: Callable[[], Awaitable[T]]) -> T:
    """Do a unit as if it were ``moment``, or now where that is still to come."""
    with clock.at(min(moment, datetime.now(UTC))):
        return await write(unit)


async def _cast(organisation: UUID) -> None:
    """Add the other people that one can sign in as."""
    for member in CAST[1:]:
        await write(partial(_join, organisation, member, await passwords.hash_password(password_of(member))))


async def _join(organisation: UUID, member: Member, password: str) -> None:
    person = await people.add(member.email, member.name, password)
    assert person is not None
    if member.role in MEMBER_ROLES:
        await joining.add_member(organisation, person, member.role)
    elif member.role in ("staff", "operator"):
        await people.give_role(person, member.role)
    if secret := secret_of(member):
        now = pyotp.TOTP(secret).timecode(clock.now())
        await factors.put(person, secret, now - 1 - totp.DRIFT)  # today's codes are all unused


async def _organisers(partnership_name: str) -> dict[str, UUID]:
    """Add the chamber, with its organiser, and the partnership as bodies that organise events."""

    async def unit() -> dict[str, UUID]:
        chamber = await organisers.add_body(county.words().chamber, "chamber", "events@harrowmere.example.org")
        partnership = await organisers.add_body(partnership_name, "partnership", "events@partnership.example.org")
        account = await people.by_email(next(member.email for member in CAST if member.role == "organiser"))
        assert account is not None
        await organisers.add_member(chamber, account.id)
        return {"chamber": chamber, "partnership": partnership}

    return await write(unit)


async def _clear() -> None:
    """Forget the e-mails and jobs of the past."""
    await sql.rows("DELETE FROM outbox")
    await sql.rows("DELETE FROM job")
